// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A 1×1 convolution that the oracle runs by thresholds against the requantization of its real numbers, which decimals hold
 * without any rounding: every code is equal, at every tie too.
 */
class ThresholdPropertyTest {
    private static final int CHANNELS = 6;

    @Property(tries = 400)
    void shouldEqualExactRequantization(@ForAll long seed) {
        Case drawn = new Case(new Random(seed));
        IntegerNetwork network = Lowering.lower(drawn.quantized);
        Oracle oracle = Oracle.of(network);
        for (int trial = 0; trial < 8; trial++) {
            int[] input = drawn.input();
            int[] codes = oracle.run(Packing.pack(network.inputTensors(), input));
            for (int channel = 0; channel < CHANNELS; channel++) {
                String what = "channel " + channel + " of " + drawn + " at " + Arrays.toString(input);
                assertEquals(drawn.code(input, channel), codes[channel], what);
            }
        }
    }

    /** So that one search serves, and nothing but weights and thresholds is stored. */
    @Property(tries = 50)
    void shouldStoreFallingChannelsMirrored(@ForAll long seed) {
        Case drawn = new Case(new Random(seed));
        ConvolutionLayer layer =
                (ConvolutionLayer) Lowering.lower(drawn.quantized).layers().get(0);
        assertEquals(0, layer.bias().size());
        assertTrue(layer.requantization().hasThresholds());
        int sign = drawn.gain[0] < 0 ? -1 : 1;
        for (int i = 0; i < drawn.inputs; i++) {
            assertEquals(
                    sign * (drawn.codes.code(i) - drawn.codes.zeroPoint(0)),
                    layer.weights().code(i) - layer.weights().zeroPoint(0));
        }
    }

    /** Beside an exact sum the quotient of doubles may be on either side; the decimals of the same doubles are not. */
    @Example
    void shouldRoundTheLeastExcessUp() {
        ActivationQuantization output = new ActivationQuantization(2, 1, 0, Rounding.HALF_UP);
        ThresholdChoice choice = new ThresholdChoice(output, Clamps.of(output, Activation.NONE));
        assertEquals(3, first(choice, -2.5));
        assertEquals(4, first(choice, Math.nextDown(-2.5)));
        assertEquals(3, first(choice, Math.nextUp(-2.5)));
        assertEquals(Integer.MIN_VALUE, first(choice, 0x1p40));
        assertEquals(Integer.MAX_VALUE, first(choice, -0x1p40));
    }

    private static int first(ThresholdChoice choice, double bias) {
        return choice.thresholds(new ThresholdChoice.Channel(1, 1, bias, 0), 3).get(0);
    }

    /** Gains of either sign, 0, tiny or huge; offsets that make ties, or that no code reaches; any bits, any rounding. */
    private static final class Case {
        final Random random;
        final int inputs;
        final ActivationQuantization in;
        final ActivationQuantization out;
        final Activation activation;
        final QuantizedGraph quantized;
        final WeightCodes codes;
        final float[] gain = new float[CHANNELS];
        final float[] offset = new float[CHANNELS];
        final double[] scales = new double[CHANNELS];
        final List<Double> bias = new ArrayList<>();

