// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir.rewrite;

import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.ElementwiseFunction;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes one node of those between which a graph has real numbers. */
final class RealsFusion {
    /** A weight's code of largest magnitude, so that biases, in steps of the weight, are finest. */
    private static final int HIGHEST_CODE = 255;

    private final Graph graph;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, ActivationQuantization> grids;
    private final Map<String, WeightGrid> weights;
    private final Set<String> withoutSoftmax = new LinkedHashSet<>();

    RealsFusion(QuantizationCompletion.Partial partial) {
        this.graph = partial.graph();
        this.grids = new HashMap<>(partial.grids());
        this.weights = new HashMap<>(partial.weights());
    }

    /** Outputs that are given before their softmax. */
    Set<String> withoutSoftmax() {
        return withoutSoftmax;
    }

    List<Node> nodes() {
        return nodes;
    }

    Map<String, ActivationQuantization> grids() {
        return grids;
    }

    Map<String, WeightGrid> weights() {
        return weights;
    }

    void run() {
        List<Node> given = read(graph.nodes());
        graph.inputs().forEach(input -> quantizeInput(input, given));
        for (Node node : given) {
            Optional<Node> before = fusable(node, given);
            Optional<Operator> both = before.flatMap(made -> fused(made, node));
            if (both.isPresent()) {
                Node made = before.orElseThrow();
                nodes.set(nodes.indexOf(made), new Node(made.name(), both.get(), made.inputs(), node.output()));
            } else {
                nodes.add(alone(node));
            }
        }
        graph.outputs().forEach(this::endWithLogits);
    }

    /** Without those that contribute to no output. */
    private List<Node> read(List<Node> all) {
        Set<String> needed = new HashSet<>(graph.outputs());
        List<Node> kept = new ArrayList<>();
        for (int index = all.size() - 1; index >= 0; index--) {
            if (needed.contains(all.get(index).output())) {
                needed.addAll(all.get(index).inputs());
                kept.add(all.get(index));
            }
        }
        Collections.reverse(kept);
        return kept;
    }

    /** An input whose first quantization is behind what moves or scales it. */
    private void quantizeInput(String input, List<Node> given) {
        double gain = 1;
        double offset = 0;
        String value = input;
        List<Node> scalings = new ArrayList<>();
        while (!grids.containsKey(value)) {
            String read = value;
            List<Node> readers =
                    given.stream().filter(node -> node.inputs().contains(read)).toList();
            if (readers.size() != 1 || graph.isOutput(value)) {
                return;
            }
            Node reader = readers.get(0);
            if (reader.operator() instanceof Operator.BatchNorm scaling && isUniform(scaling.normalization())) {
                double factor = scaling.normalization().gain().get(0);
                gain *= factor;
                offset = offset * factor + scaling.normalization().offset().get(0);
                scalings.add(reader);
            } else if (reader.operator() instanceof Operator.Elementwise elementwise
                    && elementwise.function() instanceof ElementwiseFunction.Bipolar sign) {
                if (!(gain > 0)) {
                    return;
                }
                quantizeBySign(
                        input,
                        reader,
                        scalings,
                        new ElementwiseFunction.Bipolar((sign.threshold() - offset) / gain, sign.magnitude()),
                        given);
                return;
            } else if (!(reader.operator() instanceof Operator.Reshape)) {
                return;
            }
            value = reader.output();
        }
        ActivationQuantization grid = grids.get(value);
        if (grid == null || value.equals(input) || gain <= 0) {
            return;
        }
        // gain·x + offset = scale·(q − zero) where x = scale/gain·(q − zero − offset/scale).
        double zero = Math.rint(grid.zeroPoint() + offset / grid.scale());
        if (zero >= 0 && zero <= (1 << grid.bits()) - 1) {
            grids.put(
                    input, new ActivationQuantization(grid.bits(), grid.scale() / gain, (int) zero, Rounding.HALF_UP));
        }
    }

    /** An input of which only matters on which side of a threshold it is: that lies between codes 0 and 1. */
    private void quantizeBySign(
            String input, Node reader, List<Node> scalings, ElementwiseFunction.Bipolar sign, List<Node> given) {
        if (!(sign.threshold() > 0)) {
            return;
        }
        grids.put(input, new ActivationQuantization(2, 2 * sign.threshold(), 0, Rounding.HALF_UP));
        given.replaceAll(node -> {
            Operator operator = scalings.contains(node)
                    ? new Operator.Reshape(graph.shape(node.output()))
                    : node.equals(reader) ? new Operator.Elementwise(sign) : node.operator();
            return new Node(node.name(), operator, node.inputs(), node.output());
        });
    }

    private static boolean isUniform(ChannelNormalization normalization) {
        FloatTensor gain = normalization.gain();
        FloatTensor offset = normalization.offset();
        for (int channel = 0; channel < gain.size(); channel++) {
            if (gain.get(channel) != gain.get(0) || offset.get(channel) != offset.get(0)) {
                return false;
            }
        }
        return true;
    }

    /** The node that makes what a node reads, where nothing else needs that value. */
    private Optional<Node> fusable(Node node, List<Node> given) {
        String input = node.inputs().get(0);
        long reads = given.stream()
                .flatMap(reader -> reader.inputs().stream())
                .filter(input::equals)
                .count();
        if (grids.containsKey(input) || reads != 1 || graph.isOutput(input)) {
            return Optional.empty();
        }
        return nodes.stream().filter(made -> made.output().equals(input)).findFirst();
    }

