// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** Whether a network can be judged on a data set; no sample is read for it. */
public final class DataSetFit {
    private DataSetFit() {}

    /**
     * Requires samples of the inputs' sizes, and an output and labels that the set's metric can judge.
     *
     * @param read what the network reads
     * @param answer what it makes of it
     * @throws BenchFailure of kind {@link FailureKind#DATASET} when the set does not fit the network
     * @throws dev.hilda.agent.dataset.DataSetException when the set has no metric, or not the labels it needs,
     *     or names an output that the network does not have
     */
    public static void require(DataSet dataSet, List<InputSlot> read, List<NetworkOutput> answer) {
        Metric metric = dataSet.metric();
        TensorShape output = answer.get(dataSet.judged(answer)).shape();
        int inputs = read.stream().mapToInt(input -> input.shape().elements()).sum();
        int outputs = output.elements();
        requireValues(dataSet, read);
        require(
                dataSet,
                "as many outputs as inputs for the metric mse",
                metric != Metric.MSE || (outputs == inputs && read.size() == 1),
                outputs + " outputs for " + inputs + " inputs");
        boolean classified = isClassified(metric, output);
        require(
                dataSet,
                "at least two outputs for the metric " + metric.label(),
                classified || !metric.needsLabels() || metric == Metric.AUC,
                outputs + " output");
        require(
                dataSet,
                "labels from 0 to " + (outputs - 1) + ", as the network has outputs: see label_offset",
                !classified || dataSet.largestLabel().orElse(0) < outputs,
                "label " + dataSet.largestLabel().orElse(0));
    }

    private static void requireValues(DataSet dataSet, List<InputSlot> read) {
        if (read.size() == 1 && dataSet.isForOneInput()) {
            int inputs = read.get(0).shape().elements();
            require(dataSet, "samples of " + inputs + " values", dataSet.shape().elements() == inputs, dataSet.shape());
        } else {
            dataSet.arranged(read);
        }
    }

    /** Whether labels are classes of which the largest output chooses one. */
    static boolean isClassified(Metric metric, TensorShape output) {
        return metric.needsLabels() && output.elements() > 1;
    }

    private static void require(DataSet dataSet, String expected, boolean fits, Object actual) {
        if (!fits) {
            throw BenchFailure.of(FailureKind.DATASET, "use the data set " + dataSet.name())
                    .expected(expected)
                    .actual(actual.toString())
                    .remedy("choose the data set that the network was trained for")
                    .failure();
        }
    }
}
