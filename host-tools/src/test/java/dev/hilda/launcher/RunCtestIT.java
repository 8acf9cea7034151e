// SPDX-License-Identifier: Apache-2.0
package dev.hilda.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.launcher.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code .mvn/run-ctest} makes of a CMake project whose tests do not simply pass, as {@code ./hilda test} calls it. */
class RunCtestIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void requireTools() {
        Script.requireTools();
    }

    @Test
    void shouldPassAProjectWhoseTestsPass() throws Exception {
        Outcome outcome = run("add_test(NAME fine COMMAND true)");
        assertEquals(0, outcome.exitCode(), outcome.output());
    }

    @Test
    void shouldLeaveAFailedTestToTheReports() throws Exception {
        Outcome outcome = run("add_test(NAME bad COMMAND false)");
        assertEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(Files.readString(folder.resolve("ctest-reports/build.xml")).contains("<failure"));
    }

    @Test
    void shouldFailWhenATestProgramIsMissing() throws Exception {
        Outcome outcome = run("add_test(NAME fine COMMAND true)\nadd_test(NAME gone COMMAND /nonexistent/program)");
        assertNotEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains("a test's program is missing"), outcome.output());
    }

    @Test
    void shouldFailWhenNoTestRan() throws Exception {
        Outcome outcome = run("");
        assertNotEquals(0, outcome.exitCode(), outcome.output());
    }

    @Test
    void shouldRunOnlyTheTestsOfALabelInAShortRun() throws Exception {
        String tests = """
                add_custom_target(slow)
                add_test(NAME fine COMMAND true)
                add_test(NAME other COMMAND true)
                set_tests_properties(fine PROPERTIES LABELS slow)
                """;
        assertEquals(1, testsRun(run(tests, "false", "--short", "slow")));
        assertEquals(2, testsRun(run(tests, "true", "--short", "slow")));
        assertEquals(2, testsRun(run(tests, "false")));
    }

    private long testsRun(Outcome outcome) throws IOException {
        assertEquals(0, outcome.exitCode(), outcome.output());
        return Files.readString(folder.resolve("ctest-reports/build.xml"))
                .lines()
                .filter(line -> line.contains("<testcase"))
                .count();
    }

    private Outcome run(String tests) throws IOException, InterruptedException {
        return run(tests, "false");
    }

    private Outcome run(String tests, String full, String... options) throws IOException, InterruptedException {
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(
                source.resolve("CMakeLists.txt"),
                "cmake_minimum_required(VERSION 3.18)\nproject(tests NONE)\nenable_testing()\n" + tests + "\n");
        Path script = Path.of("..", ".mvn", "run-ctest").toRealPath();
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(source.toString(), folder.resolve("build").toString()));
        return Script.run(
                folder,
                Map.of("HILDA_COLLECT_FAILURES", "true", "HILDA_FULL_TESTS", full),
                command.toArray(new String[0]));
    }
}
