package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.publish.Announcer;
import dev.hilda.agent.publish.LayersDocument;
import dev.hilda.agent.publish.RunDocument;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.NetworkRun;
import dev.hilda.agent.session.RunReport;
import java.util.List;
import java.util.Optional;

/** A network's run over a data set of at least one sample. */
public record NetworkTask(Deployment deployment, DataSet dataSet) implements RunTask<RunReport> {
    @Override
    public String model() {
        return Topics.levelOf(deployment.network().name());
    }

    @Override
    public FirmwareImage image() {
        return deployment.image();
    }

    @Override
    public ExpectedFirmware expected() {
        return deployment.expected();
    }

    @Override
    public RunReport run(BoardSession session, Flasher flasher, String board, Progress progress)
            throws InterruptedException {
        return new NetworkRun(session, Clock.SYSTEM, board, progress).run(flasher, deployment, dataSet);
    }

    @Override
    public Optional<BenchFailure> verdict(RunReport report) {
        return report.failure();
    }

    @Override
    public List<String> remarks(RunReport report) {
        return report.remarks();
    }

    @Override
    public String document(RunIdentity run, RunReport report) {
        return RunDocument.of(run, report);
    }

    @Override
    public String document(RunIdentity run, String failureKind, String failure) {
        return RunDocument.of(run, failureKind, failure);
    }

    @Override
    public void publishMore(Announcer announcer, RunIdentity run, RunReport report) {
        announcer.layers(run, model(), LayersDocument.of(run, report));
    }
}
