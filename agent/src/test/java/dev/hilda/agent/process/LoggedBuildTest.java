// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggedBuildTest {
    @TempDir
    private Path folder;

    @Test
    void shouldKeepTheWholeOutput() throws Exception {
        LoggedBuild build = build(Duration.ofSeconds(10));
        build.run(List.of("sh", "-c", "echo one; echo two >&2"), folder);
        build.run(List.of("sh", "-c", "echo three"), folder);
        List<String> log = Files.readAllLines(folder.resolve("log"));
        assertTrue(log.containsAll(List.of("one", "two", "three")), log.toString());
    }

    @Test
    void shouldQuoteTheFirstErrorAndNameTheLog() {
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> build(Duration.ofSeconds(10))
                        .run(
                                List.of("sh", "-c", "echo fine; echo x.c:1: error: bad; echo error: more; exit 2"),
                                folder));
        assertEquals(FailureKind.BUILD, failure.kind());
        assertEquals(
                "sh ended with exit code 2: x.c:1: error: bad", failure.actual().orElseThrow());
        assertTrue(failure.remedy().orElseThrow().contains(folder.resolve("log").toString()));
    }

    @Test
    void shouldEndAProgramThatTakesTooLong() {
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> build(Duration.ofMillis(300)).run(List.of("sh", "-c", "sleep 60; touch ended"), folder));
        assertEquals(FailureKind.TIMEOUT, failure.kind());
        assertFalse(Files.exists(folder.resolve("ended")));
    }

    @Test
    void shouldSpeakOfSetUpOnlyWhenSomethingIsMissing() {
        assertFalse(remedyFor("echo x.c:1: error: bad; exit 2").contains("./hilda setup"));
        assertTrue(
                remedyFor("echo \"error: package 'unicorn' not found\"; exit 1").contains("./hilda setup"));
        assertTrue(remedyFor("exit 127").contains("./hilda setup"));
    }

    private String remedyFor(String script) {
        return assertThrows(
                        BenchFailure.class,
                        () -> build(Duration.ofSeconds(10)).run(List.of("sh", "-c", script), folder))
                .remedy()
                .orElseThrow();
    }

    @Test
    void shouldNameTheRemedyForAMissingProgram() {
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> build(Duration.ofSeconds(1)).run(List.of("no-such-program"), folder));
        assertEquals("./hilda setup", failure.remedy().orElseThrow());
    }

    @Test
    void shouldKeepTheOutputOfEachProgramInOnePiece() throws Exception {
        List<List<String>> commands = IntStream.range(0, 12)
                .mapToObj(i -> List.of("sh", "-c", "echo a" + i + "; sleep 0.02; echo b" + i))
                .toList();
        build(Duration.ofSeconds(10)).runAll(commands, folder);
        List<String> log = Files.readAllLines(folder.resolve("log"));
        assertEquals(3 * 12, log.size());
        for (int i = 0; i < 12; i++) {
            assertEquals(log.indexOf("a" + i) + 1, log.indexOf("b" + i), log.toString());
        }
    }

    @Test
    void shouldStopTheOthersAtTheFirstFailure() {
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of("sh", "-c", "sleep 0.1; echo x.c:1: error: bad; exit 2"));
        for (int i = 0; i < 200; i++) {
            commands.add(List.of("sh", "-c", "sleep 60; touch ended"));
        }
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> build(Duration.ofSeconds(100)).runAll(commands, folder));
        assertEquals(
                "sh ended with exit code 2: x.c:1: error: bad", failure.actual().orElseThrow());
        assertFalse(Files.exists(folder.resolve("ended")));
        assertFalse(ProcessHandle.current().descendants().anyMatch(LoggedBuildTest::sleeps));
    }

    @Test
    void shouldKillTheProgramsOfAnInterruptedBuild() throws Exception {
        List<List<String>> commands = Collections.nCopies(4, List.of("sh", "-c", "sleep 60"));
        Thread.currentThread().interrupt();
        assertThrows(
                InterruptedException.class, () -> build(Duration.ofSeconds(100)).runAll(commands, folder));
        assertFalse(ProcessHandle.current().descendants().anyMatch(LoggedBuildTest::sleeps));
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/sleep");
    }

    private LoggedBuild build(Duration patience) {
        return new LoggedBuild("a thing", folder.resolve("log"), patience);
    }
}
