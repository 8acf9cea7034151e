package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.publish.RunDocument;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.session.RunReport;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.Timing;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class NetworkTaskTest {
    private static final RunIdentity RUN =
            new RunIdentity("id", Instant.EPOCH, "bench", "board", "VIRT1", Timing.ESTIMATED);

    @TempDir
    private Path folder;

    private final StringWriter printed = new StringWriter();

    private String summary(FakeNetwork network) throws Exception {
        RunReport report = SmallNetwork.run(network, SmallNetwork.dataSet(folder, 20, "top1"));
        CommandLine command = new CommandLine(CommandSpec.create());
        command.setOut(new PrintWriter(printed));
        RunOutput output = new RunOutput(command, false, RunDocument::withoutBoard);
        NetworkTask task = new NetworkTask(SmallNetwork.DEPLOYMENT, SmallNetwork.dataSet(folder, 20, "top1"));
        task.summarize(output, "board (ST-Link VIRT1)", RUN, report);
        assertEquals("small", task.model());
        return printed.toString();
    }

    @Test
    void shouldTellPeopleWhatWasFound() throws Exception {
        String text = summary(SmallNetwork.onBoard());
        assertTrue(text.startsWith("Run passed: small on board (ST-Link VIRT1)"), text);
        assertTrue(
                text.lines().anyMatch(line -> line.matches("  accuracy  [0-9.]+ % top-1 \\(\\d+ of 20\\), on small")),
                text);
        assertTrue(text.contains("20/20 images equal the oracle's"), text);
        assertTrue(text.contains("0.001 ms median (estimated), 300 cycles at 480 MHz"), text);
        assertTrue(text.lines().anyMatch(line -> line.matches(" +logits +200 +0\\.000 +66\\.7 %")), text);
        assertTrue(text.contains("1.0 KiB flash"), text);
    }

    @Test
    void shouldShowWhatIsTakenForWhat() throws Exception {
        String text = summary(SmallNetwork.onBoard());
        assertTrue(text.lines().anyMatch(line -> line.matches("  confusion LABEL +AS 0 +AS 1 +AS 2 +RIGHT")), text);
        List<String> rows = text.lines()
                .filter(line -> line.matches(" {12}[012]( +([0-9]+|\\.)){3} +[0-9.]+ %"))
                .toList();
        assertEquals(3, rows.size(), text);
        int images = rows.stream()
                .flatMap(row -> Stream.of(row.strip().split(" +")).skip(1).limit(3))
                .mapToInt(cell -> cell.equals(".") ? 0 : Integer.parseInt(cell))
                .sum();
        assertEquals(20, images, text);
    }

    @Test
    void shouldTellThatARunFailed() throws Exception {
        FakeNetwork network = SmallNetwork.onBoard();
        network.spoil(7, 0);
        String text = summary(network);
        assertTrue(text.startsWith("Run failed: small"), text);
        assertTrue(text.contains("19/20 images"), text);
    }

    @Test
    void shouldNotCallABoardFaultedForABadFile() throws Exception {
        DataSet images = SmallNetwork.dataSet(folder, 20, "top1");
        assertEquals("idle", lastStatus(SmallNetwork.onBoard(), images));
        FakeNetwork wrong = SmallNetwork.onBoard();
        wrong.spoil(7, 0);
        assertEquals("faulted", lastStatus(wrong, images));
        FakeNetwork foreign = new FakeNetwork(new NetworkAnswer(4, 3, 3, 64, 64), image -> new int[3], 1, 2, 3);
        assertEquals("idle", lastStatus(foreign, images), "a bundle whose firmware is another network's");
        Files.write(folder.resolve("images.bin"), new byte[4 * 10]);
        assertEquals("idle", lastStatus(SmallNetwork.onBoard(), images), "half of a data set");
    }

    /** The board's status after a run that passes or not. */
    private static String lastStatus(FakeNetwork network, DataSet images) throws InterruptedException {
        List<String> statuses = new ArrayList<>();
        try {
            SmallNetwork.run(
                    network,
                    SmallNetwork.DEPLOYMENT,
                    images,
                    state -> BenchRun.statusOf(state).ifPresent(statuses::add));
        } catch (BenchFailure failure) {
            assertEquals(FailureKind.BUNDLE, failure.kind());
        }
        return statuses.get(statuses.size() - 1);
    }

    @Test
    void shouldCountImagesAndTellWhenTheyAreDone() {
        long[] now = {0};
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return now[0];
            }

            @Override
            public Instant now() {
                return Instant.EPOCH;
            }
        };
        StringWriter err = new StringWriter();
        ProgressLines lines = new ProgressLines(new PrintWriter(err), clock);
        lines.advance("images", 0, 400);
        now[0] = Duration.ofSeconds(10).toNanos();
        lines.advance("images", 100, 400);
        now[0] = Duration.ofSeconds(40).toNanos();
        lines.advance("images", 400, 400);
        assertEquals(
                List.of("hilda: images: 100 of 400, about 30 s left", "hilda: images: 400 of 400: done in 40.0 s"),
                err.toString().lines().toList());
    }
}
