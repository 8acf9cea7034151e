// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda bench}: what kernels and networks cost. */
@Command(
        name = "bench",
        description = "Times kernels on a board, beside figures of other engines.",
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine line = spec.commandLine();
        throw new ParameterException(
                line,
                "Missing command: expected "
                        + String.join(" or ", line.getSubcommands().keySet()));
    }
}
