// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda profile}: the group of commands about board profiles. */
@Command(
        name = "profile",
        description = "Lists, shows and checks board profiles.",
        mixinStandardHelpOptions = true,
        subcommands = {ProfileListCommand.class, ProfileShowCommand.class, ProfileCheckCommand.class})
public final class ProfileCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list, show or check");
    }
}
