// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final int BAUD = 921_600;

    /** One end with the fragments it has to send and the check of those it receives. */
    private static final class End implements Link.Listener {
        final Link link = new Link(Link.retransmitTime(BAUD), this);
        final SimulatedLine out;
        final int toSend;
        final int payloadBytes;
        int sent;
        int received;
        int unexpected;

        End(SimulatedLine out, int toSend, int payloadBytes) {
            this.out = out;
            this.toSend = toSend;
            this.payloadBytes = payloadBytes;
            link.open(77, 8, FrameEncoder.MAX_PAYLOAD_BYTES);
        }

        @Override
        public void fragment(byte[] payload, boolean first, boolean last) {
            assertEquals(received % 3 == 0, first);
            assertEquals(received % 3 == 2, last);
            assertTrue(Arrays.equals(content(received), payload), "fragment " + received + " is not the one sent");
            received++;
        }

        @Override
        public void control(FrameHeader header, byte[] payload) {
            throw new AssertionError("control frame out of nowhere: " + header);
        }

        @Override
        public void unexpected(FrameHeader header) {
            unexpected++;
        }

        void act(long now) {
            while (sent < toSend && link.canSend()) {
                link.send(content(sent), sent % 3 == 0, sent % 3 == 2);
                sent++;
            }
            link.poll(now);
            assertFalse(link.isDead(), "the link is dead");
            if (out.hasRoom()) {
                out.put(link.drain(64, now));
            }
        }

        private byte[] content(int fragment) {
            byte[] content = new byte[payloadBytes];
            new Random(fragment).nextBytes(content);
            return content;
        }
    }

    /** Returns the time it took. */
    private static long run(End one, End other, Duration limit) {
        return run(one, other, limit, SimulatedLine.BYTE_NANOS);
    }

    private static long run(End one, End other, Duration limit, long byteNanos) {
        long start = System.nanoTime(); // any origin, as in use
        long now = start;
        while (one.received < other.toSend
                || other.received < one.toSend
                || !one.link.isQuiet()
                || !other.link.isQuiet()) {
            assertTrue(now - start < limit.toNanos(), "not finished in time");
            one.act(now);
            other.act(now);
            byte[] fromOne = one.out.carry();
            byte[] fromOther = other.out.carry();
            other.link.receive(fromOne, 0, fromOne.length, now);
            one.link.receive(fromOther, 0, fromOther.length, now);
            now += byteNanos;
        }
        return now - start;
    }

    @Test
    void shouldCarryOneMegabyteWithLessThanTwoPercentOverhead() {
        End one = new End(new SimulatedLine(new Random(), 0), 512, 2048);
        End other = new End(new SimulatedLine(new Random(), 0), 512, 2048);
        long took = run(one, other, Duration.ofMinutes(1));
        long payload = 512 * 2048;
        assertTrue(one.out.carried < payload * 1.02, () -> one.out.carried + " line bytes for " + payload);
        assertTrue(took < payload * SimulatedLine.BYTE_NANOS * 1.03, () -> "took " + Duration.ofNanos(took));
        assertEquals(
                0, one.link.statistics().retransmits() + one.link.statistics().timeouts());
    }

    @Test
    void shouldRepeatLittleOnALineThatIsMuchSlowerThanItsRate() {
        End one = new End(new SimulatedLine(new Random(), 0), 200, 2048);
        End other = new End(new SimulatedLine(new Random(), 0), 0, 2048);
        run(one, other, Duration.ofMinutes(10), 20 * SimulatedLine.BYTE_NANOS);
        assertTrue(
                one.link.statistics().retransmits() <= 10,
                () -> one.link.statistics().toString());
    }

    /** As on a busy host: an acknowledgement waits behind a window that is in the buffers, and the line is slow. */
    @Test
    void shouldRepeatNothingBehindBuffersThatHoldAWindow() {
        End one = new End(new SimulatedLine(new Random(), 0), 100, 2048);
        End other = new End(new SimulatedLine(new Random(), 0), 100, 2048);
        one.out.bufferBytes = 1 << 15;
        other.out.bufferBytes = 1 << 15;
        run(one, other, Duration.ofMinutes(1), 2 * SimulatedLine.BYTE_NANOS);
        assertEquals(
                0, one.link.statistics().retransmits() + other.link.statistics().retransmits());
    }

    @RepeatedTest(20)
    void shouldDeliverOnceAndInOrderOverABadLine() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int faultOneIn = new int[] {200, 1000, 5000, 20_000}[random.nextInt(4)];
        // The worse the line the shorter the frames, or none would ever get through.
        int payloadBytes = 1 + random.nextInt(Math.min(2048, faultOneIn / 4));
        End one = new End(new SimulatedLine(random, faultOneIn), 1 + random.nextInt(80), payloadBytes);
        End other = new End(new SimulatedLine(random, faultOneIn), random.nextInt(80), payloadBytes);
        run(one, other, Duration.ofMinutes(2));
    }

    @Test
    void shouldRepairALostFrameWithoutWaitingForATimeout() {
        End one = new End(new SimulatedLine(new Random(), 0), 0, 100);
        End other = new End(new SimulatedLine(new Random(), 0), 0, 100);
        one.link.send(one.content(0), true, false);
        one.link.send(one.content(1), false, false);
        byte[] both = one.link.drain(10_000, 0);
        int firstFrame = FrameEncoder.encode(
                        new FrameHeader(FrameHeader.DATA, FrameHeader.FLAG_FIRST, 64, 77, 0, 0), one.content(0))
                .length;
        other.link.receive(both, firstFrame, both.length - firstFrame, 0);
        assertEquals(0, other.received);
        byte[] gap = other.link.drain(10_000, 0);
        one.link.receive(gap, 0, gap.length, 0);
        byte[] again = one.link.drain(10_000, 0);
        other.link.receive(again, 0, again.length, 0);
        assertEquals(2, other.received);
        assertEquals(1, one.link.statistics().retransmits(), "the second one was kept");
        assertEquals(0, one.link.statistics().timeouts());
        assertEquals(1, other.link.statistics().gaps());
    }

    /** The peer sends again what lies behind a gap; told twice, it would do so twice. */
    @Test
    void shouldTellOfAGapOnceHoweverItShows() {
        End end = new End(new SimulatedLine(new Random(), 0), 0, 100);
        assertTrue(tellsOfAGap(end, data(end, 1)));
        assertFalse(tellsOfAGap(end, data(end, 2)), "a later frame");
        assertFalse(tellsOfAGap(end, MALFORMED), "noise");
        assertFalse(tellsOfAGap(end, damaged(data(end, 0))), "a damaged frame");
        assertFalse(tellsOfAGap(end, data(end, 0)), "the frame that was missing");
        assertTrue(tellsOfAGap(end, data(end, 4)), "the next gap");
    }

    @Test
    void shouldTellOfADamagedFrameOnce() {
        End end = new End(new SimulatedLine(new Random(), 0), 0, 100);
        assertTrue(tellsOfAGap(end, damaged(data(end, 0))));
        assertFalse(tellsOfAGap(end, damaged(data(end, 0))));
        assertFalse(tellsOfAGap(end, data(end, 1)));
    }

    @Test
    void shouldTellOfNoiseOnceAndOnlyInASession() {
        End end = new End(new SimulatedLine(new Random(), 0), 0, 100);
        end.link.open(0, 8, 2048);
        assertFalse(tellsOfAGap(end, MALFORMED));
        assertFalse(tellsOfAGap(end, damaged(data(end, 0))));
        end.link.open(77, 8, 2048);
        assertTrue(tellsOfAGap(end, MALFORMED));
        assertFalse(tellsOfAGap(end, MALFORMED));
        assertEquals(3, end.link.statistics().resyncs());
        assertEquals(1, end.link.statistics().crcErrors());
    }

    private static final byte[] MALFORMED = {5, 5, 0};

    private static byte[] data(End end, int sequence) {
        int flags = (sequence % 3 == 0 ? FrameHeader.FLAG_FIRST : 0) | (sequence % 3 == 2 ? FrameHeader.FLAG_LAST : 0);
        return FrameEncoder.encode(new FrameHeader(FrameHeader.DATA, flags, 8, 77, sequence, 0), end.content(sequence));
    }

    /** COBS has no 0 but at the end. */
    private static byte[] damaged(byte[] frame) {
        byte[] damaged = frame.clone();
        int at = damaged.length / 2;
        damaged[at] = (byte) (damaged[at] == 1 ? 2 : 1);
        return damaged;
    }

    /** Receives, and whether what is answered says GAP. */
    private static boolean tellsOfAGap(End end, byte[] bytes) {
        end.link.receive(bytes, 0, bytes.length, 0);
        byte[] answer = end.link.drain(10_000, 0);
        FrameCollector answers = new FrameCollector();
        new FrameDecoder(answers).feed(answer, 0, answer.length);
        return answers.headers.stream().anyMatch(header -> header.has(FrameHeader.FLAG_GAP));
    }

    @Test
    void shouldFindASilentPeerDeadAfterEightTimeouts() {
        End end = new End(new SimulatedLine(new Random(), 0), 0, 10);
        end.link.send(new byte[10], true, true);
        long now = Long.MAX_VALUE - 1000; // nanoTime may wrap
        long start = now;
        int timeouts = 0;
        end.link.drain(1000, now);
        OptionalLong deadline = end.link.deadlineNanos();
        while (deadline.isPresent()) {
            end.link.poll(deadline.getAsLong() - 1);
            assertEquals(timeouts, end.link.statistics().timeouts());
            now = deadline.getAsLong();
            end.link.poll(now);
            timeouts++;
            end.link.drain(1000, now);
            deadline = end.link.deadlineNanos();
        }
        assertTrue(end.link.isDead());
        assertEquals(8, timeouts);
        assertEquals((1 + 7 * 2) * Link.retransmitTime(BAUD).toNanos(), now - start);
    }

    @Test
    void shouldIgnoreOtherSessions() {
        End one = new End(new SimulatedLine(new Random(), 0), 0, 10);
        End other = new End(new SimulatedLine(new Random(), 0), 0, 10);
        other.link.open(78, 8, 2048);
        one.link.send(one.content(0), true, true);
        byte[] bytes = one.link.drain(1000, 0);
        other.link.receive(bytes, 0, bytes.length, 0);
        assertEquals(1, other.unexpected);
        assertEquals(0, other.received);
        assertEquals(0, other.link.drain(1000, 0).length);
    }
}
