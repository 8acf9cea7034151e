// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import java.util.Optional;

/**
 * A publisher that a cancellation does not break off: Paho takes an interruption for a broken connection, swallows it, and
 * the run would neither end nor be able to say that it was cancelled.
 */
final class ShieldedPublisher implements Publisher {
    private final Publisher publisher;
    private final CancelToken cancel;

    ShieldedPublisher(Publisher publisher, CancelToken cancel) {
        this.publisher = publisher;
        this.cancel = cancel;
    }

    @Override
    public void boardState(BoardState state) {
        shield(() -> publisher.boardState(state));
    }

    @Override
    public void progress(RunProgress progress) {
        shield(() -> publisher.progress(progress));
    }

    @Override
    public void result(Result result) {
        shield(() -> publisher.result(result));
    }

    /** The one that may be broken off: all has been published by then. */
    @Override
    public Optional<String> readBack(Result result) throws InterruptedException {
        return publisher.readBack(result);
    }

    @Override
    public void close() {
        shield(publisher::close);
    }

    private void shield(Runnable step) {
        cancel.shield(() -> {
            step.run();
            return true;
        });
    }
}
