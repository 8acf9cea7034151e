// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Convolutions whose sums are too large for what several channels share, with any input of middling codes: of which lanes, and
 * what of a bias, a kernel has to be right about. Five pixels: a group of four, and one.
 */
public final class LargestSums {
    private static final int PIXELS = 5;
    private static final int CHANNELS = 8;

    /** From where on lanes of 8 and of 4 bits, the last or all, do not hold what channels sum up. */
    private static final List<Integer> INPUTS = List.of(40, 1_000, 5_000);

    private static final int LARGE_BIAS = 1 << 30;

    private LargestSums() {}

    /** Weights all at their highest codes, biases beyond what sums hold, int32 and 8-bit outputs. */
    public static List<IntegerNetwork> networks(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<IntegerNetwork> networks = new ArrayList<>();
        for (int weightBits : new int[] {8, 4}) {
            for (int inputs : INPUTS) {
                for (int outputBits : new int[] {Tensor.INT32_BITS, 8}) {
                    networks.add(network(weightBits, inputs, outputBits, random));
                }
            }
        }
        return networks;
    }

    private static IntegerNetwork network(int weightBits, int inputs, int outputBits, SplittableRandom random) {
        Tensor input = new Tensor("in", new TensorShape(1, PIXELS, inputs), 8, 0, 1);
        Tensor output = new Tensor("out", new TensorShape(1, PIXELS, CHANNELS), outputBits, 0, 1);
        byte[] codes = new byte[inputs * CHANNELS];
        Arrays.fill(codes, (byte) ((1 << weightBits) - 1));
        int[] zeroPoints = random.ints(CHANNELS, 0, 2).toArray();
        int[] biases =
                random.ints(CHANNELS, -1, 2).map(sign -> sign * LARGE_BIAS).toArray();
        // Multipliers that bring 2^30 to about 2^8, a left shift that sums of at most 2^31 − 2^30 allow.
        int[] multipliers = random.ints(CHANNELS, 1 << 15, 1 << 16).toArray();
        Requantization requantization = outputBits == Tensor.INT32_BITS
                ? Requantization.RAW
                : new Requantization(Ints.of(multipliers), 0, 6, 1 << 12, 0, 255);
        ConvolutionLayer layer = new ConvolutionLayer(
                "conv",
                0,
                1,
                Window.of(1, 1),
                new WeightCodes(weightBits, codes, zeroPoints),
                Ints.of(biases),
                requantization);
        return new IntegerNetwork(
                "largest_a8_w%d_o%d_of_%d".formatted(weightBits, outputBits, inputs),
                List.of(input, output),
                List.of(layer),
                List.of(0),
                List.of(1));
    }
}
