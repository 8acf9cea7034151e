// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.PackedDataSet;
import dev.hilda.agent.process.WorkFolder;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.session.DataSetFit;
import dev.hilda.agent.signature.KeyFiles;
import dev.hilda.agent.signature.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bundle and a data set that a sink has taken.
 *
 * @param model the network's name, as of a job's order
 * @param dataSet the data set's, likewise
 * @param board profile that the bundle is for
 * @param signature of the bundle, where there is one
 */
record PackedJob(
        String model,
        String dataSet,
        String board,
        String bundleSha256,
        String dataSha256,
        Optional<String> signature) {
    /**
     * Opens, packs and sends; a model is built in between, after the sink has taken the data set: one that is not there, or
     * takes nothing of this user, says so before the long work.
     *
     * @param file a bundle, or what the source makes one of
     * @param key signs it in the place of the signature beside it
     * @throws BenchFailure when one of them is not fit
     */
    static PackedJob of(
            BundleSource source, Path file, Path data, Optional<Integer> limit, Optional<Path> key, ContentSink sink)
            throws InterruptedException {
        Optional<SigningKey> signing = key.map(KeyFiles::secret);
        Optional<String> beside = signing.isPresent() ? Optional.empty() : KeyFiles.signature(file);
        BundleSource.Opened opened = source.open(file);
        DataSet whole = DataSets.open(data);
        DataSet set = limit.map(whole::limit).orElse(whole);
        DataSetFit.require(set, opened.inputs(), opened.outputs());
        try (WorkFolder folder = WorkFolder.create("submit")) {
            Path packed = folder.path().resolve("data.zip");
            PackedDataSet.write(set, packed);
            String dataSha256 = sink.put(packed);
            BundleSource.BundleFile made = opened.work().bundle();
            String bundleSha256 = sink.put(made.path());
            return new PackedJob(
                    Topics.levelOf(made.bundle().network().name()),
                    Topics.levelOf(set.name()),
                    made.bundle().provenance().board(),
                    bundleSha256,
                    dataSha256,
                    signing.map(known -> known.sign(bundleSha256).text()).or(() -> beside));
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.DATASET, "pack the data set")
                    .expected("room in the folder for temporary files")
                    .actual(e.toString())
                    .remedy("make room there, or name another with TMPDIR")
                    .cause(e)
                    .failure();
        }
    }
}
