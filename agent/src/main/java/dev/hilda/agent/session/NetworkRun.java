// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.measure.Mismatch;
import dev.hilda.agent.measure.Parity;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.NetworkAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs a network on a board over a data set: flash, hello, every image, each compared with the oracle. */
public final class NetworkRun {
    static final String DIFFERENCE_REMEDY =
            "compiler, kernel or memory is at fault: compare the host build of the same network";

    private final BoardSession session;
    private final String board;
    private final Progress progress;
    private final AnswerListener listener;
    private final LineRates rates;
    private final CounterSource counters;
    private final ClockCheck clocks;
    private final OracleMemory memory;
    private @Nullable Greeting greeting;
    private @Nullable RunTally tally;
    private final List<Resume> resumes = new ArrayList<>();
    private Optional<Flasher.Report> flash = Optional.empty();
    private Optional<RunReport.End> end = Optional.empty();

    /**
     * A run over a session that expects the network's firmware, to be done once.
     *
     * @param board the board, as messages name it
     * @param listener hears each answer
     * @param rates that the line may take
     * @param counters of the board's core, where it has them
     * @param clocks compares its clock with the host's
     * @param memory of what the oracle gave before
     */
    public NetworkRun(
            BoardSession session,
            String board,
            Progress progress,
            AnswerListener listener,
            LineRates rates,
            CounterSource counters,
            ClockCheck clocks,
            OracleMemory memory) {
        this.clocks = clocks;
        this.memory = memory;
        this.session = session;
        this.board = board;
        this.progress = progress;
        this.listener = listener;
        this.rates = rates;
        this.counters = counters;
    }

    /**
     * Runs every step. Numbers that differ from the oracle's do not end the run, but make it a failed one, and so does an
     * image that cannot be read, after which there are no more.
     *
     * @param dataSet at least one sample
     * @return why the run is a failed one; empty when it passed
     * @throws BenchFailure when the run cannot go on
     */
    public Optional<BenchFailure> run(Flasher flasher, Deployment deployment, DataSet dataSet)
            throws InterruptedException {
        IntegerNetwork network = deployment.network();
        Oracle oracle = Oracle.of(network);
        AccuracyJudge judge = new AccuracyJudge(network, dataSet);
        ProbeCheck probes = new ProbeCheck(deployment, board);
        probes.requireOracle(oracle);
        flash = Optional.of(session.flash(flasher, deployment.image(), progress));
        Greeting said = session.hello();
        greeting = said;
        progress.advance("hello", 1, 1);
        NetworkAnswer described = session.network();
        requireSame(network, described);
        probes.requireBoard(session, described);
        RunTally answers = new RunTally(network, judge);
        tally = answers;
        RateClimb climb = session.rateClimb(rates);
        greeting = climb.climb(said, described.inputBytes() * dataSet.size());
        LinkStatistics before = session.linkStatistics();
        counters.clear();
        clocks.begin(session, Objects.requireNonNull(greeting));
        Optional<BenchFailure> unread;
        try {
            unread = stream(described, dataSet, oracle, answers);
        } catch (BenchFailure failure) {
            boolean isLost = failure.kind() == FailureKind.LINK || failure.kind() == FailureKind.TIMEOUT;
            climb.judge(EchoReport.difference(before, session.linkStatistics()), isLost);
            throw failure;
        }
        LinkStatistics hostLink = EchoReport.difference(before, session.linkStatistics());
        climb.judge(hostLink, resumes.stream().anyMatch(Resume::isOfTheLine));
        Optional<CoreCounters> counted = counters.read();
        Parity parity = answers.parity();
        BoardSession.Closing closing = session.closing(parity.images(), new Interruptions(answers));
        Greeting last = Objects.requireNonNull(greeting);
        Optional<ClockComparison> compared = clocks.end(session, last);
        Optional<BenchFailure> failure = parity.isComplete()
                ? unread.or(() -> compared.flatMap(
                        found -> ClockCheck.failure(found, last.hello().clockSource(), board)))
                : Optional.of(differs(parity, deployment, unread));
        failure.ifPresentOrElse(reason -> session.fail(reason.kind()), session::finish);
        end = Optional.of(
                new RunReport.End(closing.network(), hostLink, closing.statistics(), counted, compared, failure));
        return failure;
    }

