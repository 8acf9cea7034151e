// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one end of the link keeps, tells of and repeats when frames are lost. */
class LinkRepeatTest implements Link.Listener {
    private static final byte[] NOTHING = {};
    private static final int PAYLOAD_BYTES = 1000;

    private final Link link = new Link(Duration.ofMillis(1), this);
    private final List<Integer> fragments = new ArrayList<>();

    LinkRepeatTest() {
        link.open(77, 8, 2048);
    }

    @Override
    public void fragment(byte[] payload, boolean first, boolean last) {
        fragments.add((int) payload[0]);
        assertEquals(payload[0] % 2 == 0, first);
        assertEquals(payload[0] % 3 == 0, last);
    }

    @Override
    public void control(FrameHeader header, byte[] payload) {}

    @Override
    public void unexpected(FrameHeader header) {}

    private void queue(int frames) {
        for (int frame = 0; frame < frames; frame++) {
            link.send(new byte[PAYLOAD_BYTES], true, true);
        }
    }

    private FrameCollector drain() {
        byte[] line = link.drain(100_000, 0);
        FrameCollector frames = new FrameCollector();
        new FrameDecoder(frames).feed(line, 0, line.length);
        return frames;
    }

    private List<Integer> drained() {
        return drain().headers.stream()
                .filter(header -> header.type() == FrameHeader.DATA)
                .map(FrameHeader::sequence)
                .toList();
    }

    /** From a peer that keeps the frames so far beyond {@code next}. */
    private void acknowledge(int flags, int next, int... kept) {
        byte[] bits = kept.length == 0 ? NOTHING : new byte[1];
        for (int ahead : kept) {
            bits[0] |= (byte) (1 << ahead - 1);
        }
        receive(new FrameHeader(FrameHeader.ACK, flags | FrameHeader.FLAG_KEEPS, 8, 77, 0, next), bits);
    }

    private void receive(FrameHeader header, byte[] payload) {
        byte[] line = FrameEncoder.encode(header, payload);
        link.receive(line, 0, line.length, 0);
    }

    private void data(int sequence) {
        int flags = (sequence % 2 == 0 ? FrameHeader.FLAG_FIRST : 0) | (sequence % 3 == 0 ? FrameHeader.FLAG_LAST : 0);
        receive(new FrameHeader(FrameHeader.DATA, flags, 8, 77, sequence, 0), new byte[] {(byte) sequence});
    }

    private void damage() {
        byte[] line = {5, 5, 0};
        link.receive(line, 0, line.length, 0);
    }

    private boolean tellsOfAGap() {
        return drain().headers.stream().anyMatch(header -> header.has(FrameHeader.FLAG_GAP));
    }

    @Test
    void shouldRepeatOnlyWhatIsLost() {
        queue(6);
        drain();
        acknowledge(FrameHeader.FLAG_GAP, 1, 1, 3);
        assertEquals(List.of(1, 3), drained(), "2 and 4 were kept, 5 may be under way");
        acknowledge(0, 5);
        acknowledge(0, 6);
        assertTrue(link.isQuiet());
        assertEquals(2, link.statistics().retransmits());
    }

    @Test
    void shouldRepeatTheOldestAtOnceWhenThePeerSawDamage() {
        queue(2);
        drain();
        acknowledge(FrameHeader.FLAG_GAP, 0);
        assertEquals(List.of(0), drained());
        acknowledge(FrameHeader.FLAG_GAP, 0);
        assertEquals(List.of(0), drained(), "the repetition was damaged too");
    }

    @Test
    void shouldRepeatAgainWhenSomethingSentLaterHasArrived() {
        queue(3);
        drain();
        acknowledge(0, 0, 1);
        assertEquals(List.of(0), drained());
        acknowledge(0, 0, 1, 2);
        assertEquals(List.of(), drained(), "2 was sent before 0 was repeated");
        queue(1);
        assertEquals(List.of(3), drained());
        acknowledge(0, 0, 1, 2, 3);
        assertEquals(List.of(0), drained(), "3 was sent after it");
    }

    @Test
    void shouldConcludeNothingFromFramesThatWereSentTwice() {
        queue(3);
        drain();
        link.poll(link.deadlineNanos().orElseThrow());
        assertEquals(List.of(0, 1, 2), drained());
        acknowledge(0, 1);
        acknowledge(0, 1, 1);
        assertEquals(List.of(), drained(), "the first sending of 2 has arrived, the second of 1 is under way");
    }

