// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import java.util.Optional;

/** No assignment fits a budget, or overrides contradict the graph; the message says which and what would do. */
public final class BudgetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The memory that a budget is about. */
    public enum Memory {
        FLASH,
        RAM
    }

    /**
     * A budget that is too small.
     *
     * @param leastBytes the smallest that would do
     */
    public record Shortage(Memory memory, long leastBytes) {}

    private final transient Optional<Shortage> shortage;

    public BudgetException(String problem) {
        super(problem);
        shortage = Optional.empty();
    }

    BudgetException(String problem, Shortage shortage) {
        super(problem + "; the nearest that would do is " + shortage.leastBytes);
        this.shortage = Optional.of(shortage);
    }

    /** What is short, unless the overrides are wrong. */
    public Optional<Shortage> shortage() {
        return shortage;
    }
}
