// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final byte[] NOTHING = {};

    @Test
    void shouldBeReadAsItWasWritten() {
        Message message = new Message(0x18002, 0x1FFFE, new byte[] {7, 8});
        assertArrayEquals(new byte[] {0x02, (byte) 0x80, (byte) 0xFE, (byte) 0xFF, 7, 8}, message.encode());
        Message read = Message.decode(message.encode());
        assertEquals(0x8002, read.type());
        assertEquals(0xFFFE, read.tag());
        assertArrayEquals(new byte[] {7, 8}, read.body());
        assertEquals(0, Message.decode(new byte[4]).body().length);
        assertThrows(ProtocolException.class, () -> Message.decode(new byte[3]));
    }

    @Test
    void shouldAskAsTheSpecificationSays() {
        assertArrayEquals(
                new byte[] {1, 0, 5, 0, 9}, Message.echo(5, new byte[] {9}).encode());
        assertArrayEquals(new byte[] {2, 0, 5, 0}, Message.statistics(5).encode());
        assertArrayEquals(new byte[] {3, 0, 5, 0}, Message.reset(5).encode());
        assertArrayEquals(
                new byte[] {4, 0, 5, 0, 3},
                Message.crash(5, Message.CrashKind.STACK_OVERFLOW).encode());
    }

    @Test
    void shouldAnswerTheRequestOfItsTypeAndTag() {
        Message request = Message.statistics(5);
        assertTrue(new Message(0x8002, 5, NOTHING).answers(request));
        assertTrue(new Message(Message.ERROR, 5, NOTHING).answers(request));
        assertFalse(new Message(0x8003, 5, NOTHING).answers(request));
        assertFalse(new Message(0x0002, 5, NOTHING).answers(request));
        assertFalse(new Message(0x8002, 6, NOTHING).answers(request));
        assertFalse(new Message(Message.ERROR, 6, NOTHING).answers(request));
    }

    @Test
    void shouldHaveTextOnlyOfAnError() {
        Message error = new Message(Message.ERROR, 5, new byte[] {(byte) 0x83, (byte) 0x81, 'n', 'o'});
        assertEquals("error 33155: no", error.errorText());
        assertEquals("error 0: ", new Message(Message.ERROR, 5, new byte[2]).errorText());
        assertThrows(ProtocolException.class, () -> new Message(Message.ERROR, 5, new byte[1]).errorText());
        ProtocolException failure = assertThrows(
                ProtocolException.class, () -> new Message(0x8002, 5, new byte[] {1, 0, 'n', 'o'}).errorText());
        assertEquals("message of type 0x8002 is no error", failure.getMessage());
    }

    /** Later versions append: what is longer is read, what is shorter is refused. */
    @Test
    void shouldReadBodiesOfLaterVersions() {
        ByteBuffer body = ByteBuffer.allocate(Statistics.BYTES + 4).order(ByteOrder.LITTLE_ENDIAN);
        body.putLong(0, 77).putInt(96, -1);
        Statistics statistics = Statistics.decode(body.array());
        assertEquals(77, statistics.uptimeCycles());
        assertEquals(0xFFFF_FFFFL, statistics.unexpectedFrames());
        byte[] shorter = Arrays.copyOf(body.array(), Statistics.BYTES - 1);
        ProtocolException failure = assertThrows(ProtocolException.class, () -> Statistics.decode(shorter));
        assertEquals(
                "statistics of 99 bytes, expected at least 100: the firmware speaks another protocol version",
                failure.getMessage());
    }

    @Test
    void shouldTakeWhatLaterVersionsAddForUnknown() {
        byte[] payload = HostEndpointTest.hello(1).encode();
        Arrays.fill(payload, 2, 8, (byte) 60);
        Hello hello = Hello.decode(payload);
        assertEquals(Hello.FirmwareKind.UNKNOWN, hello.firmwareKind());
        assertEquals(Hello.ClockSource.UNKNOWN, hello.clockSource());
        assertEquals(60, hello.voltageScale());
        assertEquals(Hello.ResetCause.UNKNOWN, hello.resetCause());
        assertEquals(Hello.BootError.UNKNOWN, hello.bootError());
        assertEquals(CrashRecord.Kind.UNKNOWN, hello.crash().kind());
        assertThrows(ProtocolException.class, () -> Hello.decode(Arrays.copyOf(payload, Hello.BYTES - 1)));
        assertEquals(hello, Hello.decode(Arrays.copyOf(payload, Hello.BYTES + 1)));
    }

    @Test
    void shouldReadAFirmwareVersionUpToItsEndOrTheFields() {
        byte[] payload = HostEndpointTest.hello(1).encode();
        assertEquals("0.1.0", Hello.decode(payload).firmwareVersion());
        Arrays.fill(payload, 16, 32, (byte) 'v');
        assertEquals("v".repeat(16), Hello.decode(payload).firmwareVersion());
        assertFalse(Hello.decode(payload).isVirtual());
    }

    @Test
    void shouldTalkOnlyWithinWhatTheSpecificationAllows() {
        assertTrue(Hello.isUsable(1, 1, 128));
        assertTrue(Hello.isUsable(1, 8192, 2048));
        assertFalse(Hello.isUsable(0, 8, 2048));
        assertFalse(Hello.isUsable(1, 0, 2048));
        assertFalse(Hello.isUsable(1, 8193, 2048));
        assertFalse(Hello.isUsable(1, 8, 127));
        assertFalse(Hello.isUsable(1, 8, 2049));
    }

    @Test
    void shouldEqualAnInferenceOfTheSameFigures() {
        InferAnswer answer = inference(1, 2, 3, 4, 5);
        assertEquals(answer, inference(1, 2, 3, 4, 5));
        assertEquals(answer.hashCode(), inference(1, 2, 3, 4, 5).hashCode());
        for (int other = 0; other < 5; other++) {
            int[] figures = {1, 2, 3, 4, 5};
            figures[other] = 9;
            assertNotEquals(answer, inference(figures), "figure " + other);
        }
        assertEquals(
                "1 2 3 [4] [5]",
                answer.finishedAtCycles() + " " + answer.inferenceCycles() + " " + answer.elapsedCycles() + " "
                        + Arrays.toString(answer.layerCycles()) + " " + Arrays.toString(answer.outputs()));
        assertEquals("inference of 2 cycles, outputs [5]", answer.toString());
    }

    private static InferAnswer inference(int... figures) {
        return new InferAnswer(figures[0], figures[1], figures[2], new long[] {figures[3]}, new int[] {figures[4]});
    }
}
