// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;

/** The failure that names a native tool which is not installed. */
public final class MissingTool {
    private MissingTool() {}

    /**
     * Builds the failure.
     *
     * @param program what could not be started
     * @param cause what the operating system said
     */
    public static BenchFailure failure(String program, IOException cause) {
        return BenchFailure.of(FailureKind.BUILD, "start " + program)
                .expected(program + " installed and on the PATH")
                .actual(String.valueOf(cause.getMessage()))
                .remedy("./hilda setup")
                .cause(cause)
                .failure();
    }
}
