// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.SilentPublisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.run.BenchPorts;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.agent.testing.TestRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KeptImagesTest {
    private static final FirmwareImage IMAGE = SmallNetwork.DEPLOYMENT.image();

    private final List<String> done = new ArrayList<>();
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
            };
        }

        private Flasher.Report report(String what) {
            done.add(what);
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

    private final KeptImages images = new KeptImages(new Bench());

    private void flash() throws InterruptedException {
        images.flasher(TestRequests.of("B1", ResultStore.NONE, BoardAccess.GIVEN))
                .flash(IMAGE, Progress.SILENT);
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
        fails = false;
        flash();
        flash();

        assertEquals(List.of("flash", "verify", "flash", "verify"), done);
    }
}
