// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.cache.ContentHash;
import dev.hilda.host.cli.HildaLoop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The command that starts {@code hilda} in a JVM of its own, as the launcher does: from an archive of its classes, which
 * takes a third off the processor time of what does little.
 */
final class HildaJvm {
    private static final Set<String> QUANTIZING = Set.of("demo", "quantize", "run");
    /** As for the JVMs of the tests themselves: the demo takes 22 instead of 24 s of processor time. */
    private static final List<String> SECOND_COMPILER_LATE = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");

    private static final long PATIENCE_SECONDS = 120;
    private static final int NAME_DIGITS = 16;

    private final Path folder;

    /** What Java needs for the loop that runs the commands of many tests. */
    static List<String> loop() {
        List<String> arguments = new ArrayList<>(SECOND_COMPILER_LATE);
        arguments.addAll(List.of("-cp", testClassPath(), HildaLoop.class.getName()));
        return arguments;
    }

    private static String testClassPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** The archive lies in this folder; the first test to come writes it. */
    HildaJvm(Path folder) {
        this.folder = folder;
    }

    List<String> command(Path temporaryFolder, List<String> arguments) throws IOException, InterruptedException {
        String tests = testClassPath();
        // An archive knows jars only. From folders of classes, hilda runs without one.
        String jars = Arrays.stream(tests.split(":", -1))
                .filter(entry -> entry.endsWith(".jar"))
                .collect(Collectors.joining(":"));
        if (!jars.contains("host-tools")) {
            return command(List.of(), tests, temporaryFolder, arguments);
        }
        Path archive = archiveOnce(jars, temporaryFolder);
        // As the launcher does: what the JVM has to say of an archive goes to standard output.
        List<String> options = List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable");
        return command(options, jars, temporaryFolder, arguments);
    }

    private static List<String> command(
            List<String> options, String classPath, Path temporaryFolder, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.add("-XX:+UseSerialGC");
        command.addAll(compilers(arguments.get(0)));
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + temporaryFolder);
        command.addAll(List.of("-cp", classPath, "dev.hilda.host.cli.Hilda"));
        command.addAll(arguments);
        return command;
    }

    /** Commands that quantize need the second compiler, though not for what runs once; to others it is a burden. */
    private static List<String> compilers(String subcommand) {
        return QUANTIZING.contains(subcommand) ? SECOND_COMPILER_LATE : List.of("-XX:TieredStopAtLevel=1");
    }

    private Path archiveOnce(String classPath, Path temporaryFolder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (FileChannel lockFile =
                FileChannel.open(folder.resolve("archive.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lockFile.lock(); // the forks of one test run start at once
            Path archive = folder.resolve("hilda-" + state(classPath) + ".jsa");
            if (!Files.exists(archive)) {
                deleteOldArchives();
                List<String> options = List.of("-XX:ArchiveClassesAtExit=" + archive);
                Process process = new ProcessBuilder(command(options, classPath, temporaryFolder, List.of("devices")))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("archive.log").toFile())
                        .start();
                process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            return archive;
        }
    }

    /** An archive is of these very jars: the next test run may have others. */
    private static String state(String classPath) throws IOException {
        ContentHash hash = new ContentHash();
        for (String jar : classPath.split(":", -1)) {
            Path file = Path.of(jar);
            hash.add(jar + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
        return hash.hex().substring(0, NAME_DIGITS);
    }

    private void deleteOldArchives() throws IOException {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, "hilda-*.jsa")) {
            for (Path old : archives) {
                Files.delete(old);
            }
        }
    }
}
