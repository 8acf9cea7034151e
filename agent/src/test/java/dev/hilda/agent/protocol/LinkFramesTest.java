// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One end of the link, frame by frame. */
class LinkFramesTest implements Link.Listener {
    private static final long TIMEOUT = 1_000_000;
    private static final byte[] NOTHING = {};

    private final Link link = new Link(Duration.ofNanos(TIMEOUT), this);
    private final List<Integer> fragments = new ArrayList<>();
    private final List<Integer> controls = new ArrayList<>();
    private int unexpected;

    LinkFramesTest() {
        link.open(77, 8, 2048);
    }

    @Override
    public void fragment(byte[] payload, boolean first, boolean last) {
        fragments.add(payload.length);
    }

    @Override
    public void control(FrameHeader header, byte[] payload) {
        controls.add(header.type());
    }

    @Override
    public void unexpected(FrameHeader header) {
        unexpected++;
    }

    private void queue(int frames) {
        for (int frame = 0; frame < frames; frame++) {
            link.send(new byte[10], true, true);
        }
    }

    private List<FrameHeader> drain() {
        byte[] line = link.drain(100_000, 0);
        FrameCollector frames = new FrameCollector();
        new FrameDecoder(frames).feed(line, 0, line.length);
        return frames.headers;
    }

    /** Sequence numbers of what goes out. */
    private List<Integer> drained() {
        return drain().stream()
                .filter(header -> header.type() == FrameHeader.DATA)
                .map(FrameHeader::sequence)
                .toList();
    }

    private void receive(FrameHeader header, byte[] payload) {
        byte[] line = FrameEncoder.encode(header, payload);
        link.receive(line, 0, line.length, 0);
    }

    private void acknowledge(int next, int credit) {
        receive(new FrameHeader(FrameHeader.ACK, 0, credit, 77, 0, next), NOTHING);
    }

    private void data(int sequence) {
        receive(new FrameHeader(FrameHeader.DATA, 0, 8, 77, sequence, 0), new byte[sequence + 1]);
    }

    private void timeOut() {
        link.poll(link.deadlineNanos().orElseThrow());
    }

    @Test
    void shouldSendNoMoreThanThePeerHasRoomFor() {
        link.open(77, 3, 2048);
        queue(5);
        assertEquals(List.of(0, 1, 2), drained());
        assertEquals(List.of(), drained());
        acknowledge(2, 2);
        assertEquals(List.of(3), drained());
        acknowledge(4, 8);
        assertEquals(List.of(4), drained());
        assertFalse(link.isQuiet());
        acknowledge(5, 8);
        assertTrue(link.isQuiet());
    }

    @Test
    void shouldQueueAWindow() {
        link.open(77, 100, 2048);
        for (int frame = 0; frame < Link.WINDOW_FRAMES; frame++) {
            assertTrue(link.canSend());
            queue(1);
        }
        assertFalse(link.canSend());
        drain();
        acknowledge(1, 8);
        assertTrue(link.canSend());
        link.open(0, 0, 0);
        assertFalse(link.canSend(), "without a session");
    }

    /** What is cut into fragments later may be cut shorter. */
    @Test
    void shouldQueueNoMoreThanThereIsCreditForAndOne() {
        for (int frame = 0; frame < 8; frame++) {
            assertTrue(link.canSend());
            queue(1);
        }
        assertFalse(link.canSend());
        drain();
        assertTrue(link.canSend(), "one that waits asks for credit");
        queue(1);
        assertFalse(link.canSend());
    }

    @Test
    void shouldIgnoreAcknowledgementsThatAreOldOrOfNothingSent() {
        queue(3);
        link.drain(1, 0);
        acknowledge(2, 8);
        assertFalse(link.isQuiet(), "of what still waits");
        assertEquals(List.of(0, 1, 2), drained());
        acknowledge(1, 8);
        acknowledge(0, 1);
        queue(1);
        assertEquals(List.of(3), drained(), "an old one takes no room away");
    }

    @Test
    void shouldRepeatFromTheOldestAfterATimeoutAndAskForAnAcknowledgement() {
        queue(2);
        drain();
        timeOut();
        List<FrameHeader> again = drain();
        assertEquals(List.of(0, 1), again.stream().map(FrameHeader::sequence).toList());
        assertTrue(again.get(0).has(FrameHeader.FLAG_ACK_REQUEST));
        assertFalse(again.get(1).has(FrameHeader.FLAG_ACK_REQUEST));
        assertEquals(2, link.statistics().retransmits());
        assertEquals(1, link.statistics().timeouts());
    }

    @Test
    void shouldNotRepeatWhatIsAcknowledgedAfterTheTimeout() {
        queue(3);
        drain();
        timeOut();
        acknowledge(2, 8);
        assertEquals(List.of(2), drained());
        acknowledge(3, 8);
        assertTrue(link.isQuiet());
        assertTrue(link.deadlineNanos().isEmpty());
    }

    @Test
    void shouldLiveWhileThePeerSaysThatItHasNoRoom() {
        queue(1);
        drain();
        for (int round = 0; round < 3 * Link.MAX_TIMEOUTS; round++) {
            timeOut();
            acknowledge(0, 0);
            assertFalse(link.isDead());
        }
        for (int round = 0; round < Link.MAX_TIMEOUTS; round++) {
            assertFalse(link.isDead());
            timeOut();
            acknowledge(0, 8);
        }
        assertTrue(link.isDead(), "no progress though there is room");
        assertFalse(link.canSend());
        assertEquals(List.of(), drain());
        assertTrue(link.deadlineNanos().isEmpty());
    }

