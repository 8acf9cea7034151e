// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Averages under another quantization against the mean of the real numbers, in decimal arithmetic of 60 digits. */
class MeanLoweringTest {
    private static final MathContext EXACT = new MathContext(60);
    private static final int INPUTS = 6;

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void shouldRoundTheMeanOnce(@ForAll long seed) {
        Random random = new Random(seed);
        TensorShape shape = new TensorShape(1 + random.nextInt(12), 1 + random.nextInt(12), 1 + random.nextInt(5));
        ActivationQuantization in = quantization(random);
        ActivationQuantization out = quantization(random);
        Activation activation = oneOf(random, Activation.values());
        IntegerNetwork network = lower(new Operator.AveragePool(all(shape), activation), shape, in, out);
        MeanLayer layer = (MeanLayer) network.layers().get(0);
        Oracle oracle = Oracle.of(network);
        for (int trial = 0; trial < INPUTS; trial++) {
            int[] codes = new int[shape.elements()];
            int highest = Bits.highestCode(in.bits());
            int first = trial == 0 ? highest : random.nextInt(highest + 1);
            Arrays.setAll(codes, i -> Math.max(first, random.nextInt(highest + 1)));
            int[] actual = oracle.runCodes(codes);
            for (int channel = 0; channel < shape.channels(); channel++) {
                compare(layer, in, out, sum(codes, shape.channels(), channel, in.zeroPoint()), actual[channel]);
            }
        }
    }

    private static long sum(int[] codes, int channels, int channel, int zeroPoint) {
        long sum = 0;
        for (int i = channel; i < codes.length; i += channels) {
            sum += codes[i] - zeroPoint;
        }
        return sum;
    }

    /** Only within |Φ'|·2^(L−s−33) of a tie either neighbour will do. */
    private static void compare(
            MeanLayer layer, ActivationQuantization in, ActivationQuantization out, long sum, int actual) {
        BigDecimal exact = new BigDecimal(in.scale())
                .multiply(BigDecimal.valueOf(sum))
                .divide(
                        new BigDecimal(out.scale())
                                .multiply(BigDecimal.valueOf(layer.window().taps())),
                        EXACT)
                .add(BigDecimal.valueOf(out.zeroPoint()))
                .add(new BigDecimal(out.rounding() == Rounding.FLOOR ? "0" : "0.5"));
        Requantization to = layer.requantization();
        // Beside the multiplier's last bit, that of the double it is made of.
        double slack = Math.scalb(Math.abs((double) sum), to.leftShift() - to.rightShift() - 33)
                + (Math.abs(exact.doubleValue()) + 256) * 0x1p-50;
        assertTrue(slack < 0x1p-8, () -> "slack " + slack + " of " + to);
        int least = code(exact.subtract(new BigDecimal(slack)), to);
        int most = code(exact.add(new BigDecimal(slack)), to);
        assertTrue(least <= actual && actual <= most, () -> actual + " for " + exact + " floored, by " + to);
    }

    private static int code(BigDecimal value, Requantization to) {
        BigDecimal floored = value.setScale(0, RoundingMode.FLOOR);
        return floored.max(BigDecimal.valueOf(to.low()))
                .min(BigDecimal.valueOf(to.high()))
                .intValueExact();
    }

    /** TensorFlow Lite's average pooling has a rounding of its own, which files of one grid go on getting. */
    @Example
    void shouldKeepTheLayerThatKeepsTheGrid() {
        ActivationQuantization grid = new ActivationQuantization(8, 0.5, 7, Rounding.HALF_AWAY_FROM_INT8_ZERO);
        TensorShape shape = new TensorShape(4, 4, 3);
        IntegerNetwork network = lower(new Operator.AveragePool(all(shape), Activation.NONE), shape, grid, grid);
        assertInstanceOf(AveragePoolLayer.class, network.layers().get(0));
    }

    @Example
    void shouldNarrowTheCodesByTheActivation() {
        ActivationQuantization in = new ActivationQuantization(8, 0.5, 7, Rounding.HALF_UP);
        ActivationQuantization out = new ActivationQuantization(8, 0.1, 20, Rounding.HALF_UP);
        TensorShape shape = new TensorShape(4, 4, 3);
        IntegerNetwork network = lower(new Operator.AveragePool(all(shape), Activation.RELU6), shape, in, out);
        Requantization to = ((MeanLayer) network.layers().get(0)).requantization();
        assertEquals(List.of(20, 80), List.of(to.low(), to.high()));
    }

    @Example
    void shouldRefuseAnotherGridWherePaddingMakesCountsDiffer() {
        TensorShape shape = new TensorShape(4, 4, 3);
        ActivationQuantization in = new ActivationQuantization(8, 0.5, 7, Rounding.HALF_UP);
        ActivationQuantization out = new ActivationQuantization(8, 0.25, 7, Rounding.HALF_UP);
        Operator padded = new Operator.AveragePool(Window.same(3, 3, 1, 1, 1, 1, shape), Activation.NONE);
        LoweringException refused = assertThrows(LoweringException.class, () -> lower(padded, shape, in, out));
        assertEquals(
                "layer mean: expected input and output of one quantization where windows are padded, got " + in
                        + " and " + out,
                refused.getMessage());
    }

    private static IntegerNetwork lower(
            Operator operator, TensorShape shape, ActivationQuantization in, ActivationQuantization out) {
        Graph graph = new Graph("mean", "x", shape, List.of(new Node("mean", operator, List.of("x"), "y")), "y");
        return Lowering.lower(new QuantizedGraph(graph, Map.of("x", in, "y", out), Map.of()));
    }

    private static Window all(TensorShape shape) {
        return Window.of(shape.height(), shape.width());
    }

    private static ActivationQuantization quantization(Random random) {
        int bits = 2 << random.nextInt(3);
        double scale = Math.pow(2, 12 * random.nextDouble() - 6) / Bits.highestCode(bits);
        Rounding rounding = oneOf(random, Rounding.values());
        return new ActivationQuantization(bits, scale, random.nextInt(1 << bits), rounding);
    }

    private static <T> T oneOf(Random random, T[] values) {
        return Arrays.asList(values).get(random.nextInt(values.length));
    }
}
