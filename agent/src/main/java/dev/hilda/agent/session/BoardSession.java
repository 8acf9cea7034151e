// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.board.Reconnection;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.Hello.ResetCause;
import dev.hilda.agent.protocol.HostEndpoint;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Message;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.protocol.RateAnswer;
import dev.hilda.agent.protocol.Statistics;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ChipRevision;
import dev.hilda.profile.Timing;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run with one board, from flashing to the last answer. Steps come in the order of {@link SessionState}; a step out
 * of order is a mistake of the caller. The first failure ends the session.
 */
public final class BoardSession {
    private static final Logger LOG = LoggerFactory.getLogger(BoardSession.class);

    /** Some windows full: a line that loses a byte in some thousands shows it. */
    static final int RATE_TRIAL_BYTES = 64 << 10;

    private static final String RESET = "reset the board";

    private final BoardProfile profile;
    private final ExpectedFirmware expected;
    private final String board;
    private final Conversation conversation;
    private final Clock clock;
    private final SessionPatience patience;
    private final Consumer<SessionState> listener;
    private SessionState state = new SessionState.Unknown();

    /** Of the images that were streamed last; what happened meanwhile may show after the last answer only. */
    private Optional<Resumption> resumption = Optional.empty();

    private Optional<Reconnection> reconnection = Optional.empty();
    private @Nullable Greeting greeting;
    private int baud;

    /**
     * A session over an open link.
     *
     * @param board the board, as messages name it
     * @param sessionNumbers fresh random numbers
     * @param listener hears every change of state
     */
    public BoardSession(
            BoardProfile profile,
            ExpectedFirmware expected,
            String board,
            BoardLink link,
            IntSupplier sessionNumbers,
            Clock clock,
            SessionPatience patience,
            Consumer<SessionState> listener) {
        this.profile = profile;
        this.expected = expected;
        this.board = board;
        this.clock = clock;
        this.patience = patience;
        this.listener = listener;
        this.baud = profile.usart().defaultBaud();
        this.conversation =
                new Conversation(link, new HostEndpoint(baud, sessionNumbers), clock, board, baud, patience.answer());
    }

    /** A part of a run. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws InterruptedException;
    }

    /** Flashes the image: unknown → flashed. */
    public Flasher.Report flash(Flasher flasher, FirmwareImage image, Progress progress) throws InterruptedException {
        require(SessionState.Unknown.class);
        return step(new SessionState.Flashed(), () -> flasher.flash(image, progress));
    }

    /** The firmware's hello, checked against the profile and the expected firmware: flashed → ready. */
    public Greeting hello() throws InterruptedException {
        require(SessionState.Flashed.class);
        return step(new SessionState.Ready(), this::greet);
    }

    /** From now on a board that is lost while images are streamed is looked for, and the stream goes on. */
    public void allowResume(Reconnection ways) {
        reconnection = Optional.of(ways);
    }

    /** From now on messages say where in its code the firmware failed. */
    public void nameCode(CodePlaces places) {
        conversation.nameCode(places);
    }

    /** Sends bytes to the board and back, and compares them: ready → streaming → ready. */
    public EchoReport echo(byte[] sent, Progress progress) throws InterruptedException {
        require(SessionState.Ready.class);
        enter(new SessionState.Streaming());
        return step(new SessionState.Ready(), () -> {
            LinkStatistics before = conversation.statistics();
            long started = clock.nanoTime();
            Message answer = conversation.request(
                    Message.echo(conversation.freshTag(), sent), "echo", patience.answer(), progress);
            Duration duration = clock.since(started);
            compare(sent, answer.body());
            progress.advance("echo", sent.length, sent.length);
            return new EchoReport(sent.length, duration, EchoReport.difference(before, conversation.statistics()));
        });
    }

    /** What may change this session's rate. */
    public RateClimb rateClimb(LineRates rates) {
        return new RateClimb(this, profile.usart(), rates);
    }

