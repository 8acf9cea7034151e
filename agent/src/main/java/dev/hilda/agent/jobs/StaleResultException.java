// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import java.io.IOException;

/** A result came too late: the job had gone to another board, or the board to somebody else. Nothing of it was kept. */
public final class StaleResultException extends IOException {
    private static final long serialVersionUID = 1L;

    public StaleResultException(String message) {
        super(message);
    }
}
