// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * An activation tensor of an integer network. Real value = scale × (code − zeroPoint).
 *
 * @param name unique within its network
 * @param bits of a code, 8, 4 or 2 (unsigned), or 32 (int32, zero point 0; only a network's output)
 * @param zeroPoint 0 … 2^bits − 1
 * @param scale positive and finite; says what the codes mean, nothing is computed with it
 */
public record Tensor(String name, TensorShape shape, int bits, int zeroPoint, double scale) {
    /** Bits of an output that is not made of codes. */
    public static final int INT32_BITS = 32;

    public Tensor {
        Checks.that(!name.isEmpty(), "a tensor name", name);
        Checks.that(Bits.isCode(bits) || bits == INT32_BITS, "8, 4, 2 or 32 bits for tensor " + name, bits);
        int highest = bits == INT32_BITS ? 0 : Bits.highestCode(bits);
        Checks.that(
                zeroPoint >= 0 && zeroPoint <= highest,
                "a zero point of tensor " + name + " from 0 to " + highest,
                zeroPoint);
        Checks.that(scale > 0 && Double.isFinite(scale), "a positive scale of tensor " + name, scale);
    }

    public boolean isInt32() {
        return bits == INT32_BITS;
    }

    /** Bytes of one pixel; its channels start on a byte boundary. */
    public int pixelBytes() {
        return Bits.bytes(shape.channels(), bits);
    }

    /** Bytes of the packed tensor. */
    public int packedBytes() {
        return Math.multiplyExact(shape.pixels(), pixelBytes());
    }
}
