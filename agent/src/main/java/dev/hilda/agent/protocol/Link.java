// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One end of the link (SPEC.md, "Link"): what is queued here arrives at the peer complete, once and in order, or the
 * link is dead. Sliding window, credits, selective repeat; with a peer that keeps no frames beyond the expected one,
 * go-back-N. The mirror image of firmware-template/protocol/link.c.
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
    private final int windowFrames;
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

    /** Bit i: the frame i beyond the expected one has arrived. */
    private long kept;

    private final byte[][] keptPayloads = new byte[WINDOW_FRAMES][];
    private final int[] keptFlags = new int[WINDOW_FRAMES];
    private boolean peerKeeps;

    private final FrameLoss loss = new FrameLoss();
    private final SendWindow window = new SendWindow(loss);
    private int peerMaxPayloadBytes;
    private boolean ackRequestDue;
    private int timeoutsInARow;
    private final RoundTrip roundTrip;
    private boolean timeoutArmed;
    private long timeoutAt;
    private @Nullable FrameHeader controlHeader;
    private byte[] controlPayload = {};

    Link(Duration retransmit, Listener listener) {
        this(retransmit, WINDOW_FRAMES, listener);
    }

    /**
     * A link without a session.
     *
     * @param retransmit time without progress after which unacknowledged frames are sent again
     * @param windowFrames that this end takes, up to {@link #WINDOW_FRAMES}
     */
    Link(Duration retransmit, int windowFrames, Listener listener) {
        this.listener = listener;
        this.windowFrames = windowFrames;
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
                takeDamage();
            }

            @Override
            public void badCrc() {
                counters.crcErrors++;
                takeDamage();
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
        kept = 0;
        peerKeeps = false;
        window.open(peerWindowFrames);
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
        peerKeeps = header.has(FrameHeader.FLAG_KEEPS);
        takeAcknowledgement(header, header.type() == FrameHeader.ACK ? payload : new byte[0]);
        ackDue |= header.has(FrameHeader.FLAG_ACK_REQUEST);
        if (header.type() == FrameHeader.DATA) {
            takeData(header, payload);
        }
    }

    private void takeAcknowledgement(FrameHeader header, byte[] bits) {
        if (!window.isPossible(header.acknowledge())) {
            return;
        }
        boolean progress = window.acknowledged(header.acknowledge(), header.credit());
        roundTrip.acknowledged(window.unacknowledged(), now);
        progress |= window.kept(bits);
        if (progress || header.credit() == 0) {
            timeoutsInARow = 0;
            armTimeout();
        }
        boolean gap = header.has(FrameHeader.FLAG_GAP);
        boolean lost = peerKeeps && window.repeatLost();
        if (lost || gap) {
            roundTrip.repeating();
        }
        if (gap) {
            window.repeatOldest(); // a loss, and with a peer that keeps nothing not the only frame
            if (!peerKeeps) {
                window.goBack();
            }
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
            keep(header, payload, ahead);
        } else {
            gapDue = false;
            gapTold = false;
            deliver(payload, header.flags());
            kept >>>= 1;
            for (; (kept & 1) != 0; kept >>>= 1) {
                int slot = expected % WINDOW_FRAMES;
                deliver(keptPayloads[slot], keptFlags[slot]);
            }
        }
    }

    private void keep(FrameHeader header, byte[] payload, int ahead) {
        if (ahead < windowFrames && ((kept >>> ahead) & 1) == 0) {
            kept |= 1L << ahead;
            keptPayloads[header.sequence() % WINDOW_FRAMES] = payload;
            keptFlags[header.sequence() % WINDOW_FRAMES] = header.flags();
        }
    }

    private void deliver(byte[] payload, int flags) {
        expected = (expected + 1) & 0xFFFF;
        listener.fragment(payload, (flags & FrameHeader.FLAG_FIRST) != 0, (flags & FrameHeader.FLAG_LAST) != 0);
    }

    /** A peer that would go back hears of a gap once: told twice, it would do so twice. */
    private void takeDamage() {
        gapDue = session != 0 && (peerKeeps || !gapTold);
    }

    // ---- Sending

    /** Whether there is room for one more fragment. */
    boolean canSend() {
        return session != 0 && !dead && window.hasRoom();
    }

    /** How long a fragment should be on this line; the peer takes it. */
    int payloadBytes() {
        return loss.payloadBytes(Math.min(peerMaxPayloadBytes, FrameEncoder.MAX_PAYLOAD_BYTES));
    }

    /** The line is another one from now on. */
    void forgetLosses() {
        loss.forget();
    }

    /** Queues a fragment; only when {@link #canSend()}. The array must not change any more. */
    void send(byte[] payload, boolean first, boolean last) {
        int flags = (first ? FrameHeader.FLAG_FIRST : 0) | (last ? FrameHeader.FLAG_LAST : 0);
        window.add(payload, flags);
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
        } else if (kept != 0 && (ackDue || gapDue)) {
            startAck(); // Data has no room for the news of what was kept.
        } else if (window.next().isPresent()) {
            startData(window.next().getAsInt());
        } else if (ackDue || gapDue || ackRequestDue) {
            startAck();
        } else {
            return false;
        }
        counters.sentFrames++;
        return true;
    }

    private void startData(int sequence) {
        FrameHeader header = news(FrameHeader.DATA, window.flags(sequence), sequence);
        line.add(FrameEncoder.encode(header, window.payload(sequence)));
        if (window.sent(sequence)) {
            roundTrip.sent(sequence, now);
        } else {
            counters.retransmits++;
        }
        if (sequence == window.unacknowledged()) {
            armTimeout();
        }
    }

    private void startAck() {
        FrameHeader header = news(FrameHeader.ACK, 0, window.highestSent());
        int bytes = (Long.SIZE - Long.numberOfLeadingZeros(kept >>> 1) + Byte.SIZE - 1) / Byte.SIZE;
        byte[] bits = new byte[bytes];
        for (int index = 0; index < bytes; index++) {
            bits[index] = (byte) (kept >>> (1 + Byte.SIZE * index));
        }
        line.add(FrameEncoder.encode(header, bits));
    }

    /** The header of the next DATA or ACK frame; it carries all news there are for the peer. */
    private FrameHeader news(int type, int flags, int sequence) {
        int all = flags
                | FrameHeader.FLAG_KEEPS
                | (gapDue ? FrameHeader.FLAG_GAP : 0)
                | (ackRequestDue ? FrameHeader.FLAG_ACK_REQUEST : 0);
        gapTold |= gapDue;
        ackDue = false;
        gapDue = false;
        ackRequestDue = false;
        // Received fragments go to the listener at once, so the whole window is always free.
        return new FrameHeader(type, all, windowFrames, session, sequence, expected);
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
        window.goBack();
        ackRequestDue = true;
        armTimeout();
    }

    /** When {@link #poll} has something to do. */
    OptionalLong deadlineNanos() {
        return timeoutArmed ? OptionalLong.of(timeoutAt) : OptionalLong.empty();
    }

    private void armTimeout() {
        timeoutArmed = !window.isEmpty();
        timeoutAt = now + roundTrip.timeoutNanos();
    }

    /** Everything queued is sent and acknowledged. */
    boolean isQuiet() {
        return line.isEmpty() && controlHeader == null && window.isEmpty();
    }

    private static int distance(int a, int b) {
        return SendWindow.distance(a, b);
    }
}
