// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.SilentPublisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.result.WornFlash;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.agent.testing.TestRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KeptImagesTest {
    private static final FirmwareImage IMAGE = SmallNetwork.DEPLOYMENT.image();

    private static final FirmwareImage OTHER =
            new FirmwareImage("other.elf", Bytes.of(new byte[] {2, 3}), IMAGE.segments(), IMAGE.entryAddress());

    private final List<String> done = new ArrayList<>();
    private Runnable before = () -> {};
    private boolean fails;

    private final class Bench implements BenchPorts {
        @Override
        public Flasher flasher(RunRequest request) {
            return new Flasher() {
                @Override
                public Report flash(FirmwareImage image, Progress progress) {
                    return report("flash");
                }

                @Override
                public Report flashUnlessThere(FirmwareImage image, Progress progress) {
                    return report("verify");
                }

                @Override
                public Report start(FirmwareImage image, Progress progress) {
                    return report("start");
                }
            };
        }

        private Flasher.Report report(String what) {
            done.add(what);
            before.run();
            if (fails) {
                throw BenchFailure.of(FailureKind.FLASH, what).failure();
            }
            return new Flasher.Report(1, 1, Duration.ZERO);
        }

        @Override
        public String flasherVersion() {
            return "1";
        }

        @Override
        public BoardLink link(RunRequest request) {
            throw new AssertionError("not asked for");
        }

        @Override
        public BoardLink linkAgain(RunRequest request) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Publisher publisher(Topics topics, Consumer<String> remarks) {
            return new SilentPublisher();
        }
    }

    /** What the store does, in memory; away when that is wanted. */
    private final class Ledger implements FlashLedger {
        private final Map<String, String> held = new HashMap<>();
        private final Map<String, WornFlash> worn = new HashMap<>();
        private boolean isAway;

        private void ask() {
            if (isAway) {
                throw BenchFailure.of(FailureKind.STORE, "ask").failure();
            }
        }

        @Override
        public void add(String board, String serial, FlashWear wear) {
            throw new AssertionError("kept with the result");
        }

        @Override
        public Optional<String> held(String serial) {
            ask();
            return Optional.ofNullable(held.get(serial));
        }

        @Override
        public void forget(String serial) {
            ask();
            held.remove(serial);
        }

        @Override
        public void hold(String serial, String firmwareSha256) {
            ask();
            held.put(serial, firmwareSha256);
        }

        @Override
        public Optional<WornFlash> worn(String serial) {
            ask();
            return Optional.ofNullable(worn.get(serial));
        }
    }

    private final Ledger ledger = new Ledger();
    private KeptImages images = agent();

    private KeptImages agent() {
        return new KeptImages(new Bench(), ledger, Attendance.UNATTENDED);
    }

    private Flasher.Report flash() throws InterruptedException {
        return flash(IMAGE);
    }

    private Flasher.Report flash(FirmwareImage image) throws InterruptedException {
        return images.flasher(TestRequests.of("B1", ResultStore.NONE, BoardAccess.GIVEN))
                .flash(image, Progress.SILENT);
    }

    private void wear(long erases) {
        ledger.worn.put("B1", new WornFlash("chip 7", 0x08020000, erases, 10_000));
    }

    @Test
    void shouldOnlyVerifyWhatWasFlashedLast() throws InterruptedException {
        flash();
        flash();
        flash();

        assertEquals(List.of("flash", "verify", "verify"), done);
    }

    @Test
    void shouldFlashAlwaysAfterAFlashThatFailed() throws InterruptedException {
        flash();
        fails = true;
        assertThrows(BenchFailure.class, this::flash);
        assertEquals(Map.of(), ledger.held);
        fails = false;
        flash();
        flash();

        assertEquals(List.of("flash", "verify", "flash", "verify"), done);
    }

    /** As when the agent is killed while it flashes. */
    @Test
    void shouldHaveForgottenWhatWasThereBeforeItFlashes() throws InterruptedException {
        flash();
        before = () -> assertEquals(Map.of(), ledger.held);
        flash();
        assertEquals(Map.of("B1", IMAGE.sha256()), ledger.held);
    }

    @Test
    void shouldRememberAcrossAgentsButNotAcrossAnotherProgramsFlash() throws InterruptedException {
        flash();
        images = agent();
        flash();
        images = new KeptImages(new Bench(), ledger, Attendance.ATTENDED);
        flash();
        fails = true;
        assertThrows(BenchFailure.class, this::flash);
        fails = false;
        images = agent();
        flash();

        assertEquals(List.of("flash", "verify", "flash", "flash", "flash"), done);
    }

    @Test
    void shouldFlashWhereTheStoreIsAwayAndNotBelieveItAfterwards() throws InterruptedException {
        flash();
        ledger.isAway = true;
        fails = true;
        assertThrows(BenchFailure.class, this::flash);
        fails = false;
        ledger.isAway = false;
        assertEquals(Map.of("B1", IMAGE.sha256()), ledger.held, "it was not reached");
        flash();
        flash();

        assertEquals(List.of("flash", "flash", "flash", "verify"), done);
    }

    @Test
    void shouldWarnFromFourFifthsOfTheEnduranceOn() throws InterruptedException {
        wear(7_999);
        assertEquals(List.of(), flash().remarks());
        wear(8_000);
        assertEquals(
                List.of("the flash wears out: sector 0x08020000 of chip chip 7 was erased 8,000 times;"
                        + " its datasheet promises 10,000"),
                flash().remarks());
    }

    @Test
    void shouldEraseNothingUnattendedOnceTheEnduranceIsReached() throws InterruptedException {
        wear(9_999);
        flash();
        wear(10_000);
        assertEquals(Optional.empty(), images.refusal(IMAGE, "B1"));
        flash();
        assertEquals(10_000, images.refusal(OTHER, "B1").orElseThrow().erases());
        assertEquals(Optional.empty(), images.refusal(OTHER, "B2"));
        BenchFailure refused = assertThrows(BenchFailure.class, () -> flash(OTHER));
        assertEquals(FailureKind.FLASH, refused.kind());
        assertEquals(
                "sector 0x08020000 of chip chip 7 was erased 10,000 times; its datasheet promises 10,000",
                refused.actual().orElseThrow());
        assertEquals(Map.of("B1", IMAGE.sha256()), ledger.held, "nothing was done");
        assertEquals(List.of("flash", "start"), done);

        images = new KeptImages(new Bench(), ledger, Attendance.ATTENDED);
        assertEquals(1, flash(OTHER).remarks().size());
        assertEquals(List.of("flash", "start", "flash"), done);
    }
}
