// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.host.frontend.ImportProblem;

/** What an import may make of a file: a few nodes of a small one can claim more numbers than there is memory. */
final class ElementBudget {
    /** Above tied weights and what is computed of them, far below what would fill the memory. */
    private static final int ELEMENTS_PER_BYTE = 2;

    private static final long LEAST = 1 << 22;

    private final long most;
    private long spent;

    /** @param dataBytes of the file, and read for it of those beside it */
    ElementBudget(long dataBytes) {
        this.most = LEAST + ELEMENTS_PER_BYTE * dataBytes;
    }

    /** Counts numbers before they are made. */
    void spend(long elements) {
        spent += elements;
        if (spent > most) {
            throw new ImportProblem(
                    "at most " + most + " constants, weights and indices of a file of this size",
                    "more than " + spent,
                    "choose a network that fits a microcontroller");
        }
    }
}
