// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static dev.hilda.host.bench.TestBench.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import dev.hilda.agent.result.WornFlash;
import dev.hilda.host.bench.TestBench.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda selftest} as a user runs it: the whole loop, and each way it can fail. */
class SelftestIT {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final String NO_BROKER = "mqtt://127.0.0.1:1";
    private static final Duration ARRIVAL = Duration.ofSeconds(5);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldEndInARetainedResultThatAnybodyCanReadBack() throws Exception {
        Topics topics = topics(bench.board("--fast-flash"));
        String broker = bench.broker();
        Outcome outcome = bench.hilda(Map.of(), "selftest", "--on", BOARD, "--mqtt", broker, "--bench", "it");
        assertEquals(0, outcome.exitCode(), outcome.errText());
        ReadmeExcerpt.assertShown("./hilda selftest --on virtual-nucleo-h743zi", outcome.out());
        String saved = bench.onlyResult();
        assertEquals(saved, retained(broker, topics.latest("selftest")));
        assertEquals("{\"state\":\"offline\"}", retained(broker, topics.benchStatus()));
        assertEquals("{\"state\":\"idle\"}", retained(broker, topics.boardStatus()));
        JsonNode result = new ObjectMapper().readTree(saved);
        assertTrue(result.path("passed").asBoolean());
        assertEquals("estimated", result.path("timing").asText());
        assertEquals("V", result.path("chip_revision").asText());
        assertEquals(480_000_000, result.path("core_clock_hz").asLong());
        assertEquals(1 << 20, result.path("echo_bytes").asInt());
        assertFalse(result.has("core_clock_by_host_hz"), "a virtual clock says nothing by the host's");
        long lineBytesPerSecond = result.path("line_baud").asLong() / 10;
        assertTrue(result.path("echo_bytes_per_second").asLong() <= lineBytesPerSecond, saved);
        assertTrue(result.path("unique_id").asText().startsWith("56495254"), saved);
        assertEquals(
                Optional.of(new WornFlash(result.path("unique_id").asText(), 0x08000000, 1, 10_000)),
                bench.worn(result.path("board_serial").asText()));
    }

    @Test
    void shouldRunOnRevisionYAtItsOwnClock() throws Exception {
        bench.board("--fast-flash", "--revision", "Y");
        Outcome outcome = selftest(bench.broker(), "--echo-bytes", "10000");
        assertEquals(0, outcome.exitCode(), outcome.errText());
        assertTrue(
                String.join("\n", outcome.out()).contains("400 MHz"),
                outcome.out().toString());
    }

    @Test
    void shouldSayThatNoBoardIsAttached() throws Exception {
        assertFails(5, "bench", "start one in another terminal", selftest(NO_BROKER));
    }

    @Test
    void shouldListSeveralBoardsAndTakeTheOneThatIsNamed() throws Exception {
        VirtualBoard untouched = bench.board("--fast-flash");
        VirtualBoard chosen = bench.board("--fast-flash");
        Outcome unclear = selftest(NO_BROKER);
        assertFails(5, "bench", "2 boards attached", unclear);
        assertTrue(
                unclear.errText().contains(chosen.serial()) && unclear.errText().contains(untouched.serial()));
        long resets = untouched.control("status").path("resets").asLong();
        Outcome named = selftest(bench.broker(), "--echo-bytes", "1000", "--serial", chosen.serial());
        assertEquals(0, named.exitCode(), named.errText());
        assertEquals(resets, untouched.control("status").path("resets").asLong());
    }

