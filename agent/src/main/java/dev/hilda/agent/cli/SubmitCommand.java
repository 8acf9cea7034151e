// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.PackedDataSet;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.process.WorkFolder;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.session.DataSetFit;
import dev.hilda.agent.signature.KeyFiles;
import dev.hilda.agent.signature.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda submit}: a job for whichever board of a pool is free. */
@Command(
        name = "submit",
        description = "Has an agent run a network on the next free board of a pool.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda submit ic01.hilda --data cifar10-test.yaml --pool h743 --wait")
public final class SubmitCommand implements Callable<Integer> {
    private final BundleSource source;

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "A bundle of hilda quantize; the signature FILE.sig beside it is sent with it. Where HILDA's"
                    + " host tools are, also a model, which is built first.")
    private Path file;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "SET.yaml",
            description =
                    "The data set, or a folder with a dataset.yaml; its samples are sent as they are prepared here.")
    private Path data;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            description = "The boards that may run it; default: the bundle's board.")
    private Optional<String> pool;

    @Option(
            names = "--board",
            paramLabel = "SERIAL",
            description = "Only the board with this ST-Link may run it, as for latencies that are compared.")
    private Optional<String> board;

    @Option(
            names = "--key",
            paramLabel = "NAME.key",
            description = "Sign the bundle with this private key, in place of the signature beside it.")
    private Optional<Path> key;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N images.")
    private Optional<Integer> limit;

    @Option(names = "--wait", description = "Wait for its end; the exit code says whether it passed.")
    private boolean waits;

    @Option(names = "--json", description = "Print the job as one JSON object on the last line.")
    private boolean json;

    /**
     * The command.
     *
     * @param source opens the file
     */
    public SubmitCommand(BundleSource source) {
        this.source = source;
    }

    @Override
    public Integer call() throws InterruptedException {
        limit.filter(count -> count < 1).ifPresent(count -> {
            throw new ParameterException(spec.commandLine(), "--limit: expected a number from 1 on, got " + count);
        });
        return RunOutput.result(spec.commandLine(), json, () -> {
            ApiClient client = agent.client();
            JobSummary job = new JobSummary(submit(client));
            if (waits) {
                job = new JobWaiting(client, spec.commandLine().getErr(), Clock.SYSTEM).await(job.id());
                job.requirePassed();
            }
            return json ? job.job().toString() : job.text();
        });
    }

    private JsonNode submit(ApiClient client) throws InterruptedException {
        Optional<SigningKey> signing = key.map(KeyFiles::secret);
        Optional<String> beside = signing.isPresent() ? Optional.empty() : KeyFiles.signature(file);
        BundleSource.Opened opened = source.open(file);
        DataSet whole = DataSets.open(data);
        DataSet set = limit.map(whole::limit).orElse(whole);
        DataSetFit.require(set, opened.inputs(), opened.outputs());
        try (WorkFolder folder = WorkFolder.create("submit")) {
            Path packed = folder.path().resolve("data.zip");
            PackedDataSet.write(set, packed);
            // An agent that is not there, or does not take jobs of this user, says so before the long work.
            String dataSha256 = upload(client, packed);
            BundleSource.BundleFile made = opened.work().bundle();
            String bundleSha256 = upload(client, made.path());
            Optional<String> signature =
                    signing.map(known -> known.sign(bundleSha256).text()).or(() -> beside);
            Map<String, Object> order = new LinkedHashMap<>();
            order.put("pool", pool.orElse(made.bundle().provenance().board()));
            order.put("name", Topics.levelOf(made.bundle().network().name()));
            order.put("bundle_sha256", bundleSha256);
            order.put("data_sha256", dataSha256);
            signature.ifPresent(text -> order.put("bundle_signature", text));
            board.ifPresent(serial -> order.put("board", serial));
            return client.post("/v1/jobs", order);
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.DATASET, "pack the data set")
                    .expected("room in the folder for temporary files")
                    .actual(e.toString())
                    .remedy("make room there, or name another with TMPDIR")
                    .cause(e)
                    .failure();
        }
    }

    /** What the agent has already is not sent. */
    private static String upload(ApiClient client, Path file) throws IOException, InterruptedException {
        String sha256 = Sha256.of(file);
        String path = "/v1/content/" + sha256;
        if (!client.get(path).path("present").booleanValue()) {
            client.put(path, file);
        }
        return sha256;
    }
}
