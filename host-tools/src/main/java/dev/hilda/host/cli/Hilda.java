// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.cli.AgentCommand;
import dev.hilda.agent.cli.BaselineCommand;
import dev.hilda.agent.cli.BoardCommand;
import dev.hilda.agent.cli.CancelCommand;
import dev.hilda.agent.cli.CommandGroups;
import dev.hilda.agent.cli.CompareCommand;
import dev.hilda.agent.cli.DashboardCommand;
import dev.hilda.agent.cli.DatasetCommand;
import dev.hilda.agent.cli.DevicesCommand;
import dev.hilda.agent.cli.DoctorCommand;
import dev.hilda.agent.cli.FailureReport;
import dev.hilda.agent.cli.Housekeeping;
import dev.hilda.agent.cli.InvokeCommand;
import dev.hilda.agent.cli.JobsCommand;
import dev.hilda.agent.cli.KeyCommand;
import dev.hilda.agent.cli.MqttCommand;
import dev.hilda.agent.cli.ProfileCommand;
import dev.hilda.agent.cli.ProgressLines;
import dev.hilda.agent.cli.PublishCommand;
import dev.hilda.agent.cli.QualifyCommand;
import dev.hilda.agent.cli.ReportCommand;
import dev.hilda.agent.cli.RunCommand;
import dev.hilda.agent.cli.RunsCommand;
import dev.hilda.agent.cli.SelftestCommand;
import dev.hilda.agent.cli.StoreCommand;
import dev.hilda.agent.cli.SubmitCommand;
import dev.hilda.agent.cli.SuiteCommand;
import dev.hilda.agent.cli.TokenCommand;
import dev.hilda.agent.cli.VersionResource;
import dev.hilda.agent.cli.VirtualBoardCommand;
import dev.hilda.agent.cli.WaitCommand;
import dev.hilda.agent.cli.WatchCommand;
import dev.hilda.agent.run.DeploymentSource;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.pipeline.ModelPipeline;
import java.util.Locale;
import java.util.function.Function;
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
            TrainShapesCommand.class
        },
        footer = {"", "The launcher ./hilda adds: setup, test."})
public final class Hilda implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        System.exit(run(args));
    }

    /** Runs a command as {@link #main}, but for the end of the JVM; returns its exit code. */
    static int run(String... args) {
        // What is printed and generated has the same digits everywhere: C knows no others than 0 to 9.
        Locale.setDefault(Locale.ROOT);
        CommandLine root = commandLine();
        Housekeeping.install(root, System.getenv());
        return root.execute(args);
    }

    /** The whole command tree with the failure handling every command shares. */
    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Hilda());
        BuildCache cache = BuildCache.ofUser(System.getenv());
        FirmwareBuild firmware = firmware(cache, root);
        root.addSubcommand(new SelftestCommand(firmware));
        root.addSubcommand(new VirtualBoardCommand());
        root.addSubcommand(new InspectCommand());
        ModelPipeline pipeline = pipeline(firmware);
        root.addSubcommand(new QuantizeCommand(pipeline));
        root.addSubcommand(new RetrainCommand(pipeline));
        root.addSubcommand(new SweepCommand());
        root.addSubcommand(new ExportCommand());
        root.addSubcommand(takingModels(RunCommand::new, pipeline, root));
        root.addSubcommand(takingModels(InvokeCommand::new, pipeline, root));
        root.addSubcommand(submit(cache, root));
        root.addSubcommand(DatasetCommand.with(new ModelInputs()));
        root.addSubcommand(new CommandLine(new BenchCommand())
                .addSubcommand(new BenchKernelsCommand(firmware))
                .addSubcommand(new BenchNetworksCommand(firmware)));
        root.addSubcommand(new DemoCommand());
        root.addSubcommand(new DoctorCommand(true));
        return CommandGroups.install(FailureReport.install(root));
    }

    /** Here it also takes models, and the options that quantize them. */
    private static CommandLine takingModels(
            Function<DeploymentSource, Object> command, ModelPipeline pipeline, CommandLine root) {
        ModelOptions options = new ModelOptions();
        ModelDeployments deployments = new ModelDeployments(pipeline, options, () -> ProgressLines.to(root.getErr()));
        CommandLine run = new CommandLine(command.apply(deployments));
        run.addMixin("model", options);
        options.usedBy(run.getCommandSpec());
        return run;
    }

    /** Here it also takes models, which it builds. */
    private static CommandLine submit(BuildCache cache, CommandLine root) {
        ModelOptions options = new ModelOptions();
        BuildOptions building = new BuildOptions();
        CommandLine submit = new CommandLine(new SubmitCommand(new ModelBundles(
                compiled -> pipeline(firmware(compiled, root)), cache, options, building, root::getErr)));
        submit.addMixin("model", options);
        submit.addMixin("build", building);
        options.usedBy(submit.getCommandSpec());
        building.usedBy(submit.getCommandSpec());
        return submit;
    }

    private static FirmwareBuild firmware(BuildCache cache, CommandLine root) {
        return new FirmwareBuild(cache, line -> root.getErr().println("hilda: " + line));
    }

    private static ModelPipeline pipeline(FirmwareBuild firmware) {
        return new ModelPipeline(firmware, VersionResource.version());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
