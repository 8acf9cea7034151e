// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.run.BenchPorts;
import dev.hilda.agent.run.RunRequest;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Remembers what was flashed last onto one board: flash wears out, and jobs of one bundle follow one another. After a flash
 * that did not come to its end nothing is there.
 */
final class KeptImages implements BenchPorts {
    private final BenchPorts ports;
    private Optional<String> there = Optional.empty();

    /** @param ports reach the board */
    KeptImages(BenchPorts ports) {
        this.ports = ports;
    }

    @Override
    public Flasher flasher(RunRequest request) {
        return new KeepingFlasher(ports.flasher(request));
    }

    private final class KeepingFlasher implements Flasher {
        private final Flasher flasher;

        KeepingFlasher(Flasher flasher) {
            this.flasher = flasher;
        }

        @Override
        public Report flash(FirmwareImage image, Progress progress) throws InterruptedException {
            boolean isThere = there.equals(Optional.of(image.sha256()));
            there = Optional.empty();
            Report report = isThere ? flasher.flashUnlessThere(image, progress) : flasher.flash(image, progress);
            there = Optional.of(image.sha256());
            return report;
        }

        @Override
        public void reset() throws InterruptedException {
            flasher.reset();
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
