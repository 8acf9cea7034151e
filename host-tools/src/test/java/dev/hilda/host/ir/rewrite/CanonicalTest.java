// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Axis;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.Concatenation;
import dev.hilda.host.ir.FloatReference;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Gather;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;
import dev.hilda.host.ir.Multiply;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Prelu;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.RandomGraphs;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.Subtract;
import dev.hilda.host.ir.WeightQuantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CanonicalTest {
    private static final TensorShape IMAGE = new TensorShape(4, 4, 2);

    @Property(tries = 300)
    void shouldComputeTheSame(@ForAll long seed) {
        Random random = new Random(seed);
        Graph graph = RandomGraphs.of(random);
        float[] input = RandomGraphs.input(random, graph.inputShape());
        Graph canonical = Canonical.of(graph);
        FloatReference.assertClose(
                FloatReference.run(graph, input),
                FloatReference.run(canonical, input),
                graph.nodes() + " as " + canonical.nodes());
        requireCanonical(canonical);
        assertEquals(graph.input(), canonical.input());
        assertEquals(graph.output(), canonical.output());
        assertEquals(canonical.nodes(), Canonical.of(canonical).nodes());
    }

    @Property(tries = 300)
    void shouldKeepWhatCodesMean(@ForAll long seed) {
        Random random = new Random(seed);
        QuantizedGraph graph = RandomGraphs.quantized(random);
        float[] input = RandomGraphs.input(random, graph.graph().inputShape());
        QuantizedGraph canonical = Canonical.of(graph);
        FloatReference.assertClose(
                FloatReference.run(graph.graph(), input), FloatReference.run(canonical.graph(), input), "float part");
        requireCanonical(canonical.graph());
        for (Node node : canonical.graph().nodes()) {
            ActivationQuantization from = canonical.activation(node.inputs().get(0));
            ActivationQuantization to = canonical.activation(node.output());
            boolean isSame = from.scale() == to.scale() && from.zeroPoint() == to.zeroPoint();
            boolean atGraphInput = node.inputs().get(0).equals(canonical.graph().input());
            boolean isFreeAverage = node.operator() instanceof Operator.AveragePool pool
                    && !pool.window().isPadded();
            if (node.operator() instanceof Concatenation) {
                node.inputs().forEach(part -> requireSameGrid(canonical, part, node));
            }
            if (node.operator() instanceof Operator.Requantize) {
                assertTrue(!isSame || atGraphInput, () -> node + " changes nothing");
            } else if (!(node.operator() instanceof Operator.Weighted)
                    && !(node.operator() instanceof Operator.Add)
                    && !(node.operator() instanceof Subtract)
                    && !(node.operator() instanceof Multiply)
                    && !(node.operator() instanceof Operator.Elementwise)
                    && !(node.operator() instanceof Prelu)
                    && !isFreeAverage
                    && !(node.operator() instanceof Operator.Softmax)) {
                assertTrue(isSame, () -> node + " changes the quantization");
            }
        }
        for (Node node : canonical.graph().weightedNodes()) {
            assertEquals(graph.weights().get(node.name()), canonical.weights(node));
        }
        ActivationQuantization output = canonical.activation(canonical.graph().output());
        assertEquals(graph.activation(graph.graph().output()).scale(), output.scale());
    }

    /** A Reshape that changes nothing between two outputs stays: each needs a value of its own. */
    @Test
    void shouldKeepBothOutputsOfAnIdentity() {
        Operator pool = new Operator.MaxPool(Window.of(1, 1), Activation.RELU);
        Graph graph = new Graph(
                "two",
                "in",
                IMAGE,
                List.of(
                        new Node("pool", pool, List.of("in"), "first"),
                        new Node("same", new Operator.Reshape(IMAGE), List.of("first"), "second")),
                List.of("second", "first"));
        Graph canonical = Canonical.of(graph);
        assertEquals(graph.outputs(), canonical.outputs());
        assertEquals(graph.nodes(), canonical.nodes());
    }

    @Test
    void shouldRemoveAGatherThatTakesAllAsItIs() {
        Ints rows = Gather.all(IMAGE.height());
        Ints columns = Gather.all(IMAGE.width());
        Ints channels = Gather.all(IMAGE.channels());
        Gather all = new Gather(rows, columns, channels);
        List<Ints> twice = new ArrayList<>();
        for (Ints axis : List.of(rows, columns, channels)) {
            int[] first = axis.toArray();
            first[first.length - 1] = 0;
            twice.add(Ints.of(first));
        }
        for (Gather other : List.of(
                new Gather(twice.get(0), columns, channels),
                new Gather(rows, twice.get(1), channels),
                new Gather(rows, columns, twice.get(2)))) {
            Graph canonical = Canonical.of(chain(all, other, all));
            assertEquals(
                    List.of(other),
                    canonical.nodes().stream().map(Node::operator).toList());
        }
    }

    @Test
    void shouldRemoveAnInterpolationToTheSameSize() {
        Interpolation same = Interpolation.even(4, 4, false, true);
        Interpolation stretched = Interpolation.even(4, 5, true, false);
        Interpolation moved = new Interpolation(same.lower(), Ints.of(0, 1, 2, 3), FloatTensor.vector(0, 0, 0.5f, 0));
        for (Interpolate other : List.of(
                new Interpolate(same, stretched), new Interpolate(stretched, same), new Interpolate(moved, same))) {
            Graph canonical = Canonical.of(chain(new Interpolate(same, same), other));
            assertEquals(
                    List.of(other),
                    canonical.nodes().stream().map(Node::operator).toList());
        }
    }

    private static void requireSameGrid(QuantizedGraph graph, String input, Node node) {
        ActivationQuantization from = graph.activation(input);
        ActivationQuantization to = graph.activation(node.output());
        assertTrue(
                from.bits() == to.bits() && from.scale() == to.scale() && from.zeroPoint() == to.zeroPoint(),
                () -> node + " changes the quantization of " + input);
    }

    private static void requireCanonical(Graph graph) {
        for (Node node : graph.nodes()) {
            Operator operator = node.operator();
            assertFalse(
                    operator instanceof Operator.FullyConnected
                            || operator instanceof Operator.Mean
                            || operator instanceof Operator.BatchNorm
                            || operator instanceof Operator.Activate,
                    () -> node + " is not canonical");
        }
    }

    @Test
    void shouldFoldNormalizationAndActivationIntoTheConvolution() {
        ChannelNormalization normalization =
                new ChannelNormalization(FloatTensor.vector(2, -3), FloatTensor.vector(1, 0));
        Graph canonical = Canonical.of(chain(
                convolution(Activation.NONE),
                new Operator.BatchNorm(normalization),
                new Operator.Activate(Activation.RELU)));
        Node only = canonical.nodes().get(0);
        assertEquals(1, canonical.nodes().size());
        assertEquals("n0", only.name());
        assertEquals("v2", only.output());
        Operator.Convolution convolution = (Operator.Convolution) only.operator();
        assertEquals(Optional.of(normalization), convolution.normalization());
        assertEquals(Activation.RELU, convolution.activation());
    }

    @Test
    void shouldKeepNormalizationApartFromAnActivatedConvolution() {
        ChannelNormalization normalization =
                new ChannelNormalization(FloatTensor.vector(2, -3), FloatTensor.vector(1, 0));
        Graph canonical = Canonical.of(chain(convolution(Activation.RELU), new Operator.BatchNorm(normalization)));
        Operator.Depthwise depthwise =
                (Operator.Depthwise) canonical.nodes().get(1).operator();
        assertEquals(normalization.offset(), depthwise.bias());
    }

    @Test
    void shouldFusePaddingOnlyWhereAllReadersTakeIt() {
        Operator pad = new Operator.Pad(1, 2, 3, 0);
        Graph fused = Canonical.of(chain(pad, convolution(Activation.NONE)));
        Window window = ((Operator.Convolution) fused.nodes().get(0).operator()).window();
        assertEquals(new Window(1, 1, 1, 1, 1, 1, 1, 2, 3, 0), window);
        Graph apart = Canonical.of(chain(pad, new Operator.MaxPool(Window.of(2, 2), Activation.NONE)));
        assertEquals(pad, apart.nodes().get(0).operator());
    }

    @Test
    void shouldReadAnImageAsItStandsInAFullyConnectedLayer() {
        Operator dense = new Operator.FullyConnected(
                new FloatTensor(List.of(1, 32), new float[32]),
                FloatTensor.vector(0),
                Optional.empty(),
                Activation.NONE);
        Graph canonical = Canonical.of(chain(new Operator.Reshape(TensorShape.vector(32)), dense));
        assertEquals(1, canonical.nodes().size());
        Operator.Convolution convolution =
                (Operator.Convolution) canonical.nodes().get(0).operator();
        assertEquals(Window.of(4, 4), convolution.window());
        assertEquals(List.of(1, 4, 4, 2), convolution.weights().shape());
    }

    @Test
    void shouldLeaveTheScaleToAnAverageWithoutPadding() {
        ActivationQuantization from = new ActivationQuantization(8, 0.5, 3, Rounding.HALF_UP);
        ActivationQuantization to = new ActivationQuantization(8, 0.25, 0, Rounding.HALF_AWAY_FROM_INT8_ZERO);
        Operator halves = new Operator.AveragePool(Window.of(2, 2), Activation.NONE);
        Operator all = new Operator.AveragePool(Window.of(4, 4), Activation.NONE);
        Map.of(new Operator.Mean(), all, halves, halves).forEach((given, expected) -> {
            QuantizedGraph canonical =
                    Canonical.of(new QuantizedGraph(chain(given), Map.of("in", from, "v0", to), Map.of()));
            assertEquals(
                    List.of(new Node("n0", expected, List.of("in"), "v0")),
                    canonical.graph().nodes());
            assertEquals(to, canonical.activation("v0"));
        });
    }

    @Test
    void shouldRequantizeAfterAPaddedAverageThatChangesTheScale() {
        Window padded = Window.same(3, 3, 1, 1, 1, 1, IMAGE);
        Graph graph = chain(new Operator.AveragePool(padded, Activation.NONE));
        ActivationQuantization from = new ActivationQuantization(8, 0.5, 3, Rounding.HALF_UP);
        ActivationQuantization to = new ActivationQuantization(8, 0.25, 0, Rounding.HALF_AWAY_FROM_INT8_ZERO);
        QuantizedGraph canonical = Canonical.of(new QuantizedGraph(graph, Map.of("in", from, "v0", to), Map.of()));
        assertEquals(
                List.of("n0", "n0/requantize"),
                canonical.graph().nodes().stream().map(Node::name).toList());
        assertEquals(
                new ActivationQuantization(8, 0.5, 3, Rounding.HALF_AWAY_FROM_INT8_ZERO),
                canonical.activation("v0/unscaled"));
        assertEquals(new ActivationQuantization(8, 0.25, 0, Rounding.HALF_UP), canonical.activation("v0"));
    }

    @Test
    void shouldNameTheNormalizationThatHasNoIntegers() {
        ChannelNormalization normalization =
                new ChannelNormalization(FloatTensor.vector(2, -3), FloatTensor.vector(1, 0));
        Graph graph = chain(convolution(Activation.NONE), new Operator.BatchNorm(normalization));
        ActivationQuantization any = new ActivationQuantization(8, 1, 0, Rounding.HALF_UP);
        WeightQuantization weights =
                new WeightQuantization(new WeightCodes(8, new byte[4], new int[2]), new double[] {1, 1}, Ints.of(0, 0));
        QuantizedGraph quantized =
                new QuantizedGraph(graph, Map.of("in", any, "v0", any, "v1", any), Map.of("n0", weights));
        GraphException refused = assertThrows(GraphException.class, () -> Canonical.of(quantized));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("node n1: "), refused.getMessage());
    }

    /** A branch that it alone reads gets the grid of the whole; input, pooled value and what others read have their own. */
    @Test
    void shouldRequantizeWhatIsConcatenatedWhereItsGridIsNotFree() {
        Operator pool = new Operator.MaxPool(Window.of(1, 1), Activation.RELU);
        Graph graph = new Graph(
                "branches",
                "in",
                IMAGE,
                List.of(
                        new Node("free", convolution(Activation.NONE), List.of("in"), "free"),
                        new Node("shared", convolution(Activation.RELU), List.of("in"), "shared"),
                        new Node("pooled", pool, List.of("shared"), "pooled"),
                        new Node("sum", new Operator.Add(Activation.NONE), List.of("in", "in"), "sum"),
                        new Node(
                                "join",
                                new Concatenation(Axis.CHANNEL),
                                List.of("free", "shared", "pooled", "in", "sum"),
                                "whole")),
                "whole");
        Graph canonical = Canonical.of(graph);
        assertEquals(
                List.of("free", "whole/part1", "whole/part2", "whole/part3", "sum"),
                canonical.producer("whole").orElseThrow().inputs());
        for (String part : List.of("whole/part1", "whole/part2", "whole/part3")) {
            assertTrue(canonical.producer(part).orElseThrow().operator() instanceof Operator.Requantize);
        }
        assertEquals(canonical.nodes(), Canonical.of(canonical).nodes());
    }

    private static Operator convolution(Activation activation) {
        return new Operator.Convolution(
                Window.of(1, 1),
                new FloatTensor(List.of(2, 1, 1, 2), new float[] {1, 2, 3, 4}),
                FloatTensor.vector(5, 6),
                Optional.empty(),
                activation);
    }

    private static Graph chain(Operator... operators) {
        List<Node> nodes = new ArrayList<>();
        for (int index = 0; index < operators.length; index++) {
            String from = index == 0 ? "in" : "v" + (index - 1);
            nodes.add(new Node("n" + index, operators[index], List.of(from), "v" + index));
        }
        return new Graph("chain", "in", IMAGE, nodes, "v" + (operators.length - 1));
    }
}
