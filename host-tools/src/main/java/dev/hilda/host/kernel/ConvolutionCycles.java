// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Operator;
import java.util.Optional;

/** Cycles of a convolution's kernel: which it is, and its parts, counted, at their prices. */
record ConvolutionCycles(
        KernelCycles prices, Operator.Convolution operator, Tensor input, Tensor output, int weightBits) {
    private static final int WORD_BITS = 32;
    private static final int LINE_BYTES = 32;

    /** Of weights that the data cache keeps from one pair of pixels to the next; of more than its size it keeps none. */
    private static final int CACHED_BYTES = 12_000;

    private static final int CACHE_BYTES = 16_384;

    /** A word of weights for one pixel or channel, and for one of each, in words for two of each. */
    private static final double SINGLE = 0.6;

    private static final double SINGLE_OF_BOTH = 0.45;

    double count() {
        int perChannel = operator.weights().size() / operator.outputChannels();
        if (TableConvolutionScheme.suits(perChannel, weightBits, input, output)) {
            return lookedUp(TablePlan.of(TablePlan.TableShape.of(perChannel, input, output))
                    .orElseThrow());
        }
        if (OuterConvolutionScheme.suits(perChannel, weightBits, input, output)) {
            return byOuterProducts(perChannel);
        }
        Optional<CarryTiles> tiles = CarryTiles.of(weightBits, perChannel, input, output);
        return tiles.isPresent() ? carried(tiles.get()) : byPairs();
    }

    /** {@code kernels/table_convolution.h}. */
    private double lookedUp(TablePlan plan) {
        long pixels = output.shape().pixels();
        long tiles = (pixels - 1) / plan.shape().tilePixels() + 1;
        int rows = plan.shape().rows();
        long blocks = (pixels - 1) / plan.blockPixels() + 1;
        double lines = plan.weightBytes() / (double) LINE_BYTES * (plan.copied() ? 1 : blocks);
        return prices.price("table call")
                + prices.price("table code", input.bits())
                        * pixels
                        * plan.shape().inputs()
                + prices.price("table build", input.bits()) * tiles * plan.passes() * plan.tables()
                + prices.price("table lookup", input.bits()) * tiles * plan.passes() * plan.tables() * rows
                + prices.price("table drain", input.bits()) * tiles * plan.passes() * rows
                + prices.price("table output", output.bits()) * output.shape().elements()
                + prices.price("table line") * lines;
    }

    /** {@code kernels/outer_convolution.h}. */
    private double byOuterProducts(int perChannel) {
        long pixels = output.shape().pixels();
        long groups = (pixels - 1) / OuterConvolutionScheme.GROUP_PIXELS + 1;
        long pairs = (operator.outputChannels() + 1L) / 2;
        int steps = OuterConvolutionScheme.steps(perChannel);
        long blocks = (pixels - 1) / OuterConvolutionScheme.block(perChannel, output) + 1;
        double lines = (double) blocks * operator.weights().size() * weightBits / Byte.SIZE / LINE_BYTES;
        return prices.price("outer call")
                + prices.price("outer run") * pixels * operator.window().kernelHeight()
                + prices.price("outer code", input.bits()) * pixels * perChannel
                + prices.price("outer unpack", weightBits) * blocks * pairs * steps
                + prices.price("outer step", input.bits() + weightBits) * groups * pairs * steps
                + prices.price("outer block") * groups * pairs
                + prices.price("outer output", output.bits()) * output.shape().elements()
                + prices.price("outer line") * lines;
    }

    /** {@code kernels/carry_convolution.h}. */
    private double carried(CarryTiles tiles) {
        long pixels = output.shape().pixels();
        long groups = pixels / CarryTiles.GROUP_PIXELS;
        long singles = pixels % CarryTiles.GROUP_PIXELS;
        int inSet = CarryWeights.setChannels(weightBits);
        long sets = (operator.outputChannels() + inSet - 1L) / inSet;
        long codes = operator.weights().size() / operator.outputChannels();
        long rounds = (pixels - 1) / ((long) tiles.tileGroups() * CarryTiles.GROUP_PIXELS) + 1;
        String fill = tiles.pixelsAreWords() ? "carry code" : "carry gathered";
        return prices.price("carry call")
                + prices.price("carry run") * pixels * operator.window().kernelHeight()
                + prices.price(fill, input.bits()) * pixels * codes
                + prices.price("carry lane") * pixels * tiles.columnPairs()
                + prices.price("carry word", weightBits) * groups * sets * tiles.columnPairs()
                + prices.price("carry block", weightBits) * groups * sets
                + prices.price("carry single word", weightBits) * singles * sets * tiles.columnPairs()
                + prices.price("carry single block", weightBits) * singles * sets
                + prices.price("carry output", output.bits()) * output.shape().elements()
                + prices.price("carry line") * rounds * sets * tiles.columnPairs() * Integer.BYTES / LINE_BYTES;
    }

    /** {@code kernels/convolution.h}. */
    private double byPairs() {
        Window window = operator.window();
        int height = output.shape().height();
        int width = output.shape().width();
        int channels = operator.outputChannels();
        long pixels = output.shape().pixels();
        long codes = operator.weights().size() / channels;
        long codesPerWord = WORD_BITS / weightBits;
        long words = (codes * weightBits + WORD_BITS - 1) / WORD_BITS;
        long pixelPairs = (long) height * (width / 2);
        long pixelSingles = (long) height * (width % 2);
        long columns = pixelPairs + pixelSingles;
        long pairs = channels / 2;
        long single = channels % 2;
        double blocks =
                pixelPairs * (pairs + SINGLE * single) + pixelSingles * (SINGLE * pairs + SINGLE_OF_BOTH * single);
        boolean isPacked = input.shape().channels() * input.bits() % Byte.SIZE == 0;
        long runs = pixels * window.kernelHeight() * (isPacked ? 1 : window.kernelWidth());
        return prices.price("convolution call")
                + prices.price("convolution code", input.bits()) * pixels * codes
                + prices.price("convolution lane") * pixels * words * codesPerWord
                + prices.price("convolution run") * runs
                + (isPacked ? 0 : prices.price("convolution tail", input.bits()) * pixels * window.taps())
                + prices.price("convolution block") * columns * (pairs + single)
                + prices.price("convolution word", weightBits) * blocks * words
                + prices.price("convolution output", output.bits()) * pixels * channels
                + prices.price("convolution line") * lines(words * channels * Integer.BYTES, columns);
    }

    /** Lines of flash that weights are read in: once, or as often as all of them are run through. */
    private static double lines(long bytes, long rounds) {
        double missed = Math.min(1, Math.max(0, (double) (bytes - CACHED_BYTES) / (CACHE_BYTES - CACHED_BYTES)));
        return (double) bytes / LINE_BYTES * (1 + (rounds - 1) * missed);
    }
}
