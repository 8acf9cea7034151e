// SPDX-License-Identifier: Apache-2.0
package dev.hilda.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.launcher.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a tree of its own, with a Maven that only makes the files a build would make. */
class LauncherIT {
    private static final List<String> MODULES = List.of("device-profiles", "firmware-template", "agent", "host-tools");
    private static final String MAVEN = """
            #!/bin/sh
            echo "a build" >>builds
            for module in device-profiles firmware-template agent host-tools; do
                mkdir -p $module/target && : >$module/target/$module.jar
            done
            : >library.jar
            printf '%s' "$PWD/library.jar" >host-tools/target/class-path
            """;

    @TempDir
    private Path tree;

    @BeforeAll
    static void requireTools() {
        Script.requireTools();
    }

    @BeforeEach
    void makeTree() throws IOException {
        Files.copy(Path.of("..", "hilda"), tree.resolve("hilda"), StandardCopyOption.COPY_ATTRIBUTES);
        Path maven = Files.writeString(tree.resolve("mvnw"), MAVEN);
        assertTrue(maven.toFile().setExecutable(true));
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.createDirectories(tree.resolve(".mvn"));
        for (String module : MODULES) {
            Files.createDirectories(tree.resolve(module));
        }
        Files.createDirectories(tree.resolve("device-profiles/virtual-board/test"));
    }

    @Test
    void shouldBuildAgainWhereALibraryIsGone() throws Exception {
        hilda();
        hilda();
        assertEquals(1, builds());
        Files.delete(tree.resolve("library.jar"));
        hilda();
        assertEquals(2, builds());
    }

    @Test
    void shouldBuildAgainForAChangedSourceOnly() throws Exception {
        hilda();
        Files.writeString(tree.resolve("device-profiles/virtual-board/test/some_test.c"), "");
        hilda();
        assertEquals(1, builds());
        Files.writeString(tree.resolve("agent/pom.xml"), "");
        hilda();
        assertEquals(2, builds());
    }

    /** Maven itself, told to be quiet, shows errors alone: "warnings found and -Werror specified". */
    @Test
    void shouldShowTheWarningsThatEndABuild() throws Exception {
        Files.writeString(tree.resolve("mvnw"), """
                #!/bin/sh
                case " $* " in
                    *" -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.compiler=warn "*) echo '[WARNING] raw type' ;;
                esac
                echo '[ERROR] warnings found and -Werror specified'
                exit 1
                """);
        Outcome outcome = hilda();
        assertEquals(4, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains("[WARNING] raw type"), outcome.output());
    }

    @Test
    void shouldKeepFewOldLaunchFolders() throws Exception {
        for (int version = 0; version < 6; version++) {
            Files.writeString(tree.resolve("agent/pom.xml"), "x".repeat(version));
            hilda();
        }
        try (Stream<Path> folders = Files.list(tree.resolve("target/launch"))) {
            assertEquals(3, folders.filter(Files::isDirectory).count());
        }
    }

    @Test
    void shouldPutTemporaryFilesWhereTheUserSays() throws Exception {
        Path programs = Files.createDirectories(tree.resolve("jdk/bin"));
        for (String name : List.of("java", "javac")) {
            Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
            assertTrue(program.toFile().setExecutable(true));
        }
        assertEquals(List.of("-Djava.io.tmpdir=" + tree), temporaryFolder(tree.toString()));
        assertEquals(List.of("-Djava.io.tmpdir=/tmp"), temporaryFolder(""));
    }

    /** What Java is told of it. */
    private List<String> temporaryFolder(String variable) throws Exception {
        Map<String, String> environment =
                Map.of("JAVA_HOME", tree.resolve("jdk").toString(), "TMPDIR", variable);
        return Script.run(tree, environment, tree.resolve("hilda").toString(), "devices")
                .output()
                .lines()
                .filter(line -> line.startsWith("-Djava.io.tmpdir"))
                .toList();
    }

