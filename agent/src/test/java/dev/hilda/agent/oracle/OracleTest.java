// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class OracleTest {
    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void shouldEqualTheNaiveReferenceOnEveryTensor(@ForAll long seed) {
        check(RandomNetworks.sample(seed), seed);
    }

    @Example
    void shouldEqualTheNaiveReferenceForEveryOperatorAndPrecision() {
        long seed = new Random().nextLong();
        for (Operator operator : Operator.values()) {
            for (Precision precision : Precision.all()) {
                check(RandomNetworks.layer(operator, precision, seed), seed);
            }
        }
    }

    /** Sums are made a tile of 256 pixels or channels at a time: drawn networks are smaller. */
    @Example
    void shouldEqualTheNaiveReferenceBeyondATile() {
        Window strided = new Window(3, 2, 1, 2, 1, 1, 2, 0, 1, 0);
        check(convolution(new TensorShape(20, 39, 2), strided, 3), 1);
        check(convolution(new TensorShape(18, 19, 1), Window.of(2, 3), 2), 2);
        check(convolution(new TensorShape(2, 2, 3), Window.of(2, 1), 600), 3);
        check(convolution(TensorShape.vector(5), Window.of(1, 1), 512), 4);
    }

    private static IntegerNetwork convolution(TensorShape input, Window window, int channels) {
        Random random = new Random(channels);
        byte[] codes = new byte[window.taps() * input.channels() * channels];
        random.nextBytes(codes);
        int[] zeroPoints = random.ints(channels, 0, 256).toArray();
        Tensor in = new Tensor("in", input, 8, 100, 1);
        Tensor out = new Tensor("out", window.outputShape(input, channels), 32, 0, 1);
        ConvolutionLayer layer = new ConvolutionLayer(
                "convolution",
                0,
                1,
                window,
                new WeightCodes(8, codes, zeroPoints),
                Ints.of(random.ints(channels, -1000, 1000).toArray()),
                new Requantization(Ints.of(random.ints(channels).toArray()), 1, 2, 3, -5_000, 5_000));
        return new IntegerNetwork("convolution", List.of(in, out), List.of(layer), 0, 1);
    }

    @Example
    void shouldDrawNetworksThatSeeManyValues() {
        Set<Integer> seen = new TreeSet<>();
        for (long seed = 0; seed < 60; seed++) {
            IntegerNetwork network = RandomNetworks.layer(Operator.CONVOLUTION, new Precision(8, 4, 8), seed);
            int[] output = Oracle.of(network).runCodes(RandomNetworks.inputCodes(network, seed));
            Arrays.stream(output).forEach(seen::add);
        }
        assertTrue(seen.size() > 200, "codes seen: " + seen);
    }

    @Property(tries = 100)
    void shouldAnswerWithOneOutputAfterTheOther(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.severalOutputs(seed);
        int[] input = RandomNetworks.inputCodes(network, seed);
        List<int[]> tensors = NaiveReference.run(network, input);
        int[] expected = network.outputs().stream()
                .flatMapToInt(output -> Arrays.stream(tensors.get(output)))
                .toArray();
        assertEquals(network.answerElements(), expected.length);
        assertArrayEquals(expected, Oracle.of(network).runCodes(input));
        assertArrayEquals(expected, Oracle.of(network).traceCodes(input).output());
    }

    @Property(tries = 200)
    void shouldReadOneInputAfterTheOther(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.severalInputs(seed);
        int[] input = RandomNetworks.inputCodes(network, seed);
        List<int[]> tensors = NaiveReference.run(network, input);
        int[] expected = tensors.get(network.outputs().get(0));
        assertArrayEquals(expected, Oracle.of(network).runCodes(input));
        byte[] packed = RandomNetworks.packedInput(network, seed);
        assertEquals(network.inputBytes(), packed.length);
        assertArrayEquals(expected, Oracle.of(network).run(packed));
    }

    @Example
    void shouldRefuseInputsThatDoNotFit() {
        IntegerNetwork network = RandomNetworks.layer(Operator.MAX_POOL, new Precision(4, 4, 4), 1);
        Oracle oracle = Oracle.of(network);
        int bytes = network.inputTensor().packedBytes();
        int codes = network.inputTensor().shape().elements();
        assertThrows(IllegalArgumentException.class, () -> oracle.run(new byte[bytes + 1]));
        assertThrows(IllegalArgumentException.class, () -> oracle.runCodes(new int[codes + 1]));
        int[] high = IntStream.range(0, codes).map(i -> 16).toArray();
        assertThrows(IllegalArgumentException.class, () -> oracle.runCodes(high));
    }

    private static void check(IntegerNetwork network, long seed) {
        int[] input = RandomNetworks.inputCodes(network, seed);
        Trace trace = Oracle.of(network).traceCodes(input);
        List<int[]> expected = NaiveReference.run(network, input);
        for (int i = 0; i < expected.size(); i++) {
            String what = "tensor " + i + " of " + network.name() + ", seed " + seed;
            assertArrayEquals(expected.get(i), trace.codes(i), what);
            byte[] packed = trace.packed(i);
            assertEquals(network.tensors().get(i).packedBytes(), packed.length, what);
            assertArrayEquals(expected.get(i), Packing.unpack(network.tensors().get(i), packed), what);
        }
        byte[] packedInput = Packing.pack(network.inputTensor(), input);
        assertArrayEquals(trace.output(), Oracle.of(network).run(packedInput), "seed " + seed);
    }
}
