// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

/** No assignment fits a budget, or overrides contradict the graph; the message says which and what would do. */
public final class BudgetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BudgetException(String problem) {
        super(problem);
    }
}
