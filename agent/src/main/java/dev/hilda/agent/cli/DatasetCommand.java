// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda dataset}: the group of data set commands. */
@Command(
        name = "dataset",
        description = "Describes a folder of samples in a YAML file, and shows what a network sees of them.",
        mixinStandardHelpOptions = true)
public final class DatasetCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private DatasetCommand() {}

    /** The group, with its commands. */
    public static CommandLine with(NetworkInputs networks) {
        return new CommandLine(new DatasetCommand())
                .addSubcommand(new DatasetInitCommand(networks))
                .addSubcommand(new DatasetCheckCommand(networks));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
