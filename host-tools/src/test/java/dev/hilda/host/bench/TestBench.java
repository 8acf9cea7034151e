// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.openocd.OpenOcdFlasher;
import dev.hilda.agent.result.WornFlash;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.store.RunQuery;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.virtualboard.VirtualBoardProgram;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A bench for one test: virtual boards, a broker and {@code hilda} itself as processes, with folders of their own.
 * Everything ends with the test. Without the native tools a test is skipped, with CI=true it fails.
 */
public final class TestBench implements BeforeEachCallback, AfterEachCallback {
    private static final Path CACHES = Paths.get("target", "it-cache").toAbsolutePath();
    private static final List<String> TOOLS = List.of("openocd", "arm-none-eabi-gcc", "cmake", "gcc", "mosquitto");
    private static final Duration HILDA_PATIENCE = Duration.ofMinutes(5);

    /** Made anew for each test under one name, since a resident JVM's environment names it. */
    private static final Path FOLDER = unusedFolder();

    private static @Nullable Resident resident;

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final List<Process> processes = new ArrayList<>();
    private final List<VirtualBoard> boards = new ArrayList<>();
    private final Path folder = FOLDER;

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        for (String tool : TOOLS) {
            requireTool(tool);
        }
        Files.createDirectories(folder, OWNER_ONLY);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        endBoards();
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Path unusedFolder() {
        try {
            // Short, because it holds UNIX sockets: their paths end at 107 characters.
            Path unused = Files.createTempDirectory("hb");
            Files.delete(unused); // each test makes it, and not every user of this class is one
            return unused;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test where a program is missing; fails it in CI, where everything must run. */
    public static void requireTool(String program) {
        boolean present = Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
        if (!present && "true".equals(System.getenv("CI"))) {
            Assertions.fail("CI=true, but " + program + " is not installed: ./hilda setup");
        }
        Assumptions.assumeTrue(present, program + " is not installed: ./hilda setup");
    }

    /** The user's cache in all tests. */
    static Path cacheFolder() {
        return CACHES.resolve("hilda");
    }

    /** The cache of builds that all tests share. */
    static BuildCache cache() {
        return new BuildCache(cacheFolder());
    }

    /** Starts a virtual board and waits until it is registered. */
    VirtualBoard board(String... options) throws IOException, InterruptedException {
        Path program = VirtualBoardProgram.built(cache(), line -> {});
        VirtualBoard board = VirtualBoard.start(program, environment(), List.of(options));
        boards.add(board);
        return board;
    }

    /** Ends the virtual boards there are, so that the next one is the only one. */
    void endBoards() throws InterruptedException {
        for (VirtualBoard board : boards) {
            board.end();
        }
        boards.clear();
    }

    /** Starts a broker; returns its address. */
    String broker() throws IOException, InterruptedException {
        return broker("allow_anonymous true");
    }

    /** Starts a broker that lets in whom these lines of its configuration say. */
    String broker(String access) throws IOException, InterruptedException {
        int port = freePort();
        broker(port, access);
        return "mqtt://127.0.0.1:" + port;
    }

    /** Starts a broker at a port, where an earlier one may have been. */
    Process broker(int port, String access) throws IOException, InterruptedException {
        Path configuration = Files.writeString(
                folder.resolve("mosquitto.conf"), "listener " + port + " 127.0.0.1\n" + access + "\n");
        String program = Files.isExecutable(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
        Process broker = new ProcessBuilder(program, "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mosquitto.log").toFile())
                .start();
        processes.add(broker);
        for (int attempt = 0; attempt < 200 && !listens(port); attempt++) {
            Thread.sleep(25);
        }
        // Another program may have taken the port since it was free, and listen in the broker's place.
        Assertions.assertFalse(
                broker.waitFor(50, TimeUnit.MILLISECONDS),
                "the broker ended: " + Files.readString(folder.resolve("mosquitto.log")));
        return broker;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What a run of {@code hilda} left. */
    record Outcome(int exitCode, List<String> out, List<String> err) {
        String errText() {
            return String.join("\n", err);
        }
    }

    /** Passes a run with this exit code, one message of this kind that contains {@code text}, and no stack trace. */
    static void assertFails(int exitCode, String kind, String text, Outcome outcome) {
        String err = outcome.errText();
        Assertions.assertEquals(exitCode, outcome.exitCode(), err);
        Assertions.assertTrue(err.contains(text), err);
        Assertions.assertFalse(err.contains("\tat "), err);
        long messages = outcome.err().stream()
                .filter(line -> line.startsWith("hilda: " + kind + ":"))
                .count();
        Assertions.assertEquals(1, messages, err);
    }

    /** Runs {@code hilda} to its end as a user would, in a JVM of its own. */
    Outcome hilda(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Process process = startHilda(environment, arguments);
        Assertions.assertTrue(process.waitFor(HILDA_PATIENCE.toSeconds(), TimeUnit.SECONDS), "hilda still runs");
        return outcome(process);
    }

    /** Runs {@code hilda} to its end in a JVM that has run the commands of other tests, with the environment of them all. */
    Outcome hilda(String... arguments) throws IOException {
        return hilda(HILDA_PATIENCE, List.of(arguments));
    }

    Outcome hilda(Duration patience, List<String> arguments) throws IOException {
        Map<String, String> environment = environment();
        environment.put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        int exitCode = resident(environment)
                .ask(
                        patience,
                        request -> {
                            request.writeUTF(folder.resolve("out").toString());
                            request.writeUTF(folder.resolve("err").toString());
                            request.writeInt(arguments.size());
                            for (String argument : arguments) {
                                request.writeUTF(argument);
                            }
                        },
                        DataInputStream::readInt);
        return outcome("", exitCode);
    }

    private static synchronized Resident resident(Map<String, String> environment) throws IOException {
        Resident running = resident;
        if (running == null || !running.isAlive()) {
            running = Resident.start(HildaJvm.loop(), environment, "hilda-loop");
            resident = running;
        }
        return running;
    }

    /** Starts {@code hilda} as a user would, in a JVM of its own. */
    Process startHilda(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return startHilda("", environment, arguments);
    }

    /** Starts {@code hilda} as one of several at a time; the name tells their output apart. */
    Process startHilda(String name, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return startHilda(name, List.of(), environment, arguments);
    }

    /** Starts {@code hilda} by another program, which gets its command line as its last arguments. */
    Process startHilda(String name, List<String> wrapper, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        // A test run in the background of a shell ignores SIGINT and hands that on; a user's terminal does not.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(wrapper);
        command.addAll(
                new HildaJvm(CACHES).command(Files.createDirectories(folder.resolve("tmp")), List.of(arguments)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(name + "out").toFile())
                .redirectError(folder.resolve(name + "err").toFile());
        builder.environment().putAll(environment());
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** The outcome of a process of {@link #startHilda} that has ended. */
    Outcome outcome(Process process) throws IOException {
        return outcome("", process);
    }

    Outcome outcome(String name, Process process) throws IOException {
        return outcome(name, process.exitValue());
    }

    private Outcome outcome(String name, int exitCode) throws IOException {
        return new Outcome(
                exitCode,
                Files.readAllLines(folder.resolve(name + "out")),
                Files.readAllLines(folder.resolve(name + "err")));
    }

    /** Runs any other program until the end of the test. */
    Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    /** As Ctrl-C does. By the shell's own kill: a bare system has no program of that name. */
    static void interrupt(Process process) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                .start()
                .waitFor();
        Assertions.assertEquals(0, exitCode);
    }

    Path folder() {
        return folder;
    }

    /** The one result that is saved. */
    String onlyResult() {
        List<String> results = results();
        Assertions.assertEquals(1, results.size(), results.toString());
        return results.get(0);
    }

    /** Every result that is saved, the newest first. */
    List<String> results() {
        try (Store store = store()) {
            return store.runs(new RunQuery(Optional.empty(), Optional.empty(), Integer.MAX_VALUE)).stream()
                    .map(run -> store.document(run.runId()).orElseThrow())
                    .toList();
        }
    }

    /** How many results no broker has yet. */
    int waitingResults() throws IOException {
        try (Store store = store()) {
            return store.outbox().size();
        }
    }

    private Store store() {
        return Store.open(folder.resolve("state/hilda/hilda.db"), "test", environment(), remark -> {});
    }

    /** What the store knows of a board's flash. */
    Optional<WornFlash> worn(String serial) {
        try (Store store = store()) {
            return store.flashes().worn(serial);
        }
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("XDG_RUNTIME_DIR", folder.resolve("run").toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("XDG_CACHE_HOME", CACHES.toString());
        return environment;
    }

    /** A session with a virtual board, by whatever link. */
    static BoardSession session(BoardLink link, ExpectedFirmware expected, SessionPatience patience) {
        return new BoardSession(
                VirtualBoard.PROFILE,
                expected,
                "board under test",
                link,
                new Random()::nextInt,
                Clock.SYSTEM,
                patience,
                state -> {});
    }

    /** A flasher of the profile for a board, with limits of its own. */
    static Flasher flasher(VirtualBoard board, FlashPatience patience) {
        return new OpenOcdFlasher(
                Path.of("openocd"), VirtualBoard.PROFILE, board.attached(), "board under test", patience, Clock.SYSTEM);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
