// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.util.Optional;

/** What a board that is a program counts of its core, beside what its firmware measures. */
public interface CounterSource {
    /** Of silicon, which cannot be asked. */
    CounterSource NONE = new CounterSource() {
        @Override
        public void clear() {}

        @Override
        public Optional<CoreCounters> read() {
            return Optional.empty();
        }
    };

    /** Counting begins anew. */
    void clear();

    /** Counted since then; empty where the board does not say. */
    Optional<CoreCounters> read();
}
