package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "mqtt://127.0.0.1, tcp://127.0.0.1:1883",
        "mqtt://broker:1884/, tcp://broker:1884",
        "mqtts://broker, ssl://broker:8883",
        "mqtt://[::1]:1885, tcp://[::1]:1885",
    })
    void shouldFillInWhatIsNotSaid(String text, String serverUri) {
        assertEquals(serverUri, BrokerAddress.parse(text).serverUri());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "broker", "http://broker", "mqtt://", "mqtt://a b", "mqtt://a:99999", "mqtt://a/topic"})
    void shouldRefuseWhatIsNoAddress(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> BrokerAddress.parse(text));
        assertTrue(String.valueOf(refusal.getMessage()).contains("expected mqtt://HOST[:PORT]"));
    }

    @Test
    void shouldPrintAsWritten() {
        assertEquals("mqtt://h:1", BrokerAddress.parse("mqtt://h:1").toString());
    }
}
