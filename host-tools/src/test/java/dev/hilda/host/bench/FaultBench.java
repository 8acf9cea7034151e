// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** One bench for many faults: a virtual board, a broker and a bundle, which each fault leaves as it found them. */
final class FaultBench {
    static final String BOARD = VirtualBoard.PROFILE.name();

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int IMAGES = 240;
    private static final long PLAIN_SEED = 7;
    private static final int POLL_MILLIS = 5;
    private static final long MOST_POLLS = 24_000;

    private final TestBench bench;
    private final FaultNetwork network = new FaultNetwork();
    private Optional<VirtualBoard> board = Optional.empty();
    private Optional<String> broker = Optional.empty();
    private Optional<Path> bundle = Optional.empty();

    /** Bytes to the board when the firmware of the run had not said hello yet. */
    private long start;

    FaultBench(TestBench bench) {
        this.bench = bench;
    }

    /** What happens while a run goes on. */
    interface Accident {
        void happen(VirtualBoard board) throws Exception;
    }

    /** The only board, in order. */
    VirtualBoard board() throws Exception {
        if (board.isEmpty()) {
            board = Optional.of(newBoard());
        }
        return board.get();
    }

    /** A board whose time is the host's while images stream, so that an accident meets a run in its middle. */
    private VirtualBoard newBoard() throws Exception {
        return bench.board(
                "--fast-flash",
                "--throttle",
                "--serial",
                "VIRTFAULTS",
                "--flash-file",
                file("flash").toString());
    }

    /** Until it is unplugged, a board as fast as the host lets it be: one that computes all the time could not keep up. */
    void unthrottle() throws Exception {
        unplug();
        board = Optional.of(bench.board(
                "--fast-flash",
                "--serial",
                "VIRTFAULTS",
                "--flash-file",
                file("flash").toString()));
    }

    /** As when it is plugged out; the next one keeps the flash. */
    void unplug() throws Exception {
        if (board.isPresent()) {
            board.get().kill();
            bench.endBoards();
            Files.deleteIfExists(bench.folder().resolve("run/hilda/boards/VIRTFAULTS.json"));
        }
        board = Optional.empty();
    }

    String broker() throws Exception {
        if (broker.isEmpty()) {
            broker = Optional.of(bench.broker());
        }
        return broker.get();
    }

    Path bundle() throws Exception {
        if (bundle.isEmpty()) {
            bundle = Optional.of(network.bundle(bench.folder()));
        }
        return bundle.get();
    }

    FaultNetwork network() {
        return network;
    }

    TestBench processes() {
        return bench;
    }

    Path file(String name) {
        return bench.folder().resolve(name);
    }

    /** After a fault: no fault is armed, the power is on, and nobody has the port. */
    void restore() throws Exception {
        if (board.isPresent()) {
            board.get().control("clear");
            board.get().control("power on");
            board.get().control("reset"); // out of whatever loop it is in
        }
    }

    /** A self-test of the board with a fault armed. */
    Outcome selftest(String fault) throws Exception {
        board().fault(fault);
        return selftest(List.of("--no-publish"));
    }

    Outcome selftest(List<String> more) throws Exception {
        return bench.hilda(PATIENCE, selftestArguments(more));
    }

