package dev.hilda.host.cli;

import dev.hilda.agent.cli.FailureReport;
import dev.hilda.agent.cli.ProfileCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command root {@code hilda}. */
@Command(
        name = "hilda",
        description = "Runs neural networks on STM32H7 boards and reports what was measured there.",
        versionProvider = VersionResource.class,
        mixinStandardHelpOptions = true,
        subcommands = {ProfileCommand.class},
        footer = {"", "The launcher ./hilda adds: setup, test."})
public final class Hilda implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command tree with the failure handling every command shares. */
    static CommandLine commandLine() {
        return FailureReport.install(new CommandLine(new Hilda()));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
