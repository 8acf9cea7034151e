// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda cancel}: ends a job. */
@Command(
        name = "cancel",
        description = "Ends a job: at once when it waits, soon when it runs.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda cancel 0c8f2f1e-6d6b-4a39-8a53-0e8a1a0d6a11")
public final class CancelCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Parameters(index = "0", paramLabel = "JOB", description = "Its id, as hilda jobs --json lists it.")
    private String job;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            JsonNode answer = agent.client().post("/v1/jobs/" + job + "/cancel", Map.of());
            String told = switch (answer.path("cancellation").asText()) {
                case "ended" -> "cancelled";
                case "requested" -> "its board ends it";
                default -> "it had ended before";
            };
            return json ? answer.toString() : told + "\n" + new JobSummary(answer.path("job")).text();
        });
    }
}
