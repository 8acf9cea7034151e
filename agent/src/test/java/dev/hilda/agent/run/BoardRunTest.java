package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.RunReport;
import dev.hilda.agent.session.SelfTestReport;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BoardRunTest {
    private static final int IMAGES = 20;

    @TempDir
    private Path folder;

    private final CancelToken cancel = new CancelToken();
    private final Heard<RunReport> heard = new Heard<>();

    private FakeBench bench(FakeNetwork network) {
        return new FakeBench(FakeBoard.withNetwork(SmallNetwork.hello(), network), folder.resolve("results"));
    }

    private NetworkTask task() throws IOException {
        return new NetworkTask(SmallNetwork.DEPLOYMENT, SmallNetwork.dataSet(folder, IMAGES, "top1"));
    }

    private RunReport run(FakeBench bench) throws Exception {
        return new BoardRun<>(bench.request(), task(), bench, heard, cancel).run();
    }

    private static BenchFailure failure(FailureKind kind) {
        return BenchFailure.of(kind, "do what the test forbids").failure();
    }

    private static JsonNode json(String document) throws IOException {
        return new ObjectMapper().readTree(document);
    }

    @Test
    void shouldMeasureKeepPublishAndReadBack() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        RunReport report = run(bench);
        assertEquals(IMAGES, report.parity().matched());
        assertEquals(List.of(report), heard.reports);
        assertEquals(List.of("flashing", "streaming", "idle"), bench.statuses);
        JsonNode document = json(heard.documents.get(0));
        assertTrue(document.path("passed").asBoolean());
        assertEquals("virtual-nucleo-h743zi", document.path("board").asText());
        assertEquals("VIRT1", document.path("board_serial").asText());
        assertEquals("bench", document.path("bench").asText());
        assertEquals("estimated", document.path("timing").asText());
        assertEquals(heard.documents, bench.kept());
        assertEquals(heard.documents, bench.published);
        assertEquals(heard.documents, bench.readBack);
        assertEquals(List.of("hilda/v1/bench/virtual-nucleo-h743zi-VIRT1/latest/small"), heard.topics);
        assertTrue(bench.layersPublished);
        assertTrue(bench.closed);
    }

    @Test
    void shouldRunASelfTest() throws Exception {
        FakeBench bench = new FakeBench(new FakeBoard(), folder.resolve("results"));
        SelftestTask task = new SelftestTask(SmallNetwork.DEPLOYMENT.image(), ExpectedFirmware.BASE, 5000);
        Heard<SelfTestReport> listener = new Heard<>();
        SelfTestReport report = new BoardRun<>(bench.request(), task, bench, listener, cancel).run();
        assertEquals(5000, report.echo().bytes());
        assertEquals("idle", bench.statuses.get(bench.statuses.size() - 1));
        assertEquals(listener.documents, bench.published);
        assertEquals(List.of("hilda/v1/bench/virtual-nucleo-h743zi-VIRT1/latest/selftest"), listener.topics);
    }

    @Test
    void shouldCancelOneOfTwoRunsAndLetTheOtherPass() throws Exception {
        FakeBench first = bench(SmallNetwork.onBoard());
        FakeBench second = new FakeBench(
                FakeBoard.withNetwork(SmallNetwork.hello(), SmallNetwork.onBoard()), folder.resolve("other-results"));
        CountDownLatch streaming = new CountDownLatch(1);
        CountDownLatch flashing = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Heard<RunReport> silenced = new Heard<>() {
            @Override
            public void progress(String step, long done, long total) {
                if (step.equals("images")) {
                    first.board.fallSilent();
                    streaming.countDown();
                }
            }
        };
        second.flasher = (image, progress) -> {
            flashing.countDown();
            cancelled.await();
            return new Flasher.Report(1, 1, Duration.ofMillis(5));
        };
        NetworkTask task = task();
        FutureTask<RunReport> one = started(new BoardRun<>(first.request(), task, first, silenced, cancel));
        FutureTask<RunReport> other = started(new BoardRun<>(second.request(), task, second, heard, new CancelToken()));
        streaming.await();
        flashing.await();
        cancel.cancel();
        InterruptedException ended = assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, one::get).getCause());
        assertNotEquals("cancelled", ended.getMessage(), "interrupted, not found cancelled once its link was dead");
        cancelled.countDown();
        assertEquals(IMAGES, other.get().parity().matched());
        assertEquals(List.of("flashing", "streaming", "interrupted"), first.statuses);
        assertEquals(silenced.documents, first.kept());
        JsonNode document = json(first.kept().get(0));
        assertFalse(document.path("passed").asBoolean(true));
        assertEquals("interrupted", document.path("failure_kind").asText());
        assertEquals("VIRT1", document.path("board_serial").asText());
        assertTrue(first.closed);
        assertEquals("idle", second.statuses.get(second.statuses.size() - 1));
        assertEquals(heard.documents, second.published);
    }

    private static FutureTask<RunReport> started(BoardRun<RunReport> run) {
        FutureTask<RunReport> task = new FutureTask<>(run::run);
        new Thread(task, "board-run-test").start();
        return task;
    }

    @Test
    void shouldDoNothingWhenItWasCancelledBefore() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        cancel.cancel();
        assertThrows(InterruptedException.class, () -> run(bench));
        assertEquals(List.of(), bench.statuses);
        assertEquals(List.of(), bench.kept());
    }

    /** Ctrl-C ends OpenOCD before it reaches this program. */
    @Test
    void shouldTakeAFailureForTheCancellationThatFollowsIt() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        bench.flasher = (image, progress) -> {
            new Thread(() -> {
                        try {
                            Thread.sleep(20);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        cancel.cancel();
                    })
                    .start();
            throw failure(FailureKind.FLASH);
        };
        assertThrows(InterruptedException.class, () -> run(bench));
        assertEquals(List.of("flashing", "interrupted"), bench.statuses);
        assertEquals(List.of(), bench.published);
        assertEquals(
                "interrupted", json(bench.kept().get(0)).path("failure_kind").asText());
    }

    @Test
    void shouldKeepAndPublishAFailure() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        BenchFailure failure = failure(FailureKind.FLASH);
        bench.flasher = (image, progress) -> {
            throw failure;
        };
        assertSame(failure, assertThrows(BenchFailure.class, () -> run(bench)));
        assertEquals(List.of("flashing", "faulted"), bench.statuses);
        assertEquals("flash", json(bench.published.get(0)).path("failure_kind").asText());
        assertEquals(bench.published, bench.kept());
        assertEquals(bench.published, heard.documents);
    }

    @Test
    void shouldCallABoardFaultedForAnErrorOfThisProgram() {
        FakeBench bench = bench(SmallNetwork.onBoard());
        bench.flasher = (image, progress) -> {
            throw new IllegalStateException("a bug");
        };
        assertThrows(IllegalStateException.class, () -> run(bench));
        assertEquals(List.of("flashing", "faulted"), bench.statuses);
    }

    @Test
    void shouldNotCallABoardFaultedForABadFile() throws Exception {
        FakeNetwork wrong = SmallNetwork.onBoard();
        wrong.spoil(7, 0);
        assertEquals("faulted", lastStatus(wrong, FailureKind.PARITY));
        FakeNetwork foreign = new FakeNetwork(new NetworkAnswer(4, 3, 3, 64, 64), image -> new int[3], 1, 2, 3);
        assertEquals("idle", lastStatus(foreign, FailureKind.BUNDLE), "firmware of another network");
        DataSet images = SmallNetwork.dataSet(folder, IMAGES, "top1");
        Files.write(folder.resolve("images.bin"), new byte[4 * 10]);
        FakeBench bench = bench(SmallNetwork.onBoard());
        NetworkTask task = new NetworkTask(SmallNetwork.DEPLOYMENT, images);
        BoardRun<RunReport> half = new BoardRun<>(bench.request(), task, bench, heard, cancel);
        assertEquals(
                FailureKind.DATASET, assertThrows(BenchFailure.class, half::run).kind());
        assertEquals("idle", bench.statuses.get(bench.statuses.size() - 1), "half of a data set");
    }

    private String lastStatus(FakeNetwork network, FailureKind failure) {
        FakeBench bench = bench(network);
        assertEquals(failure, assertThrows(BenchFailure.class, () -> run(bench)).kind());
        return bench.statuses.get(bench.statuses.size() - 1);
    }

    @Test
    void shouldKeepWhatCannotBePublished() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        bench.broker = () -> {
            throw failure(FailureKind.PUBLISH);
        };
        assertEquals(
                FailureKind.PUBLISH,
                assertThrows(BenchFailure.class, () -> run(bench)).kind());
        assertEquals(1, heard.reports.size());
        assertTrue(json(bench.kept().get(0)).path("passed").asBoolean());
        assertEquals(List.of(), heard.topics);
    }

    @Test
    void shouldSayTheVerdictRatherThanThatItWasNotPublished() {
        FakeNetwork wrong = SmallNetwork.onBoard();
        wrong.spoil(7, 0);
        FakeBench bench = bench(wrong);
        bench.broker = () -> {
            throw failure(FailureKind.PUBLISH);
        };
        assertEquals(
                FailureKind.PARITY,
                assertThrows(BenchFailure.class, () -> run(bench)).kind());
        assertTrue(heard.remarks.get(0).startsWith("the result was not published"), heard.remarks.toString());
    }

    @Test
    void shouldFinishAPublicationBeforeItHeedsACancellation() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        bench.broker = () -> {
            cancel.cancel();
            assertFalse(Thread.currentThread().isInterrupted(), "Paho would swallow it");
        };
        run(bench);
        assertEquals(bench.published, bench.kept());
        assertFalse(Thread.interrupted());
    }

    @Test
    void shouldPublishWhatCannotBeSaved() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        Files.writeString(folder.resolve("results"), "a file, not a folder");
        run(bench);
        assertEquals(heard.documents, bench.published);
        assertEquals(List.of(), heard.files);
        assertTrue(heard.remarks.get(0).contains("XDG_STATE_HOME"), heard.remarks.toString());
    }
}
