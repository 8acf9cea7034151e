// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.WornFlash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes what is flashed onto boards, and spares their flash, which wears out: jobs of one bundle follow one another. After a
 * flash that did not come to its end nothing is there.
 */
public final class KeptImages implements BenchPorts {
    private static final Logger LOG = LoggerFactory.getLogger(KeptImages.class);

    private final BenchPorts ports;
    private final FlashLedger ledger;
    private final Attendance attendance;

    /** The ledger could not be told that what it says may be wrong by now. */
    private volatile boolean isLedgerWrong;

    /** @param ports reach the boards */
    public KeptImages(BenchPorts ports, FlashLedger ledger, Attendance attendance) {
        this.ports = ports;
        this.ledger = ledger;
        this.attendance = attendance;
    }

    /** Why a board of that serial number must not get that image; empty where it may, or has it. */
    public Optional<WornFlash> refusal(FirmwareImage image, String serial) {
        return attendance == Attendance.ATTENDED || isHeld(image, serial)
                ? Optional.empty()
                : worn(serial).filter(WornFlash::isAtItsEnd);
    }

    private boolean isHeld(FirmwareImage image, String serial) {
        return !isLedgerWrong && asked(() -> ledger.held(serial)).equals(Optional.of(image.sha256()));
    }

    private Optional<WornFlash> worn(String serial) {
        return asked(() -> ledger.worn(serial));
    }

    /** A store that is away keeps nobody from running. */
    private static <T> Optional<T> asked(Supplier<Optional<T>> question) {
        try {
            return question.get();
        } catch (BenchFailure away) {
            LOG.warn("what is known of the board's flash cannot be read: {}", away.getMessage());
            return Optional.empty();
        }
    }

    /** Whether it was noted. */
    private static boolean noted(Runnable note) {
        try {
            note.run();
            return true;
        } catch (BenchFailure away) {
            LOG.warn("what becomes of the board's flash cannot be noted: {}", away.getMessage());
            return false;
        }
    }

    @Override
    public Flasher flasher(RunRequest request) {
        return new NotingFlasher(ports.flasher(request), request.board().stLinkSerial(), request.boardName());
    }

    private final class NotingFlasher implements Flasher {
        private final Flasher flasher;
        private final String serial;
        private final String board;

        NotingFlasher(Flasher flasher, String serial, String board) {
            this.flasher = flasher;
            this.serial = serial;
            this.board = board;
        }

        @Override
        public Report flash(FirmwareImage image, Progress progress) throws InterruptedException {
            Optional<WornFlash> refusal = refusal(image, serial);
            if (refusal.isPresent()) {
                throw refused(refusal.get());
            }
            Optional<WornFlash> worn = worn(serial).filter(WornFlash::isNearItsEnd);
            boolean isHeld = attendance == Attendance.UNATTENDED && isHeld(image, serial);
            isLedgerWrong = !noted(() -> ledger.forget(serial));
            Report report = isHeld ? again(image, worn, progress) : flasher.flash(image, progress);
            if (noted(() -> ledger.hold(serial, image.sha256()))) {
                isLedgerWrong = false;
            }
            return worn.map(found -> warned(report, found)).orElse(report);
        }

        private Report again(FirmwareImage image, Optional<WornFlash> worn, Progress progress)
                throws InterruptedException {
            return worn.filter(WornFlash::isAtItsEnd).isPresent()
                    ? flasher.start(image, progress)
                    : flasher.flashUnlessThere(image, progress);
        }

        private BenchFailure refused(WornFlash worn) {
            return BenchFailure.of(FailureKind.FLASH, "flash the firmware")
                    .board(board)
                    .expected("flash that has erases left")
                    .actual(worn.text())
                    .remedy("replace the board; hilda run still flashes it")
                    .failure();
        }

        private Report warned(Report report, WornFlash worn) {
            String warning = "the flash wears out: " + worn.text();
            LOG.warn("{}: {}", board, warning);
            List<String> remarks = new ArrayList<>(report.remarks());
            remarks.add(warning);
            return new Report(report.imageBytes(), report.erasedSectors(), report.duration(), remarks);
        }

        @Override
        public void reset() throws InterruptedException {
            flasher.reset();
        }

        @Override
        public Optional<String> optionBytes() {
            return flasher.optionBytes();
        }

        @Override
        public FlashErases erases() {
            return flasher.erases();
        }

        @Override
        public Optional<String> probeFirmware() {
            return flasher.probeFirmware();
        }
    }

    @Override
    public String flasherVersion() throws InterruptedException {
        return ports.flasherVersion();
    }

    @Override
    public BoardLink link(RunRequest request) {
        return ports.link(request);
    }

    @Override
    public BoardLink linkAgain(RunRequest request) {
        return ports.linkAgain(request);
    }

    @Override
    public Publisher publisher(Topics topics, Consumer<String> remarks) {
        return ports.publisher(topics, remarks);
    }
}
