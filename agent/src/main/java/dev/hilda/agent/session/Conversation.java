// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.HostEndpoint;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Message;
import dev.hilda.agent.protocol.ProtocolException;
import dev.hilda.agent.protocol.RateAnswer;
import java.time.Duration;
import java.util.Optional;

/** Requests to the firmware and its answers, over a link, each with a deadline. */
final class Conversation {
    private static final int READ_BYTES = 8192;
    private static final int DRAIN_BYTES = 4096;
    private static final Duration LONGEST_WAIT = Duration.ofMillis(50);

    /** Start bit, eight data bits, stop bit. */
    private static final double LINE_BITS_PER_BYTE = 10;
    /** How many times slower than its rate a line may be before it counts as stuck. */
    private static final double SLOWEST_LINE = 20;

    private static final double MILLIS_PER_SECOND = 1000;

    private BoardLink link;
    private final HostEndpoint endpoint;
    private final Clock clock;
    private final String board;
    private final byte[] buffer = new byte[READ_BYTES];
    private final int baud;
    private final Duration writePatience;
    private final LossLog losses;
    private CodePlaces places = CodePlaces.UNKNOWN;
    private int crashesBefore;
    private int nextTag;

    /**
     * A conversation that has not begun.
     *
     * @param board the board, as messages name it
     * @param baud nominal rate of the line
     * @param writePatience how long the link may have no room for what is sent
     */
    Conversation(BoardLink link, HostEndpoint endpoint, Clock clock, String board, int baud, Duration writePatience) {
        this.baud = baud;
        this.writePatience = writePatience;
        this.link = link;
        this.endpoint = endpoint;
        this.clock = clock;
        this.board = board;
        this.losses = new LossLog(board, clock);
    }

    /** From now on messages say where the firmware failed. */
    void nameCode(CodePlaces known) {
        places = known;
    }