    private Optional<Operator> fused(Node made, Node node) {
        if (node.operator() instanceof Operator.BatchNorm outer) {
            return normalized(made.operator(), outer.normalization());
        }
        if (node.operator() instanceof Operator.Activate outer) {
            return made.operator() instanceof Operator.Activated inner
                    ? Optional.of(inner.with(ActivationFolding.compose(outer.activation(), inner.activation())))
                    : Optional.empty();
        }
        if (node.operator() instanceof Operator.Elementwise outer
                && outer.function() instanceof ElementwiseFunction.Clip clip
                && grids.containsKey(node.output())) {
            grids.computeIfPresent(node.output(), (value, grid) -> limited(grid, clip));
            return Optional.of(made.operator());
        }
        return Optional.empty();
    }

    /** Codes of clipped values are clipped codes. */
    private static ActivationQuantization limited(ActivationQuantization grid, ElementwiseFunction.Clip clip) {
        int lowest = code(grid, clip.low());
        int highest = code(grid, clip.high());
        return new ActivationQuantization(
                grid.bits(), grid.scale(), grid.zeroPoint(), grid.rounding(), lowest, Math.max(lowest, highest));
    }

    private static int code(ActivationQuantization grid, double value) {
        double half = grid.rounding() == Rounding.FLOOR ? 0 : 0.5;
        double code = grid.zeroPoint() + Math.floor(value / grid.scale() + half);
        return (int) Math.max(grid.lowest(), Math.min(grid.highest(), code));
    }

    private static Optional<Operator> normalized(Operator made, ChannelNormalization outer) {
        if (made instanceof Operator.Weighted weighted && weighted.activation() == Activation.NONE) {
            return Optional.of(NormalizationFolding.with(weighted, outer));
        }
        return made instanceof Operator.BatchNorm inner
                ? Optional.of(new Operator.BatchNorm(NormalizationFolding.compose(outer, inner.normalization())))
                : Optional.empty();
    }

    /** A normalization of codes is a depthwise convolution of 1×1. */
    private Node alone(Node node) {
        if (node.operator() instanceof Operator.BatchNorm scaling
                && grids.containsKey(node.inputs().get(0))) {
            FloatTensor gain = scaling.normalization().gain();
            weights.put(node.name(), codes(gain));
            return new Node(
                    node.name(),
                    new Operator.Depthwise(
                            Window.of(1, 1),
                            new FloatTensor(List.of(1, 1, gain.size()), gain.toArray()),
                            scaling.normalization().offset(),
                            Optional.empty(),
                            Activation.NONE),
                    node.inputs(),
                    node.output());
        }
        return node;
    }

    /** Each channel's gain exactly, as its only weight. */
    private static WeightGrid codes(FloatTensor gain) {
        byte[] codes = new byte[gain.size()];
        int[] zeroPoints = new int[gain.size()];
        double[] scales = new double[gain.size()];
        for (int channel = 0; channel < codes.length; channel++) {
            double factor = gain.get(channel);
            codes[channel] = (byte) (factor > 0 ? HIGHEST_CODE : 0);
            zeroPoints[channel] = factor < 0 ? HIGHEST_CODE : 0;
            scales[channel] = factor == 0 ? 1 : Math.abs(factor) / HIGHEST_CODE;
        }
        return new WeightGrid(
                new WeightCodes(8, codes, zeroPoints),
                Arrays.stream(scales).boxed().toList());
    }

    /**
     * A softmax in real numbers at the end keeps the order of what it is made of, which is the answer then. What makes that in
     * real numbers too makes the answer itself.
     */
    private void endWithLogits(String output) {
        List<Node> tail = new ArrayList<>();
        String value = output;
        while (!grids.containsKey(value)) {
            String made = value;
            Optional<Node> producer =
                    nodes.stream().filter(node -> node.output().equals(made)).findFirst();
            if (producer.isEmpty()) {
                return;
            }
            Node last = producer.get();
            boolean isSoftmax = last.operator() instanceof Operator.Softmax
                    && graph.shape(output).pixels() == 1;
            if (!isSoftmax && !(last.operator() instanceof Operator.Reshape)) {
                answerBy(last, tail, output);
                return;
            }
            tail.add(last);
            value = last.inputs().get(0);
        }
        tail.forEach(node -> nodes.set(
                nodes.indexOf(node),
                new Node(node.name(), new Operator.Reshape(graph.shape(node.output())), node.inputs(), node.output())));
        tellOfSoftmax(tail, output);
    }

    private void answerBy(Node last, List<Node> tail, String output) {
        boolean isReadByOthers = nodes.stream()
                .filter(node -> !tail.contains(node))
                .anyMatch(node -> node.inputs().contains(last.output()));
        if (last.operator().weighted().isPresent() && !tail.isEmpty() && !isReadByOthers) {
            nodes.removeAll(tail);
            nodes.set(nodes.indexOf(last), new Node(last.name(), last.operator(), last.inputs(), output));
            tellOfSoftmax(tail, output);
        }
    }

    private void tellOfSoftmax(List<Node> tail, String output) {
        if (tail.stream().anyMatch(node -> node.operator() instanceof Operator.Softmax)) {
            withoutSoftmax.add(output);
        }
    }
}
