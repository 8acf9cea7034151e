// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How often the parts of kernels run, counted by hand; and that prices say of the known layers what the board counts. */
class KernelCyclesTest {
    /** 15 pixels of 54 codes, 28 words of two; seven channels are two sets, 15 pixels three groups and three pixels. */
    @Test
    void shouldCountThePartsOfAConvolutionOfTiles() {
        Operator operator = convolution(Window.same(3, 3, 1, 1, 1, 1, new TensorShape(5, 3, 6)), 6, 7);
        Tensor input = tensor(5, 3, 6, 8);
        Tensor output = tensor(5, 3, 7, 2);
        assertEquals(1, count("carry,call,", operator, input, output, 4));
        assertEquals(15 * 3, count("carry,run,", operator, input, output, 4));
        assertEquals(15 * 54, count("carry,gathered,8", operator, input, output, 4));
        assertEquals(0, count("carry,code,8", operator, input, output, 4));
        assertEquals(15 * 28, count("carry,lane,", operator, input, output, 4));
        assertEquals(3 * 2 * 28, count("carry,word,4", operator, input, output, 4));
        assertEquals(3 * 2, count("carry,block,4", operator, input, output, 4));
        assertEquals(3 * 2 * 28, count("carry,single word,4", operator, input, output, 4));
        assertEquals(3 * 2, count("carry,single block,4", operator, input, output, 4));
        assertEquals(15 * 7, count("carry,output,2", operator, input, output, 4));
        assertEquals(2 * 28 * 4 / 32, count("carry,line,", operator, input, output, 4));
        // Of 8 bits a set is a pair; four channels of 8 bits are a word.
        assertEquals(3 * 4 * 28, count("carry,word,8", operator, input, output, 8));
        Operator words = convolution(Window.same(3, 3, 1, 1, 1, 1, new TensorShape(5, 3, 4)), 4, 7);
        assertEquals(15 * 36, count("carry,code,8", words, tensor(5, 3, 4, 8), output, 8));
    }

    /** Two groups of eight pixels, four pairs of channels, 54 inputs in whole steps of four. */
    @Test
    void shouldCountThePartsOfOuterProducts() {
        Operator operator = convolution(Window.same(3, 3, 1, 1, 1, 1, new TensorShape(5, 3, 6)), 6, 7);
        Tensor input = tensor(5, 3, 6, 4);
        Tensor output = tensor(5, 3, 7, 8);
        assertEquals(15 * 54, count("outer,code,4", operator, input, output, 2));
        assertEquals(4 * 56, count("outer,unpack,2", operator, input, output, 2));
        assertEquals(2 * 4 * 56, count("outer,step,6", operator, input, output, 2));
        assertEquals(2 * 4, count("outer,block,", operator, input, output, 2));
        assertEquals(15 * 7, count("outer,output,8", operator, input, output, 2));
        assertEquals(Math.round(7 * 54 * 2 / 8 / 32.0), count("outer,line,", operator, input, output, 2));
    }

    /** Two tiles of eight pixels; one row of sums more than channels. */
    @Test
    void shouldCountThePartsOfLookups() {
        Operator operator = convolution(Window.of(1, 1), 192, 192);
        Tensor tensor = tensor(4, 4, 192, 8);
        TablePlan plan =
                TablePlan.of(TablePlan.TableShape.of(192, tensor, tensor)).orElseThrow();
        int tables = plan.passes() * plan.tables();
        assertTrue(tables >= 192 / 4, () -> tables + " tables");
        assertEquals(16 * 192, count("table,code,8", operator, tensor, tensor, 2));
        assertEquals(2 * tables, count("table,build,8", operator, tensor, tensor, 2));
        assertEquals(2 * tables * 193L, count("table,lookup,8", operator, tensor, tensor, 2));
        assertEquals(2 * plan.passes() * 193L, count("table,drain,8", operator, tensor, tensor, 2));
    }

    /** So many inputs that not one group of four pixels fits: one pixel, in words for two pixels and two channels. */
    @Test
    void shouldCountThePartsOfAConvolutionByPairs() {
        Operator operator = convolution(Window.of(1, 1), 16_000, 8);
        Tensor input = tensor(1, 1, 16_000, 8);
        Tensor output = tensor(1, 1, 8, 8);
        assertEquals(16_000, count("convolution,lane,", operator, input, output, 8));
        assertEquals(4, count("convolution,block,", operator, input, output, 8));
        assertEquals(Math.round(4000 * 4 * 0.6), count("convolution,word,8", operator, input, output, 8));
        assertEquals(16_000 * 8 / 32, count("convolution,line,", operator, input, output, 8));
    }

