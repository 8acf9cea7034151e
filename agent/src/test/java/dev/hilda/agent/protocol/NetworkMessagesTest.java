// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NetworkMessagesTest {
    private static final byte[] NETWORK_BODY =
            HexFormat.of().parseHex("000c0000" + "0a000000" + "02000000" + "00000400" + "ffffffff");
    private static final byte[] INFER_BODY = HexFormat.of()
            .parseHex("0807060504030201" + "0500000001000000" + "0900000001000000" + "ffffffff" + "06000000"
                    + "ffffffff" + "00000080" + "7f000000");

    @Test
    void shouldReadAndWriteANetworkAsTheSpecificationSays() {
        NetworkAnswer network = new NetworkAnswer(3072, 10, 2, 256 << 10, 0xFFFF_FFFFL);
        assertEquals(network, NetworkAnswer.decode(NETWORK_BODY));
        assertArrayEquals(NETWORK_BODY, network.encode());
        assertThrows(ProtocolException.class, () -> NetworkAnswer.decode(Arrays.copyOf(NETWORK_BODY, 19)));
    }

    @Test
    void shouldReadAndWriteAnInferenceAsTheSpecificationSays() {
        NetworkAnswer network = new NetworkAnswer(1, 3, 2, 0, 0);
        InferAnswer answer = new InferAnswer(
                0x0102030405060708L, (1L << 32) + 5, (1L << 32) + 9, new long[] {0xFFFF_FFFFL, 6}, new int[] {
                    -1, Integer.MIN_VALUE, 127
                });
        assertEquals(answer, InferAnswer.decode(INFER_BODY, network));
        assertArrayEquals(INFER_BODY, answer.encode());
    }

    @Test
    void shouldRefuseAnInferenceOfAnotherNetwork() {
        ProtocolException failure = assertThrows(
                ProtocolException.class, () -> InferAnswer.decode(INFER_BODY, new NetworkAnswer(1, 4, 2, 0, 0)));
        assertEquals("infer answer of 44 bytes, expected 48: 2 layers and 4 outputs", failure.getMessage());
        assertThrows(
                ProtocolException.class,
                () -> InferAnswer.decode(INFER_BODY, new NetworkAnswer(1, 0xFFFF_FFFFL, 0xFFFF_FFFFL, 0, 0)));
    }

    @Test
    void shouldPutAnImageBehindTypeAndTag() {
        Message request = Message.infer(0x1234, new byte[] {5, 6});
        assertArrayEquals(new byte[] {0x11, 0, 0x34, 0x12, 5, 6}, request.encode());
        assertTrue(new Message(0x8011, 0x1234, new byte[0]).answers(request));
        assertArrayEquals(new byte[] {0x10, 0, 7, 0}, Message.network(7).encode());
    }
}
