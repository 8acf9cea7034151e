// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
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
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A lowered layer against the real numbers it stands for, in decimal arithmetic of 60 digits. */
class LoweringPropertyTest {
    private static final MathContext EXACT = new MathContext(60);
    private static final int INPUTS = 12;
    private static final int CHANNELS = 5;
    /** In units of a bias: the largest multiplier drawn takes a left shift of at most 7. */
    private static final double LEAST_ROOM = 0x1p24 - INPUTS * 255 * 255;

    @Property
    void shouldRoundEveryChannelAsTheRealNumbersDo(@ForAll long seed) {
        compareChannels(seed);
    }

    /** Channel 4 of this network has an offset that no int32 bias holds. */
    @Example
    void shouldKeepAnOffsetThatTheBiasCannotHold() {
        compareChannels(3408);
    }

    private static void compareChannels(long seed) {
        Case drawn = new Case(new Random(seed));
        ConvolutionLayer layer =
                (ConvolutionLayer) Lowering.lower(drawn.quantized).layers().get(0);
        for (int trial = 0; trial < 20; trial++) {
            int[] input = drawn.input();
            for (int channel = 0; channel < CHANNELS; channel++) {
                compare(drawn, layer, input, channel);
            }
        }
    }

    private static void compare(Case drawn, ConvolutionLayer layer, int[] input, int channel) {
        long accumulator = layer.bias().get(channel);
        for (int i = 0; i < INPUTS; i++) {
            long weight = (long) layer.weights().code(channel * INPUTS + i)
                    - layer.weights().zeroPoint(channel);
            accumulator = Math.addExact((int) accumulator, Math.toIntExact(weight * (input[i] - drawn.in.zeroPoint())));
        }
        int actual = requantize(layer.requantization(), (int) accumulator, channel);
        BigDecimal exact = drawn.exactSteps(input, channel);
        BigDecimal constant = drawn.mayBeConstant(channel) ? drawn.constantSteps(channel) : exact;
        BigDecimal half = new BigDecimal(drawn.out.rounding() == Rounding.FLOOR ? "0" : "0.5");
        Clamps clamps = Clamps.of(drawn.out, drawn.activation);
        double slack = Math.scalb(
                        Math.abs((double) accumulator),
                        layer.requantization().leftShift()
                                - layer.requantization().rightShift()
                                - 33)
                + 0x1p-19;
        int least = floor(exact.min(constant).add(half).subtract(new BigDecimal(slack)), clamps);
        int most = floor(exact.max(constant).add(half).add(new BigDecimal(slack)), clamps);
        assertTrue(slack < 0.5, () -> "slack " + slack);
        assertTrue(
                least <= actual && actual <= most,
                () -> "channel " + channel + ": " + actual + " for " + exact + " of " + layer.requantization());
    }

    private static int floor(BigDecimal value, Clamps clamps) {
        BigDecimal floored = value.setScale(0, RoundingMode.FLOOR);
        BigDecimal low = BigDecimal.valueOf(clamps.low());
        return floored.max(low).min(BigDecimal.valueOf(clamps.high())).intValueExact();
    }

    /** INTEGER.md, equation 1, where anything that leaves int32 throws. */
    private static int requantize(Requantization requantization, int accumulator, int channel) {
        if (requantization.isRaw()) {
            return accumulator;
        }
        int shifted = Math.toIntExact((long) accumulator << requantization.leftShift());
        long product = (long) requantization.multipliers().get(channel) * shifted;
        int sum = Math.addExact(requantization.addend(), (int) (product >> 32));
        int code = sum >> requantization.rightShift();
        return Math.max(requantization.low(), Math.min(requantization.high(), code));
    }

    /** A random 1×1 convolution: gains of either sign, tiny or 0, any bits, any rounding. */
    private static final class Case {
        final Random random;
        final ActivationQuantization in;
        final ActivationQuantization out;
        final Activation activation;
        final QuantizedGraph quantized;
        final boolean normalized;
        final float[] gain = new float[CHANNELS];
        final float[] offset = new float[CHANNELS];
        final double[] scales = new double[CHANNELS];
        final int[] bias = new int[CHANNELS];
        final WeightCodes codes;

