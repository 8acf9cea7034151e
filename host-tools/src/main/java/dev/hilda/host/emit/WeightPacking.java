package dev.hilda.host.emit;

import static dev.hilda.host.memory.KernelScratch.QUAD;
import static dev.hilda.host.memory.KernelScratch.quads;

import dev.hilda.agent.network.WeightCodes;

/** Weights in the orders that the kernels read: {@code kernels/convolution.h} and {@code kernels/depthwise.h}. */
final class WeightPacking {
    private static final int WORD_BITS = 32;

    private WeightPacking() {}

    /**
     * Rows of whole words, one per output channel. Codes 2k and 2k + 1 lie half a word apart, in the same place of both
     * 16-bit lanes.
     */
    static int[] convolution(WeightCodes weights) {
        int bits = weights.bits();
        int codesPerWord = WORD_BITS / bits;
        int channels = weights.outputChannels();
        int perChannel = weights.count() / channels;
        int rowWords = (perChannel + codesPerWord - 1) / codesPerWord;
        int[] words = new int[Math.multiplyExact(channels, rowWords)];
        for (int channel = 0; channel < channels; channel++) {
            for (int i = 0; i < perChannel; i++) {
                int inWord = i % codesPerWord;
                int position = inWord / 2 + inWord % 2 * (codesPerWord / 2);
                words[channel * rowWords + i / codesPerWord] |=
                        weights.code(channel * perChannel + i) << (position * bits);
            }
        }
        return words;
    }

    /** Quads of output channels in the order O/4,KH,KW; the last is filled with codes 0. */
    static byte[] depthwise(WeightCodes weights) {
        int bits = weights.bits();
        int channels = weights.outputChannels();
        int taps = weights.count() / channels;
        int quadBytes = QUAD * bits / Byte.SIZE;
        byte[] bytes = new byte[Math.multiplyExact(quads(channels), taps * quadBytes)];
        for (int channel = 0; channel < channels; channel++) {
            for (int tap = 0; tap < taps; tap++) {
                int bit = channel % QUAD * bits;
                int at = (channel / QUAD * taps + tap) * quadBytes + bit / Byte.SIZE;
                bytes[at] |= (byte) (weights.code(tap * channels + channel) << (bit % Byte.SIZE));
            }
        }
        return bytes;
    }

    /** Zero points, one per channel, with zeros to fill the last quad. */
    static byte[] quadZeroPoints(WeightCodes weights) {
        byte[] zeroPoints = new byte[quads(weights.outputChannels()) * QUAD];
        for (int channel = 0; channel < weights.outputChannels(); channel++) {
            zeroPoints[channel] = (byte) weights.zeroPoint(channel);
        }
        return zeroPoints;
    }

    static byte[] zeroPoints(WeightCodes weights) {
        byte[] zeroPoints = new byte[weights.outputChannels()];
        for (int channel = 0; channel < zeroPoints.length; channel++) {
            zeroPoints[channel] = (byte) weights.zeroPoint(channel);
        }
        return zeroPoints;
    }
}