    @Test
    void shouldWaitForRoomThatMayHaveGotLost() {
        link.open(77, 0, 2048);
        queue(1);
        assertEquals(List.of(), drained());
        assertEquals(TIMEOUT, link.deadlineNanos().orElseThrow());
    }

    @Test
    void shouldForgetASlowPeerInTheNextSession() {
        queue(1);
        drain();
        timeOut();
        drain();
        assertEquals(2 * TIMEOUT, link.deadlineNanos().orElseThrow(), "twice as long after a timeout");
        link.open(78, 8, 2048);
        assertTrue(link.deadlineNanos().isEmpty());
        queue(1);
        drain();
        assertEquals(TIMEOUT, link.deadlineNanos().orElseThrow());
    }

    @Test
    void shouldTakeEachFragmentOnceAndAcknowledgeWhatComesAgain() {
        data(0);
        assertEquals(1, drain().get(0).acknowledge());
        data(0);
        data(2);
        List<FrameHeader> news = drain();
        assertEquals(1, news.get(0).acknowledge());
        assertTrue(news.get(0).has(FrameHeader.FLAG_GAP));
        data(1);
        assertEquals(3, drain().get(0).acknowledge());
        assertEquals(List.of(1, 2, 3), fragments);
        assertEquals(1, link.statistics().duplicates());
        assertEquals(1, link.statistics().gaps());
        assertEquals(4, link.statistics().receivedFrames());
    }

    @Test
    void shouldAcknowledgeOnRequestAndAsk() {
        acknowledge(0, 8);
        assertEquals(List.of(), drain());
        receive(new FrameHeader(FrameHeader.ACK, FrameHeader.FLAG_ACK_REQUEST, 8, 77, 0, 0), NOTHING);
        assertEquals(
                List.of(new FrameHeader(FrameHeader.ACK, FrameHeader.FLAG_KEEPS, Link.WINDOW_FRAMES, 77, 0, 0)),
                drain());
        link.requestAcknowledgement();
        assertTrue(drain().get(0).has(FrameHeader.FLAG_ACK_REQUEST));
        assertEquals(List.of(), drain());
    }

    @Test
    void shouldGiveTheLineItsBytesInAnyPortions() {
        queue(2);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte[] portion = link.drain(7, 0); portion.length > 0; portion = link.drain(7, 0)) {
            assertTrue(portion.length <= 7);
            line.writeBytes(portion);
        }
        assertEquals(line.size(), link.statistics().sentBytes());
        assertEquals(2, link.statistics().sentFrames());
        Link whole = new Link(Duration.ofNanos(TIMEOUT), this);
        whole.open(77, 8, 2048);
        whole.send(new byte[10], true, true);
        whole.send(new byte[10], true, true);
        assertArrayEquals(whole.drain(1000, 0), line.toByteArray());
    }

    @Test
    void shouldBeQuietWhenNothingWaitsForTheLine() {
        assertTrue(link.isQuiet());
        link.sendControl(FrameHeader.HELLO_REQUEST, 5, new byte[6]);
        assertFalse(link.isQuiet());
        link.drain(1, 0);
        assertFalse(link.isQuiet(), "in the middle of a frame");
        link.drain(1000, 0);
        assertTrue(link.isQuiet());
    }

    @Test
    void shouldHandOverHellosOfAnySessionAndNothingElseOfAnother() {
        receive(new FrameHeader(FrameHeader.HELLO, 0, 8, 5, 0, 0), NOTHING);
        receive(new FrameHeader(FrameHeader.HELLO_REQUEST, 0, 8, 5, 0, 0), NOTHING);
        assertEquals(List.of(FrameHeader.HELLO, FrameHeader.HELLO_REQUEST), controls);
        receive(new FrameHeader(FrameHeader.ACK, FrameHeader.FLAG_ACK_REQUEST, 8, 5, 0, 0), NOTHING);
        receive(new FrameHeader(99, 0, 8, 77, 0, 0), NOTHING);
        assertEquals(1, unexpected);
        link.open(0, 0, 0);
        receive(new FrameHeader(FrameHeader.ACK, 0, 8, 0, 0, 0), NOTHING);
        assertEquals(2, unexpected);
        assertEquals(List.of(), drain());
    }

    @Test
    void shouldCountSequencesInACircle() {
        for (int sequence = 0; sequence < 0x10000 + 3; sequence++) {
            queue(1);
            assertEquals(List.of(sequence & 0xFFFF), drained());
            acknowledge((sequence + 1) & 0xFFFF, 1);
            assertTrue(link.isQuiet());
            receive(new FrameHeader(FrameHeader.DATA, 0, 1, 77, sequence & 0xFFFF, (sequence + 1) & 0xFFFF), NOTHING);
        }
        assertEquals(0x10000 + 3, fragments.size());
        assertEquals(0, link.statistics().retransmits());
    }

    @Test
    void shouldNeverSendMoreInAFrameThanBothEndsTake() {
        assertEquals(2048, link.payloadBytes());
        link.open(77, 8, 128);
        assertEquals(128, link.payloadBytes());
        link.open(77, 8, 4096);
        assertEquals(2048, link.payloadBytes());
    }

    /** 200 ms and 16 frames of 2075 line bytes of ten bits. */
    @Test
    void shouldWaitForTwoWindowsOfTheLongestFrames() {
        assertEquals(Duration.ofNanos(560_243_055), Link.retransmitTime(921_600));
    }
}
