// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code hilda runs}, {@code store} and {@code publish} on the store of one bench. */
class StoreCommandsTest {
    /** Nothing listens there. */
    private static final String NO_BROKER = "mqtt://127.0.0.1:1";

    private static final ImageOutcome RIGHT =
            new ImageOutcome("ab".repeat(32), OptionalInt.of(2), OptionalInt.of(2), Optional.of(true), true);
    private static final ImageOutcome UNLABELLED =
            new ImageOutcome("cd".repeat(32), OptionalInt.empty(), OptionalInt.of(7), Optional.empty(), false);

    @TempDir
    private Path folder;

    private Map<String, String> environment;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void name() {
        environment = Map.of(
                "XDG_STATE_HOME", folder.resolve("state").toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    private int execute(Object command, String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return FailureReport.install(new CommandLine(command))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int publish(String... arguments) {
        return execute(new PublishCommand(environment), arguments);
    }

    private int runs(String... arguments) {
        return execute(new RunsCommand(environment), arguments);
    }

    private int store(String... arguments) {
        return execute(new StoreCommand(environment), arguments);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private Result save() throws Exception {
        Result result = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 3, "top1"));
        try (Store store = new BenchStore(environment).open(new PrintWriter(err))) {
            return store.results(true).save(result, List.of(RIGHT, UNLABELLED)).result();
        }
    }

    private static String id() {
        return SmallNetwork.IDENTITY.runId();
    }

    @Test
    void shouldNeedNoBrokerWhereNothingWaits() {
        assertEquals(0, publish("--mqtt", NO_BROKER), err.toString());
        assertEquals("nothing was sent, 0 results wait", out.toString().strip());
        assertEquals(0, publish("--mqtt", NO_BROKER, "--json"));
        assertTrue(
                out.toString().contains("{\"broker\":\"" + NO_BROKER + "\",\"sent\":[],\"waiting\":0}"),
                out.toString());
    }

    @Test
    void shouldKeepWhatItCannotSend() throws Exception {
        save();
        assertEquals(ExitCode.PUBLISH.code(), publish("--mqtt", NO_BROKER, "--json"), err.toString());
        assertTrue(out.toString().contains("\"failure_kind\":\"publish\""), out.toString());
        assertEquals(ExitCode.PUBLISH.code(), publish("--mqtt", NO_BROKER, "--since", "1", "--bench", "bench"));
        assertEquals(0, runs("--json"));
        assertEquals(1, json().path("runs").path(0).path("bench_sequence").asInt());
        assertEquals(ExitCode.USAGE.code(), publish("--mqtt", NO_BROKER, "--since", "0"));
    }

    @Test
    void shouldListRuns() throws Exception {
        assertEquals(0, runs(), err.toString());
        assertEquals("no runs yet", out.toString().strip());
        save();
        assertEquals(0, runs(), err.toString());
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(1).startsWith(id().substring(0, 8) + "  2026-01-02T03:04:05.678Z  small"), lines.get(1));
        assertTrue(lines.get(1).endsWith("waits"), lines.get(1));
        assertEquals(0, runs("--model", "other"));
        assertEquals("no runs yet", out.toString().strip());
        assertEquals(0, runs("--json"));
        assertEquals(id(), json().path("runs").path(0).path("run_id").asText());
        assertEquals(
                "2026-01-02T03:04:05.678Z",
                json().path("runs").path(0).path("time").asText());
    }

    @Test
    void shouldShowARunAndItsImages() throws Exception {
        Result saved = save();
        assertEquals(0, runs(id().substring(0, 4)), err.toString());
        assertEquals(saved.toJson(), out.toString().strip());
        assertEquals(0, runs(id(), "--images"), err.toString());
        assertEquals(
                List.of(
                        "image,sha256,label,prediction,correct,matched",
                        "0," + RIGHT.sha256() + ",2,2,true,true",
                        "1," + UNLABELLED.sha256() + ",,7,,false"),
                out.toString().lines().toList());
        assertEquals(ExitCode.STORE.code(), runs("nothing"));
        assertTrue(err.toString().contains("no such run"), err.toString());
        assertEquals(ExitCode.USAGE.code(), runs("--images"));
    }

    @Test
    void shouldBackUpVerifyPruneAndRestore() throws Exception {
        save();
        String copy = folder.resolve("copy.db").toString();
        assertEquals(0, store("backup", copy), err.toString());
        assertEquals(
                copy + ": 1 runs, 2 outcomes of images, 1 results that wait for a broker",
                out.toString().strip());
        assertEquals(0, store("verify"), err.toString());
        assertEquals(0, store("prune", "--older-than", "1", "--dry-run", "--json"), err.toString());
        assertEquals("{\"runs\":0,\"dry_run\":true}", out.toString().strip());
        assertEquals(ExitCode.STORE.code(), store("restore", copy));
        Files.delete(new BenchStore(environment).file());
        assertEquals(0, store("restore", copy, "--json"), err.toString());
        assertEquals(1, json().path("content").path("waiting").asInt());
        assertEquals(0, runs(id()));
    }

    /** Of each command: it must run from the root, with its own mixins. */
    @Test
    void shouldBePartOfTheAgent() {
        for (Callable<Integer> run : List.<Callable<Integer>>of(
                () -> execute(new HildaAgent(), "runs", "--help"),
                () -> execute(new HildaAgent(), "store", "prune", "--help"))) {
            try {
                assertEquals(0, run.call());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
