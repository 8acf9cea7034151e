// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

/**
 * A tensor and the steps during which its bytes must stay, both inclusive.
 *
 * @param bytes at least 1
 * @param firstStep the layer that writes it; 0 for the network's input
 * @param lastStep the last layer that reads it; for the network's output one past the last layer
 */
public record Lifetime(int bytes, int firstStep, int lastStep) {
    public Lifetime {
        if (bytes < 1 || firstStep < 0 || lastStep < firstStep) {
            throw new IllegalArgumentException(bytes + " bytes from step " + firstStep + " to " + lastStep);
        }
    }

    public boolean isAliveAt(int step) {
        return firstStep <= step && step <= lastStep;
    }

    /** Whether both are alive at some step. */
    public boolean overlaps(Lifetime other) {
        return firstStep <= other.lastStep && other.firstStep <= lastStep;
    }

    int alignedBytes() {
        return Math.addExact(bytes, ArenaPlan.ALIGNMENT_BYTES - 1) & -ArenaPlan.ALIGNMENT_BYTES;
    }
}
