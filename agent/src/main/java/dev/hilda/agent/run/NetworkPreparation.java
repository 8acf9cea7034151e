// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.InputFit;
import dev.hilda.agent.session.LineRates;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A file and inputs that fit each other and a board, before the long work with them. */
public final class NetworkPreparation {
    private final DeploymentSource.Work work;
    private final RunInputs inputs;
    private final RunAims aims;

    private NetworkPreparation(DeploymentSource.Work work, RunInputs inputs, RunAims aims) {
        this.work = work;
        this.inputs = inputs;
        this.aims = aims;
    }

    /**
     * Refuses at once inputs that do not fit the network, or cannot show what is demanded.
     *
     * @param file a network, as {@code source} takes it
     * @param demands what the figures must meet
     * @param answers files that answers go to, or are held against
     * @throws BenchFailure when the network cannot be opened
     * @throws dev.hilda.agent.dataset.DataSetException when the data set cannot be read
     */
    public static NetworkPreparation of(
            DeploymentSource source,
            Path file,
            RunInputs inputs,
            Demands demands,
            AnswerFiles answers,
            BoardProfile profile)
            throws InterruptedException {
        DemandCheck.requireMeasurable(demands, inputs.metric());
        answers.predictions().ifPresent(PredictionFile::requireWritable);
        Optional<ReferenceOutputs> reference = answers.reference().map(ReferenceOutputs::read);
        DeploymentSource.Opened opened = source.open(file, profile);
        inputs.requireFit(opened.inputs(), opened.outputs());
        reference.ifPresent(outputs -> outputs.requireOutputs(opened.outputs()));
        return new NetworkPreparation(
                opened.work(),
                inputs,
                new RunAims(
                        demands, inputs.seed(), inputs.arrays(), inputs.isPicture(), answers.predictions(), reference));
    }

    /**
     * The task; may take minutes, as {@link DeploymentSource.Work#deployment()}.
     *
     * @param allowsClipping whether values that the network's input cannot tell apart are only remarked on
     * @param rates that the line may take
     * @param counters of the board's core
     * @param cache of what the oracle gave in earlier runs of data sets
     * @param remarks hears of values that are doubtful
     * @throws BenchFailure of kind {@link dev.hilda.agent.board.FailureKind#INPUTS}
     */
    public NetworkTask task(
            boolean allowsClipping,
            LineRates rates,
            CounterSource counters,
            Optional<BuildCache> cache,
            Consumer<String> remarks)
            throws InterruptedException {
        Deployment deployment = work.deployment();
        List<Tensor> tensors = deployment.network().inputTensors();
        DataSet images = inputs.of(tensors);
        aims.reference().ifPresent(outputs -> outputs.requireInputs(images));
        DataReading data = DataReading.of(images, tensors);
        String attempted = "run " + deployment.network().name() + " on " + images.name();
        data.inputs()
                .flatMap(shares -> InputFit.require(
                        attempted, shares, deployment.calibratedClipping().orElse(0), allowsClipping))
                .ifPresent(remarks);
        Optional<OracleOutputs> outputs = aims.isOfDataSet()
                ? cache.flatMap(place -> OracleOutputs.open(place, deployment.network(), data, remarks))
                : Optional.empty();
        return new NetworkTask(deployment, data, aims, rates, counters, outputs);
    }
}
