// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.GatherLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A network around one layer, small at both ends: an input is tiled to what the layer reads, and what it writes is summed
 * up with random weights, so that any wrong code shows.
 */
final class KernelNetwork {
    /** Number of the layer that is timed. */
    static final int TIMED = 1;

    private static final long SEED = 20_200_306;
    private static final double SIGMA_OF_8_BITS = 40;
    private static final double RANGE_DEVIATIONS = 6;
    private static final int TILE = 16;
    private static final int SUM_CHANNELS = 4;
    private static final int SUM_WINDOW = 8;

    /** Lanes of the sums' windows that fit what kernels work in. */
    private static final int SUM_LANES = 24_000;

    private final KernelLayer layer;
    private final KernelBits bits;
    private final boolean zeroPointPerChannel;
    private final SplittableRandom random = new SplittableRandom(SEED);

    private KernelNetwork(KernelLayer layer, KernelBits bits, boolean zeroPointPerChannel) {
        this.layer = layer;
        this.bits = bits;
        this.zeroPointPerChannel = zeroPointPerChannel;
    }

    /**
     * Always the same for the same arguments.
     *
     * @param zeroPointPerChannel weights of a random zero point in each channel; else of the middle one
     */
    static IntegerNetwork of(KernelLayer layer, KernelBits bits, boolean zeroPointPerChannel) {
        return new KernelNetwork(layer, bits, zeroPointPerChannel).network();
    }

    private IntegerNetwork network() {
        TensorShape whole = layer.input();
        TensorShape tile =
                new TensorShape(Math.min(TILE, whole.height()), Math.min(TILE, whole.width()), whole.channels());
        Tensor input = tensor("tile", tile, bits.activation());
        Tensor read = tensor("read", whole, bits.activation());
        Tensor written = tensor("written", layer.output(), bits.output());
        ConvolutionLayer sums = sums(written);
        Tensor answer =
                new Tensor("sums", sums.window().outputShape(written.shape(), SUM_CHANNELS), Tensor.INT32_BITS, 0, 1);
        GatherLayer tiles = new GatherLayer(
                "tiles",
                0,
                1,
                wrapped(whole.height(), tile.height()),
                wrapped(whole.width(), tile.width()),
                wrapped(whole.channels(), tile.channels()));
        return new IntegerNetwork("kernel", List.of(input, read, written, answer), List.of(tiles, timed(), sums), 0, 3);
    }

    private static Tensor tensor(String name, TensorShape shape, int bits) {
        return new Tensor(name, shape, bits, 1 << (bits - 1), 1);
    }

    private static Ints wrapped(int count, int of) {
        return Ints.of(IntStream.range(0, count).map(index -> index % of).toArray());
    }

    private Layer timed() {
        Window window = layer.window();
        int products = window.taps() * (layer.depthwise() ? 1 : layer.input().channels());
        WeightCodes weights = weights(products * layer.outputChannels());
        Ints bias = Ints.of(Arrays.stream(weights.zeroPoints())
                .map(zeroPoint -> centre(zeroPoint, products))
                .toArray());
        Requantization requantization = requantization(products);
        return layer.depthwise()
                ? new DepthwiseLayer("timed", 1, 2, window, weights, bias, requantization)
                : new ConvolutionLayer("timed", 1, 2, window, weights, bias, requantization);
    }

    /** Against the mean of the products: codes lie half a step below the middle on average. */
    private int centre(int zeroPoint, int products) {
        double meanWeight = bits.weight() == Byte.SIZE ? 1 << (Byte.SIZE - 1) : Bits.highestCode(bits.weight()) / 2.0;
        return (int) Math.round(products * (meanWeight - zeroPoint) / 2);
    }

    private WeightCodes weights(int count) {
        int highest = Bits.highestCode(bits.weight());
        int middle = 1 << (bits.weight() - 1);
        byte[] codes = new byte[count];
        for (int index = 0; index < count; index++) {
            int code = bits.weight() == Byte.SIZE
                    ? (int) Math.round(middle + SIGMA_OF_8_BITS * random.nextGaussian())
                    : random.nextInt(highest + 1);
            codes[index] = (byte) Math.max(0, Math.min(highest, code));
        }
        int[] zeroPoints = new int[layer.outputChannels()];
        Arrays.setAll(zeroPoints, channel -> zeroPointPerChannel ? random.nextInt(highest + 1) : middle);
        return new WeightCodes(bits.weight(), codes, zeroPoints);
    }

    /** Six standard deviations of the sums of random products fill the output's range. */
    private Requantization requantization(int products) {
        double weightDeviation = bits.weight() == Byte.SIZE ? SIGMA_OF_8_BITS : uniformDeviation(bits.weight());
        double deviation = Math.sqrt(products) * weightDeviation * uniformDeviation(bits.activation());
        int levels = Bits.highestCode(bits.output()) + 1;
        double steps = levels / (RANGE_DEVIATIONS * deviation);
        int exponent = Math.getExponent(steps) + 2; // steps < 2^(exponent - 1): a multiplier below 2^31
        int leftShift = Math.max(0, exponent);
        int rightShift = Math.max(1, -exponent);
        if (exponent >= 0) {
            leftShift += rightShift;
        }
        int multiplier = (int) Math.rint(Math.scalb(steps, Integer.SIZE + rightShift - leftShift));
        int[] multipliers = new int[layer.outputChannels()];
        Arrays.fill(multipliers, multiplier);
        int addend = ((levels / 2) << rightShift) + (1 << (rightShift - 1));
        return new Requantization(Ints.of(multipliers), leftShift, rightShift, addend, 0, levels - 1);
    }

    private static double uniformDeviation(int bits) {
        return (Bits.highestCode(bits) + 1) / Math.sqrt(12);
    }

    private ConvolutionLayer sums(Tensor written) {
        TensorShape shape = written.shape();
        int largest = (int) Math.sqrt((double) SUM_LANES / shape.channels());
        int side = Math.max(1, Math.min(SUM_WINDOW, largest));
        int rows = Math.min(side, shape.height());
        int columns = Math.min(side, shape.width());
        Window window = Window.same(rows, columns, rows, columns, 1, 1, shape);
        byte[] codes = new byte[SUM_CHANNELS * rows * columns * shape.channels()];
        for (int index = 0; index < codes.length; index++) {
            codes[index] = (byte) (1 + random.nextInt(Bits.highestCode(Byte.SIZE)));
        }
        WeightCodes weights = new WeightCodes(Byte.SIZE, codes, new int[SUM_CHANNELS]);
        return new ConvolutionLayer("sums", 2, 3, window, weights, Ints.of(new int[SUM_CHANNELS]), Requantization.RAW);
    }
}
