package dev.hilda.agent.cli;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.discovery.BoardChoice;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.openocd.OpenOcdFlasher;
import dev.hilda.agent.publish.ResultFolder;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.SelfTestDocument;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BenchAnnouncer;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.serial.SerialBoardLink;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SelfTest;
import dev.hilda.agent.session.SelfTestReport;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.session.SessionState;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One self-test from finding the board to the published result. */
final class SelftestRun {
    private static final Path OPENOCD = Path.of("openocd");

    private final BoardProfile profile;
    private final Optional<String> serial;
    private final FirmwareImage image;
    private final ExpectedFirmware expected;
    private final BrokerAddress broker;
    private final String bench;
    private final int echoBytes;
    private final SessionPatience patience;
    private final SecureRandom random = new SecureRandom();

    SelftestRun(
            BoardProfile profile,
            Optional<String> serial,
            FirmwareImage image,
            ExpectedFirmware expected,
            BrokerAddress broker,
            String bench,
            int echoBytes,
            Duration silence) {
        this.profile = profile;
        this.serial = serial;
        this.image = image;
        this.expected = expected;
        this.broker = broker;
        this.bench = bench;
        this.echoBytes = echoBytes;
        this.patience = new SessionPatience(silence, silence);
    }

    ExitCode run(SelftestOutput output, RunEnding ending) throws InterruptedException {
        image.requireFits(flash(), profile.name());
        AttachedBoard board =
                BoardChoice.choose(profile, serial, BoardDiscovery.ofThisHost().find(profile));
        Topics topics = Topics.of(bench, profile.name(), board.stLinkSerial());
        RunIdentity run = new RunIdentity(
                UUID.randomUUID().toString(),
                Clock.SYSTEM.now(),
                bench,
                profile.name(),
                board.stLinkSerial(),
                profile.timing());
        try (BenchAnnouncer announcer = BenchAnnouncer.start(broker, topics, output::remark)) {
            SelfTestReport report;
            try {
                report = test(board, announcer, output);
                ending.passed();
            } catch (BenchFailure failure) {
                ending.failed();
                reportFailure(announcer, run, failure, output);
                throw failure;
            }
            String document = SelfTestDocument.of(run, report);
            report.remarks().forEach(output::remark);
            output.summary(describe(board), run.timing().label(), report);
            save(run, document, output);
            try {
                announcer.result(run, document);
                announcer.readBack(document);
                output.published(topics.latest(SelfTestDocument.MODEL), broker.toString());
            } finally {
                output.document(document);
            }
        }
        return ExitCode.OK;
    }

    private SelfTestReport test(AttachedBoard board, BenchAnnouncer announcer, SelftestOutput output)
            throws InterruptedException {
        Flasher flasher = new OpenOcdFlasher(
                OPENOCD, profile.openOcd(), board, describe(board), FlashPatience.FOR_SILICON, Clock.SYSTEM);
        // Before flashing: a port in use is found before the board is touched.
        try (BoardLink link = openLink(board)) {
            announcer.boardStatus("flashing");
            BoardSession session = new BoardSession(
                    profile,
                    expected,
                    describe(board),
                    link,
                    random::nextInt,
                    Clock.SYSTEM,
                    patience,
                    state -> announce(announcer, state));
            SelfTest selfTest = new SelfTest(session, Clock.SYSTEM, output.progress());
            return selfTest.run(flasher, image, echoBytes, random.nextLong());
        } catch (BenchFailure e) {
            throw e; // The session has told, if it had begun.
        } catch (InterruptedException | RuntimeException e) {
            announcer.boardStatus("faulted");
            throw e;
        }
    }

    private BoardLink openLink(AttachedBoard board) {
        Path port = board.serialPort()
                .orElseThrow(() -> BenchFailure.of(FailureKind.LINK, "find the serial port")
                        .board(describe(board))
                        .expected("a serial port on the ST-Link's USB device")
                        .actual("none")
                        .remedy("unplug the board and plug it in again; check that the kernel has the driver cdc_acm")
                        .failure());
        return SerialBoardLink.open(port, profile.usart().defaultBaud(), board.portProvider());
    }

    private static void announce(BenchAnnouncer announcer, SessionState state) {
        if (state instanceof SessionState.Streaming) {
            announcer.boardStatus("streaming");
        } else if (state instanceof SessionState.Done) {
            announcer.boardStatus("idle");
        } else if (state instanceof SessionState.Failed) {
            announcer.boardStatus("faulted");
        }
    }

    /** A failed run is published too; that this fails as well is not the message the user needs. */
    private static void reportFailure(
            BenchAnnouncer announcer, RunIdentity run, BenchFailure failure, SelftestOutput output) {
        String document = SelfTestDocument.of(run, failure);
        save(run, document, output);
        try {
            announcer.result(run, document);
        } catch (BenchFailure unpublished) {
            output.remark("the failure was not published: no broker");
        }
        output.document(document);
    }

    /** A result that cannot be kept here is no reason to lose it. */
    private static void save(RunIdentity run, String document, SelftestOutput output) {
        try {
            output.saved(ResultFolder.ofUser(System.getenv()).save(run, document));
        } catch (IOException e) {
            output.remark("the result was not saved: " + e
                    + "\n  what to do: name a folder you may write to with XDG_STATE_HOME");
        }
    }

    private List<AddressRange> flash() {
        return profile.memory().stream()
                .filter(region -> region.isFor(MemoryRole.CODE))
                .map(region -> new AddressRange(region.origin(), region.sizeBytes()))
                .sorted(Comparator.comparingLong(AddressRange::startAddress))
                .toList();
    }

    private String describe(AttachedBoard board) {
        return profile.name() + " (ST-Link " + board.stLinkSerial() + ")";
    }
}
