// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.util.ArrayDeque;
import java.util.Random;

/** One direction of a serial line at 921,600 baud that loses, damages, repeats and invents bytes. */
class SimulatedLine {
    static final long BYTE_NANOS = 10_851;

    private final Random random;
    private final int faultOneIn;
    private final ArrayDeque<Byte> bytes = new ArrayDeque<>();
    /** What drivers have room for. */
    int bufferBytes = 512;

    long carried;

    /** @param faultOneIn a fault on one byte in so many; 0 for none */
    SimulatedLine(Random random, int faultOneIn) {
        this.random = random;
        this.faultOneIn = faultOneIn;
    }

    boolean hasRoom() {
        return bytes.size() < bufferBytes;
    }

    void put(byte[] portion) {
        for (byte value : portion) {
            int fault = faultOneIn > 0 && random.nextInt(faultOneIn) == 0 ? random.nextInt(4) : 4;
            if (fault == 0) {
                continue; // lost
            }
            bytes.add(fault == 1 ? (byte) random.nextInt() : value);
            if (fault == 2) {
                bytes.add(value); // twice
            } else if (fault == 3) {
                bytes.add((byte) random.nextInt()); // invented
            }
        }
    }

    /** What arrives in one byte time: one byte, or none. */
    byte[] carry() {
        Byte value = bytes.poll();
        if (value == null) {
            return new byte[0];
        }
        carried++;
        return new byte[] {value};
    }
}
