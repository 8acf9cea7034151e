// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.run.BundleDeployments;
import dev.hilda.profile.BoardProfile;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command root of the agent alone: what a bench needs that runs bundles made elsewhere. */
@Command(
        name = "hilda",
        description = "Runs bundles on STM32H7 boards and reports what was measured there.",
        versionProvider = VersionResource.class,
        mixinStandardHelpOptions = true,
        subcommands = {
            DevicesCommand.class,
            ProfileCommand.class,
            WatchCommand.class,
            DashboardCommand.class,
            PublishCommand.class,
            RunsCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            BaselineCommand.class,
            StoreCommand.class,
            AgentCommand.class,
            SuiteCommand.class,
            QualifyCommand.class,
            JobsCommand.class,
            CancelCommand.class,
            WaitCommand.class,
            BoardCommand.class,
            TokenCommand.class,
            KeyCommand.class,
            MqttCommand.class,
            VirtualBoardCommand.class
        },
        footer = {"", "This is the agent alone: models become bundles where HILDA's host tools are."})
public final class HildaAgent implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        Locale.setDefault(Locale.ROOT); // Numbers look the same everywhere.
        CommandLine root = commandLine();
        Housekeeping.install(root, System.getenv());
        System.exit(root.execute(args));
    }

    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new HildaAgent());
        root.addSubcommand(new SelftestCommand(HildaAgent::noFirmware));
        root.addSubcommand(new RunCommand(new BundleDeployments()));
        root.addSubcommand(new InvokeCommand(new BundleDeployments()));
        root.addSubcommand(new SubmitCommand(BundleSource::ofBundle));
        root.addSubcommand(new DoctorCommand(false));
        root.addSubcommand(DatasetCommand.with(NetworkInputs::ofBundle));
        return CommandGroups.install(FailureReport.install(root));
    }

    private static FirmwareImage noFirmware(BoardProfile profile) {
        throw BenchFailure.of(FailureKind.BUILD, "find the base firmware")
                .board(profile.name())
                .expected("--firmware FILE.elf")
                .actual("no compiler: this is the agent alone")
                .remedy("copy hilda.elf from where hilda selftest has built it, a folder firmware-… of its cache")
                .failure();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
