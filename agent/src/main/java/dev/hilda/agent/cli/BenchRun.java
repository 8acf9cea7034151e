package dev.hilda.agent.cli;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.discovery.BoardChoice;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.openocd.OpenOcdFlasher;
import dev.hilda.agent.publish.ResultFolder;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BenchAnnouncer;
import dev.hilda.agent.serial.SerialBoardLink;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SessionState;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;

/**
 * One run from finding the board to the published result.
 *
 * @param <R> what its task finds
 */
final class BenchRun<R> {
    private static final Path OPENOCD = Path.of("openocd");

    private final BenchOptions options;
    private final BoardProfile profile;
    private final AttachedBoard board;
    private final FirmwareImage image;
    private final ExpectedFirmware expected;
    private final BenchTask<R> task;
    private final SecureRandom random = new SecureRandom();

    BenchRun(
            BenchOptions options,
            BoardProfile profile,
            AttachedBoard board,
            FirmwareImage image,
            ExpectedFirmware expected,
            BenchTask<R> task) {
        this.options = options;
        this.profile = profile;
        this.board = board;
        this.image = image;
        this.expected = expected;
        this.task = task;
    }

    /**
     * The board that the user means. What a run needs besides is looked for too, as this may come before long work.
     *
     * @throws BenchFailure of kind {@link FailureKind#BENCH}, of kind link when it has no serial port, of kind build without
     *     OpenOCD
     */
    static AttachedBoard requireBench(BenchOptions options, BoardProfile profile) throws InterruptedException {
        AttachedBoard board = BoardChoice.choose(
                profile, options.serial(), BoardDiscovery.ofThisHost().find(profile));
        serialPort(profile, board);
        OpenOcdFlasher.requireProgram(OPENOCD);
        return board;
    }

    ExitCode run(RunOutput output, RunEnding ending) throws InterruptedException {
        image.requireFits(AddressRange.memoriesOf(profile, MemoryRole.CODE), profile.name());
        Topics topics = Topics.of(options.bench(), profile.name(), board.stLinkSerial());
        RunIdentity run = new RunIdentity(
                UUID.randomUUID().toString(),
                Clock.SYSTEM.now(),
                options.bench(),
                profile.name(),
                board.stLinkSerial(),
                profile.timing());
        try (BenchAnnouncer announcer = BenchAnnouncer.start(options.broker(), topics, output::remark)) {
            R report;
            try {
                report = doTask(announcer, run, output);
                ending.passed();
            } catch (BenchFailure failure) {
                ending.failed();
                reportFailure(announcer, run, failure, output);
                throw failure;
            }
            deliver(announcer, topics, run, report, output);
        }
        return ExitCode.OK;
    }

    private void deliver(BenchAnnouncer announcer, Topics topics, RunIdentity run, R report, RunOutput output)
            throws InterruptedException {
        String document = task.document(run, report);
        task.remarks(report).forEach(output::remark);
        if (!output.isJson()) {
            task.summarize(output, describe(profile, board), run, report);
        }
        keep(run, document, output);
        Optional<BenchFailure> verdict = task.verdict(report);
        try {
            announcer.result(run, task.model(), document);
            task.publishMore(announcer, run, report);
            announcer.readBack(task.model(), document);
            output.published(topics.latest(task.model()), options.broker().toString());
        } catch (BenchFailure unpublished) {
            if (verdict.isEmpty()) {
                throw unpublished;
            }
            output.remark("the result was not published: " + unpublished.getMessage());
        }
        if (verdict.isPresent()) {
            throw verdict.get();
        }
    }

    private R doTask(BenchAnnouncer announcer, RunIdentity run, RunOutput output) throws InterruptedException {
        Flasher flasher = new OpenOcdFlasher(
                OPENOCD, profile.openOcd(), board, describe(profile, board), FlashPatience.FOR_SILICON, Clock.SYSTEM);
        // Before flashing: a port in use is found before the board is touched.
        try (BoardLink link = openLink()) {
            announcer.boardStatus("flashing");
            BoardSession session = new BoardSession(
                    profile,
                    expected,
                    describe(profile, board),
                    link,
                    random::nextInt,
                    Clock.SYSTEM,
                    options.patience(),
                    state -> statusOf(state).ifPresent(announcer::boardStatus));
            Progress lines = output.progress();
            Progress published =
                    new SparseProgress(Clock.SYSTEM, (step, done, total) -> announcer.progress(run, step, done, total));
            try {
                return task.run(session, flasher, describe(profile, board), (step, done, total) -> {
                    lines.advance(step, done, total);
                    published.advance(step, done, total);
                });
            } catch (BenchFailure e) {
                if (session.state() instanceof SessionState.Unknown) {
                    announcer.boardStatus("idle"); // Nothing has been done with the board.
                }
                throw e;
            }
        } catch (BenchFailure e) {
            throw e; // The session has told, if it had begun.
        } catch (InterruptedException | RuntimeException e) {
            announcer.boardStatus("faulted");
            throw e;
        }
    }

    private BoardLink openLink() {
        return SerialBoardLink.open(serialPort(profile, board), profile.usart().defaultBaud(), board.portProvider());
    }

    private static Path serialPort(BoardProfile profile, AttachedBoard board) {
        return board.serialPort()
                .orElseThrow(() -> BenchFailure.of(FailureKind.LINK, "find the serial port")
                        .board(describe(profile, board))
                        .expected("a serial port on the ST-Link's USB device")
                        .actual("none")
                        .remedy("unplug the board and plug it in again; check that the kernel has the driver cdc_acm")
                        .failure());
    }

    /** The board's status from a state on; empty where it stays as it was. */
    static Optional<String> statusOf(SessionState state) {
        if (state instanceof SessionState.Streaming) {
            return Optional.of("streaming");
        }
        if (state instanceof SessionState.Done) {
            return Optional.of("idle");
        }
        if (state instanceof SessionState.Failed failed) {
            // A bad file on the host says nothing against the board.
            boolean healthy = failed.kind() == FailureKind.DATASET || failed.kind() == FailureKind.BUNDLE;
            return Optional.of(healthy ? "idle" : "faulted");
        }
        return Optional.empty();
    }

    /** A failed run is published too; that this fails as well is not the message the user needs. */
    private void reportFailure(BenchAnnouncer announcer, RunIdentity run, BenchFailure failure, RunOutput output) {
        String document = task.document(run, failure);
        keep(run, document, output);
        try {
            announcer.result(run, task.model(), document);
        } catch (BenchFailure unpublished) {
            output.remark("the failure was not published: no broker");
        }
    }

    /** Before it is published, which may take long and be interrupted. That it cannot be saved is no reason to lose it. */
    private void keep(RunIdentity run, String document, RunOutput output) {
        try {
            output.saved(ResultFolder.ofUser(System.getenv()).save(run, task.model(), document));
        } catch (IOException e) {
            output.remark("the result was not saved: " + e
                    + "\n  what to do: name a folder you may write to with XDG_STATE_HOME");
        }
        output.document(document);
    }

    private static String describe(BoardProfile profile, AttachedBoard board) {
        return profile.name() + " (ST-Link " + board.stLinkSerial() + ")";
    }
}
