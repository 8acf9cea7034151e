// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

import dev.hilda.agent.hash.Sha256;
import java.util.List;

/**
 * Integer networks as bytes ({@code .hnet}). Equal networks give equal bytes. Little-endian; {@code text} is a u16 length
 * and UTF-8; {@code ints} is a u32 count and int32 values. The version is the lowest that knows all of the file's layers
 * and its numbers of inputs and outputs, so that networks of older layers keep their bytes and hash.
 *
 * <pre>
 * file        "HNET", u16 version, text name, u16 tensors, tensor …, u16 layers, layer …, u16 input, u16 output
 *             from version 2 on, only where there are several outputs or inputs: u16 further outputs, u16 further output …
 *             and behind it, only where there are several inputs: u16 further inputs, u16 further input …
 * tensor      text name, u32 height, u32 width, u32 channels, u8 bits, u8 zeroPoint, f64 scale
 * layer       u8 kind, text name, u16 input tensor, u16 output tensor, then by kind:
 *  1 convolution, 2 depthwise   window, weights, ints bias, requantization
 *  3 add       u16 second tensor, i32 firstMultiplier, i32 secondMultiplier, i32 addend, u8 rightShift, i32 low, i32 high
 *  4 rescale   i32 multiplier, i32 addend, u8 rightShift, i32 low, i32 high
 *  5 average   window, u8 tieThreshold, i32 low, i32 high
 *  6 max       window, i32 low, i32 high
 *  7 pad       u16 top, u16 bottom, u16 left, u16 right
 *  8 reshape   nothing
 *  9 softmax   ints exponentials
 * from version 2 on:
 * 10 mean      window, requantization
 * 11 lookup    ints codes
 * 12 concatenation  u16 further inputs, u16 further input tensor …, u8 axis (0 height, 1 width, 2 channel)
 * 13 sum       as add
 * 14 product   u16 second tensor, requantization
 * 15 gather    ints rows, ints columns, ints channels
 * 16 interpolate  positions rows, positions columns, u8 tieThreshold
 * 17 prelu     i32 multiplier, requantization
 * from version 3 on:
 * 18 convolution, 19 depthwise   with thresholds: window, weights, u8 bits of the output, ints thresholds
 * window      u16 × 10 in the order of {@link Window}
 * weights     u8 bits, u32 channels, u32 codes, u8 zeroPoint × channels, codes packed low bits first
 * positions   ints lower, ints upper, ints fractions
 * requantization  ints multipliers, u8 leftShift, u8 rightShift, i32 addend, i32 low, i32 high
 * </pre>
 */
public final class NetworkFile {
    static final byte[] MAGIC = {'H', 'N', 'E', 'T'};
    static final int OLDEST_VERSION = 1;
    static final int NEWEST_VERSION = 3;
    static final int SEVERAL_VERSION = 2;

    static final int CONVOLUTION = 1;
    static final int DEPTHWISE = 2;
    static final int ADD = 3;
    static final int RESCALE = 4;
    static final int AVERAGE_POOL = 5;
    static final int MAX_POOL = 6;
    static final int PAD = 7;
    static final int RESHAPE = 8;
    static final int SOFTMAX = 9;
    static final int MEAN = 10;
    static final int LOOKUP = 11;
    static final int CONCATENATION = 12;
    static final int SUM = 13;
    static final int PRODUCT = 14;
    static final int GATHER = 15;
    static final int INTERPOLATE = 16;
    static final int PRELU = 17;
    static final int CONVOLUTION_THRESHOLDS = 18;
    static final int DEPTHWISE_THRESHOLDS = 19;

    /** By their numbers in the file. */
    static final List<Axis> AXES = List.of(Axis.HEIGHT, Axis.WIDTH, Axis.CHANNEL);

    private NetworkFile() {}

    /** Highest kind of layer that a version knows. */
    static int highestKind(int version) {
        return switch (version) {
            case OLDEST_VERSION -> SOFTMAX;
            case SEVERAL_VERSION -> PRELU;
            default -> DEPTHWISE_THRESHOLDS;
        };
    }

    public static byte[] write(IntegerNetwork network) {
        return new NetworkWriter().write(network);
    }

    /**
     * Reads what {@link #write} wrote. Memory stays within a small multiple of the file's length, whatever it holds.
     *
     * @throws NetworkFormatException when the bytes are not a network
     */
    public static IntegerNetwork read(byte[] bytes) {
        return new NetworkReader(bytes).read();
    }

    /** The model hash: SHA-256 of {@link #write}'s bytes, by which firmware, bundles and results name the network. */
    public static String sha256(IntegerNetwork network) {
        return Sha256.hex(write(network));
    }
}
