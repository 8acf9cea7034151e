// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.Subtract;
import java.util.List;

/** Cycles of each operator's kernel: its parts, counted, at their prices. */
record CycleCount(KernelCycles prices, List<Tensor> inputs, Tensor output, int weightBits)
        implements Operator.Visitor<Double> {
    private static final int WORD_BITS = 32;
    private static final int LINE_BYTES = 32;

    /** Of weights that the data cache keeps from one pair of pixels to the next; of more than its size it keeps none. */
    private static final int CACHED_BYTES = 12_000;

    private static final int CACHE_BYTES = 16_384;

    /** A word of weights for one pixel or channel, and for one of each, in words for two of each. */
    private static final double SINGLE = 0.6;

    private static final double SINGLE_OF_BOTH = 0.45;

    @Override
    public Double convolution(Operator.Convolution operator) {
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
        boolean isPacked = input().shape().channels() * input().bits() % Byte.SIZE == 0;
        long runs = pixels * window.kernelHeight() * (isPacked ? 1 : window.kernelWidth());
        return prices.price("convolution call")
                + prices.price("convolution code", input().bits()) * pixels * codes
                + prices.price("convolution lane") * pixels * words * codesPerWord
                + prices.price("convolution run") * runs
                + (isPacked ? 0 : prices.price("convolution tail", input().bits()) * pixels * window.taps())
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

    @Override
    public Double depthwise(Operator.Depthwise operator) {
        Window window = operator.window();
        Axis rows = Axis.rows(window, input(), output);
        Axis columns = Axis.columns(window, input(), output);
        long quads = Quads.count(output.shape().channels());
        int taps = window.taps();
        long inside = rows.whole * columns.whole * taps;
        return prices.price("depthwise call")
                + prices.price("depthwise tap", input().bits()) * inside * quads
                + prices.price("depthwise edge", input().bits()) * (rows.taps * columns.taps - inside) * quads
                + prices.price("depthwise output", output.bits())
                        * output.shape().elements()
                + prices.price("depthwise unpack", weightBits) * quads * taps;
    }

    /**
     * How a window moves along one axis.
     *
     * @param whole positions at which it lies within the input
     * @param taps within the input, at all positions
     */
    private record Axis(long whole, long taps) {
        static Axis rows(Window window, Tensor input, Tensor output) {
            return of(
                    input.shape().height(),
                    output.shape().height(),
                    window.kernelHeight(),
                    window.strideHeight(),
                    window.dilationHeight(),
                    window.padTop());
        }

        static Axis columns(Window window, Tensor input, Tensor output) {
            return of(
                    input.shape().width(),
                    output.shape().width(),
                    window.kernelWidth(),
                    window.strideWidth(),
                    window.dilationWidth(),
                    window.padLeft());
        }

        private static Axis of(int extent, int positions, int kernel, int stride, int dilation, int pad) {
            long whole = 0;
            long taps = 0;
            for (int position = 0; position < positions; position++) {
                int inside = 0;
                for (int tap = 0; tap < kernel; tap++) {
                    int at = position * stride - pad + tap * dilation;
                    inside += at >= 0 && at < extent ? 1 : 0;
                }
                whole += inside == kernel ? 1 : 0;
                taps += inside;
            }
            return new Axis(whole, taps);
        }
    }

    @Override
    public Double add(Operator.Add operator) {
        return ofElements("add");
    }

    @Override
    public Double subtract(Subtract operator) {
        return ofElements("pairs");
    }

    @Override
    public Double multiply(Multiply operator) {
        return ofElements("pairs");
    }

    @Override
    public Double prelu(Prelu operator) {
        return ofElements("pairs");
    }

    @Override
    public Double concatenation(Concatenation operator) {
        return ofElements("move");
    }

    @Override
    public Double gather(Gather operator) {
        return ofElements("move");
    }

    @Override
    public Double pad(Operator.Pad operator) {
        return ofElements("move");
    }

    @Override
    public Double reshape(Operator.Reshape operator) {
        return ofElements("move");
    }

    @Override
    public Double elementwise(Operator.Elementwise operator) {
        return ofElements("lookup");
    }

    @Override
    public Double requantize(Operator.Requantize operator) {
        return ofElements("add");
    }

    @Override
    public Double interpolate(Interpolate operator) {
        return ofElements("interpolate");
    }

    @Override
    public Double softmax(Operator.Softmax operator) {
        return ofElements("softmax");
    }

    private double ofElements(String kernel) {
        return prices.price(kernel + " call")
                + prices.price(kernel + " output") * output.shape().elements();
    }

    @Override
    public Double averagePool(Operator.AveragePool operator) {
        return ofWindows("average_pool", operator.window());
    }

    @Override
    public Double maxPool(Operator.MaxPool operator) {
        return ofWindows("max_pool", operator.window());
    }

    private double ofWindows(String kernel, Window window) {
        return ofElements(kernel)
                + prices.price(kernel + " tap") * window.taps() * output.shape().elements();
    }

    @Override
    public Double fullyConnected(Operator.FullyConnected operator) {
        throw OutlineChoice.notCanonical(operator);
    }

    @Override
    public Double mean(Operator.Mean operator) {
        throw OutlineChoice.notCanonical(operator);
    }

    @Override
    public Double batchNorm(Operator.BatchNorm operator) {
        throw OutlineChoice.notCanonical(operator);
    }

    @Override
    public Double activate(Operator.Activate operator) {
        throw OutlineChoice.notCanonical(operator);
    }

    private Tensor input() {
        return inputs.get(0);
    }
}
