// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

/**
 * One halving of bits.
 *
 * @param target name of the value (the first of those tied) or of the weighted node
 * @param fromBits before, 8 or 4
 * @param toBits after
 */
public record Cut(Kind kind, String target, int fromBits, int toBits) {
    /** What was cut. */
    public enum Kind {
        ACTIVATION,
        WEIGHTS
    }
}