    /** In a JVM of its own, with an environment of its own; {@code wrapper} starts that JVM. */
    Outcome selftest(Map<String, String> environment, List<String> wrapper, List<String> more) throws Exception {
        Process process = bench.startHilda(
                "", wrapper, environment, selftestArguments(more).toArray(new String[0]));
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("hilda still runs");
        }
        return bench.outcome(process);
    }

    private static List<String> selftestArguments(List<String> more) {
        List<String> arguments =
                new ArrayList<>(List.of("selftest", "--on", BOARD, "--json", "--bench", "it", "--echo-bytes", "1000"));
        arguments.addAll(more);
        return arguments;
    }

    /** A run to whose board something happens in mid-run. */
    Outcome run(Accident accident) throws Exception {
        return run(PLAIN_SEED, accident);
    }

    /** A run on the inputs of a seed. */
    Outcome run(long seed, Accident accident) throws Exception {
        VirtualBoard running = board();
        CompletableFuture<Outcome> outcome = background(runArguments(seed));
        awaitImages(running, outcome);
        if (!outcome.isDone()) {
            accident.happen(running);
        }
        return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    List<String> runArguments(long seed) throws Exception {
        return List.of(
                "run",
                bundle().toString(),
                "--on",
                BOARD,
                "--json",
                "--bench",
                "it",
                "--no-publish",
                "--seed",
                String.valueOf(seed),
                "--limit",
                String.valueOf(IMAGES));
    }

    /** In a JVM of its own. */
    Process startRun() throws Exception {
        board();
        String[] arguments = runArguments(PLAIN_SEED).toArray(new String[0]);
        Files.deleteIfExists(file("err"));
        return bench.startHilda(Map.of(), arguments);
    }

    private CompletableFuture<Outcome> background(List<String> arguments) throws IOException {
        Files.deleteIfExists(file("err"));
        return CompletableFuture.supplyAsync(() -> {
            try {
                return bench.hilda(PATIENCE, arguments);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Until a good part of the images went over the line, counted from the hello of the firmware that was flashed. */
    void awaitImages(VirtualBoard running, CompletableFuture<?> run) throws Exception {
        long enough = 20L * network.network().inputBytes();
        for (long poll = 0; poll < MOST_POLLS && !run.isDone(); poll++) {
            boolean flashed =
                    Files.exists(file("err")) && Files.readString(file("err")).contains("hello");
            if (flashed && toBoard(running) - start > enough) {
                return;
            }
            start = flashed ? start : toBoard(running);
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static long toBoard(VirtualBoard running) throws IOException {
        return running.control("status").path("serial").path("to_board").asLong();
    }

    /** Without what differs from run to run. */
    String settled(String text) {
        String plain = text.replace(bench.folder().toString(), "DIR");
        if (board.isPresent()) {
            plain = plain.replace(board.get().serial(), "SERIAL")
                    .replace(board.get().pty().toString(), "/dev/pts/N");
        }
        for (Map.Entry<Pattern, String> changing : CHANGING.entrySet()) {
            plain = changing.getKey().matcher(plain).replaceAll(changing.getValue());
        }
        return plain;
    }

    private static final Map<Pattern, String> CHANGING = Map.ofEntries(
            Map.entry(Pattern.compile("process \\d+"), "process N"),
            Map.entry(Pattern.compile("127\\.0\\.0\\.1:\\d{2,}"), "127.0.0.1:PORT"),
            Map.entry(Pattern.compile("VIRTFAULTS"), "SERIAL"),
            Map.entry(Pattern.compile("/dev/pts/\\d+"), "/dev/pts/N"),
            Map.entry(Pattern.compile("\\b(pc|lr) 0x[0-9A-Fa-f]+"), "$1 0x…"),
            Map.entry(Pattern.compile("usermod -aG \\S+"), "usermod -aG GROUP"),
            Map.entry(Pattern.compile("0x2001[0-9A-F]{4} "), "0x2001… "),
            Map.entry(Pattern.compile("\\bimage \\d+"), "image N"),
            Map.entry(Pattern.compile("(before that, |its last lines:).*"), "$1 …"),
            Map.entry(Pattern.compile("failed to (send|receive) USB CMD( response)?"), "failed to … USB CMD"),
            Map.entry(Pattern.compile("(hilda-flash)-[\\d-]+"), "$1-N"),
            Map.entry(Pattern.compile("\\.c:\\d+"), ".c:N"),
            Map.entry(
                    Pattern.compile(
                            "\\b\\d+ (bytes of it|bytes without|frames|malformed|timeouts|gaps|s\\b(?= (to the|ago)))"),
                    "N $1"));
}
