// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.session.DataSetFit;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.InputFit;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A file and a data set that fit each other and a board, before the long work with them. */
public final class NetworkPreparation {
    private final DeploymentSource.Work work;
    private final DataSet images;

    private NetworkPreparation(DeploymentSource.Work work, DataSet images) {
        this.work = work;
        this.images = images;
    }

    /**
     * Refuses at once a data set that serves for calibration only, cannot be read or does not fit the network.
     *
     * @param file a network, as {@code source} takes it
     * @param data a data set's YAML, or a folder with one
     * @param limit only so many images, where given
     * @throws BenchFailure when the network cannot be opened
     * @throws DataSetException when the data set cannot be read
     */
    public static NetworkPreparation of(
            DeploymentSource source, Path file, Path data, Optional<Integer> limit, BoardProfile profile)
            throws InterruptedException {
        DataSet whole = DataSets.open(data);
        DataSet images = limit.map(whole::limit).orElse(whole);
        images.metric();
        images.sample(0);
        DeploymentSource.Opened opened = source.open(file, profile);
        DataSetFit.require(images, opened.input(), opened.output());
        return new NetworkPreparation(opened.work(), images);
    }

    /**
     * The task; may take minutes, as {@link DeploymentSource.Work#deployment()}.
     *
     * @param allowsClipping whether values that the network's input cannot tell apart are only remarked on
     * @param remarks hears of values that are doubtful
     * @throws BenchFailure of kind {@link dev.hilda.agent.board.FailureKind#INPUTS}
     */
    public NetworkTask task(boolean allowsClipping, Consumer<String> remarks) throws InterruptedException {
        Deployment deployment = work.deployment();
        DataReading data = DataReading.of(images, deployment.network().inputTensor());
        String attempted = "run " + deployment.network().name() + " on " + images.name();
        data.inputs()
                .flatMap(shares -> InputFit.require(
                        attempted, shares, deployment.calibratedClipping().orElse(0), allowsClipping))
                .ifPresent(remarks);
        return new NetworkTask(deployment, data);
    }
}