        Case(Random random) {
            this.random = random;
            in = quantization(bits(), Rounding.HALF_UP);
            int outBits = random.nextInt(6) == 0 ? 32 : bits();
            out = quantization(outBits, oneOf(random, Rounding.values()));
            activation = oneOf(random, Activation.values());
            normalized = random.nextInt(4) > 0;
            int weightBits = bits();
            byte[] drawn = new byte[CHANNELS * INPUTS];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = (byte) random.nextInt(1 << weightBits);
            }
            int[] zeroPoints = random.ints(CHANNELS, 0, 1 << weightBits).toArray();
            codes = new WeightCodes(weightBits, drawn, zeroPoints);
            drawChannels();
            FloatTensor zeros = FloatTensor.vector(new float[CHANNELS]);
            Optional<ChannelNormalization> normalization = normalized
                    ? Optional.of(new ChannelNormalization(FloatTensor.vector(gain), FloatTensor.vector(offset)))
                    : Optional.empty();
            Operator operator = new Operator.Convolution(
                    Window.of(1, 1),
                    new FloatTensor(List.of(CHANNELS, 1, 1, INPUTS), new float[CHANNELS * INPUTS]),
                    zeros,
                    normalization,
                    activation);
            Graph graph = new Graph(
                    "drawn",
                    "x",
                    TensorShape.vector(INPUTS),
                    List.of(new Node("conv", operator, List.of("x"), "y")),
                    "y");
            quantized = new QuantizedGraph(
                    graph,
                    Map.of("x", in, "y", out),
                    Map.of("conv", new WeightQuantization(codes, scales, Ints.of(bias))));
        }

        private void drawChannels() {
            for (int channel = 0; channel < CHANNELS; channel++) {
                gain[channel] = switch (random.nextInt(6)) {
                    case 0 -> 0;
                    case 1 -> (float) (random.nextGaussian() * 1e-12);
                    default -> (float) random.nextGaussian();
                };
                offset[channel] = (float) (random.nextGaussian() * 100 * out.scale());
                double typical = out.scale() / in.scale() * Math.pow(2, -random.nextInt(16));
                scales[channel] = typical * (0.5 + random.nextDouble());
                double units = gain[channel] * in.scale() * scales[channel];
                bias[channel] = normalized
                        ? (int) (gain[channel] == 0 ? 12345 : Math.rint(offset[channel] / units))
                        : random.nextInt(2001) - 1000;
            }
        }

        private static <T> T oneOf(Random random, T[] values) {
            return Arrays.asList(values).get(random.nextInt(values.length));
        }

        private int bits() {
            return 2 << random.nextInt(3);
        }

        private ActivationQuantization quantization(int bits, Rounding rounding) {
            double scale = Math.pow(2, random.nextInt(8) - 6) * (0.5 + random.nextDouble());
            int zeroPoint = bits == 32 ? 0 : random.nextInt(1 << bits);
            return new ActivationQuantization(bits, scale, zeroPoint, rounding);
        }

        int[] input() {
            return random.ints(INPUTS, 0, Bits.highestCode(in.bits()) + 1).toArray();
        }

        /** Zy + real value / Sy. Where gain or int32 leaves no room for the offset in the bias, the offset itself counts. */
        BigDecimal exactSteps(int[] input, int channel) {
            long sum = 0;
            for (int i = 0; i < INPUTS; i++) {
                sum += (long) (codes.code(channel * INPUTS + i) - codes.zeroPoint(channel))
                        * (input[i] - in.zeroPoint());
            }
            BigDecimal unit =
                    decimal(factor(channel)).multiply(decimal(in.scale())).multiply(decimal(scales[channel]));
            return steps(
                    biasHoldsOffset(channel)
                            ? unit.multiply(BigDecimal.valueOf(sum + bias[channel]))
                            : decimal(offset[channel]).add(unit.multiply(BigDecimal.valueOf(sum))));
        }

        /** Zy + offset / Sy: what the channel is without its inputs. */
        BigDecimal constantSteps(int channel) {
            return steps(decimal(offset[channel]));
        }

        /** Whether an offset this long may leave no room for the sum of products once it is shifted left. */
        boolean mayBeConstant(int channel) {
            return normalized && offsetUnits(channel) > LEAST_ROOM;
        }

        private boolean biasHoldsOffset(int channel) {
            return !normalized || offsetUnits(channel) <= Integer.MAX_VALUE;
        }

        private double offsetUnits(int channel) {
            return Math.abs(offset[channel] / (factor(channel) * in.scale() * scales[channel]));
        }

        private double factor(int channel) {
            return normalized ? gain[channel] : 1;
        }

        private BigDecimal steps(BigDecimal value) {
            return value.divide(decimal(out.scale()), EXACT).add(BigDecimal.valueOf(out.zeroPoint()));
        }

        private static BigDecimal decimal(double value) {
            return new BigDecimal(value);
        }
    }
}
