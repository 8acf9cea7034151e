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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How often the parts of kernels run, counted by hand; and that prices say of the known layers what the board counts. */
class KernelCyclesTest {
    private static final List<String> PARTS = Stream.of(
                    Stream.of("call,", "lane,", "run,", "block,", "line,").map(part -> "convolution," + part),
                    Stream.of("code,8", "code,4", "code,2", "tail,4", "tail,2", "word,8", "word,4", "word,2")
                            .map(part -> "convolution," + part),
                    Stream.of("output,8", "output,4", "output,2", "output,32").map(part -> "convolution," + part),
                    Stream.of("call,", "tap,8", "tap,4", "edge,8", "edge,4", "output,8", "output,2", "unpack,4")
                            .map(part -> "depthwise," + part))
            .flatMap(parts -> parts)
            .toList();

    /** 5 × 3 pixels of 6 channels: in a row one pair of pixels and a single one; a window's rows cross 3 pixels at most. */
    @Test
    void shouldCountThePartsOfAConvolution() {
        Operator operator = convolution(Window.same(3, 3, 1, 1, 1, 1, new TensorShape(5, 3, 6)), 6, 7);
        Tensor input = tensor(5, 3, 6, 4);
        Tensor output = tensor(5, 3, 7, 2);
        assertEquals(1, count("convolution,call,", operator, input, output, 4));
        assertEquals(15 * 54, count("convolution,code,4", operator, input, output, 4));
        assertEquals(0, count("convolution,code,8", operator, input, output, 4));
        // 54 codes of 4 bits: 7 words of 8.
        assertEquals(15 * 56, count("convolution,lane,", operator, input, output, 4));
        // Six codes of 4 bits end on a byte: three rows for each window.
        assertEquals(15 * 3, count("convolution,run,", operator, input, output, 4));
        assertEquals(0, count("convolution,tail,4", operator, input, output, 4));
        // Six codes of 2 bits do not: nine pixels.
        Tensor narrow = tensor(5, 3, 6, 2);
        assertEquals(15 * 9, count("convolution,run,", operator, narrow, output, 4));
        assertEquals(15 * 9, count("convolution,tail,2", operator, narrow, output, 4));
        // Three pairs of channels and one channel, for five pairs of pixels and five pixels.
        assertEquals(10 * 4, count("convolution,block,", operator, input, output, 4));
        double blocks = 5 * (3 + 0.6) + 5 * (3 * 0.6 + 0.45);
        assertEquals(Math.round(7 * blocks), count("convolution,word,4", operator, input, output, 4));
        assertEquals(Math.round(14 * blocks), count("convolution,word,8", operator, input, output, 8));
        assertEquals(15 * 7, count("convolution,output,2", operator, input, output, 4));
        // 7 channels of 7 words, once.
        assertEquals(Math.round(7 * 7 * 4 / 32.0), count("convolution,line,", operator, input, output, 4));
    }

    @Test
    void shouldReadWeightsAnewForEachPairOfPixelsThatTheCacheDoesNotHold() {
        Operator operator = convolution(Window.of(1, 1), 192, 192);
        Tensor input = tensor(4, 4, 192, 8);
        assertEquals(8 * 192 * 192 / 32, count("convolution,line,", operator, input, input, 8));
        assertEquals(192 * 192 / 4 / 32, count("convolution,line,", operator, input, input, 2));
    }

    /** 4 × 4 pixels under 3 × 3: of 16 windows four lie within; of a row's 12 taps 10 do. */
    @Test
    void shouldCountThePartsOfADepthwiseConvolution() {
        Operator operator = new Operator.Depthwise(
                Window.same(3, 3, 1, 1, 1, 1, new TensorShape(4, 4, 5)),
                new FloatTensor(List.of(3, 3, 5), new float[45]),
                FloatTensor.vector(new float[5]),
                Optional.empty(),
                Activation.RELU);
        Tensor input = tensor(4, 4, 5, 4);
        Tensor output = tensor(4, 4, 5, 8);
        assertEquals(1, count("depthwise,call,", operator, input, output, 4));
        assertEquals(2 * 4 * 9, count("depthwise,tap,4", operator, input, output, 4));
        assertEquals(2 * (100 - 36), count("depthwise,edge,4", operator, input, output, 4));
        assertEquals(80, count("depthwise,output,8", operator, input, output, 4));
        assertEquals(2 * 9, count("depthwise,unpack,4", operator, input, output, 4));
    }

    /** Layer E of README, with its missed lines. */
    @Test
    void shouldEstimateAKnownLayerAsTheBoardCountsIt() {
        Operator pointwise = convolution(Window.of(1, 1), 384, 384);
        assertNear(38_881_302, pointwise, 8, 8);
        assertNear(28_718_391, pointwise, 8, 4);
        assertNear(24_524_826, pointwise, 2, 2);
    }

    private static void assertNear(double counted, Operator operator, int bits, int weightBits) {
        Tensor tensor = tensor(14, 14, 384, bits);
        double ratio = KernelCycles.read().of(operator, List.of(tensor), tensor, weightBits) / counted;
        assertTrue(ratio > 0.92 && ratio < 1.08, () -> bits + "/" + weightBits + ": " + ratio);
    }

    /** With one part at a cycle and all others free. */
    private static long count(String part, Operator operator, Tensor input, Tensor output, int weightBits) {
        String table = PARTS.stream()
                .map(line -> line + "," + (line.equals(part) ? 1 : 0))
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
