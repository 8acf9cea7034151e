// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.CalibrationData;
import dev.hilda.host.quantize.QuantizationException;
import dev.hilda.host.tensor.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The labels of images: of two that were mixed, each in its share. Divergence from these is the cross entropy, less the
 * entropy of the shares.
 */
final class LabelTeacher implements Teacher {
    /** A logit of probability 0. */
    private static final float NEVER = -1e4f;

    private final String output;
    private final int classes;
    private final int[] labels;

    /**
     * Reads the labels.
     *
     * @param set what messages call the data
     * @throws QuantizationException when the network is no classifier or an image has no label of its classes
     */
    LabelTeacher(Graph graph, CalibrationData data, String set) {
        this.output = graph.outputs().get(0);
        this.classes = graph.shape(output).elements();
        if (graph.outputs().size() != 1 || graph.shape(output).channels() != classes) {
            throw new QuantizationException("retraining by labels knows networks of one output, a class a channel; got "
                    + graph.outputs().stream()
                            .map(name -> name + " " + graph.shape(name))
                            .toList() + "; --loss distillation needs no labels");
        }
        this.labels = new int[data.size()];
        for (int index = 0; index < labels.length; index++) {
            int image = index;
            labels[index] = data.label(index)
                    .orElseThrow(() -> new QuantizationException("retraining by labels: " + set
                            + " has no label of image " + image + "; add labels, or --loss distillation"));
            if (labels[index] < 0 || labels[index] >= classes) {
                throw new QuantizationException("retraining by labels: " + set + " calls image " + index + " "
                        + labels[index] + ", expected 0 to " + (classes - 1)
                        + ", the network's classes; see label_offset");
            }
        }
    }

    @Override
    public Map<String, Batch> of(DrawnImages images) {
        int count = images.count();
        float[] logits = new float[count * classes];
        Arrays.fill(logits, NEVER);
        for (int at = 0; at < count; at++) {
            int own = labels[images.image(at)];
            int other = labels[images.other(at)];
            float share = images.share(at);
            if (own == other || share == 1) {
                logits[at * classes + own] = 0;
            } else {
                logits[at * classes + own] = (float) Math.log(share);
                logits[at * classes + other] = (float) Math.log(1 - share);
            }
        }
        return Map.of(output, new Batch(TensorShape.vector(classes), count, logits));
    }

    @Override
    public float temperature() {
        return 1;
    }

    @Override
    public List<String> features() {
        return List.of();
    }
}
