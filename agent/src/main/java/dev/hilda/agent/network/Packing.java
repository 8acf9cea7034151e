// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Canonical packing of a tensor (INTEGER.md, "Tensors"): each pixel's channels start on a byte boundary, the first
 * channel of a byte is in its low bits; int32 is little-endian.
 */
public final class Packing {
    private static final int BYTE_BITS = 8;
    private static final int BYTE_MASK = 0xff;

    private Packing() {}

    /**
     * Packs the codes of a tensor.
     *
     * @param codes in the order height, width, channel, each 0 … 2^bits − 1 (any int32 for a tensor of 32 bits)
     * @return {@link Tensor#packedBytes()} bytes
     * @throws IllegalArgumentException when their number or one of them does not fit the tensor
     */
    public static byte[] pack(Tensor tensor, int[] codes) {
        Checks.that(codes.length == tensor.shape().elements(), "as many codes as " + tensor, codes.length);
        byte[] packed = new byte[tensor.packedBytes()];
        int channels = tensor.shape().channels();
        int bits = tensor.bits();
        int pixelBytes = tensor.pixelBytes();
        int highest = tensor.isInt32() ? Integer.MAX_VALUE : Bits.highestCode(bits);
        for (int i = 0; i < codes.length; i++) {
            int code = codes[i];
            int start = i / channels * pixelBytes;
            int bit = i % channels * bits;
            if (tensor.isInt32()) {
                for (int k = 0; k < Integer.BYTES; k++) {
                    packed[start + bit / BYTE_BITS + k] = (byte) (code >> (k * BYTE_BITS));
                }
            } else {
                if (code < 0 || code > highest) { // the message is written only where it is needed
                    Checks.that(false, "codes of " + tensor, code);
                }
                packed[start + bit / BYTE_BITS] |= (byte) (code << (bit % BYTE_BITS));
            }
        }
        return packed;
    }

    /**
     * Packs the codes of several tensors, one after the other, as a board receives its network's inputs.
     *
     * @param codes of all tensors in their order
     * @throws IllegalArgumentException as {@link #pack(Tensor, int[])}
     */
    public static byte[] pack(List<Tensor> tensors, int[] codes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        int first = 0;
        for (Tensor tensor : tensors) {
            int end = Math.min(codes.length, first + tensor.shape().elements());
            packed.writeBytes(pack(tensor, Arrays.copyOfRange(codes, first, end)));
            first = end;
        }
        Checks.that(first == codes.length, first + " codes of all inputs", codes.length);
        return packed.toByteArray();
    }

    /**
     * Unpacks the codes of several tensors.
     *
     * @return of all tensors, one after the other
     * @throws IllegalArgumentException when {@code packed} does not have the bytes of all
     */
    public static int[] unpack(List<Tensor> tensors, byte[] packed) {
        int bytes = tensors.stream().mapToInt(Tensor::packedBytes).sum();
        Checks.that(packed.length == bytes, bytes + " bytes of all inputs", packed.length);
        IntStream codes = IntStream.empty();
        int first = 0;
        for (Tensor tensor : tensors) {
            int end = first + tensor.packedBytes();
            codes = IntStream.concat(codes, Arrays.stream(unpack(tensor, Arrays.copyOfRange(packed, first, end))));
            first = end;
        }
        return codes.toArray();
    }

    /**
     * Unpacks the codes of a tensor. Unused bits of a pixel's last byte are ignored.
     *
     * @return in the order height, width, channel
     * @throws IllegalArgumentException when {@code packed} does not have {@link Tensor#packedBytes()} bytes
     */
    public static int[] unpack(Tensor tensor, byte[] packed) {
        Checks.that(packed.length == tensor.packedBytes(), tensor.packedBytes() + " bytes of " + tensor, packed.length);
        int[] codes = new int[tensor.shape().elements()];
        int channels = tensor.shape().channels();
        int bits = tensor.bits();
        int pixelBytes = tensor.pixelBytes();
        for (int i = 0; i < codes.length; i++) {
            int start = i / channels * pixelBytes;
            int bit = i % channels * bits;
            if (tensor.isInt32()) {
                for (int k = 0; k < Integer.BYTES; k++) {
                    codes[i] |= (packed[start + bit / BYTE_BITS + k] & BYTE_MASK) << (k * BYTE_BITS);
                }
            } else {
                int value = packed[start + bit / BYTE_BITS] & BYTE_MASK;
                codes[i] = (value >> (bit % BYTE_BITS)) & Bits.highestCode(bits);
            }
        }
        return codes;
    }
}