    @Test
    void shouldSayWhatToDoWhereItCannotBuild() throws Exception {
        Files.writeString(tree.resolve("target"), "a file where the folder belongs");
        Outcome outcome = hilda();
        assertEquals(4, outcome.exitCode(), outcome.output());
        assertTrue(
                outcome.output().contains("copy " + tree.toRealPath() + " to a folder of your own"), outcome.output());
        assertTrue(outcome.output().lines().count() == 1, outcome.output());
    }

    /** To everything in the terminal, as Ctrl-C does; Maven then ends with a code of its own. */
    @Test
    void shouldEndWith130AfterCtrlCWhileItBuilds() throws Exception {
        Files.writeString(tree.resolve("mvnw"), """
                #!/bin/sh
                trap 'exit 1' INT
                kill -INT 0
                sleep 1
                """);
        Path programs = Files.createDirectories(tree.resolve("bin"));
        Path users = Files.writeString(
                programs.resolve("getent"), "#!/bin/sh\necho 'user:x:1:1::" + tree.resolve("home") + ":/bin/sh'\n");
        assertTrue(users.toFile().setExecutable(true));
        Map<String, String> environment =
                Map.of("HOME", tree.toString(), "PATH", programs + ":" + System.getenv("PATH"));
        Outcome outcome = Script.run(
                tree,
                environment,
                "env",
                "--default-signal=INT",
                "setsid",
                "--wait",
                tree.resolve("hilda").toString(),
                "devices");
        assertEquals(130, outcome.exitCode(), outcome.output());
        assertTrue(
                outcome.output().contains("build tools to " + tree.resolve("home/.m2/repository") + " (once)"),
                outcome.output());
        assertFalse(outcome.output().contains("failed"), outcome.output());
    }

    @Test
    void shouldRequireTestDataWhereSomebodyNamesIt() throws Exception {
        Files.createDirectories(tree.resolve(".ci"));
        Files.copy(Path.of("..", ".ci", "run"), tree.resolve(".ci/run"), StandardCopyOption.COPY_ATTRIBUTES);
        Path missing = tree.resolve("no-such-data");
        Outcome outcome = Script.run(
                tree,
                Map.of("HILDA_TESTDATA", missing.toString()),
                tree.resolve(".ci/run").toString());
        assertEquals(1, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains("there is no folder " + missing), outcome.output());
        assertFalse(Files.exists(tree.resolve("builds")), "no test ran");
    }

    @Test
    void shouldSayWhatWasSkippedWithoutTestData() throws Exception {
        Files.createDirectories(tree.resolve(".ci"));
        Files.copy(Path.of("..", ".ci", "run"), tree.resolve(".ci/run"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(tree.resolve("mvnw"), MAVEN + """
                mkdir -p agent/target/surefire-reports
                cat >agent/target/surefire-reports/TEST-a.xml <<'REPORT'
                <testsuite name="A" tests="3" errors="0" skipped="2" failures="0">
                  <testcase name="passes" classname="A"/>
                  <testcase name="one" classname="A"><skipped message="no model"/></testcase>
                  <testcase name="two" classname="A"><skipped message="no model"><![CDATA[trace]]></skipped></testcase>
                </testsuite>
                REPORT
                """);
        Map<String, String> environment = Map.of("HILDA_TESTDATA", "", "HILDA_REQUIRE_TESTDATA", "");
        Outcome outcome = Script.run(tree, environment, tree.resolve(".ci/run").toString());
        assertEquals(0, outcome.exitCode(), outcome.output());
        List<String> lines = outcome.output().lines().toList();
        assertTrue(lines.contains("2 skipped: no model"), outcome.output());
        assertEquals("1 passed, 0 failed, 2 skipped", lines.get(lines.size() - 1));
    }

    /** The build works; what it built is no program, so that Java fails. */
    private Outcome hilda() throws IOException, InterruptedException {
        return Script.run(tree, Map.of(), tree.resolve("hilda").toString(), "profile", "list");
    }

    private long builds() throws IOException {
        return Files.readAllLines(tree.resolve("builds")).size();
    }
}