    @Test
    void shouldRepeatAfterATimeoutWhatThePeerHasNotKept() {
        queue(4);
        drain();
        acknowledge(0, 0, 1, 2);
        assertEquals(List.of(0), drained());
        link.poll(link.deadlineNanos().orElseThrow());
        assertEquals(List.of(0, 3), drained());
    }

    @Test
    void shouldGoBackForAPeerThatKeepsNothing() {
        queue(4);
        drain();
        receive(new FrameHeader(FrameHeader.ACK, FrameHeader.FLAG_GAP, 8, 77, 0, 1), NOTHING);
        assertEquals(List.of(1, 2, 3), drained());
    }

    @Test
    void shouldKeepWhatCameEarlyAndTellOfIt() {
        data(0);
        drain();
        data(2);
        data(11);
        data(11);
        FrameCollector told = drain();
        assertEquals(1, told.headers.get(0).acknowledge());
        assertTrue(told.headers.get(0).has(FrameHeader.FLAG_GAP | FrameHeader.FLAG_KEEPS));
        assertArrayEquals(new byte[] {1, 2}, told.payloads.get(0));
        data(1);
        assertEquals(List.of(0, 1, 2), fragments);
        assertArrayEquals(new byte[] {(byte) 0x80}, drain().payloads.get(0));
        for (int sequence = 3; sequence <= 10; sequence++) {
            data(sequence);
        }
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), fragments);
        assertArrayEquals(NOTHING, drain().payloads.get(0));
    }

    @Test
    void shouldKeepNoMoreThanItsWindow() {
        data(Link.WINDOW_FRAMES - 1);
        data(Link.WINDOW_FRAMES);
        assertArrayEquals(
                new byte[] {0, 0, 0, 0, 0, 0, 0, 0x40}, drain().payloads.get(0));
    }

    @Test
    void shouldForgetWhatItKeptWithTheSession() {
        data(1);
        link.open(77, 8, 2048);
        data(0);
        assertEquals(List.of(0), fragments);
    }

    @Test
    void shouldTellOfWhatItKeptAheadOfItsOwnData() {
        queue(1);
        data(1);
        List<FrameHeader> told = drain().headers;
        assertEquals(FrameHeader.ACK, told.get(0).type());
        assertEquals(FrameHeader.DATA, told.get(1).type());
    }

    @Test
    void shouldTellAPeerThatRepeatsSingleFramesOfEachDamage() {
        damage();
        assertTrue(tellsOfAGap());
        damage();
        assertFalse(tellsOfAGap(), "a peer that goes back would do so twice");
        acknowledge(0, 0);
        damage();
        assertTrue(tellsOfAGap());
        damage();
        assertTrue(tellsOfAGap());
    }

    @Test
    void shouldSendShorterFragmentsWhereManyAreLostAndLongerOnesAgain() {
        assertEquals(2048, link.payloadBytes());
        int next = 0;
        for (; next < 100; next++) {
            queue(1);
            drain();
            acknowledge(next % 4 == 0 ? FrameHeader.FLAG_GAP : 0, next);
            drain();
            acknowledge(0, next + 1);
        }
        // Five sendings for four frames of 1000 bytes, one of them lost: one fault in 5100 bytes.
        assertEquals(Math.sqrt(20 * 5 * 1020), link.payloadBytes(), 2);
        link.open(77, 8, 2048);
        assertEquals(Math.sqrt(20 * 5 * 1020), link.payloadBytes(), 2, "the line is the same in the next session");
        for (next = 0; next < 10_000; next++) {
            queue(1);
            drain();
            acknowledge(0, next + 1);
        }
        assertEquals(2048, link.payloadBytes());
    }

    @Test
    void shouldForgetWhatAnotherLineHasLost() {
        queue(1);
        drain();
        acknowledge(FrameHeader.FLAG_GAP, 0);
        assertTrue(link.payloadBytes() < 2048);
        link.forgetLosses();
        assertEquals(2048, link.payloadBytes());
    }

    @Test
    void shouldSendShortFragmentsWhereNearlyAllAreLost() {
        for (int next = 0; next < 50; next++) {
            queue(1);
            for (int loss = 0; loss < 50; loss++) {
                drain();
                acknowledge(FrameHeader.FLAG_GAP, next);
            }
            drain();
            acknowledge(0, next + 1);
        }
        assertEquals(144, link.payloadBytes(), 2);
    }

    @Test
    void shouldNotMakeFragmentsShorterThanAnyAnswer() {
        link.send(new byte[1], true, true);
        for (int loss = 0; loss < 50; loss++) {
            drain();
            acknowledge(FrameHeader.FLAG_GAP, 0);
        }
        assertEquals(128, link.payloadBytes());
    }
}
