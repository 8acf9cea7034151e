// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MqttConnectionTest {
    @Test
    void shouldSayThatNoBrokerListensWithoutTheNameOfAnException() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        BrokerAddress address = BrokerAddress.parse("mqtt://127.0.0.1:" + port);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> MqttConnection.open(address, Optional.empty()));
        assertEquals(FailureKind.PUBLISH, failure.kind());
        assertEquals("Connection refused", failure.actual().orElseThrow());
    }
}