    /**
     * Changes the line's rate, and stays there if an echo comes through undamaged: ready → ready. Else the line is at its
     * first rate again, in a new session.
     *
     * @param said what the board said at the rate it has
     * @return the same with the new rate; empty when it was not taken
     */
    Optional<Greeting> changeRate(int newBaud, Greeting said) throws InterruptedException {
        require(SessionState.Ready.class);
        return step(new SessionState.Ready(), () -> takeRate(newBaud, said));
    }

    private Optional<Greeting> takeRate(int newBaud, Greeting said) throws InterruptedException {
        Optional<RateAnswer> next = conversation.changeRate(newBaud, patience.answer());
        if (next.isPresent() && !new RateTrial(conversation, clock).passes(RATE_TRIAL_BYTES)) {
            LOG.info("{}: the line does not carry {} baud", board, newBaud);
            baud = profile.usart().defaultBaud();
            conversation.restoreRate();
            greet();
            return Optional.empty();
        }
        Optional<Greeting> faster = next.map(said::at);
        faster.ifPresent(greeted -> {
            greeting = greeted;
            baud = newBaud;
        });
        return faster;
    }

    /**
     * The network in the firmware, which must be there.
     *
     * @throws BenchFailure of kind {@link FailureKind#BOOT} when the firmware has none
     */
    public NetworkAnswer network() throws InterruptedException {
        require(SessionState.Ready.class);
        return step(new SessionState.Ready(), this::askForNetwork);
    }

    private NetworkAnswer askForNetwork() throws InterruptedException {
        Message request = Message.network(conversation.freshTag());
        NetworkAnswer network = NetworkAnswer.decode(conversation
                .request(request, "ask for the network", patience.answer(), Progress.SILENT)
                .body());
        if (network.layerCount() == 0) {
            throw BenchFailure.of(FailureKind.BOOT, "ask for the network")
                    .board(board)
                    .expected("firmware with a network")
                    .actual("firmware without one")
                    .remedy("flash a bundle that hilda quantize has written")
                    .failure();
        }
        return network;
    }

    /**
     * Runs the network on every image, with several under way: ready → streaming → ready.
     *
     * @param network as the firmware describes it
     * @param images packed input codes, each of {@code network.inputBytes()} bytes; read only as fast as they are sent
     * @param total how many there are, for the progress; 0 when unknown
     * @return how many there were
     */
    public long infer(
            NetworkAnswer network, Iterator<byte[]> images, long total, InferenceListener listener, Progress progress)
            throws InterruptedException {
        require(SessionState.Ready.class);
        enter(new SessionState.Streaming());
        resumption = resumption();
        return step(
                new SessionState.Ready(),
                () -> new InferenceStream(conversation, network, patience, board, resumption)
                        .run(images, total, listener, progress));
    }

    private Optional<Resumption> resumption() {
        return reconnection.map(
                ways -> new Resumption(conversation, ways, new SameBoard(), clock, Objects.requireNonNull(greeting)));
    }

    /** The board of this session, at the line's first rate and then at the one it had. */
    private final class SameBoard implements Resumption.Rejoin {
        private final String uniqueId = Objects.requireNonNull(greeting).hello().uniqueId();

        @Override
        public Greeting hello() throws InterruptedException {
            conversation.restoreRate();
            Greeting said = greet();
            if (!said.hello().uniqueId().equals(uniqueId)) {
                throw BenchFailure.of(FailureKind.BENCH, "go on with the same board")
                        .board(board)
                        .expected("chip " + uniqueId)
                        .actual("chip " + said.hello().uniqueId())
                        .remedy("leave the board at its ST-Link while it runs")
                        .failure();
            }
            return said;
        }

        @Override
        public Greeting faster(Greeting said) throws InterruptedException {
            return baud == profile.usart().defaultBaud()
                    ? said
                    : takeRate(baud, said).orElse(said);
        }
    }

    /** What the host's end of the link has counted. */
    public LinkStatistics linkStatistics() {
        return conversation.statistics();
    }

    /** What the board has counted since boot. */
    public Statistics statistics() throws InterruptedException {
        require(SessionState.Ready.class);
        return step(new SessionState.Ready(), this::askForStatistics);
    }

