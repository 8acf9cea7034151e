package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.publish.LayersDocument;
import dev.hilda.agent.publish.RunDocument;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BenchAnnouncer;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.NetworkRun;
import dev.hilda.agent.session.RunReport;
import java.util.List;
import java.util.Optional;

/** A network's run as a task for a {@link BenchRun}. */
record NetworkTask(Deployment deployment, DataSet dataSet) implements BenchTask<RunReport> {
    @Override
    public String model() {
        return Topics.levelOf(deployment.network().name());
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
    public String document(RunIdentity run, BenchFailure failure) {
        return RunDocument.of(run, failure);
    }

    @Override
    public void summarize(RunOutput output, String board, RunIdentity run, RunReport report) {
        new NetworkSummary(report, run.timing()).print(output, board);
    }

    @Override
    public void publishMore(BenchAnnouncer announcer, RunIdentity run, RunReport report) {
        announcer.layers(run, model(), LayersDocument.of(run, report));
    }
}
