// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.night.NightOrder;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.report.MorningJson;
import dev.hilda.agent.report.MorningMarkdown;
import dev.hilda.agent.suite.SuiteReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda suite run}: a night at once, as a CI runner or a timer starts it. */
@Command(
        name = "run",
        description = {
            "Has an agent run a suite now, waits for its end, and tells what got worse.",
            "Exit code 0: clean; 12: something is worse; 14: something is missing, or the bench is at fault; 15: somebody"
                    + " must decide."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda suite run nightly --report report",
            "  hilda suite run ./release.yaml --agent https://bench.example:8460 --report report"
        })
public final class SuiteRunCommand implements Callable<Integer> {
    private static final Duration ABSENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int LONG_POLL_SECONDS = 20;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SUITE",
            description = "The name of a suite of the agent, or a suite's file, whose bundles and data sets are sent.")
    private String suite;

    @Mixin
    private AgentOption agent;

    @Option(names = "--report", paramLabel = "FOLDER", description = "Write the pages of the night there.")
    private Optional<Path> report;

    @Option(names = "--json", description = "Print the morning as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.finding(spec.commandLine(), json, () -> {
            ApiClient client = agent.client();
            JsonNode night = start(client);
            say("suite " + night.path("suite").asText() + ": night "
                    + night.path("night_id").asText() + ", "
                    + night.path("planned").asText() + " planned");
            Morning morning = await(client, night.path("night_id").asText());
            if (report.isPresent()) {
                return SuiteCommand.found(morning, report.get(), json);
            }
            String text = json
                    ? MorningJson.write(morning)
                    : MorningMarkdown.of(morning).strip();
            return new RunOutput.Found(text, SuiteCommand.code(morning));
        });
    }

    private JsonNode start(ApiClient client) throws InterruptedException {
        Path file = Path.of(suite);
        if (!Files.isRegularFile(file)) {
            return client.post("/v1/suites/" + Topics.levelOf(suite) + "/nights", Map.of());
        }
        NightOrder order = new SuiteOrders(BundleSource::ofBundle, ContentSink.of(client), this::say)
                .order(SuiteReader.read(file));
        return client.post("/v1/nights", order.toJson());
    }

    /** An agent that is started anew is waited for. */
    private Morning await(ApiClient client, String id) throws InterruptedException {
        String told = "";
        long away = System.nanoTime();
        while (true) {
            try {
                JsonNode night = client.get("/v1/nights/" + id + "?wait_s=" + LONG_POLL_SECONDS);
                away = System.nanoTime();
                String progress = night.path("ended").asText() + " of "
                        + night.path("planned").asText() + " ended, "
                        + night.path("passed").asText() + " passed";
                if (!progress.equals(told)) {
                    say(progress);
                    told = progress;
                }
                if (night.path("morning").isObject()) {
                    return MorningJson.read(night.path("morning").toString());
                }
            } catch (BenchFailure failure) {
                boolean isUnanswered = failure.getCause() instanceof IOException;
                if (!isUnanswered || System.nanoTime() - away > ABSENCE.toNanos()) {
                    throw failure;
                }
                Thread.sleep(PAUSE.toMillis());
            } catch (JsonProcessingException e) {
                throw BenchFailure.of(FailureKind.SERVICE, "read the morning of night " + id)
                        .expected("one of this version")
                        .actual(e.getOriginalMessage())
                        .remedy("use the version of hilda that the agent has")
                        .cause(e)
                        .failure();
            }
        }
    }

    private void say(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("hilda: " + TerminalText.harmless(text));
        err.flush();
    }
}
