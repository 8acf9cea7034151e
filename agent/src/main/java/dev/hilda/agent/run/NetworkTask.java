// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ClockCheck;
import dev.hilda.agent.session.Deployment;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.Greeting;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.session.NetworkRun;
import dev.hilda.agent.session.OracleMemory;
import dev.hilda.agent.session.RunReport;
import java.util.List;
import java.util.Optional;

/** A network's run over a data set of at least one sample. */
public final class NetworkTask implements RunTask<RunResult> {
    private static final RunReport NOTHING =
            new RunReport(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    private final Deployment deployment;
    private final DataSet dataSet;
    private final DataReading data;
    private final RunAims aims;
    private final LineRates rates;
    private final CounterSource counters;
    private final Optional<OracleOutputs> oracleOutputs;
    private Optional<NetworkRun> run = Optional.empty();
    private Optional<AnswerLog> log = Optional.empty();

    /**
     * A run of a network whose oracle computes everything.
     *
     * @param rates that the line may take
     * @param counters of the board's core
     */
    public NetworkTask(Deployment deployment, DataReading data, RunAims aims, LineRates rates, CounterSource counters) {
        this(deployment, data, aims, rates, counters, Optional.empty());
    }

    /**
     * The same.
     *
     * @param oracleOutputs of earlier runs
     */
    NetworkTask(
            Deployment deployment,
            DataReading data,
            RunAims aims,
            LineRates rates,
            CounterSource counters,
            Optional<OracleOutputs> oracleOutputs) {
        this.deployment = deployment;
        this.dataSet = data.dataSet();
        this.data = data;
        this.aims = aims;
        this.rates = rates;
        this.counters = counters;
        this.oracleOutputs = oracleOutputs;
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
    public Optional<BenchFailure> run(BoardSession session, Flasher flasher, String board, Progress progress)
            throws InterruptedException {
        AnswerLog answers = AnswerLog.open(deployment.network(), aims);
        log = Optional.of(answers);
        NetworkRun begun = new NetworkRun(
                session,
                board,
                progress,
                answers,
                rates,
                counters,
                ClockCheck.of(session.timing(), Clock.SYSTEM),
                oracleOutputs.map(OracleMemory.class::cast).orElse(OracleMemory.NONE));
        run = Optional.of(begun);
        Optional<BenchFailure> verdict;
        try {
            verdict = begun.run(flasher, deployment, dataSet);
        } finally {
            answers.complete();
        }
        if (oracleOutputs.isPresent()) {
            oracleOutputs.get().keep();
        }
        return verdict.or(() -> unmet(board)).or(answers::failure);
    }

    private Optional<BenchFailure> unmet(String board) {
        RunReport found = report();
        long clockHz = found.greeting().orElseThrow().hello().cpuHz();
        return DemandCheck.of(aims.demands(), found.answers().orElseThrow(), clockHz, board);
    }

    private RunReport report() {
        return run.map(NetworkRun::report).orElse(NOTHING);
    }

    @Override
    public Optional<Greeting> greeting() {
        return report().greeting();
    }

    @Override
    public boolean isComplete() {
        RunReport found = report();
        return found.end().isPresent() && found.answers().orElseThrow().parity().images() == dataSet.size();
    }

    @Override
    public List<ImageOutcome> outcomes() {
        return run.map(NetworkRun::outcomes).orElse(List.of());
    }

    @Override
    public RunResult result(RunIdentity identity, Outcome outcome, BenchSetup setup) {
        return new NetworkFindings(deployment, report(), aims, log).result(identity, outcome, setup, data);
    }
}
