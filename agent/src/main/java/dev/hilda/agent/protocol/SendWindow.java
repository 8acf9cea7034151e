// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.util.OptionalInt;

/**
 * The frames on their way to the peer, and which of them to send next (SPEC.md, "Repeating"). A line keeps the order: a
 * frame that has not arrived although a later one has is lost. Of a frame that was sent twice nobody knows which sending
 * arrived, so it proves nothing.
 */
final class SendWindow {
    static final int FRAMES = Link.WINDOW_FRAMES;

    private final FrameLoss loss;
    private final byte[][] payloads = new byte[FRAMES][];
    private final int[] flags = new int[FRAMES];
    private final boolean[] kept = new boolean[FRAMES];
    private final boolean[] due = new boolean[FRAMES];
    private final boolean[] repeated = new boolean[FRAMES];
    private final long[] sending = new long[FRAMES];
    private int unacknowledged;
    private int highestSent;
    private int end;
    private int peerEnd;
    private long sendings;
    private long newestArrived;

    SendWindow(FrameLoss loss) {
        this.loss = loss;
    }

    void open(int peerWindowFrames) {
        unacknowledged = 0;
        highestSent = 0;
        end = 0;
        peerEnd = peerWindowFrames & 0xFFFF;
        sendings = 0;
        newestArrived = -1;
    }

    /** Whether there is room for one more; of what has no credit yet, one waits here, and asks for it. */
    boolean hasRoom() {
        boolean waiting = end != highestSent && distance(peerEnd, end) <= 0;
        return !waiting && distance(end, unacknowledged) < FRAMES;
    }

    void add(byte[] payload, int frameFlags) {
        payloads[end % FRAMES] = payload;
        flags[end % FRAMES] = frameFlags;
        kept[end % FRAMES] = false;
        due[end % FRAMES] = false;
        repeated[end % FRAMES] = false;
        end = (end + 1) & 0xFFFF;
    }

    /** The frame to send next: the oldest that has to be repeated, else a new one that there is credit for. */
    OptionalInt next() {
        for (int sequence = unacknowledged; sequence != highestSent; sequence = following(sequence)) {
            if (due[sequence % FRAMES]) {
                return OptionalInt.of(sequence);
            }
        }
        boolean fresh = highestSent != end && distance(peerEnd, highestSent) > 0;
        return fresh ? OptionalInt.of(highestSent) : OptionalInt.empty();
    }

    /** Returns whether it was sent for the first time. */
    boolean sent(int sequence) {
        int slot = sequence % FRAMES;
        boolean fresh = sequence == highestSent;
        repeated[slot] = !fresh;
        due[slot] = false;
        sending[slot] = sendings++;
        highestSent = fresh ? following(sequence) : highestSent;
        return fresh;
    }

    byte[] payload(int sequence) {
        return payloads[sequence % FRAMES];
    }

    int flags(int sequence) {
        return flags[sequence % FRAMES];
    }

    /** Whether an acknowledgement is neither overtaken nor of what was never sent. */
    boolean isPossible(int acknowledge) {
        return distance(acknowledge, unacknowledged) >= 0 && distance(acknowledge, highestSent) <= 0;
    }

    /** All before {@code acknowledge} have arrived; returns whether that is news. */
    boolean acknowledged(int acknowledge, int credit) {
        boolean news = acknowledge != unacknowledged;
        for (; unacknowledged != acknowledge; unacknowledged = following(unacknowledged)) {
            if (!kept[unacknowledged % FRAMES]) {
                arrived(unacknowledged);
            }
        }
        peerEnd = (acknowledge + credit) & 0xFFFF;
        return news;
    }

    /** Bit i of byte b: the frame 8b + i + 1 behind the expected one has arrived; returns whether that is news. */
    boolean kept(byte[] bits) {
        boolean news = false;
        int sent = distance(highestSent, unacknowledged);
        for (int ahead = 1; ahead < sent && ahead <= Byte.SIZE * bits.length; ahead++) {
            int sequence = (unacknowledged + ahead) & 0xFFFF;
            boolean has = ((bits[(ahead - 1) / Byte.SIZE] >> ((ahead - 1) % Byte.SIZE)) & 1) != 0;
            if (has && !kept[sequence % FRAMES]) {
                kept[sequence % FRAMES] = true;
                due[sequence % FRAMES] = false;
                arrived(sequence);
                news = true;
            }
        }
        return news;
    }

    private void arrived(int sequence) {
        loss.settled(payload(sequence).length, false);
        if (!repeated[sequence % FRAMES]) {
            newestArrived = Math.max(newestArrived, sending[sequence % FRAMES]);
        }
    }

    /** Repeats what was sent before something that has arrived. */
    boolean repeatLost() {
        boolean any = false;
        for (int sequence = unacknowledged; sequence != highestSent; sequence = following(sequence)) {
            int slot = sequence % FRAMES;
            if (!kept[slot] && !due[slot] && sending[slot] < newestArrived) {
                repeat(sequence);
                any = true;
            }
        }
        return any;
    }

    /** Repeats the oldest frame, if it was sent; what is behind it may have been kept. */
    void repeatOldest() {
        if (unacknowledged != highestSent && !due[unacknowledged % FRAMES]) {
            repeat(unacknowledged);
        }
    }

    private void repeat(int sequence) {
        due[sequence % FRAMES] = true;
        loss.settled(payload(sequence).length, true);
    }

    /** Repeats everything that is not known to have arrived. */
    void goBack() {
        for (int sequence = unacknowledged; sequence != highestSent; sequence = following(sequence)) {
            due[sequence % FRAMES] = !kept[sequence % FRAMES];
        }
    }

    int unacknowledged() {
        return unacknowledged;
    }

    int highestSent() {
        return highestSent;
    }

    boolean isEmpty() {
        return unacknowledged == end;
    }

    private static int following(int sequence) {
        return (sequence + 1) & 0xFFFF;
    }

    /** Distance from b to a on the circle of sequence numbers, negative when a is behind b. */
    static int distance(int a, int b) {
        return (short) (a - b);
    }
}
