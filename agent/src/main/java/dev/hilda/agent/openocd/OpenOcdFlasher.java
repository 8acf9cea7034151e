// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.openocd;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.folder.IoReason;
import dev.hilda.agent.process.ChildProcess;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.OpenOcdSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flashes through OpenOCD. OpenOCD can wait for ever on a probe that stopped answering, and does not end by SIGTERM
 * then: each step has a deadline, and a step beyond it ends in SIGKILL.
 */
public final class OpenOcdFlasher implements Flasher {
    private static final Logger LOG = LoggerFactory.getLogger(OpenOcdFlasher.class);

    private static final Duration EXIT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String BANNER = "Open On-Chip Debugger";
    private static final Pattern PROBE = Pattern.compile("Info : STLINK (\\S+) \\(API");

    /** Begins a line of the script. */
    private static final String OPTIONS = "hilda: options ";

    private final Path program;
    private final OpenOcdSetup setup;
    private final long uniqueIdAddress;
    private final AttachedBoard board;
    private final String boardName;
    private final FlashPatience patience;
    private final Clock clock;
    private Optional<String> probeFirmware = Optional.empty();
    private FlashErases erases = FlashErases.NONE;
    private Optional<String> optionBytes = Optional.empty();

    /**
     * A flasher for one attached board.
     *
     * @param program the OpenOCD program: a name on the PATH, or a file
     * @param profile of the board
     * @param boardName the board, as messages name it
     */
    public OpenOcdFlasher(
            Path program,
            BoardProfile profile,
            AttachedBoard board,
            String boardName,
            FlashPatience patience,
            Clock clock) {
        this.program = program;
        this.setup = profile.openOcd();
        this.uniqueIdAddress = profile.chip().uniqueIdAddress();
        this.board = board;
        this.boardName = boardName;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * What OpenOCD calls itself, for example {@code Open On-Chip Debugger 0.12.0}; empty when it says nothing of the kind
     * in time. Before long work this finds out whether there is one.
     *
     * @throws BenchFailure of kind build when there is none
     */
    public static Optional<String> version(Path program) throws InterruptedException {
        long started = Clock.SYSTEM.nanoTime();
        try (ChildProcess openOcd = ChildProcess.start(List.of(program.toString(), "--version"), Path.of("/"))) {
            while (!openOcd.outputEnded() && Clock.SYSTEM.since(started).compareTo(EXIT_PATIENCE) < 0) {
                Optional<String> line = openOcd.nextLine(POLL);
                if (line.isPresent() && line.get().startsWith(BANNER)) {
                    return line;
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> probeFirmware() {
        return probeFirmware;
    }

    @Override
    public Optional<String> optionBytes() {
        return optionBytes;
    }

    @Override
    public FlashErases erases() {
        return erases;
    }

    @Override
    public Report flash(FirmwareImage image, Progress progress) throws InterruptedException {
        return flash(image, FlashAim.REPLACE, progress);
    }

    @Override
    public Report flashUnlessThere(FirmwareImage image, Progress progress) throws InterruptedException {
        return flash(image, FlashAim.KEEP, progress);
    }

    @Override
    public Report start(FirmwareImage image, Progress progress) throws InterruptedException {
        return flash(image, FlashAim.START, progress);
    }

    private Report flash(FirmwareImage image, FlashAim aim, Progress progress) throws InterruptedException {
        long started = clock.nanoTime();
        FlashSteps steps = new FlashSteps(patience, image.sizeBytes(), aim != FlashAim.REPLACE, progress);
        try (FlashWorkFolder folder = FlashWorkFolder.create(image, setup)) {
            List<String> command = new ArrayList<>();
            command.add(program.toString());
            command.addAll(OpenOcdArguments.connection(setup, board));
            OpenOcdArguments.file(command, FlashWorkFolder.SCRIPT);
            OpenOcdArguments.command(command, folder.flashCommand(aim, uniqueIdAddress));
            List<String> remarks = OpenOcdDiagnosis.remarks(run(command, folder.path(), steps));
            LOG.info("flashed {} bytes, {} sectors erased", image.sizeBytes(), steps.erasedSectors());
            return new Report(image.sizeBytes(), steps.erasedSectors(), clock.since(started), remarks);
        } catch (IOException e) {
            throw unwritable(e);
        } finally {
            add(steps.erases());
        }
    }

    private void add(FlashErases more) {
        List<Long> all = new ArrayList<>(erases.sectors());
        all.addAll(more.sectors());
        erases = new FlashErases(more.chip().or(erases::chip), all);
    }

    @Override
    public void reset() throws InterruptedException {
        try (FlashWorkFolder folder = FlashWorkFolder.withoutImage(setup)) {
            List<String> command = new ArrayList<>();
            command.add(program.toString());
            command.addAll(OpenOcdArguments.connection(setup, board));
            OpenOcdArguments.file(command, FlashWorkFolder.SCRIPT);
            OpenOcdArguments.command(command, "hilda_reset");
            resetBy(command, folder.path());
            LOG.info("reset by the probe");
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Where power or cable went away, what broke off tells of the flash only; so the board is looked for once more. */
    private BenchFailure failed(BenchFailure broken, Path folder) throws InterruptedException {
        if (broken.kind() != FailureKind.FLASH) {
            return broken;
        }
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(OpenOcdArguments.connection(setup, board));
        OpenOcdArguments.command(command, "init; shutdown");
        List<String> output = new ArrayList<>();
        Optional<BenchFailure> absence =
                exitCode(command, folder, output).flatMap(exitCode -> OpenOcdDiagnosis.absence(exitCode, output));
        return absence.map(reason -> BenchFailure.of(reason.kind(), broken.attempted())
                        .board(boardName)
                        .expected(broken.expected().orElse(""))
                        .actual(reason.actual().orElse("") + "; before that, "
                                + broken.actual().orElse(""))
                        .remedy(reason.remedy().orElse(""))
                        .cause(broken)
                        .failure())
                .orElse(broken);
    }

    /** Runs OpenOCD to its end; empty when it hangs. */
    private Optional<Integer> exitCode(List<String> command, Path folder, List<String> output)
            throws InterruptedException {
        Duration limit = patience.connect().plus(patience.reset());
        try (ChildProcess openOcd = ChildProcess.start(command, folder)) {
            long started = clock.nanoTime();
            while (!openOcd.outputEnded() && clock.since(started).compareTo(limit) < 0) {
                openOcd.nextLine(POLL).ifPresent(output::add);
            }
            return openOcd.exitCode(EXIT_PATIENCE);
        }
    }

    private void resetBy(List<String> command, Path folder) throws InterruptedException {
        Duration limit = patience.connect().plus(patience.reset());
        List<String> output = new ArrayList<>();
        int exitCode = exitCode(command, folder, output)
                .orElseThrow(() -> BenchFailure.of(FailureKind.TIMEOUT, "reset the board through its probe")
                        .board(boardName)
                        .expected("OpenOCD to end within " + inWords(limit))
                        .actual("OpenOCD was killed; its last lines:\n" + OpenOcdDiagnosis.tail(output))
                        .remedy("the ST-Link stopped answering: unplug the board and plug it in again")
                        .failure());
        if (exitCode != 0) {
            throw OpenOcdDiagnosis.failedReset(exitCode, output)
                    .board(boardName)
                    .failure();
        }
        optionBytes = output.stream()
                .filter(line -> line.startsWith(OPTIONS))
                .map(line -> line.substring(OPTIONS.length()))
                .findFirst();
    }

    /** Runs OpenOCD to a verified success; returns its output. */
    private List<String> run(List<String> command, Path folder, FlashSteps steps) throws InterruptedException {
        List<String> output = new ArrayList<>();
        try (ChildProcess openOcd = ChildProcess.start(command, folder)) {
            long lastProgress = clock.nanoTime();
            while (!openOcd.outputEnded()) {
                Optional<String> line = openOcd.nextLine(POLL);
                line.ifPresent(output::add);
                line.ifPresent(LOG::debug);
                line.map(PROBE::matcher)
                        .filter(Matcher::find)
                        .ifPresent(found -> probeFirmware = Optional.of(found.group(1)));
                if (line.isPresent() && steps.accept(line.get())) {
                    LOG.info("OpenOCD goes on to {}", steps.description());
                    lastProgress = clock.nanoTime();
                } else if (clock.since(lastProgress).compareTo(steps.limit()) > 0) {
                    openOcd.kill();
                    throw stuck(steps, output);
                }
            }
            int exitCode = openOcd.exitCode(EXIT_PATIENCE).orElseThrow(() -> stuck(steps, output));
            if (!OpenOcdDiagnosis.isSuccess(exitCode, output)) {
                throw failed(
                        OpenOcdDiagnosis.failure(exitCode, output)
                                .board(boardName)
                                .failure(),
                        folder);
            }
        }
        return output;
    }

    private BenchFailure unwritable(IOException cause) {
        return BenchFailure.of(FailureKind.BUILD, "write the files for OpenOCD")
                .board(boardName)
                .expected("room in the folder " + System.getProperty("java.io.tmpdir"))
                .actual(IoReason.of(cause))
                .remedy("free some space there, and check that you may write to it")
                .cause(cause)
                .failure();
    }

    private BenchFailure stuck(FlashSteps steps, List<String> output) {
        return BenchFailure.of(FailureKind.TIMEOUT, "flash the firmware")
                .board(boardName)
                .expected("OpenOCD to " + steps.description() + " within " + inWords(steps.limit()))
                .actual("no progress, OpenOCD was killed; its last lines:\n" + OpenOcdDiagnosis.tail(output))
                .remedy(
                        output.isEmpty()
                                ? "openocd says nothing at all: see what \"openocd --version\" does, and install it anew"
                                        + " (./hilda setup)"
                                : "the ST-Link stopped answering: unplug the board, plug it in again and flash again")
                .failure();
    }

    private static String inWords(Duration duration) {
        return duration.toSeconds() > 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
