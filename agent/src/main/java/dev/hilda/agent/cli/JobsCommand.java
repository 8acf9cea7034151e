// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda jobs}: what an agent has been asked to run. */
@Command(
        name = "jobs",
        description = "Lists the jobs of an agent and of those it shares its store with, the newest first.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda jobs --state queued --pool h743")
public final class JobsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Option(names = "--pool", paramLabel = "NAME", description = "Only jobs of this pool.")
    private Optional<String> pool;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only jobs that are queued, running, passed, failed, cancelled or missing.")
    private Optional<String> state;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many; default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            JsonNode answer =
                    agent.client().get("/v1/jobs?limit=" + limit + query("pool", pool) + query("state", state));
            return json ? answer.toString() : table(answer.path("jobs"));
        });
    }

    private static String query(String name, Optional<String> value) {
        return value.map(text -> "&" + name + "=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .orElse("");
    }

    private static String table(JsonNode jobs) {
        if (jobs.isEmpty()) {
            return "no jobs";
        }
        TextTable table = new TextTable("job", "submitted", "state", "pool", "model", "by", "board", "reason");
        jobs.forEach(job -> table.add(new JobSummary(job).cells()));
        return table.toString();
    }
}
