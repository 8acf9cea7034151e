// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/** Widths of codes. */
public final class Bits {
    private Bits() {}

    /** Whether codes of this width exist: 8, 4 or 2. */
    public static boolean isCode(int bits) {
        return bits == 8 || bits == 4 || bits == 2;
    }

    /** Largest unsigned code, 2^bits − 1. */
    public static int highestCode(int bits) {
        return (1 << bits) - 1;
    }

    /** Bytes that {@code count} codes need when packed. */
    public static int bytes(int count, int bits) {
        return Math.toIntExact(((long) count * bits + 7) / 8);
    }
}
