// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

/** A board that is well, but must not run that job. Nothing was done with it. */
final class UnfitBoardException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnfitBoardException(String message) {
        super(message);
    }
}
