// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Products of two pixels and two channels in one multiplication: {@code kernels/outer_convolution.h}. */
public record OuterConvolutionScheme(ConvolutionLayer layer, Tensor input, Tensor output) implements WeightedScheme {
    static final int GROUP_PIXELS = 8;
    private static final int STEP = 4;
    private static final int LOOP = 16;

    /** Of the data cache, for the lines of outputs that pairs of channels write one after the other. */
    private static final int WRITTEN_BYTES = 8_192;

    private static final int LINE_BYTES = 32;

    /**
     * Whether it is the kernel for a layer of such a shape.
     *
     * @param perChannel weights of an output channel
     */
    static boolean suits(int perChannel, int weightBits, Tensor input, Tensor output) {
        boolean narrow = weightBits == 2 || (weightBits == 4 && input.bits() <= 4);
        return narrow && output.shape().pixels() >= GROUP_PIXELS && mostPixels(perChannel) >= GROUP_PIXELS;
    }

    static KernelOutline outline(Window window, int perChannel, Tensor input, Tensor output) {
        Reach reach = new WindowReads(window, input, output).byBlocks(block(perChannel, output), 0);
        return new KernelOutline(
                List.of(reach),
                Optional.of(RowReads.under(window, input, output)),
                scratchBytes(perChannel, block(perChannel, output)));
    }

    /** A word for each input of a pair of channels; of each pixel half a word for each, and their sum. */
    private static long scratchBytes(int perChannel, int pixels) {
        return (long) steps(perChannel) * (Integer.BYTES + Short.BYTES * pixels) + (long) Integer.BYTES * pixels;
    }

    private static int mostPixels(int perChannel) {
        long left = MOST_SCRATCH_BYTES - (long) steps(perChannel) * Integer.BYTES;
        return (int) (left / (steps(perChannel) * Short.BYTES + Integer.BYTES)) / GROUP_PIXELS * GROUP_PIXELS;
    }

    /** Inputs, to whole steps. */
    static int steps(int perChannel) {
        return (perChannel + STEP - 1) / STEP * STEP;
    }

    /** Blocks of much the same size. */
    static int block(int perChannel, Tensor output) {
        int pixels = output.shape().pixels();
        int cached = WRITTEN_BYTES / Math.min(LINE_BYTES, output.pixelBytes()) / GROUP_PIXELS * GROUP_PIXELS;
        int most = Math.min(mostPixels(perChannel), cached);
        int blocks = (pixels + most - 1) / most;
        return ((pixels + blocks - 1) / blocks + GROUP_PIXELS - 1) / GROUP_PIXELS * GROUP_PIXELS;
    }

    @Override
    public String kernelName() {
        return "outer_convolution_a%d_w%d_o%d"
                .formatted(input.bits(), layer.weights().bits(), output.bits());
    }

    @Override
    public long scratchBytes() {
        return outline().scratchBytes();
    }

    @Override
    public List<Reach> reach() {
        return outline().reach();
    }

    @Override
    public Optional<RowReads> rowReads() {
        return outline().rows();
    }

    @Override
    public KernelOutline outline() {
        return outline(layer.window(), perChannel(), input, output);
    }

    @Override
    public Optional<String> compromise() {
        return TableConvolutionScheme.pays(perChannel(), layer.weights().bits(), input, output)
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "tables of products do not fit the %,d bytes that kernels work in beside sums of %,d channels",
                        MOST_SCRATCH_BYTES,
                        output.shape().channels()))
                : Optional.empty();
    }

    /** Pixels that are read before any is written. */
    public int block() {
        return block(perChannel(), output);
    }

    /** Inputs whose products are added up before they are drained: as many as are proved not to overflow a lane. */
    public int chunk() {
        int steps = steps(perChannel());
        for (int chunks = 1; ; chunks++) {
            int chunk = chunks == 1 ? steps : ((steps + chunks - 1) / chunks + LOOP - 1) / LOOP * LOOP;
            if (mostOfChunk(chunk) < 1L << laneBits()) {
                return chunk;
            }
            if (chunk == LOOP) {
                throw new IllegalStateException("products of " + LOOP + " inputs overflow a lane");
            }
        }
    }

    /** The largest sum of products that a chunk of any channel makes. */
    private long mostOfChunk(int chunk) {
        WeightCodes weights = layer.weights();
        long most = 0;
        int perChannel = perChannel();
        for (int channel = 0; channel < weights.outputChannels(); channel++) {
            long sum = 0;
            for (int i = 0; i < perChannel; i++) {
                sum = (i % chunk == 0 ? 0 : sum) + weights.code(channel * perChannel + i);
                most = Math.max(most, sum);
            }
        }
        return most * Bits.highestCode(input.bits());
    }

    /** Weights of two channels lie two lanes apart at both ends of a word. */
    private int laneBits() {
        return (Integer.SIZE - layer.weights().bits()) / 2;
    }

    /** What zero points become. */
    public ZeroPoints zeroPoints() {
        return new ZeroPoints(layer, input);
    }

    /** Of pairs of channels, whole words; of a pair of codes the second channel's is in the lower bits. */
    public int[] weightWords() {
        WeightCodes weights = layer.weights();
        int bits = weights.bits();
        int perChannel = perChannel();
        int perWord = Integer.SIZE / 2 / bits;
        int pairWords = (steps(perChannel) + perWord - 1) / perWord;
        int[] words = new int[(weights.outputChannels() + 1) / 2 * pairWords];
        for (int channel = 0; channel < weights.outputChannels(); channel++) {
            int lower = 1 - channel % 2;
            for (int i = 0; i < perChannel; i++) {
                words[channel / 2 * pairWords + i / perWord] |=
                        weights.code(channel * perChannel + i) << ((2 * (i % perWord) + lower) * bits);
            }
        }
        return words;
    }

    private int perChannel() {
        return layer.weights().count() / layer.weights().outputChannels();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.outerConvolution(this);
    }
}
