// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import java.util.Optional;

/** Tells nobody anything. */
public final class SilentPublisher implements Publisher {
    @Override
    public void boardState(BoardState state) {
        // Nobody is to hear.
    }

    @Override
    public void progress(RunProgress progress) {
        // Nobody is to hear.
    }

    @Override
    public void result(Result result) {
        // Nobody is to hear.
    }

    @Override
    public Optional<String> readBack(Result result) {
        return Optional.empty();
    }

    @Override
    public void close() {
        // Nobody has been greeted.
    }
}
