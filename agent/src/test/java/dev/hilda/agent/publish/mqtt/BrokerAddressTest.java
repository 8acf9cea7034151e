// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
        assertTrue(String.valueOf(refusal.getMessage()).contains("expected mqtt://[USER[:PASSWORD]@]HOST[:PORT]"));
    }

    @Test
    void shouldPrintAsWritten() {
        assertEquals("mqtt://h:1", BrokerAddress.parse("mqtt://h:1").toString());
    }

    @Test
    void shouldPassCredentialsOnAndNeverShowThePassword() {
        BrokerAddress broker = BrokerAddress.parse("mqtt://me:se%40cret@host:1884");
        assertEquals("me", broker.userName().orElseThrow());
        assertEquals("se@cret", broker.password().orElseThrow());
        assertEquals("tcp://host:1884", broker.serverUri());
        assertEquals("mqtt://me:***@host:1884", broker.toString());
        assertTrue(BrokerAddress.parse("mqtt://host").userName().isEmpty());
        for (String wrong : List.of("mqtt://me:secret@host/path", "http://me:secret@host", "mqtt://me:secret@ho st")) {
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> BrokerAddress.parse(wrong));
            assertFalse(String.valueOf(refusal.getMessage()).contains("secret"), refusal.getMessage());
            assertNull(refusal.getCause());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "a:b/c@d#e?f%41 g", "pässwort", "[%]"})
    void shouldTakeAnyPasswordFromElsewhereAndNeverShowIt(String password) {
        BrokerAddress broker = BrokerAddress.parse("mqtts://me@[::1]:1884").withPassword(password);
        assertEquals("me", broker.userName().orElseThrow());
        assertEquals(password, broker.password().orElseThrow());
        assertEquals("ssl://[::1]:1884", broker.serverUri());
        assertEquals("mqtts://me:***@[::1]:1884", broker.toString());
    }

    @Test
    void shouldRefuseAPasswordForNobodyAndASecondOne() {
        assertThrows(
                IllegalArgumentException.class,
                () -> BrokerAddress.parse("mqtt://host").withPassword("secret"));
        assertThrows(
                IllegalArgumentException.class,
                () -> BrokerAddress.parse("mqtt://me:first@host").withPassword("secret"));
    }

    @Test
    void shouldRefuseQueryAndFragment() {
        assertThrows(IllegalArgumentException.class, () -> BrokerAddress.parse("mqtt://host?qos=1"));
        assertThrows(IllegalArgumentException.class, () -> BrokerAddress.parse("mqtt://host#x"));
    }
}