    /** All four rows of five channels are one band. */
    @Test
    void shouldCountThePartsOfDepthwiseRows() {
        Operator operator = depthwise(3);
        Tensor input = tensor(4, 4, 5, 4);
        Tensor output = tensor(4, 4, 5, 8);
        assertEquals(5, count("rows,unpack,4", operator, input, output, 4));
        assertEquals(16 * 5, count("rows,code,4", operator, input, output, 4));
        assertEquals((4 + 2) * 5, count("rows,edge,", operator, input, output, 4));
        assertEquals(5, count("rows,band,1", operator, input, output, 4));
        assertEquals(4 * 5, count("rows,column,1", operator, input, output, 4));
        assertEquals(16 * 5, count("rows,output,8", operator, input, output, 4));
    }

    /** 4 × 4 pixels under 2 × 2: of 16 windows nine lie within; of a row's eight taps seven do. */
    @Test
    void shouldCountThePartsOfADepthwiseConvolution() {
        Operator operator = depthwise(2);
        Tensor input = tensor(4, 4, 5, 4);
        Tensor output = tensor(4, 4, 5, 8);
        assertEquals(1, count("depthwise,call,", operator, input, output, 4));
        assertEquals(2 * 36, count("depthwise,tap,4", operator, input, output, 4));
        assertEquals(2 * (49 - 36), count("depthwise,edge,4", operator, input, output, 4));
        assertEquals(80, count("depthwise,output,8", operator, input, output, 4));
        assertEquals(2 * 4, count("depthwise,unpack,4", operator, input, output, 4));
    }

    private static Operator depthwise(int kernel) {
        return new Operator.Depthwise(
                Window.same(kernel, kernel, 1, 1, 1, 1, new TensorShape(4, 4, 5)),
                new FloatTensor(List.of(kernel, kernel, 5), new float[kernel * kernel * 5]),
                FloatTensor.vector(new float[5]),
                Optional.empty(),
                Activation.RELU);
    }

    /** Layer E of README, with its missed lines. */
    @Test
    void shouldEstimateAKnownLayerAsTheBoardCountsIt() {
        Operator pointwise = convolution(Window.of(1, 1), 384, 384);
        assertNear(15_716_000, pointwise, 8, 8);
        assertNear(15_647_551, pointwise, 8, 4);
        assertNear(11_433_319, pointwise, 4, 4);
        assertNear(9_426_658, pointwise, 8, 2);
        assertNear(5_736_692, pointwise, 2, 2);
    }

    private static void assertNear(double counted, Operator operator, int bits, int weightBits) {
        Tensor tensor = tensor(14, 14, 384, bits);
        double ratio = KernelCycles.read().of(operator, List.of(tensor), tensor, weightBits) / counted;
        assertTrue(ratio > 0.92 && ratio < 1.08, () -> bits + "/" + weightBits + ": " + ratio);
    }

    /** With one part at a cycle and all others free. */
    private static long count(String part, Operator operator, Tensor input, Tensor output, int weightBits) {
        String all = KernelCycles.text();
        assertTrue(all.contains(part + ","), part);
        String table = all.lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("kernel,"))
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .map(key -> key + "," + (key.equals(part) ? 1 : 0))
                .collect(Collectors.joining("\n", "# of one part\nkernel,part,bits,cycles\n", ""));
        return KernelCycles.parse(table).of(operator, List.of(input), output, weightBits);
    }

    private static Operator convolution(Window window, int inputs, int outputs) {
        return new Operator.Convolution(
                window,
                new FloatTensor(
                        List.of(outputs, window.kernelHeight(), window.kernelWidth(), inputs),
                        new float[outputs * window.taps() * inputs]),
                FloatTensor.vector(new float[outputs]),
                Optional.empty(),
                Activation.RELU);
    }

    private static Tensor tensor(int height, int width, int channels, int bits) {
        return new Tensor("t", new TensorShape(height, width, channels), bits, 0, 1);
    }
}
