// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Convolutions of every kind that {@link CarryAssembly} tells apart: with weights of 8 and of 4 bits, one pixel, several and a
 * rest of one, one set of channels, an odd number and several, columns that are unrolled and that are looped over, inputs few
 * and so many that the last channel's lanes have to be taken alone, all outputs.
 */
public final class AssembledLayers {
    private static final int[] PIXELS = {1, 5};
    private static final int[] CHANNELS = {6, 12};
    private static final int[] INPUTS = {9, 16, 60, 700};
    private static final int[] OUTPUT_BITS = {8, 4, 2, Tensor.INT32_BITS};
    private static final int MOST_SHIFT = 6;

    /** Of what input codes and weights are apart from their middle. */
    private static final double DEVIATION = 0.29;

    private AssembledLayers() {}

    /** One of each; biases, zero points, shifts and multipliers at random. */
    public static List<IntegerNetwork> networks(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<IntegerNetwork> networks = new ArrayList<>();
        for (int weightBits : new int[] {8, 4}) {
            for (int pixels : PIXELS) {
                for (int channels : CHANNELS) {
                    for (int inputs : INPUTS) {
                        int made = networks.size();
                        int outputBits = OUTPUT_BITS[(made + made / INPUTS.length) % OUTPUT_BITS.length];
                        networks.add(network(weightBits, pixels, channels, inputs, outputBits, random));
                    }
                }
            }
        }
        return networks;
    }

    private static IntegerNetwork network(
            int weightBits, int pixels, int channels, int inputs, int outputBits, SplittableRandom random) {
        Tensor input = new Tensor("in", new TensorShape(1, pixels, inputs), 8, random.nextInt(256), 1);
        Tensor output = new Tensor("out", new TensorShape(1, pixels, channels), outputBits, 0, 1);
        byte[] codes = new byte[inputs * channels];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) random.nextInt(1 << weightBits);
        }
        boolean middle = random.nextBoolean();
        int[] zeroPoints = random.ints(channels, 0, 1 << weightBits)
                .map(any -> middle ? 1 << (weightBits - 1) : any)
                .toArray();
        double deviation = Math.sqrt(inputs) * (1 << weightBits) * DEVIATION * (1 << 8);
        // One in two is too much for a sum to carry.
        int bias = (int) Math.min(random.nextBoolean() ? deviation : 1e9, 1e9);
        int[] biases = random.ints(channels, -bias, bias).toArray();
        long layerReach = bias + (long) inputs * ((1 << 8) - 1) * ((1 << weightBits) - 1);
        ConvolutionLayer layer = new ConvolutionLayer(
                "conv",
                0,
                1,
                Window.of(1, 1),
                new WeightCodes(weightBits, codes, zeroPoints),
                Ints.of(biases),
                outputBits == Tensor.INT32_BITS
                        ? Requantization.RAW
                        : requantization(outputBits, channels, Math.max(deviation, bias), room(layerReach), random));
        return new IntegerNetwork(
                "assembled_w%d_o%d_%d_pixels_%d_of_%d".formatted(weightBits, outputBits, pixels, channels, inputs),
                List.of(input, output),
                List.of(layer),
                List.of(0),
                List.of(1));
    }

    /** How far sums that reach so far can be shifted to the left within 32 bits, whatever the input. */
    private static int room(long reach) {
        return Long.numberOfLeadingZeros(reach) - Integer.SIZE - 1;
    }

    /** Such that outputs are any code. */
    private static Requantization requantization(
            int bits, int channels, double deviation, int room, SplittableRandom random) {
        int rightShift = random.nextInt(MOST_SHIFT + 1);
        int leftShift = random.nextInt(Math.min(room, 2 * MOST_SHIFT) + 1);
        double multiplier = Math.scalb(1.0, 32 + bits - 2 + rightShift - leftShift) / deviation;
        int[] multipliers = random.doubles(channels, multiplier / 2, multiplier)
                .mapToInt(each -> (int) Math.min(each, Integer.MAX_VALUE))
                .toArray();
        return new Requantization(
                Ints.of(multipliers), leftShift, rightShift, 1 << (bits - 1 + rightShift), 0, Bits.highestCode(bits));
    }
}
