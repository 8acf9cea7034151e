// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.testing.FakeBoard;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fake keeps the contract of real boards. Needs the cross compiler, because the contract flashes real firmware. */
class FakeBoardContractIT extends BoardContract {
    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Override
    BoardLink link() {
        return new FakeBoard().link();
    }

    @Override
    Flasher flasher() {
        return (image, progress) -> new Flasher.Report(image.sizeBytes(), 1, Duration.ofMillis(1));
    }
}
