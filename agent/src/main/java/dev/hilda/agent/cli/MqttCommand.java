// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda mqtt}: what a broker keeps. */
@Command(
        name = "mqtt",
        description = "Tidies up what a broker keeps of boards.",
        mixinStandardHelpOptions = true,
        subcommands = MqttClearCommand.class)
public final class MqttCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
