package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.Announcer;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.SelfTestDocument;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SelfTest;
import dev.hilda.agent.session.SelfTestReport;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * The self-test.
 *
 * @param echoBytes how many bytes to echo, at least 1
 */
public record SelftestTask(FirmwareImage image, ExpectedFirmware expected, int echoBytes)
        implements RunTask<SelfTestReport> {
    @Override
    public String model() {
        return SelfTestDocument.MODEL;
    }

    @Override
    public SelfTestReport run(BoardSession session, Flasher flasher, String board, Progress progress)
            throws InterruptedException {
        return new SelfTest(session, Clock.SYSTEM, progress)
                .run(flasher, image, echoBytes, new SecureRandom().nextLong());
    }

    @Override
    public Optional<BenchFailure> verdict(SelfTestReport report) {
        return Optional.empty();
    }

    @Override
    public List<String> remarks(SelfTestReport report) {
        return report.remarks();
    }

    @Override
    public String document(RunIdentity run, SelfTestReport report) {
        return SelfTestDocument.of(run, report);
    }

    @Override
    public String document(RunIdentity run, String failureKind, String failure) {
        return SelfTestDocument.of(run, failureKind, failure);
    }

    @Override
    public void publishMore(Announcer announcer, RunIdentity run, SelfTestReport report) {}
}
