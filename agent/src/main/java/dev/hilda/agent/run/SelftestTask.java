// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Statistics;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.SelfTestResult;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ClockCheck;
import dev.hilda.agent.session.ClockComparison;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.Greeting;
import dev.hilda.agent.session.SelfTest;
import dev.hilda.agent.session.SelfTestReport;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** The self-test. */
public final class SelftestTask implements RunTask<SelfTestResult> {
    private static final SelfTestReport NOTHING =
            new SelfTestReport(Optional.empty(), Optional.empty(), Optional.empty());

    private final FirmwareImage image;
    private final ExpectedFirmware expected;
    private final int echoBytes;
    private Optional<SelfTest> test = Optional.empty();
    private boolean complete;

    /** @param echoBytes how many bytes to echo, at least 1 */
    public SelftestTask(FirmwareImage image, ExpectedFirmware expected, int echoBytes) {
        this.image = image;
        this.expected = expected;
        this.echoBytes = echoBytes;
    }

    @Override
    public FirmwareImage image() {
        return image;
    }

    @Override
    public ExpectedFirmware expected() {
        return expected;
    }

    @Override
    public Optional<BenchFailure> run(BoardSession session, Flasher flasher, String board, Progress progress)
            throws InterruptedException {
        SelfTest begun = new SelfTest(session, board, ClockCheck.of(session.timing(), Clock.SYSTEM), progress);
        test = Optional.of(begun);
        begun.run(flasher, image, echoBytes, new SecureRandom().nextLong());
        complete = true;
        return Optional.empty();
    }

    private SelfTestReport report() {
        return test.map(SelfTest::report).orElse(NOTHING);
    }

    @Override
    public Optional<Greeting> greeting() {
        return report().greeting();
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    @Override
    public SelfTestResult result(RunIdentity run, Outcome outcome, BenchSetup setup) {
        SelfTestReport found = report();
        return new SelfTestResult(
                run,
                outcome,
                image.sha256(),
                setup,
                found.flash().map(SessionFindings::flash),
                found.flash().flatMap(flash -> found.greeting().map(said -> SessionFindings.board(said, flash))),
                found.greeting().map(SelftestTask::chip),
                found.echo().map(SelftestTask::echo),
                found.echo().map(echo -> counters(echo.statistics())));
    }

    private static SelfTestResult.Chip chip(Greeting greeting) {
        Hello hello = greeting.hello();
        return new SelfTestResult.Chip(
                SessionFindings.word(hello.firmwareKind()),
                hello.modelHash(),
                String.format(Locale.ROOT, "0x%08x", hello.idcode()),
                hello.flashBytes(),
                greeting.revision().coreHz(),
                hello.axiHz());
    }

    private static SelfTestResult.Echo echo(SelfTestReport.Echoed echo) {
        LinkStatistics link = echo.report().link();
        return new SelfTestResult.Echo(
                echo.report().bytes(),
                echo.seed(),
                echo.report().duration().toMillis(),
                echo.boardCycles(),
                Math.round(echo.bytesPerSecond()),
                link.sentBytes(),
                link.receivedBytes(),
                link.crcErrors(),
                link.resyncs(),
                link.retransmits(),
                link.timeouts(),
                byHost(echo, clocks -> Math.round(clocks.measuredHz())),
                byHost(echo, clocks -> Math.round(clocks.uncertaintyHz())),
                byHost(echo, clocks -> clocks.hostDuration().toMillis()));
    }

    private static OptionalLong byHost(SelfTestReport.Echoed echo, ToLongFunction<ClockComparison> figure) {
        return echo.clocks().stream().mapToLong(figure).findFirst();
    }

    private static SelfTestResult.BoardCounters counters(Statistics board) {
        return new SelfTestResult.BoardCounters(
                board.uptimeCycles(),
                board.idleCycles(),
                board.link().crcErrors(),
                board.link().resyncs(),
                board.link().retransmits(),
                board.link().timeouts(),
                board.uartOverruns(),
                board.uartFramingErrors(),
                board.uartNoiseErrors(),
                board.dmaErrors(),
                board.receiveOverflows(),
                board.stackBytes(),
                board.stackPeakBytes());
    }
}
