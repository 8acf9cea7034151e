// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor.training;

import dev.hilda.host.ir.ChannelNormalization;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.GraphException;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The moments that batch normalization has at inference: over many batches, of weights that no longer change. */
final class RunningMoments {
    private final Map<String, Sums> sums = new LinkedHashMap<>();
    private int batches;

    void add(Map<String, BatchMoments.Measured> batch) {
        batches++;
        batch.forEach((node, measured) -> sums.computeIfAbsent(
                        node, key -> new Sums((int) measured.mean().length()))
                .add(measured));
    }

    /**
     * The graph with these moments in its BatchNorm nodes, whose gain and offset are γ and β before.
     *
     * @throws GraphException naming a node whose moments were not measured
     */
    Graph frozen(Graph trained) {
        List<Node> nodes = trained.nodes().stream()
                .map(node -> node.operator()
                        .batchNormalization()
                        .map(of ->
                                new Node(node.name(), frozen(node, of.normalization()), node.inputs(), node.output()))
                        .orElse(node))
                .toList();
        return trained.with(nodes);
    }

    private Operator frozen(Node node, ChannelNormalization affine) {
        return new Operator.BatchNorm(ChannelNormalization.of(
                affine.gain(), affine.offset(), mean(node.name()), variance(node.name()), BatchMoments.EPSILON));
    }

    /** Of all images, by channel. */
    FloatTensor mean(String node) {
        return of(node).mean(batches);
    }

    /** Of all images, by channel. */
    FloatTensor variance(String node) {
        return of(node).variance(batches);
    }

    private Sums of(String node) {
        Sums found = sums.get(node);
        if (found == null) {
            throw new GraphException("node " + node + ": no batch told its moments");
        }
        return found;
    }

    /** Of one node, by channel. */
    private static final class Sums {
        private final double[] means;
        private final double[] squares;

        Sums(int channels) {
            this.means = new double[channels];
            this.squares = new double[channels];
        }

        /** Of the batch's mean square, so that the means' own variance over the batches counts too. */
        void add(BatchMoments.Measured measured) {
            for (int channel = 0; channel < means.length; channel++) {
                double mean = measured.mean().getDouble(channel);
                means[channel] += mean;
                squares[channel] += measured.variance().getDouble(channel) + mean * mean;
            }
        }

        FloatTensor mean(int batches) {
            float[] values = new float[means.length];
            for (int channel = 0; channel < values.length; channel++) {
                values[channel] = (float) (means[channel] / batches);
            }
            return FloatTensor.vector(values);
        }

        FloatTensor variance(int batches) {
            float[] values = new float[means.length];
            for (int channel = 0; channel < values.length; channel++) {
                double mean = means[channel] / batches;
                values[channel] = (float) Math.max(0, squares[channel] / batches - mean * mean);
            }
            return FloatTensor.vector(values);
        }
    }
}
