// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.AnswerFiles;
import dev.hilda.agent.run.DeploymentSource;
import dev.hilda.agent.run.NetworkPreparation;
import dev.hilda.agent.run.RunInputs;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hilda invoke}: an array through a network on a board, as an interpreter's {@code invoke()} does. */
@Command(
        name = "invoke",
        description = {
            "Flashes a network and computes a NumPy array of outputs from one of inputs, on the board.",
            "The result is published only to a broker that is named."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda invoke ic01.hilda --on virtual-nucleo-h743zi --input x.npy -o y.npy")
public final class InvokeCommand implements Callable<Integer> {
    private final DeploymentSource source;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NetworkRunOptions network;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "X.npy",
            description = "Inputs along the first axis: float32 as real numbers; uint8 as codes of the network's input,"
                    + " int8 as those of a TensorFlow Lite file (code - 128). For a network of several inputs once for"
                    + " each, in the order that hilda inspect shows.")
    private List<Path> inputs;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "Y.npy",
            description = "Written: the outputs as real numbers, float32, a row each input.")
    private Path output;

    /**
     * The command.
     *
     * @param source opens the file
     */
    public InvokeCommand(DeploymentSource source) {
        this.source = source;
    }

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        if (!output.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
            throw new ParameterException(spec.commandLine(), "-o: expected a file .npy, got " + output);
        }
        RunOutput printed = RunOutput.ofRun(spec.commandLine(), options.json(), RunResult.SCHEMA);
        return printed.documented(ending -> run(printed, ending));
    }

    private ExitCode run(RunOutput printed, RunEnding ending) throws InterruptedException {
        AnswerFiles answers = new AnswerFiles(Optional.of(output), Optional.empty());
        BoardProfile profile = network.profile(options);
        NetworkPreparation prepared =
                NetworkPreparation.of(source, network.file(), RunInputs.arrays(inputs), Demands.NONE, answers, profile);
        network.run(profile, prepared, options, options.quietHostBench(), printed, ending);
        return ExitCode.OK;
    }
}