    private Statistics askForStatistics() throws InterruptedException {
        Message request = Message.statistics(conversation.freshTag());
        return Statistics.decode(conversation
                .request(request, "read the board's statistics", patience.answer(), Progress.SILENT)
                .body());
    }

    /**
     * What the board says once every image has its answer: ready → ready. One that was lost since the last answer is
     * looked for as while images are streamed.
     *
     * @param images how many there were
     */
    Closing closing(long images, InferenceListener listener) throws InterruptedException {
        require(SessionState.Ready.class);
        return step(new SessionState.Ready(), () -> {
            while (true) {
                try {
                    return new Closing(askForNetwork(), askForStatistics());
                } catch (BenchFailure broken) {
                    if (resumption.isEmpty()) {
                        throw broken;
                    }
                    listener.resumed(resumption.get().resume(broken, images));
                }
            }
        });
    }

    /** The firmware's network and what the board has counted since boot, at the end of a run. */
    record Closing(NetworkAnswer network, Statistics statistics) {}

    /** Resets the board and waits for its next hello, which must tell of exactly that reset. */
    public Greeting resetAndHello(Greeting before) throws InterruptedException {
        require(SessionState.Ready.class);
        return step(new SessionState.Ready(), () -> {
            conversation.request(Message.reset(conversation.freshTag()), RESET, patience.answer(), Progress.SILENT);
            conversation.awaitRestart(patience.hello());
            Greeting after = greet();
            checkReset(before.hello(), after.hello());
            return after;
        });
    }

    /** Ends a run whose steps went well, but whose result is a failed one: ready → failed. */
    void fail(FailureKind kind) {
        require(SessionState.Ready.class);
        enter(new SessionState.Failed(kind));
    }

    /** Ends a run that went well: ready → done. */
    public void finish() {
        require(SessionState.Ready.class);
        enter(new SessionState.Done());
    }

    /** What the numbers of this board are worth. */
    public Timing timing() {
        return profile.timing();
    }

    public SessionState state() {
        return state;
    }

    private Greeting greet() throws InterruptedException {
        Hello hello = conversation.hello(patience.hello());
        ChipRevision revision = new HelloCheck(profile, expected, board).check(hello);
        Greeting said = new Greeting(hello, revision);
        greeting = said;
        return said;
    }

    private void checkReset(Hello before, Hello after) {
        boolean once = after.bootCount() == before.bootCount() + 1;
        if (!once || after.resetCause() != ResetCause.SOFTWARE) {
            throw BenchFailure.of(FailureKind.BOOT, RESET)
                    .board(board)
                    .expected("boot " + (before.bootCount() + 1) + " by a software reset")
                    .actual("boot " + after.bootCount() + " by " + Words.of(after.resetCause()))
                    .remedy("retry; a board that does not reset on request needs a power cycle")
                    .failure();
        }
    }

    private void compare(byte[] sent, byte[] received) {
        int at = Arrays.mismatch(sent, received);
        if (at >= 0) {
            boolean present = at < sent.length && at < received.length;
            throw BenchFailure.of(FailureKind.LINK, "get the same bytes back")
                    .board(board)
                    .expected(present ? String.format("0x%02x at byte %d", sent[at], at) : sent.length + " bytes")
                    .actual(present ? String.format("0x%02x", received[at]) : received.length + " bytes")
                    .remedy("the link's checksum passed, so a memory is at fault: run again, then try another board")
                    .failure();
        }
    }

    private <T> T step(SessionState success, Step<T> step) throws InterruptedException {
        try {
            T result = step.run();
            enter(success);
            return result;
        } catch (BenchFailure e) {
            enter(new SessionState.Failed(e.kind()));
            throw e;
        }
    }

    private void enter(SessionState next) {
        if (!next.equals(state)) {
            LOG.info("{}: {} after {}", board, next, state);
            state = next;
            listener.accept(next);
        }
    }

    private void require(Class<? extends SessionState> needed) {
        if (!needed.isInstance(state)) {
            throw new IllegalStateException(
                    "a session in state " + state + " cannot do what needs " + needed.getSimpleName());
        }
    }
}
