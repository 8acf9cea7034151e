// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.measure.ReferenceComparison;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.result.ReferenceResult;
import dev.hilda.agent.session.AnswerListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What is done with each answer of the board besides counting: written to a file, compared with a reference. */
final class AnswerLog implements AnswerListener {
    private static final int WORST_INPUTS = 10;

    private final IntegerNetwork network;
    private final Optional<ReferenceOutputs> reference;
    private final ReferenceComparison comparison;
    private final Optional<Path> path;
    private final Optional<PredictionFile> file;
    private Optional<BenchFailure> failure = Optional.empty();
    private Optional<Ints> last = Optional.empty();

    private AnswerLog(IntegerNetwork network, RunAims aims, Optional<PredictionFile> file) {
        this.network = network;
        this.reference = aims.reference();
        this.comparison = new ReferenceComparison(
                network.answerElements(), network.outputTensors().get(0).shape().elements(), WORST_INPUTS);
        this.path = aims.predictions();
        this.file = file;
    }

    /** @throws BenchFailure when the file of predictions cannot be written */
    static AnswerLog open(IntegerNetwork network, RunAims aims) {
        return new AnswerLog(network, aims, aims.predictions().map(path -> PredictionFile.open(path, network)));
    }

    @Override
    public void answered(Sample sample, InferAnswer answer) {
        int[] outputs = answer.outputs();
        last = Optional.of(Ints.of(outputs));
        if (reference.isEmpty() && file.isEmpty()) {
            return;
        }
        double[] scores = network.reals(outputs);
        reference.ifPresent(expected -> comparison.add(scores, expected.rows().row((int) comparison.inputs())));
        if (file.isPresent() && failure.isEmpty()) {
            write(file.get(), sample, answer, scores);
        }
    }

    /** A full disk does not end the run, whose other figures are still wanted, but makes it a failed one. */
    private void write(PredictionFile predictions, Sample sample, InferAnswer answer, double[] scores) {
        try {
            predictions.add(sample, answer, scores);
        } catch (IOException e) {
            failure = Optional.of(PredictionFile.unwritable(path.orElseThrow(), e.toString()));
        }
    }

    /** Why the file is not whole, once it was completed. */
    Optional<BenchFailure> failure() {
        return failure;
    }

    /** Outputs for the last input. */
    Optional<Ints> last() {
        return last;
    }

    /** How the answers compare with the reference; empty without one, or without an answer. */
    Optional<ReferenceResult> comparison() {
        return reference
                .filter(expected -> comparison.inputs() > 0)
                .map(expected -> ReferenceResult.of(expected.file(), comparison, network.answerElements()));
    }

    /** Completes the file: there are no more answers. */
    void complete() {
        if (file.isEmpty()) {
            return;
        }
        try {
            file.get().close();
        } catch (IOException e) {
            failure = Optional.of(PredictionFile.unwritable(path.orElseThrow(), e.toString()));
        }
    }
}