    @Test
    void shouldNameTheProgramThatHoldsThePort() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        Process holder = bench.start("sh", "-c", "exec sleep 60 <>" + board.pty());
        Thread.sleep(300);
        long resets = board.control("status").path("resets").asLong();
        Outcome outcome = selftest(NO_BROKER);
        assertFails(5, "bench", "in use by sleep (process " + holder.pid() + ")", outcome);
        assertEquals(resets, board.control("status").path("resets").asLong(), "the board was touched");
    }

    @Test
    void shouldKeepTheResultWhenTheBrokerIsDown() throws Exception {
        bench.board("--fast-flash");
        Outcome outcome = selftest(NO_BROKER, "--echo-bytes", "1000");
        assertFails(10, "publish", NO_BROKER, outcome);
        assertTrue(
                outcome.out().get(0).startsWith("Self-test passed"),
                outcome.out().toString());
        assertEquals(1, bench.results().size());
    }

    @Test
    void shouldRefuseABadProfile() throws Exception {
        assertFails(3, "profile", "no profile is called \"nothing\"", bench.hilda("selftest", "--on", "nothing"));
        Path boards = Files.createDirectories(bench.folder().resolve("config/hilda/boards"));
        Files.writeString(boards.resolve("broken.yaml"), "name: broken\nflash: lots\n");
        assertFails(3, "profile", "broken.yaml", bench.hilda("selftest", "--on", "broken"));
    }

    @Test
    void shouldNameAMissingTool() throws Exception {
        bench.board("--fast-flash");
        Path tools = Files.createDirectories(bench.folder().resolve("bin"));
        Files.createSymbolicLink(tools.resolve("arm-none-eabi-gcc"), program("arm-none-eabi-gcc"));
        selftestFirmwareIsBuilt();
        Outcome outcome = bench.hilda(
                Map.of("PATH", tools.toString()), "selftest", "--on", BOARD, "--mqtt", NO_BROKER, "--bench", "it");
        assertFails(4, "build", "start openocd", outcome);
        assertTrue(outcome.errText().contains("./hilda setup"), outcome.errText());
    }

    @Test
    void shouldNameTheRemedyForAMissingLibrary() throws Exception {
        Map<String, String> withoutLibraries = Map.of(
                "PKG_CONFIG_LIBDIR",
                "/nonexistent",
                "XDG_CACHE_HOME",
                bench.folder().resolve("cache").toString());
        Outcome outcome = bench.hilda(withoutLibraries, "virtual-board");
        assertEquals(4, outcome.exitCode(), outcome.errText());
        assertTrue(outcome.errText().contains("./hilda setup"), outcome.errText());
        assertTrue(outcome.errText().contains(".log"), outcome.errText());
        assertFalse(outcome.errText().contains("\tat "), outcome.errText());
    }

    @Test
    void shouldRefuseACorruptFlashFileBeforeTouchingTheBoard() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        long resets = board.control("status").path("resets").asLong();
        byte[] elf = Firmware.base().elf().toArray();
        Path cut = Files.write(bench.folder().resolve("cut.elf"), java.util.Arrays.copyOf(elf, elf.length / 2));
        assertFails(11, "bundle", "cut off or damaged", selftest(NO_BROKER, "--firmware", cut.toString()));
        Path text = Files.writeString(bench.folder().resolve("text.elf"), "not a program");
        assertFails(11, "bundle", "without ELF header", selftest(NO_BROKER, "--firmware", text.toString()));
        assertEquals(resets, board.control("status").path("resets").asLong(), "the board was touched");
    }

    @Test
    void shouldLeaveNothingRunningAfterCtrlC() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        board.fault("stlink-stall 300");
        Process hilda = bench.startHilda(Map.of(), "selftest", "--on", BOARD, "--mqtt", NO_BROKER);
        ProcessHandle openOcd = childOf(hilda);
        TestBench.interrupt(hilda);
        assertTrue(hilda.waitFor(20, TimeUnit.SECONDS), "hilda goes on");
        assertEquals(130, hilda.exitValue());
        openOcd.onExit().get(10, TimeUnit.SECONDS);
        try (Stream<Path> left = Files.list(bench.folder().resolve("tmp"))) {
            assertEquals(
                    List.of(),
                    left.filter(file -> file.toString().contains("hilda-flash-"))
                            .toList());
        }
    }

    @Test
    void shouldNotMixUpTwoBoardsOfOneProfile() throws Exception {
        String broker = bench.broker();
        List<VirtualBoard> boards = List.of(bench.board("--fast-flash"), bench.board("--fast-flash"));
        List<Process> runs = new java.util.ArrayList<>();
        for (VirtualBoard board : boards) {
            runs.add(bench.startHilda(
                    board.serial(),
                    Map.of(),
                    "selftest",
                    "--on",
                    BOARD,
                    "--mqtt",
                    broker,
                    "--bench",
                    "it",
                    "--json",
                    "--echo-bytes",
                    "100000",
                    "--serial",
                    board.serial()));
        }
        for (int index = 0; index < boards.size(); index++) {
            assertTrue(runs.get(index).waitFor(120, TimeUnit.SECONDS));
            Outcome outcome = bench.outcome(boards.get(index).serial(), runs.get(index));
            assertEquals(0, outcome.exitCode(), outcome.errText());
            String latest = retained(broker, topics(boards.get(index)).latest("selftest"));
            assertEquals(outcome.out().get(outcome.out().size() - 1), latest);
        }
        assertEquals(
                "{\"state\":\"offline\"}",
                retained(broker, topics(boards.get(0)).benchStatus()));
    }

    @Test
    void shouldPublishAndKeepAFailedRunAndLeaveTheLatestAlone() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        String broker = bench.broker();
        Outcome passed = selftest(broker, "--json", "--echo-bytes", "1000");
        assertEquals(0, passed.exitCode(), passed.errText());
        String latest = passed.out().get(passed.out().size() - 1);
        board.fault("flash-program-error");
        try (MqttConnection listener = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            listener.subscribe(topics(board).result());
            Outcome failed = selftest(broker, "--json");
            assertFails(6, "flash", "programming the flash failed", failed);
            String printed = failed.out().get(failed.out().size() - 1);
            assertEquals(printed, listener.next(ARRIVAL).orElseThrow().content());
            JsonNode document = new ObjectMapper().readTree(printed);
            assertEquals("V3J10M3", document.path("probe_firmware").asText());
            assertEquals(
                    "Open On-Chip Debugger 0.12.0",
                    document.path("openocd_version").asText());
            assertFalse(document.path("complete").asBoolean(true));
        }
        assertEquals(latest, retained(broker, topics(board).latest("selftest")));
        assertEquals("{\"state\":\"faulted\"}", retained(broker, topics(board).boardStatus()));
        assertEquals(2, bench.results().size());
    }

    @Test
    void shouldLeaveTheStatusInterruptedAndSaySoAfterCtrlC() throws Exception {
        selftestFirmwareIsBuilt();
        VirtualBoard board = bench.board("--fast-flash");
        board.fault("stlink-stall 300");
        String broker = bench.broker();
        Process hilda =
                bench.startHilda(Map.of(), "selftest", "--on", BOARD, "--mqtt", broker, "--bench", "it", "--json");
        childOf(hilda);
        awaitRetained(broker, topics(board).boardStatus(), "{\"state\":\"flashing\"}");
        TestBench.interrupt(hilda);
        assertTrue(hilda.waitFor(20, TimeUnit.SECONDS), "hilda goes on");
        Outcome outcome = bench.outcome(hilda);
        assertEquals(
                List.of("hilda: " + BOARD + ": profile verified on virtual, timing estimated", "hilda: interrupted"),
                outcome.err());
        assertEquals(1, outcome.out().size(), outcome.out().toString());
        assertFailureDocument("interrupted", outcome);
        JsonNode document = new ObjectMapper().readTree(outcome.out().get(0));
        assertEquals("virtual-nucleo-h743zi", document.path("board").asText());
        assertTrue(document.path("run_id").asText().length() > 30, document.toString());
        assertEquals(
                "{\"state\":\"interrupted\"}", retained(broker, topics(board).boardStatus()));
        assertEquals("{\"state\":\"offline\"}", retained(broker, topics(board).benchStatus()));
    }

    @Test
    void shouldPrintADocumentHoweverEarlyARunFails() throws Exception {
        assertFailureDocument("bench", selftest(NO_BROKER, "--json"));
        assertFailureDocument("profile", bench.hilda("selftest", "--on", "nothing", "--json"));
        Path text = Files.writeString(bench.folder().resolve("text.elf"), "not a program");
        assertFailureDocument("bundle", selftest(NO_BROKER, "--json", "--firmware", text.toString()));
    }

    /** Before the board is touched: what cannot be kept would be lost when the broker is away too. */
    @Test
    void shouldRunNothingWhoseResultCannotBeKept() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        long resets = board.control("status").path("resets").asLong();
        Files.writeString(bench.folder().resolve("state"), "a file, not a folder");
        assertFails(16, "store", "XDG_STATE_HOME", selftest(NO_BROKER, "--echo-bytes", "1000"));
        assertEquals(resets, board.control("status").path("resets").asLong(), "the board was touched");
    }

    private static void assertFailureDocument(String kind, Outcome outcome) throws IOException {
        assertFalse(outcome.out().isEmpty(), outcome.errText());
        JsonNode document =
                new ObjectMapper().readTree(outcome.out().get(outcome.out().size() - 1));
        assertFalse(document.path("passed").asBoolean(true));
        assertEquals(kind, document.path("failure_kind").asText());
    }

    private static Topics topics(VirtualBoard board) {
        return Topics.of("it", BOARD, board.serial());
    }

    private Outcome selftest(String broker, String... more) throws IOException, InterruptedException {
        List<String> arguments =
                new java.util.ArrayList<>(List.of("selftest", "--on", BOARD, "--mqtt", broker, "--bench", "it"));
        arguments.addAll(List.of(more));
        return bench.hilda(arguments.toArray(new String[0]));
    }

    private void selftestFirmwareIsBuilt() throws InterruptedException {
        assertTrue(Firmware.base().sizeBytes() > 0);
    }

    private static String retained(String broker, String topic) throws InterruptedException {
        try (MqttConnection reader = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
            reader.subscribe(topic);
            Message message = reader.next(ARRIVAL).orElseThrow(() -> new AssertionError("nothing at " + topic));
            assertTrue(message.retained(), topic);
            return message.content();
        }
    }

    /** Asks anew until the broker keeps this content: a status is retained some time after what it tells has begun. */
    private static void awaitRetained(String broker, String topic, String content) throws InterruptedException {
        long deadline = System.nanoTime() + ARRIVAL.toNanos();
        String last = "nothing";
        while (System.nanoTime() < deadline) {
            try (MqttConnection reader = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
                reader.subscribe(topic);
                Optional<Message> message = reader.next(Duration.ofMillis(200)).filter(Message::retained);
                last = message.map(Message::content).orElse(last);
                if (last.equals(content)) {
                    return;
                }
            }
        }
        throw new AssertionError("expected " + content + " at " + topic + ", got " + last);
    }

    private static Path program(String name) throws IOException {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static ProcessHandle childOf(Process parent) throws InterruptedException {
        for (int attempt = 0; attempt < 400; attempt++) {
            Optional<ProcessHandle> child = parent.children()
                    .filter(handle -> handle.info().command().orElse("").endsWith("openocd"))
                    .findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no OpenOCD started");
    }
}
