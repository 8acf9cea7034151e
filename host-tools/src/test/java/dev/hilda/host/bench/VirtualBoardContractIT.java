// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.openocd.FlashPatience;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real firmware, real OpenOCD and a real serial port keep the contract. */
class VirtualBoardContractIT extends BoardContract {
    @RegisterExtension
    private final TestBench bench = new TestBench();

    private @Nullable VirtualBoard board;

    @Override
    BoardLink link() throws Exception {
        return started().link();
    }

    @Override
    Flasher flasher() throws Exception {
        return TestBench.flasher(started(), FlashPatience.FOR_SILICON);
    }

    private VirtualBoard started() throws Exception {
        VirtualBoard running = board;
        if (running == null) {
            running = bench.board("--fast-flash");
            board = running;
        }
        return running;
    }
}
