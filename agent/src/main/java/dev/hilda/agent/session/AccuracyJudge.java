// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.measure.ClassificationCounter;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.measure.ReconstructionError;
import dev.hilda.agent.measure.RocCurve;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Judges one of a network's outputs by the data set's labels and metric, one image after another. */
final class AccuracyJudge {
    private final Tensor output;

    /** Numbers in an answer before those that are judged. */
    private final int skipped;

    private final Metric metric;
    private final Optional<ClassificationCounter> classes;
    private final double[] scores;
    private final boolean[] positive;
    private double errorSum;
    private int images;

    /**
     * Nothing has been judged yet.
     *
     * @throws dev.hilda.agent.board.BenchFailure and the like as {@link DataSetFit#require} says
     */
    AccuracyJudge(IntegerNetwork network, DataSet dataSet) {
        List<NetworkOutput> outputs = NetworkOutput.of(network);
        metric = dataSet.metric();
        DataSetFit.require(dataSet, InputSlot.of(network), outputs);
        int judged = dataSet.judged(outputs);
        output = network.outputTensors().get(judged);
        skipped = outputs.subList(0, judged).stream()
                .mapToInt(before -> before.shape().elements())
                .sum();
        classes = DataSetFit.isClassified(metric, output.shape())
                ? Optional.of(new ClassificationCounter(output.shape().elements()))
                : Optional.empty();
        scores = new double[metric == Metric.AUC ? dataSet.size() : 0];
        positive = new boolean[scores.length];
    }

    /**
     * Judges the answer for the next image.
     *
     * @return the class it says, where outputs are classes
     */
    OptionalInt add(Sample sample, int[] answer) {
        int[] outputs =
                Arrays.copyOfRange(answer, skipped, skipped + output.shape().elements());
        classes.ifPresent(counter -> counter.add(outputs, sample.label().orElseThrow()));
        if (metric == Metric.AUC) {
            // Logits of two classes rank by their difference, as their softmax does; codes of a softmax too.
            scores[images] = outputs.length == 2 ? (double) outputs[1] - outputs[0] : outputs[outputs.length - 1];
            positive[images] = sample.label().orElse(0) == 1;
        }
        if (metric == Metric.MSE) {
            errorSum += ReconstructionError.of(sample.reals(), outputs, output.scale(), output.zeroPoint());
        }
        images++;
        return classes.isPresent() ? OptionalInt.of(Ranking.first(outputs)) : OptionalInt.empty();
    }

    Accuracy result() {
        OptionalDouble auc = metric == Metric.AUC
                ? RocCurve.area(Arrays.copyOf(scores, images), Arrays.copyOf(positive, images))
                : OptionalDouble.empty();
        OptionalDouble mse =
                metric == Metric.MSE && images > 0 ? OptionalDouble.of(errorSum / images) : OptionalDouble.empty();
        return new Accuracy(metric, classes.map(ClassificationCounter::result), auc, mse);
    }
}
