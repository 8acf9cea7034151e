// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.protocol.Hello.ResetCause;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.NetworkOrigin;
import dev.hilda.agent.result.ResumeResult;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.result.SelfTestResult;
import dev.hilda.agent.result.Workload;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BoardRunTest {
    private static final int IMAGES = 20;

    @TempDir
    private Path folder;

    private final CancelToken cancel = new CancelToken();
    private final Heard<RunResult> heard = new Heard<>();

    private FakeBench bench(FakeNetwork network) {
        return new FakeBench(FakeBoard.withNetwork(SmallNetwork.hello(), network), folder.resolve("results"));
    }

    private NetworkTask task() throws IOException {
        return task(SmallNetwork.dataSet(folder, IMAGES, "top1"));
    }

    private static NetworkTask task(DataSet images) {
        return task(images, Demands.NONE);
    }

    private static NetworkTask task(DataSet images, Demands demands) {
        return new NetworkTask(
                SmallNetwork.DEPLOYMENT,
                new DataReading(images, "da".repeat(32), Optional.empty()),
                RunAims.of(demands, OptionalLong.empty(), false),
                LineRates.FASTEST,
                CounterSource.NONE);
    }

    private RunResult run(FakeBench bench) throws Exception {
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
        RunResult result = run(bench);
        assertEquals(IMAGES, result.accuracy().orElseThrow().parityMatched());
        assertEquals(List.of(result), heard.measured);
        assertEquals(List.of(BoardState.FLASHING, BoardState.STREAMING, BoardState.IDLE), bench.states);
        JsonNode document = json(heard.documents.get(0));
        assertTrue(document.path("passed").asBoolean());
        assertEquals("virtual-nucleo-h743zi", document.path("board").asText());
        assertEquals("VIRT1", document.path("board_serial").asText());
        assertEquals("bench", document.path("bench").asText());
        assertEquals("estimated", document.path("timing").asText());
        assertEquals(heard.documents, bench.kept());
        assertEquals(heard.documents, bench.published);
        assertEquals(heard.documents, bench.readBack);
        assertEquals(1, document.path("bench_sequence").asInt());
        assertEquals(List.of("hilda/v1/bench/virtual-nucleo-h743zi-VIRT1/latest/small"), heard.topics);
        assertOutcomes(result, bench.outcomes.get(0));
        assertEquals(2, result.layerTimes().orElseThrow().layers().size());
        assertTrue(bench.closed);
    }

    /** What a flash has erased is kept with the result, of a flash that failed too. */
    @Test
    void shouldKeepWhatWasErased() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        FlashErases erases = new FlashErases(Optional.of("c0ffee"), List.of(0x08000000L, 0x08020000L));
        bench.flasher = erasing(erases, false);
        run(bench);
        FakeBench failing = bench(SmallNetwork.onBoard());
        FlashErases unknown = new FlashErases(Optional.empty(), List.of(0x08000000L));
        failing.flasher = erasing(unknown, true);
        assertThrows(BenchFailure.class, () -> run(failing));

        assertEquals(List.of(new FlashWear("c0ffee", erases.sectors(), 10_000)), bench.wear);
        assertEquals(List.of(new FlashWear("st-link-VIRT1", unknown.sectors(), 10_000)), failing.wear);
    }

    private static Flasher erasing(FlashErases erases, boolean fails) {
        return new Flasher() {
            @Override
            public Report flash(FirmwareImage image, Progress progress) {
                if (fails) {
                    throw failure(FailureKind.FLASH);
                }
                return new Report(1, 2, Duration.ZERO);
            }

            @Override
            public FlashErases erases() {
                return erases;
            }
        };
    }

    /** Nobody is told that it does something, and nothing is kept. */
    @Test
    void shouldLeaveABoardAloneThatSomebodyHas() {
        FakeBench bench = bench(SmallNetwork.onBoard()).sharing((request, token) -> {
            throw failure(FailureKind.BENCH);
        });

        assertEquals(
                FailureKind.BENCH,
                assertThrows(BenchFailure.class, () -> run(bench)).kind());
        assertEquals(List.of(), bench.states);
        assertEquals(List.of(), heard.documents);
    }

    @Test
    void shouldGiveItsBoardBackHoweverItEnds() throws Exception {
        List<String> held = new ArrayList<>();
        BoardAccess access = (request, token) -> {
            held.add("take " + request.board().stLinkSerial());
            return () -> held.add("give back");
        };

        run(bench(SmallNetwork.onBoard()).sharing(access));
        FakeBench broken = bench(SmallNetwork.onBoard()).sharing(access);
        broken.flasher = (image, progress) -> {
            throw failure(FailureKind.FLASH);
        };
        assertThrows(BenchFailure.class, () -> run(broken));

        assertEquals(List.of("take VIRT1", "give back", "take VIRT1", "give back"), held);
    }

    private void assertOutcomes(RunResult result, List<ImageOutcome> outcomes) throws IOException {
        List<ImageOutcome> right = outcomes.stream()
                .filter(outcome -> outcome.correct().orElseThrow())
                .toList();
        assertEquals(IMAGES, outcomes.size());
        assertEquals(result.accuracy().orElseThrow().accuracyTop1().orElseThrow(), right.size() / (double) IMAGES);
        assertTrue(outcomes.stream().allMatch(ImageOutcome::matched));
        int image = 0;
        for (Sample sample : SmallNetwork.dataSet(folder, IMAGES, "top1")) {
            ImageOutcome outcome = outcomes.get(image++);
            assertEquals(sample.sha256(), outcome.sha256());
            assertEquals(sample.label(), outcome.label());
            assertEquals(
                    outcome.label().equals(outcome.prediction()),
                    outcome.correct().orElseThrow());
        }
    }

    @Test
    void shouldGoOnAfterARestartAndTellOfIt() throws Exception {
        Oracle oracle = Oracle.of(SmallNetwork.NETWORK);
        FakeBench[] bench = new FakeBench[1];
        AtomicInteger inferred = new AtomicInteger();
        NetworkAnswer description = SmallNetwork.onBoard().description();
        bench[0] = bench(new FakeNetwork(
                description,
                image -> {
                    if (inferred.incrementAndGet() == 10) {
                        bench[0].board.restart(ResetCause.BROWN_OUT);
                    }
                    return oracle.run(image);
                },
                100,
                200));
        RunResult result = run(bench[0]);
        assertTrue(inferred.get() > IMAGES, "some were inferred twice");
        assertEquals(IMAGES, result.accuracy().orElseThrow().parityMatched());
        assertEquals(IMAGES, result.accuracy().orElseThrow().images());
        ResumeResult resumes = result.resumes().orElseThrow();
        assertEquals(List.of("brown-out"), resumes.resumeCauses());
        assertTrue(resumes.resumeImages().get(0) < 10, resumes::toString);
        assertEquals(List.of(BoardState.FLASHING, BoardState.STREAMING, BoardState.IDLE), bench[0].states);
        assertTrue(heard.remarks.stream().anyMatch(remark -> remark.contains("(brown-out)")), heard.remarks::toString);
    }

    /** When the last answer has come, the board is still asked what it counted. */
    @Test
    void shouldFindABoardAgainThatRestartsAfterTheLastAnswer() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        Heard<RunResult> restarting = new Heard<>() {
            @Override
            public void progress(String step, long done, long total) {
                if (step.equals("images") && done == total) {
                    bench.board.restart(ResetCause.BROWN_OUT);
                }
            }
        };
        RunResult result = new BoardRun<>(bench.request(), task(), bench, restarting, cancel).run();
        assertEquals(IMAGES, result.accuracy().orElseThrow().parityMatched());
        ResumeResult resumes = result.resumes().orElseThrow();
        assertEquals(List.of("brown-out"), resumes.resumeCauses());
        assertEquals(List.of((long) IMAGES), resumes.resumeImages());
    }

    /** The slowest of 20 inferences takes 357 cycles of 480 MHz. */
    @Test
    void shouldKeepAndPublishTheResultThatIsNotWhatWasDemanded() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        DataSet images = SmallNetwork.dataSet(folder, IMAGES, "top1");
        Demands demands = new Demands(OptionalDouble.of(0.99), OptionalDouble.of(0.7));
        BenchFailure unmet = assertThrows(
                BenchFailure.class,
                () -> new BoardRun<>(bench.request(), task(images, demands), bench, heard, cancel).run());
        assertEquals(FailureKind.ACCURACY, unmet.kind());
        assertEquals(
                "at most 0.7000 µs for an inference; top1 of at least 0.9900",
                unmet.expected().orElseThrow());
        assertTrue(unmet.actual().orElseThrow().startsWith("0.7438 µs; 0."), unmet::toString);
        JsonNode document = json(heard.documents.get(0));
        assertFalse(document.path("passed").asBoolean(true));
        assertTrue(document.path("complete").asBoolean());
        assertEquals("accuracy", document.path("failure_kind").asText());
        assertEquals(0.99, document.path("min_accuracy").asDouble());
        assertEquals(0.7, document.path("max_latency_us").asDouble());
        assertEquals(heard.documents, bench.kept());
        assertEquals(heard.documents, bench.published);
        assertEquals(heard.documents, bench.readBack);
        assertEquals(BoardState.IDLE, bench.states.get(bench.states.size() - 1));
    }

    @Test
    void shouldPassWithTheFiguresThatWereDemanded() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        DataSet images = SmallNetwork.dataSet(folder, IMAGES, "top1");
        double accuracy = run(bench).accuracy().orElseThrow().accuracyTop1().orElseThrow();
        FakeBench again = bench(SmallNetwork.onBoard());
        Demands demands = new Demands(OptionalDouble.of(accuracy), OptionalDouble.of(0.75));
        assertTrue(new BoardRun<>(again.request(), task(images, demands), again, heard, cancel)
                .run()
                .outcome()
                .passed());
        BenchFailure slow = assertThrows(BenchFailure.class, () -> {
            FakeBench third = bench(SmallNetwork.onBoard());
            Demands faster = new Demands(OptionalDouble.of(accuracy), OptionalDouble.of(0.74));
            new BoardRun<>(third.request(), task(images, faster), third, heard, cancel).run();
        });
        assertEquals(FailureKind.LATENCY, slow.kind());
        assertEquals("at most 0.7400 µs for an inference", slow.expected().orElseThrow());
    }

    @Test
    void shouldRunASelfTest() throws Exception {
        FakeBench bench = new FakeBench(new FakeBoard(), folder.resolve("results"));
        SelftestTask task = new SelftestTask(SmallNetwork.DEPLOYMENT.image(), ExpectedFirmware.BASE, 5000);
        Heard<SelfTestResult> listener = new Heard<>();
        SelfTestResult result = new BoardRun<>(bench.request(), task, bench, listener, cancel).run();
        assertEquals(5000, result.echo().orElseThrow().echoBytes());
        assertEquals(BoardState.IDLE, bench.states.get(bench.states.size() - 1));
        assertEquals(listener.documents, bench.published);
        assertEquals(List.of("hilda/v1/bench/virtual-nucleo-h743zi-VIRT1/latest/selftest"), listener.topics);
    }

    /** What ended a run too early tells more than a timeout. */
    private static void awaitUnlessEnded(CountDownLatch reached, FutureTask<RunResult> run) throws Exception {
        while (!reached.await(100, TimeUnit.MILLISECONDS)) {
            if (run.isDone() && reached.getCount() > 0) {
                fail("ended with " + run.get());
            }
        }
    }

    @Test
    void shouldCancelOneOfTwoRunsAndLetTheOtherPass() throws Exception {
        FakeBench first = bench(SmallNetwork.onBoard());
        FakeBench second = new FakeBench(
                FakeBoard.withNetwork(SmallNetwork.hello(), SmallNetwork.onBoard()), folder.resolve("other-results"));
        CountDownLatch streaming = new CountDownLatch(1);
        CountDownLatch flashing = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Heard<RunResult> silenced = new Heard<>() {
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
        // Each writes the images anew: not while a run reads them.
        NetworkTask ofFirst = task();
        NetworkTask ofSecond = task();
        FutureTask<RunResult> one = started(new BoardRun<>(first.request(), ofFirst, first, silenced, cancel));
        FutureTask<RunResult> other =
                started(new BoardRun<>(second.request(), ofSecond, second, heard, new CancelToken()));
        awaitUnlessEnded(streaming, one);
        awaitUnlessEnded(flashing, other);
        cancel.cancel();
        InterruptedException ended = assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, one::get).getCause());
        assertNotEquals("cancelled", ended.getMessage(), "interrupted, not found cancelled once its link was dead");
        cancelled.countDown();
        assertEquals(IMAGES, other.get().accuracy().orElseThrow().parityMatched());
        assertEquals(List.of(BoardState.FLASHING, BoardState.STREAMING, BoardState.INTERRUPTED), first.states);
        assertEquals(silenced.documents, first.kept());
        JsonNode document = json(first.kept().get(0));
        assertFalse(document.path("passed").asBoolean(true));
        assertEquals("interrupted", document.path("failure_kind").asText());
        assertEquals("VIRT1", document.path("board_serial").asText());
        assertEquals("small", document.path("model").asText());
        assertEquals("small", document.path("data_set").asText());
        assertFalse(document.path("complete").asBoolean(true));
        assertTrue(document.path("images").asInt() >= 1, "what was measured until then");
        assertTrue(document.path("cycles_p50").asInt() >= 300);
        assertEquals(first.kept(), first.published);
        assertEquals(List.of(), first.readBack, "not the latest");
        assertTrue(first.closed);
        assertEquals(BoardState.IDLE, second.states.get(second.states.size() - 1));
        assertEquals(heard.documents, second.published);
    }

    private static FutureTask<RunResult> started(BoardRun<RunResult> run) {
        FutureTask<RunResult> task = new FutureTask<>(run::run);
        new Thread(task, "board-run-test").start();
        return task;
    }

    @Test
    void shouldDoNothingWhenItWasCancelledBefore() throws Exception {
        FakeBench bench = bench(SmallNetwork.onBoard());
        cancel.cancel();
        assertThrows(InterruptedException.class, () -> run(bench));
        assertEquals(List.of(), bench.states);
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
        assertEquals(List.of(BoardState.FLASHING, BoardState.INTERRUPTED), bench.states);
        assertEquals(bench.kept(), bench.published);
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
        assertEquals(List.of(BoardState.FLASHING, BoardState.FAULTED), bench.states);
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
        assertEquals(List.of(BoardState.FLASHING, BoardState.FAULTED), bench.states);
    }

    @Test
    void shouldNotCallABoardFaultedForABadFile() throws Exception {
        FakeNetwork wrong = SmallNetwork.onBoard();
        wrong.spoil(7, 0);
        assertEquals(BoardState.FAULTED, lastState(wrong, FailureKind.PARITY));
        FakeNetwork foreign = new FakeNetwork(new NetworkAnswer(4, 3, 3, 64, 64), image -> new int[3], 1, 2, 3);
        assertEquals(BoardState.IDLE, lastState(foreign, FailureKind.BUNDLE), "firmware of another network");
        DataSet images = SmallNetwork.dataSet(folder, IMAGES, "top1");
        Files.write(folder.resolve("images.bin"), new byte[4 * 10]);
        FakeBench bench = bench(SmallNetwork.onBoard());
        NetworkTask task = task(images);
        BoardRun<RunResult> half = new BoardRun<>(bench.request(), task, bench, heard, cancel);
        assertEquals(
                FailureKind.DATASET, assertThrows(BenchFailure.class, half::run).kind());
        assertEquals(BoardState.IDLE, bench.states.get(bench.states.size() - 1), "half of a data set");
    }

    private BoardState lastState(FakeNetwork network, FailureKind failure) {
        FakeBench bench = bench(network);
        assertEquals(failure, assertThrows(BenchFailure.class, () -> run(bench)).kind());
        return bench.states.get(bench.states.size() - 1);
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
        assertEquals(1, heard.measured.size());
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
        assertEquals(List.of(), heard.places);
        assertTrue(heard.remarks.get(0).contains("XDG_STATE_HOME"), heard.remarks.toString());
    }

    /** Whatever ends a run and however early: what it was done with stands in its result. */
    @Test
    void shouldSayWhereEveryResultComesFrom() throws Exception {
        FakeBench passed = bench(SmallNetwork.onBoard());
        run(passed);
        assertProvenance(json(passed.published.get(0)), false);
        FakeBench unflashed = bench(SmallNetwork.onBoard());
        unflashed.flasher = (image, progress) -> {
            throw failure(FailureKind.FLASH);
        };
        assertThrows(BenchFailure.class, () -> run(unflashed));
        assertProvenance(json(unflashed.published.get(0)), true);
        FakeBench interrupted = bench(SmallNetwork.onBoard());
        interrupted.flasher = (image, progress) -> {
            throw new InterruptedException("cancelled");
        };
        assertThrows(InterruptedException.class, () -> run(interrupted));
        assertProvenance(json(interrupted.published.get(0)), true);
        FakeBench tested = new FakeBench(new FakeBoard(), folder.resolve("results"));
        SelftestTask selftest = new SelftestTask(SmallNetwork.DEPLOYMENT.image(), ExpectedFirmware.BASE, 50);
        new BoardRun<>(tested.request(), selftest, tested, new Heard<>(), cancel).run();
        JsonNode selftested = json(tested.published.get(0));
        assertSaid(selftested, BenchSetup.class, List.of());
        assertEquals(
                SmallNetwork.DEPLOYMENT.image().sha256(),
                selftested.path("firmware_sha256").asText());
    }

    private static void assertProvenance(JsonNode document, boolean beforeHello) {
        assertSaid(document, NetworkOrigin.class, List.of());
        assertSaid(document, Workload.class, List.of());
        List<String> ofTheBoard = List.of("chip_id", "chip_revision", "clock_source");
        assertSaid(document, BenchSetup.class, beforeHello ? ofTheBoard : List.of());
        List<String> hashes =
                List.of("model_sha256", "bundle_sha256", "network_sha256", "firmware_sha256", "data_sha256");
        assertEquals(
                hashes.size(),
                hashes.stream()
                        .map(name -> document.path(name).asText())
                        .filter(hash -> hash.matches("[0-9a-f]{64}"))
                        .distinct()
                        .count(),
                document.toString());
    }

    /** Every component of that record says something, and unknown only where it may. */
    private static void assertSaid(JsonNode document, Class<? extends Record> part, List<String> unknown) {
        for (RecordComponent component : part.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            JsonNode value = document.path(name);
            boolean isOptional = component.getType().getSimpleName().startsWith("Optional");
            if (isOptional && value.isMissingNode()) {
                continue;
            }
            assertFalse(value.isMissingNode(), name);
            assertFalse(
                    value.isContainerNode() ? value.isEmpty() : value.asText().isBlank(), name);
            boolean untold = value.asText().equals(BenchSetup.UNKNOWN);
            assertEquals(unknown.contains(name), untold, name + ": " + value);
        }
    }
}
