// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Reconnection;

/** The line to a run's board, which may have to be opened again. */
final class BoardLine implements Reconnection, AutoCloseable {
    private final BenchPorts bench;
    private final RunRequest request;
    private final Flasher flasher;
    private BoardLink link;

    BoardLine(BenchPorts bench, RunRequest request, Flasher flasher) {
        this.bench = bench;
        this.request = request;
        this.flasher = flasher;
        this.link = bench.link(request);
    }

    BoardLink link() {
        return link;
    }

    @Override
    public BoardLink reopen() {
        link.close();
        link = bench.linkAgain(request);
        return link;
    }

    @Override
    public void reset() throws InterruptedException {
        flasher.reset();
    }

    @Override
    public void close() {
        link.close();
    }
}
