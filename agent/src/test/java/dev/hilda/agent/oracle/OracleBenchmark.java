// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Median speed on one core, by the thread's processor time, since others may use the machine. The file's name keeps it out of ordinary runs: {@code -Dtest=OracleBenchmark}. */
@Tag("benchmark")
class OracleBenchmark {
    private static final int WARM_UP = 100;
    private static final int RUNS = 41;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private long macs;

    @Test
    void mobileNetV1At224TimesThreeQuarters() {
        start(new TensorShape(224, 224, 3));
        convolution(3, 2, 24);
        int[][] blocks = {
            {1, 48}, {2, 96}, {1, 96}, {2, 192}, {1, 192}, {2, 384}, {1, 384}, {1, 384}, {1, 384}, {1, 384}, {1, 384},
            {2, 768}, {1, 768}
        };
        for (int[] block : blocks) {
            depthwise(block[0]);
            convolution(1, 1, block[1]);
        }
        measure("MobileNetV1 0.75, 224x224");
    }

    @Test
    void residualNetworkAt32() {
        start(new TensorShape(32, 32, 3));
        for (int[] layer : new int[][] {{1, 16}, {1, 16}, {1, 16}, {2, 32}, {1, 32}, {2, 64}, {1, 64}}) {
            convolution(3, layer[0], layer[1]);
        }
        measure("ic01's convolutions, 32x32");
    }

    private void start(TensorShape shape) {
        tensors.add(new Tensor("t0", shape, 8, 128, 1));
    }

    private void convolution(int kernel, int stride, int channels) {
        TensorShape in = last().shape();
        Window window = Window.same(kernel, kernel, stride, stride, 1, 1, in);
        int products = kernel * kernel * in.channels();
        TensorShape out = output(window, channels);
        macs += (long) out.elements() * products;
        int input = tensors.size() - 2;
        layers.add(new ConvolutionLayer(
                "l" + layers.size(),
                input,
                input + 1,
                window,
                weights(products * channels, channels),
                Ints.of(new int[channels]),
                requantization(products, channels)));
    }

    private void depthwise(int stride) {
        TensorShape in = last().shape();
        int channels = in.channels();
        Window window = Window.same(3, 3, stride, stride, 1, 1, in);
        TensorShape out = output(window, channels);
        macs += (long) out.elements() * window.taps();
        int input = tensors.size() - 2;
        layers.add(new DepthwiseLayer(
                "l" + layers.size(),
                input,
                input + 1,
                window,
                weights(9 * channels, channels),
                Ints.of(new int[channels]),
                requantization(9, channels)));
    }

    private TensorShape output(Window window, int channels) {
        TensorShape shape = window.outputShape(last().shape(), channels);
        tensors.add(new Tensor("t" + tensors.size(), shape, 8, 128, 1));
        return shape;
    }

    private Tensor last() {
        return tensors.get(tensors.size() - 1);
    }

    private WeightCodes weights(int count, int channels) {
        byte[] codes = new byte[count];
        random.nextBytes(codes);
        int[] zeroPoints = new int[channels];
        Arrays.fill(zeroPoints, 128);
        return new WeightCodes(8, codes, zeroPoints);
    }

    private static Requantization requantization(int products, int channels) {
        int[] multipliers = new int[channels];
        Arrays.fill(multipliers, (int) (Math.scalb(1.0, 32 + 8) / (64 * Math.sqrt(products))));
        return new Requantization(Ints.of(multipliers), 0, 8, (128 << 8) + 128, 0, 255);
    }

    private void measure(String what) {
        IntegerNetwork network = new IntegerNetwork(what, tensors, layers, 0, tensors.size() - 1);
        Oracle oracle = Oracle.of(network);
        byte[] input = new byte[network.inputTensor().packedBytes()];
        random.nextBytes(input);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] speeds = new double[RUNS];
        int warmUp = (int) Math.max(10, WARM_UP * 12_000_000L / macs);
        for (int i = -warmUp; i < RUNS; i++) {
            long start = threads.getCurrentThreadCpuTime();
            oracle.run(input);
            if (i >= 0) {
                speeds[i] = macs / (double) (threads.getCurrentThreadCpuTime() - start);
            }
        }
        Arrays.sort(speeds);
        System.out.printf(
                Locale.ROOT,
                "%s: %.1f MMAC, median %.2f GMAC/s, best %.2f%n",
                what,
                macs / 1e6,
                speeds[RUNS / 2],
                speeds[RUNS - 1]);
    }
}
