// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.util.Arrays;

/**
 * Quantized weights: unsigned codes, one a byte here, with a zero point per output channel. Immutable. Order of a
 * convolution: output channel, kernel row, kernel column, input channel; of a depthwise convolution: kernel row, kernel
 * column, output channel.
 */
public final class WeightCodes {
    private final int bits;
    private final byte[] codes;
    private final int[] zeroPoints;

    /**
     * @param bits 8, 4 or 2
     * @param codes each 0 … 2^bits − 1, as unsigned bytes
     * @param zeroPoints one per output channel, each 0 … 2^bits − 1
     */
    public WeightCodes(int bits, byte[] codes, int[] zeroPoints) {
        Checks.that(Bits.isCode(bits), "weights of 8, 4 or 2 bits", bits);
        int highest = Bits.highestCode(bits);
        this.bits = bits;
        this.codes = codes.clone();
        this.zeroPoints = zeroPoints.clone();
        Checks.that(this.zeroPoints.length >= 1, "at least one output channel", this.zeroPoints.length);
        Checks.that(
                this.codes.length > 0 && this.codes.length % this.zeroPoints.length == 0,
                "a multiple of " + this.zeroPoints.length + " weights",
                this.codes.length);
        // There are millions of codes: what goes into a message is made for a wrong one only.
        for (byte code : this.codes) {
            if (Byte.toUnsignedInt(code) > highest) {
                throw Checks.failure("weight codes up to " + highest, Byte.toUnsignedInt(code));
            }
        }
        for (int zeroPoint : this.zeroPoints) {
            if (zeroPoint < 0 || zeroPoint > highest) {
                throw Checks.failure("zero points from 0 to " + highest, zeroPoint);
            }
        }
    }

    public int bits() {
        return bits;
    }

    public int count() {
        return codes.length;
    }

    public int outputChannels() {
        return zeroPoints.length;
    }

    /** The code at an index of the order above. */
    public int code(int index) {
        return Byte.toUnsignedInt(codes[index]);
    }

    public int zeroPoint(int outputChannel) {
        return zeroPoints[outputChannel];
    }

    /** A copy of the codes, as unsigned bytes. */
    public byte[] codes() {
        return codes.clone();
    }

    /** A copy of the zero points. */
    public int[] zeroPoints() {
        return zeroPoints.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightCodes that
                && bits == that.bits
                && Arrays.equals(codes, that.codes)
                && Arrays.equals(zeroPoints, that.zeroPoints);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(codes) + Arrays.hashCode(zeroPoints);
    }

    @Override
    public String toString() {
        return "WeightCodes[" + bits + " bits, " + codes.length + " codes, " + zeroPoints.length + " channels]";
    }
}
