// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.http.ApiClient;
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
            names = "--on-serial",
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
        PackedJob packed = PackedJob.of(source, file, data, limit, key, ContentSink.of(client));
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("pool", pool.orElse(packed.board()));
        order.put("name", packed.model());
        order.put("bundle_sha256", packed.bundleSha256());
        order.put("data_sha256", packed.dataSha256());
        packed.signature().ifPresent(text -> order.put("bundle_signature", text));
        board.ifPresent(serial -> order.put("board", serial));
        return client.post("/v1/jobs", order);
    }
}
