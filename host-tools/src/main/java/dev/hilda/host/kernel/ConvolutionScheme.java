// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Two pixels and two output channels at a time: {@code kernels/convolution.h}. */
public record ConvolutionScheme(ConvolutionLayer layer, Tensor input, Tensor output) implements WeightedScheme {
    private static final int WORD_BITS = 32;
    private static final int PIXELS = 2;

    @Override
    public String kernelName() {
        return "convolution_a%d_w%d_o%d".formatted(input.bits(), layer.weights().bits(), output.bits());
    }

    @Override
    public long scratchBytes() {
        return scratchBytes(perChannel(), layer.weights().bits(), output);
    }

    @Override
    public Optional<String> compromise() {
        boolean isFew = layer.weights().bits() == 2 && output.shape().pixels() < OuterConvolutionScheme.GROUP_PIXELS;
        return Optional.of(
                isFew
                        ? String.format(
                                Locale.ROOT,
                                "outer_convolution takes %d pixels at a time, the output has %d",
                                OuterConvolutionScheme.GROUP_PIXELS,
                                output.shape().pixels())
                        : String.format(
                                Locale.ROOT,
                                "a group of pixels of %,d inputs each does not fit the %,d bytes that kernels work in",
                                perChannel(),
                                MOST_SCRATCH_BYTES));
    }

    /**
     * The window under each pixel, unpacked: as many lanes as the words of a channel's weights have codes.
     *
     * @param perChannel weights of an output channel
     */
    static long scratchBytes(int perChannel, int weightBits, Tensor output) {
        int columns = Math.min(PIXELS, output.shape().width());
        int codesPerWord = WORD_BITS / weightBits;
        return (long) columns * rowWords(perChannel, codesPerWord) * codesPerWord * Short.BYTES;
    }

    @Override
    public List<Reach> reach() {
        return reach(layer.window(), input, output);
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.under(layer.window(), input, output));
    }

    static List<Reach> reach(Window window, Tensor input, Tensor output) {
        return List.of(new WindowReads(window, input, output).byPixels(PIXELS));
    }

    /**
     * Rows of whole words, one per output channel. Codes 2k and 2k + 1 lie half a word apart, in the same place of both
     * 16-bit lanes.
     */
    public int[] weightWords() {
        WeightCodes weights = layer.weights();
        int perChannel = perChannel();
        int codesPerWord = WORD_BITS / weights.bits();
        int rowWords = rowWords(perChannel, codesPerWord);
        int[] words = new int[Math.multiplyExact(weights.outputChannels(), rowWords)];
        for (int channel = 0; channel < weights.outputChannels(); channel++) {
            for (int i = 0; i < perChannel; i++) {
                int inWord = i % codesPerWord;
                int position = inWord / 2 + inWord % 2 * (codesPerWord / 2);
                words[channel * rowWords + i / codesPerWord] |=
                        weights.code(channel * perChannel + i) << (position * weights.bits());
            }
        }
        return words;
    }

    /** One per output channel. */
    public byte[] zeroPoints() {
        byte[] zeroPoints = new byte[layer.weights().outputChannels()];
        for (int channel = 0; channel < zeroPoints.length; channel++) {
            zeroPoints[channel] = (byte) layer.weights().zeroPoint(channel);
        }
        return zeroPoints;
    }

    private int perChannel() {
        return layer.weights().count() / layer.weights().outputChannels();
    }

    private static int rowWords(int perChannel, int codesPerWord) {
        return (perChannel + codesPerWord - 1) / codesPerWord;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.convolution(this);
    }
}
