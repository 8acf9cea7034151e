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
    @Override
    public Double convolution(Operator.Convolution operator) {
        return new ConvolutionCycles(prices, operator, input(), output, weightBits).count();
    }

    @Override
    public Double depthwise(Operator.Depthwise operator) {
        Window window = operator.window();
        if (DepthwiseRowsScheme.suits(window, input(), output)) {
            return byRows(window);
        }
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

    /** {@code kernels/depthwise_rows.h}. */
    private double byRows(Window window) {
        int channels = output.shape().channels();
        int band = DepthwiseRowsScheme.bandRows(window, output);
        long rows = output.shape().height();
        long bands = rows / band + Long.bitCount(rows % band);
        long packed = (long) input().shape().height() * input().shape().width() * channels;
        int stride = window.strideHeight();
        return prices.price("rows call")
                + prices.price("rows unpack", weightBits) * channels
                + prices.price("rows code", input().bits()) * packed
                + prices.price("rows edge") * (rows + 2) * channels
                + prices.price("rows band", stride) * bands * channels
                + prices.price("rows column", stride) * bands * output.shape().width() * channels
                + prices.price("rows output", output.bits()) * output.shape().elements();
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