    /**
     * Opens a session, past whatever else comes from the board.
     *
     * @throws BenchFailure of kind boot when the firmware stays silent, of kind link when only noise comes
     */
    Hello hello(Duration patience) throws InterruptedException {
        LinkStatistics before = endpoint.statistics();
        long started = clock.nanoTime();
        endpoint.connect(started);
        while (endpoint.state() == HostEndpoint.State.CONNECTING) {
            if (clock.since(started).compareTo(patience) > 0) {
                throw noHello(before, patience);
            }
            exchange();
        }
        Hello hello = endpoint.hello().orElseThrow();
        if (endpoint.state() == HostEndpoint.State.INCOMPATIBLE) {
            throw incompatible(hello);
        }
        crashesBefore = hello.crash().count();
        return hello;
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param what the request as a verb phrase, for messages
     * @param patience how long the board may go without acknowledging or answering anything
     * @param progress hears how many bytes of the answer have come
     */
    Message request(Message request, String what, Duration patience, Progress progress) throws InterruptedException {
        return accepted(request, answer(request, what, patience, progress), what);
    }

    /** Any answer, an error too. */
    private Message answer(Message request, String what, Duration patience, Progress progress)
            throws InterruptedException {
        Watch watch = new Watch(what, patience, longest(request, patience));
        int arrived = 0;
        endpoint.send(request);
        while (true) {
            Optional<Message> answer = nextAnswer(watch);
            if (answer.isPresent()) {
                return answer.get();
            }
            if (endpoint.answerBytesSoFar() != arrived) {
                arrived = endpoint.answerBytesSoFar();
                progress.advance(what, arrived, request.body().length);
            }
        }
    }

    /** Queues a request whose answer is taken by {@link #nextAnswer}, after those to earlier ones. */
    void send(Message request) {
        endpoint.send(request);
    }

    /** The next answer; where none is complete yet, bytes are moved both ways once. */
    Optional<Message> nextAnswer(Watch watch) throws InterruptedException {
        Optional<Message> answer = endpoint.takeAnswer();
        if (answer.isPresent()) {
            return answer; // To wait for bytes now would hold up the next request.
        }
        exchange();
        requireOpen(watch.what);
        answer = endpoint.takeAnswer();
        if (answer.isEmpty()) {
            watch.check();
        }
        return answer;
    }

    /**
     * Asks the board for another rate of the line and takes it too. Whether it can be heard then is not known yet.
     *
     * @return how the board divides its clock for it; empty when it will not, and nothing has changed
     */
    Optional<RateAnswer> changeRate(int newBaud, Duration patience) throws InterruptedException {
        String what = "change the line's rate to " + newBaud + " baud";
        Message request = Message.rate(freshTag(), newBaud);
        Message answer = answer(request, what, patience, Progress.SILENT);
        if (answer.isError()) {
            return Optional.empty();
        }
        RateAnswer next = RateAnswer.decode(accepted(request, answer, what).body());
        exchange(); // The board changes once its answer is acknowledged.
        link.changeRate(newBaud);
        return Optional.of(next);
    }

    boolean isConnected() {
        return link.isConnected();
    }

    /** The board's port was opened anew. */
    void continueOver(BoardLink next) {
        link = next;
    }

    /** Back to the rate that the board falls back to when it hears nothing but noise. */
    void restoreRate() throws InterruptedException {
        link.changeRate(baud);
        endpoint.forgetLosses();
    }

    /** Asks for a sign of life and moves bytes both ways once; false when the link is down. */
    boolean probes() throws InterruptedException {
        endpoint.probe();
        exchange();
        return endpoint.state() == HostEndpoint.State.OPEN;
    }

    /** Waits until the board announces itself anew; meanwhile it gets the acknowledgements it may wait for. */
    void awaitRestart(Duration patience) throws InterruptedException {
        long started = clock.nanoTime();
        while (endpoint.state() != HostEndpoint.State.BOARD_RESTARTED) {
            if (clock.since(started).compareTo(patience) > 0) {
                throw BenchFailure.of(FailureKind.BOOT, "see the board restart")
                        .board(board)
                        .expected("an announcement within " + patience.toSeconds() + " s of the reset")
                        .actual("none; " + counted(endpoint.statistics()))
                        .remedy("power-cycle the board and retry")
                        .failure();
            }
            exchange();
        }
    }

    int freshTag() {
        nextTag = (nextTag + 1) & 0xFFFF;
        return nextTag;
    }

    LinkStatistics statistics() {
        return endpoint.statistics();
    }

    /** The limits to a wait for an answer: how long the board may show nothing new, and how long it may take. */
    final class Watch {
        private static final int PROBES = 4;

        private String what;
        private final Duration patience;
        private final Duration total;
        private final LinkStatistics before = endpoint.statistics();
        private long started = clock.nanoTime();
        private long lastProgress = started;
        private long lastProbe = started;
        private long heard = newFrames();

        /**
         * A wait that begins now.
         *
         * @param what the request as a verb phrase, for messages
         * @param patience without a new frame from the board
         * @param total for the whole answer
         */
        Watch(String what, Duration patience, Duration total) {
            this.what = what;
            this.patience = patience;
            this.total = total;
        }

        /** The wait for the next answer begins now. */
        void restart(String nextWhat) {
            what = nextWhat;
            started = clock.nanoTime();
            lastProgress = started;
        }

        /** Asks a silent board for a sign of life: one that computes for long has nothing to say by itself. */
        void probe() {
            Duration silence = patience.dividedBy(PROBES);
            boolean due = clock.since(lastProbe).compareTo(silence) > 0;
            if (due && clock.since(lastProgress).compareTo(silence) > 0) {
                endpoint.probe();
                lastProbe = clock.nanoTime();
            }
        }

        private void check() {
            if (newFrames() != heard) {
                heard = newFrames();
                lastProgress = clock.nanoTime();
            }
            if (clock.since(lastProgress).compareTo(patience) > 0) {
                String frames = "a new frame from the board at least every " + patience.toMillis() + " ms";
                throw overdue(what, frames, endpoint.answerBytesSoFar(), before);
            }
            if (clock.since(started).compareTo(total) > 0) {
                String whole = "the whole answer within " + total.toSeconds() + " s";
                throw overdue(what, whole, endpoint.answerBytesSoFar(), before);
            }
        }
    }

    private void exchange() throws InterruptedException {
        byte[] outgoing = endpoint.drain(DRAIN_BYTES, clock.nanoTime());
        while (outgoing.length > 0) {
            link.write(outgoing, writePatience);
            outgoing = endpoint.drain(DRAIN_BYTES, clock.nanoTime());
        }
        int count = link.read(buffer, nextWait());
        try {
            endpoint.receive(buffer, count, clock.nanoTime());
        } catch (ProtocolException e) {
            throw BenchFailure.of(FailureKind.LINK, "understand the firmware")
                    .board(board)
                    .actual(String.valueOf(e.getMessage()))
                    .remedy("flash firmware of this version of hilda")
                    .cause(e)
                    .failure();
        }
        endpoint.poll(clock.nanoTime());
        losses.hear(endpoint.statistics());
    }

    private Duration nextWait() {
        if (endpoint.deadlineNanos().isEmpty()) {
            return LONGEST_WAIT;
        }
        long nanos = endpoint.deadlineNanos().getAsLong() - clock.nanoTime();
        return Duration.ofNanos(Math.max(0, Math.min(nanos, LONGEST_WAIT.toNanos())));
    }

    private void requireOpen(String what) throws InterruptedException {
        switch (endpoint.state()) {
            case OPEN -> {}
            case BOARD_RESTARTED -> throw restarted(what);
            case SESSION_LOST -> throw lost(what);
            default ->
                throw BenchFailure.of(FailureKind.LINK, what)
                        .board(board)
                        .expected("answers over " + link.name())
                        .actual("none to eight repetitions in a row; " + counted(endpoint.statistics()))
                        .remedy("check the cable; reset the board and retry")
                        .failure();
        }
    }

    private BenchFailure lost(String what) {
        Duration paused = clock.paused();
        return BenchFailure.of(FailureKind.LINK, what)
                .board(board)
                .expected("a session that stays open")
                .actual("the board has ended it without a restart, because it heard nothing for long"
                        + (paused.isZero() ? "" : "; this host did not run for " + paused.toSeconds() + " s"))
                .remedy("check the cable, and that this host is not stopped or suspended")
                .failure();
    }

    /** Frames that brought something new; repeated ones and those that come too early do not help. */
    private long newFrames() {
        LinkStatistics now = endpoint.statistics();
        return now.receivedFrames() - now.duplicates() - now.gaps();
    }

    /** A request and its answer of the same length, at a small part of what the line can carry. */
    private Duration longest(Message request, Duration patience) {
        double lineSeconds = 2.0 * request.body().length * LINE_BITS_PER_BYTE / baud;
        return patience.plusMillis(Math.round(lineSeconds * SLOWEST_LINE * MILLIS_PER_SECOND));
    }

    /** A line that damaged something is to blame for what did not come; otherwise the firmware is. */
    private BenchFailure overdue(String what, String expected, int arrived, LinkStatistics before) {
        LinkStatistics during = EchoReport.difference(before, endpoint.statistics());
        boolean damaged = during.crcErrors() + during.resyncs() + during.gaps() > 0;
        return BenchFailure.of(damaged ? FailureKind.LINK : FailureKind.TIMEOUT, what)
                .board(board)
                .expected(expected)
                .actual("nothing more after " + arrived + " bytes of it; " + counted(during) + ", " + during.gaps()
                        + " gaps")
                .remedy(
                        damaged
                                ? "the line is disturbed: check cable and ground, then retry"
                                : "reset the board and retry")
                .failure();
    }

    private BenchFailure restarted(String what) throws InterruptedException {
        return restarted(what, new RestartText(endpoint.hello().orElseThrow(), crashesBefore, places));
    }

    /** That the board has restarted between two hellos. */
    BenchFailure restarted(String what, Hello said, Hello before) throws InterruptedException {
        return restarted(what, new RestartText(said, before.crash().count(), places));
    }

    /** That the board fell silent at one image until its probe reset it. */
    BenchFailure hung(String what, int times) {
        return BenchFailure.of(FailureKind.BOOT, what)
                .board(board)
                .expected("firmware that keeps running")
                .actual("the board fell silent at this image, and talked again when its probe had reset it, " + times
                        + " times in a row")
                .remedy("the firmware hangs there; run again, and report it if it hangs at the same image")
                .failure();
    }

    private BenchFailure restarted(String what, RestartText restart) throws InterruptedException {
        return BenchFailure.of(FailureKind.BOOT, what)
                .board(board)
                .expected("firmware that keeps running")
                .actual("the board restarted: " + restart.reason())
                .remedy(restart.remedy())
                .failure();
    }

    /** The answer, if it is one to that request and no error. */
    Message accepted(Message request, Message answer, String what) {
        if (!answer.answers(request) || answer.isError()) {
            throw BenchFailure.of(FailureKind.LINK, what)
                    .board(board)
                    .expected("the answer to request 0x" + Integer.toHexString(request.type()))
                    .actual(
                            answer.isError()
                                    ? answer.errorText()
                                    : "message 0x" + Integer.toHexString(answer.type()) + " with tag " + answer.tag())
                    .remedy("flash firmware of this version of hilda")
                    .failure();
        }
        return answer;
    }

    private BenchFailure noHello(LinkStatistics before, Duration patience) {
        LinkStatistics now = endpoint.statistics();
        long received = now.receivedBytes() - before.receivedBytes();
        boolean noise = received > 0;
        return BenchFailure.of(noise ? FailureKind.LINK : FailureKind.BOOT, "get a hello from the firmware")
                .board(board)
                .expected("an answer over " + link.name() + " within " + patience.toSeconds() + " s")
                .actual(noise ? received + " bytes without a valid hello; " + counted(now) : "silence")
                .remedy(
                        noise
                                ? "the line is disturbed, or its rate is wrong: check the profile's baud rate"
                                : "the firmware does not run, or the serial line is dead: power-cycle the board and"
                                        + " retry")
                .failure();
    }

    private BenchFailure incompatible(Hello hello) {
        BenchFailure.Builder failure = BenchFailure.of(FailureKind.BOOT, "talk to the firmware")
                .board(board)
                .remedy("flash firmware of this version of hilda");
        String firmware = "firmware " + hello.firmwareVersion();
        if (hello.protocolVersion() != Hello.PROTOCOL_VERSION) {
            return failure.expected("protocol version " + Hello.PROTOCOL_VERSION)
                    .actual(firmware + " speaks version " + hello.protocolVersion())
                    .failure();
        }
        return failure.expected("a window of 1 to " + Hello.MOST_WINDOW_FRAMES + " frames of "
                        + Hello.LEAST_MAX_PAYLOAD_BYTES + " to " + Hello.MOST_MAX_PAYLOAD_BYTES + " bytes")
                .actual(firmware + " states a window of " + hello.windowFrames() + " frames of "
                        + hello.maxPayloadBytes() + " bytes")
                .failure();
    }

    private static String counted(LinkStatistics statistics) {
        return statistics.crcErrors() + " frames with a wrong checksum, " + statistics.resyncs() + " malformed, "
                + statistics.timeouts() + " timeouts";
    }
}
