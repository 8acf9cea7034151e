// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;

/** One direction of a line in simulated time: a rate, a delay, buffers that take a lot at once, and noise. */
final class NoisyLine {
    /** What becomes of a byte that the noise hits. */
    enum Noise {
        WRONG,
        LOST
    }

    private final Noise noise;
    private final double share;
    private final Random random;
    private final int bufferBytes;
    private final long byteNanos;
    private final long delayNanos;
    private final ArrayDeque<Byte> waiting = new ArrayDeque<>();
    private final ArrayDeque<long[]> onTheWay = new ArrayDeque<>();
    private long freeAt;

    /**
     * A line.
     *
     * @param bufferBytes that what sends takes at once
     * @param share of bytes that the noise hits
     * @param delayNanos from the line's end until the receiver hears a byte
     */
    NoisyLine(int baud, int bufferBytes, long delayNanos, Noise noise, double share, Random random) {
        this.byteNanos = 10_000_000_000L / baud;
        this.bufferBytes = bufferBytes;
        this.delayNanos = delayNanos;
        this.noise = noise;
        this.share = share;
        this.random = random;
    }

    boolean hasRoom() {
        return waiting.size() < bufferBytes;
    }

    void put(byte[] bytes) {
        for (byte value : bytes) {
            waiting.add(value);
        }
    }

    /** What arrives by now. */
    byte[] carry(long now) {
        while (!waiting.isEmpty() && freeAt <= now) {
            byte value = waiting.remove();
            boolean hit = random.nextDouble() < share;
            freeAt += byteNanos;
            if (!hit || noise == Noise.WRONG) {
                int carried = hit ? value ^ 1 << random.nextInt(8) : value;
                onTheWay.add(new long[] {freeAt + delayNanos, carried});
            }
        }
        freeAt = waiting.isEmpty() ? Math.max(freeAt, now) : freeAt;
        int count = 0;
        byte[] arrived = new byte[onTheWay.size()];
        while (!onTheWay.isEmpty() && onTheWay.element()[0] <= now) {
            arrived[count++] = (byte) onTheWay.remove()[1];
        }
        return Arrays.copyOf(arrived, count);
    }
}