        Case(Random random) {
            this.random = random;
            this.inputs = 1 + random.nextInt(9);
            boolean ties = random.nextBoolean();
            in = quantization(ties, Rounding.HALF_UP);
            out = quantization(ties, random.nextBoolean() ? Rounding.FLOOR : Rounding.HALF_UP);
            activation = Activation.values()[random.nextInt(Activation.values().length)];
            int weightBits = 2 << random.nextInt(3);
            byte[] drawn = new byte[CHANNELS * inputs];
            random.nextBytes(drawn);
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] &= (byte) Bits.highestCode(weightBits);
            }
            codes = new WeightCodes(
                    weightBits, drawn, random.ints(CHANNELS, 0, 1 << weightBits).toArray());
            for (int channel = 0; channel < CHANNELS; channel++) {
                drawChannel(channel, ties);
            }
            Operator operator = new Operator.Convolution(
                    Window.of(1, 1),
                    new FloatTensor(List.of(CHANNELS, 1, 1, inputs), new float[CHANNELS * inputs]),
                    FloatTensor.vector(new float[CHANNELS]),
                    Optional.of(new ChannelNormalization(FloatTensor.vector(gain), FloatTensor.vector(offset))),
                    activation);
            List<Node> nodes = List.of(new Node("conv", operator, List.of("x"), "y"));
            Graph graph = new Graph("drawn", "x", TensorShape.vector(inputs), nodes, "y");
            WeightQuantization weights =
                    new WeightQuantization(codes, scales, Ints.of(new int[CHANNELS])).withThresholds(bias);
            quantized = new QuantizedGraph(graph, Map.of("x", in, "y", out), Map.of("conv", weights));
        }

        /** From γ, β, μ and σ; ties need powers of two throughout. */
        private void drawChannel(int channel, boolean ties) {
            double sigma = ties ? Math.scalb(1.0, random.nextInt(4)) : Math.exp(random.nextGaussian());
            double gamma = ties
                    ? (random.nextBoolean() ? 1 : -1) * Math.scalb(1.0, random.nextInt(5) - 2)
                    : random.nextGaussian() * Math.pow(10, random.nextInt(5) - 3);
            gamma = random.nextInt(6) == 0 ? 0 : gamma;
            gamma = random.nextInt(12) == 0 ? gamma * 1e-20 : gamma;
            double beta = ties ? random.nextInt(9) * out.scale() / 2 : random.nextGaussian() * 40 * out.scale();
            double mean = ties ? random.nextInt(5) - 2 : random.nextGaussian();
            scales[channel] = ties
                    ? Math.scalb(1.0, -random.nextInt(6))
                    : out.scale() / in.scale() * Math.pow(2, -random.nextInt(12)) * (0.5 + random.nextDouble());
            gain[channel] = (float) (gamma / sigma);
            offset[channel] = (float) (beta - mean * gamma / sigma);
            bias.add(gain[channel] == 0 ? 0.0 : (double) offset[channel] / gain[channel]);
        }

        private ActivationQuantization quantization(boolean ties, Rounding rounding) {
            int bits = 2 << random.nextInt(3);
            double scale = Math.scalb(ties ? 1.0 : 0.5 + random.nextDouble(), random.nextInt(6) - 4);
            return new ActivationQuantization(bits, scale, random.nextInt(1 << bits), rounding);
        }

        int[] input() {
            return random.ints(inputs, 0, Bits.highestCode(in.bits()) + 1).toArray();
        }

        /** clamp(Zy + ⌊act(γ/σ·(S_x·S_w·Φ + bias)) / S_y + half⌋) without any rounding before the floor. */
        int code(int[] input, int channel) {
            long sum = 0;
            for (int i = 0; i < inputs; i++) {
                sum += (long) (codes.code(channel * inputs + i) - codes.zeroPoint(channel))
                        * (input[i] - in.zeroPoint());
            }
            BigDecimal real =
                    decimal(in.scale()).multiply(decimal(scales[channel])).multiply(BigDecimal.valueOf(sum));
            BigDecimal value = gain[channel] == 0
                    ? decimal(offset[channel])
                    : decimal(gain[channel]).multiply(real.add(decimal(bias.get(channel))));
            BigDecimal half =
                    decimal(out.rounding() == Rounding.FLOOR ? 0 : 0.5).multiply(decimal(out.scale()));
            BigDecimal steps = value.add(half).divide(decimal(out.scale()), 0, RoundingMode.FLOOR);
            Clamps clamps = Clamps.of(out, activation);
            BigDecimal low = BigDecimal.valueOf(clamps.low());
            BigDecimal high = BigDecimal.valueOf(clamps.high());
            return steps.add(BigDecimal.valueOf(out.zeroPoint()))
                    .max(low)
                    .min(high)
                    .intValueExact();
        }

        private static BigDecimal decimal(double value) {
            return new BigDecimal(value);
        }

        @Override
        public String toString() {
            return out + " gains " + Arrays.toString(gain) + " offsets " + Arrays.toString(offset);
        }
    }
}