    /** What each image came to until now, in order. */
    public List<ImageOutcome> outcomes() {
        RunTally answers = tally;
        return answers == null ? List.of() : answers.outcomes();
    }

    /** What has been found until now; asked for after the run, however it ended. */
    public RunReport report() {
        Greeting said = greeting;
        RunTally answers = tally;
        return new RunReport(
                flash,
                Optional.ofNullable(said),
                answers == null || said == null ? Optional.empty() : answers.report(said.hello()),
                end,
                resumes);
    }

    /**
     * Streams what can be read.
     *
     * @return why it was not all; empty when it was
     */
    private Optional<BenchFailure> stream(NetworkAnswer described, DataSet dataSet, Oracle oracle, RunTally tally)
            throws InterruptedException {
        try (PendingImages images = new PendingImages(dataSet, oracle, memory)) {
            long measured = session.infer(
                    described,
                    images,
                    dataSet.size(),
                    new Interruptions(tally) {
                        @Override
                        public void inferred(long image, InferAnswer answer) throws InterruptedException {
                            PendingImages.Expected expected = images.takeExpected();
                            tally.add(expected, answer);
                            listener.answered(expected.sample(), answer);
                        }
                    },
                    progress);
            Optional<BenchFailure> unread = images.unreadable()
                    .map(reason -> BenchFailure.of(
                                    FailureKind.DATASET, "read image " + measured + " of " + dataSet.name())
                            .because(reason)
                            .actual(reason.file() + ", " + reason.subject() + ": "
                                    + reason.actual().orElse("nothing"))
                            .failure());
            if (unread.isPresent() && measured == 0) {
                session.fail(FailureKind.DATASET);
                throw unread.get();
            }
            return unread;
        }
    }

    /** Notes when the board was lost and found again. */
    private class Interruptions implements InferenceListener {
        private final RunTally interrupted;

        Interruptions(RunTally interrupted) {
            this.interrupted = interrupted;
        }

        @Override
        public void inferred(long image, InferAnswer answer) throws InterruptedException {
            throw new IllegalStateException("an answer to no image");
        }

        @Override
        public void resumed(Resume resume) {
            resumes.add(resume);
            greeting = resume.greeting();
            interrupted.interrupted(resume.sameRate());
        }
    }

    /** A bundle whose firmware is not its network's would be found by parity too, but not named. */
    private void requireSame(IntegerNetwork network, NetworkAnswer described) {
        String expected = describe(network.inputBytes(), network.layers().size(), network.answerElements());
        String actual = describe(described.inputBytes(), described.layerCount(), described.outputCount());
        if (!expected.equals(actual)) {
            session.fail(FailureKind.BUNDLE);
            throw BenchFailure.of(FailureKind.BUNDLE, "run " + network.name())
                    .board(board)
                    .expected(expected)
                    .actual("firmware with " + actual)
                    .remedy("the bundle's firmware does not belong to its network: write the bundle anew")
                    .failure();
        }
    }

    private static String describe(long inputBytes, long layers, long outputs) {
        return "images of " + inputBytes + " bytes, " + layers + " layers, " + outputs + " outputs";
    }

    private BenchFailure differs(Parity parity, Deployment deployment, Optional<BenchFailure> unread) {
        Mismatch first = parity.mismatches().get(0);
        return BenchFailure.of(
                        FailureKind.PARITY,
                        "get the oracle's numbers from " + deployment.network().name())
                .board(board)
                .expected(String.format("%d as output %d of image %d", first.expected(), first.output(), first.image()))
                .actual(String.format(
                        "%d; %d of %d images differ%s",
                        first.actual(),
                        parity.images() - parity.matched(),
                        parity.images(),
                        unread.map(reason -> "; then no more: could not " + reason.attempted() + ": "
                                        + reason.actual().orElseThrow())
                                .orElse("")))
                .remedy(DIFFERENCE_REMEDY)
                .failure();
    }
}
