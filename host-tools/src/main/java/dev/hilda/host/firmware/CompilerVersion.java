// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a compiler says it is. */
final class CompilerVersion {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private CompilerVersion() {}

    /** The first line of {@code COMPILER --version}. */
    static String of(String compiler) throws InterruptedException {
        try (ChildProcess child = ChildProcess.start(List.of(compiler, "--version"), Path.of("/"))) {
            return child.nextLine(PATIENCE)
                    .orElseThrow(() -> BenchFailure.of(FailureKind.BUILD, "ask " + compiler + " for its version")
                            .actual("no answer")
                            .remedy("./hilda setup")
                            .failure());
        }
    }
}
