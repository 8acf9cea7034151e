// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One end of the link (SPEC.md, "Link"): what is queued here arrives at the peer complete, once and in order, or the
 * link is dead. Sliding window, cumulative acknowledgement, go-back-N, credits. The mirror image of
 * firmware-template/protocol/link.c.
 *
 * <p>Sans-I/O and single-threaded. Nanoseconds are {@link System#nanoTime()}'s: only differences mean something.
 */
final class Link {
    /** Told of what arrives, in order. Must not call back into the link's {@code receive}. */
    interface Listener {
        void fragment(byte[] payload, boolean first, boolean last);

        /** A HELLO or HELLO_REQUEST, whatever its session. */
        void control(FrameHeader header, byte[] payload);

        /** A DATA or ACK frame of no session or of another one; it is ignored. */
        void unexpected(FrameHeader header);
    }

    /** Largest number of frames under way; a power of two, because sequence numbers wrap at 65536. */
    static final int WINDOW_FRAMES = 64;

    /** Window of a board (SPEC.md, "Window"). */
    private static final int BOARD_WINDOW_FRAMES = 8;

    static final int MAX_TIMEOUTS = 8;

    private final Listener listener;
    private final LinkCounters counters = new LinkCounters();
    private final FrameDecoder decoder;
    private final ArrayDeque<byte[]> line = new ArrayDeque<>();
    private int lineOffset;

    private int session;
    private boolean dead;
    private long now;

    private int expected;
    private boolean ackDue;
    private boolean gapDue;
    private boolean gapTold;

    private final byte[][] queuedPayloads = new byte[WINDOW_FRAMES][];
    private final int[] queuedFlags = new int[WINDOW_FRAMES];
    private int unacknowledged;
    private int next;
    private int end;
    private int highestSent;
    private int peerEnd;
    private int peerMaxPayloadBytes;
    private boolean ackRequestDue;
    private int timeoutsInARow;
    private final RoundTrip roundTrip;
    private boolean timeoutArmed;
    private long timeoutAt;
    private @Nullable FrameHeader controlHeader;
    private byte[] controlPayload = {};

    /** @param retransmit time without progress after which unacknowledged frames are sent again */
    Link(Duration retransmit, Listener listener) {
        this.listener = listener;
        this.roundTrip = new RoundTrip(retransmit.toNanos());
        this.decoder = new FrameDecoder(new FrameDecoder.Listener() {
            @Override
            public void frame(FrameHeader header, byte[] payload) {
                counters.receivedFrames++;
                takeFrame(header, payload);
            }

            @Override
            public void malformed() {
                counters.resyncs++;
                gapDue = session != 0 && !gapTold;
            }

            @Override
            public void badCrc() {
                counters.crcErrors++;
                gapDue = session != 0 && !gapTold;
            }
        });
    }

    /**
     * A retransmission time that suits the line: 200 ms for latency, plus two windows of a board full of the longest
     * frames. Buffers on the way may hold one window ahead of a frame and another ahead of its acknowledgement.
     */
    static Duration retransmitTime(int baud) {
        long bitsPerFrame = 10L * FrameEncoder.MAX_LINE_BYTES;
        return Duration.ofMillis(200).plusNanos(2 * BOARD_WINDOW_FRAMES * bitsPerFrame * 1_000_000_000L / baud);
    }

    /** Forgets all that was queued or received and starts a session; 0 ends it. */
    void open(int newSession, int peerWindowFrames, int peerMaxPayload) {
        session = newSession;
        dead = false;
        expected = 0;
        ackDue = false;
        gapDue = false;
        gapTold = false;
        unacknowledged = 0;
        next = 0;
        end = 0;
        highestSent = 0;
        peerEnd = peerWindowFrames & 0xFFFF;
        peerMaxPayloadBytes = peerMaxPayload;
        ackRequestDue = false;
        timeoutsInARow = 0;
        timeoutArmed = false;
        roundTrip.forget();
    }

    int session() {
        return session;
    }

    /** The peer did not answer {@link #MAX_TIMEOUTS} times in a row. */
    boolean isDead() {
        return dead;
    }

    LinkStatistics statistics() {
        return counters.snapshot();
    }

    // ---- Receiving

    void receive(byte[] bytes, int offset, int count, long nowNanos) {
        now = nowNanos;
        counters.receivedBytes += count;
        decoder.feed(bytes, offset, count);
    }

    private void takeFrame(FrameHeader header, byte[] payload) {
        switch (header.type()) {
            case FrameHeader.HELLO, FrameHeader.HELLO_REQUEST -> listener.control(header, payload);
            case FrameHeader.DATA, FrameHeader.ACK -> takeSequenced(header, payload);
            default -> {} // a later version's
        }
    }

    private void takeSequenced(FrameHeader header, byte[] payload) {
        if (session == 0 || header.session() != session) {
            listener.unexpected(header);
            return;
        }
        takeAcknowledgement(header);
        ackDue |= header.has(FrameHeader.FLAG_ACK_REQUEST);
        if (header.type() == FrameHeader.DATA) {
            takeData(header, payload);
        }
    }

    private void takeAcknowledgement(FrameHeader header) {
        int progress = distance(header.acknowledge(), unacknowledged);
        if (progress < 0 || distance(header.acknowledge(), highestSent) > 0) {
            return; // overtaken, or of nothing we ever sent
        }
        peerEnd = (header.acknowledge() + header.credit()) & 0xFFFF;
        unacknowledged = header.acknowledge();
        roundTrip.acknowledged(unacknowledged, now);
        if (distance(next, unacknowledged) < 0) {
            next = unacknowledged;
        }
        if (progress > 0 || header.credit() == 0) {
            timeoutsInARow = 0;
            armTimeout();
        }
        if (header.has(FrameHeader.FLAG_GAP)) {
            roundTrip.repeating();
            next = unacknowledged;
        }
    }

    private void takeData(FrameHeader header, byte[] payload) {
        ackDue = true;
        int ahead = distance(header.sequence(), expected);
        if (ahead < 0) {
            counters.duplicates++;
        } else if (ahead > 0) {
            counters.gaps++;
            gapDue |= !gapTold;
        } else {
            expected = (expected + 1) & 0xFFFF;
            gapDue = false;
            gapTold = false;
            listener.fragment(payload, header.has(FrameHeader.FLAG_FIRST), header.has(FrameHeader.FLAG_LAST));
        }
    }

    // ---- Sending

    /** Whether there is room for one more fragment. */
    boolean canSend() {
        return session != 0 && !dead && distance(end, unacknowledged) < WINDOW_FRAMES;
    }

    int maxPayloadBytes() {
        return Math.min(peerMaxPayloadBytes, FrameEncoder.MAX_PAYLOAD_BYTES);
    }

    /** Queues a fragment; only when {@link #canSend()}. The array must not change any more. */
    void send(byte[] payload, boolean first, boolean last) {
        int flags = (first ? FrameHeader.FLAG_FIRST : 0) | (last ? FrameHeader.FLAG_LAST : 0);
        queuedPayloads[end % WINDOW_FRAMES] = payload;
        queuedFlags[end % WINDOW_FRAMES] = flags;
        end = (end + 1) & 0xFFFF;
    }

    /** The next frame asks the peer to acknowledge. */
    void requestAcknowledgement() {
        ackRequestDue = true;
    }

    /** Sends HELLO or HELLO_REQUEST, outside of the sequence; a newer one replaces one not yet sent. */
    void sendControl(int type, int controlSession, byte[] payload) {
        controlHeader = new FrameHeader(type, 0, WINDOW_FRAMES, controlSession, 0, 0);
        controlPayload = payload;
    }

    /** Bytes for the line, at most {@code maxBytes}; empty when there is nothing to say. */
    byte[] drain(int maxBytes, long nowNanos) {
        now = nowNanos;
        byte[] bytes = new byte[maxBytes];
        int written = 0;
        while (written < maxBytes && (!line.isEmpty() || startFrame())) {
            byte[] frame = line.element();
            int portion = Math.min(frame.length - lineOffset, maxBytes - written);
            System.arraycopy(frame, lineOffset, bytes, written, portion);
            written += portion;
            lineOffset += portion;
            if (lineOffset == frame.length) {
                line.remove();
                lineOffset = 0;
            }
        }
        counters.sentBytes += written;
        // Data that waits for credit is waited for as well: the frame that brings the credit may be lost.
        if (!timeoutArmed && !dead) {
            armTimeout();
        }
        return Arrays.copyOf(bytes, written);
    }

    private boolean startFrame() {
        FrameHeader waiting = controlHeader;
        if (waiting != null) {
            controlHeader = null;
            line.add(FrameEncoder.encode(waiting, controlPayload));
        } else if (session == 0 || dead) {
            return false;
        } else if (next != end && distance(peerEnd, next) > 0) {
            startData();
        } else if (ackDue || gapDue || ackRequestDue) {
            line.add(FrameEncoder.encode(news(FrameHeader.ACK, 0), new byte[0]));
        } else {
            return false;
        }
        counters.sentFrames++;
        return true;
    }

    private void startData() {
        int slot = next % WINDOW_FRAMES;
        line.add(FrameEncoder.encode(news(FrameHeader.DATA, queuedFlags[slot]), queuedPayloads[slot]));
        boolean fresh = next == highestSent;
        boolean oldest = next == unacknowledged;
        next = (next + 1) & 0xFFFF;
        if (fresh) {
            roundTrip.sent(highestSent, now);
            highestSent = next;
        } else {
            counters.retransmits++;
        }
        if (oldest) {
            armTimeout();
        }
    }

    /** The header of the next DATA or ACK frame; it carries all news there are for the peer. */
    private FrameHeader news(int type, int flags) {
        int all = flags | (gapDue ? FrameHeader.FLAG_GAP : 0) | (ackRequestDue ? FrameHeader.FLAG_ACK_REQUEST : 0);
        gapTold |= gapDue;
        ackDue = false;
        gapDue = false;
        ackRequestDue = false;
        // Received fragments go to the listener at once, so the whole window is always free.
        return new FrameHeader(type, all, WINDOW_FRAMES, session, next, expected);
    }

    // ---- Time

    /** Acts on a passed deadline. */
    void poll(long nowNanos) {
        now = nowNanos;
        if (!timeoutArmed || nowNanos - timeoutAt < 0) {
            return;
        }
        counters.timeouts++;
        timeoutsInARow++;
        if (timeoutsInARow >= MAX_TIMEOUTS) {
            dead = true;
            timeoutArmed = false;
            return;
        }
        roundTrip.timedOut();
        next = unacknowledged;
        ackRequestDue = true;
        armTimeout();
    }

    /** When {@link #poll} has something to do. */
    OptionalLong deadlineNanos() {
        return timeoutArmed ? OptionalLong.of(timeoutAt) : OptionalLong.empty();
    }

    private void armTimeout() {
        timeoutArmed = unacknowledged != end;
        timeoutAt = now + roundTrip.timeoutNanos();
    }

    /** Everything queued is sent and acknowledged. */
    boolean isQuiet() {
        return line.isEmpty() && controlHeader == null && unacknowledged == end;
    }

    /** Distance from b to a on the circle of sequence numbers, negative when a is behind b. */
    private static int distance(int a, int b) {
        return (short) (a - b);
    }
}
