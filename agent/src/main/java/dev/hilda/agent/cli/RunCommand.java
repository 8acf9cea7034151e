// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.DeploymentSource;
import dev.hilda.agent.run.NetworkPreparation;
import dev.hilda.profile.BoardProfile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hilda run}: a network on a board, over a data set, one picture or pseudo-random inputs. */
@Command(
        name = "run",
        description = "Flashes a network, runs it on inputs, checks every output and publishes what was measured.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda run ic01.hilda --on virtual-nucleo-h743zi --data cifar10-test.yaml --limit 100")
public final class RunCommand implements Callable<Integer> {
    private final DeploymentSource source;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NetworkRunOptions network;

    @Mixin
    private BenchOptions options;

    @Mixin
    private InputOptions inputs;

    @Mixin
    private DemandOptions demanded;

    @Mixin
    private AnswerOptions answers;

    /**
     * The command.
     *
     * @param source opens the file
     */
    public RunCommand(DeploymentSource source) {
        this.source = source;
    }

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        inputs.check();
        answers.check();
        Demands demands = demanded.demands(inputs.isJudged());
        RunOutput output = RunOutput.ofRun(spec.commandLine(), options.json(), RunResult.SCHEMA);
        return output.documented(ending -> run(output, ending, demands));
    }

    private ExitCode run(RunOutput output, RunEnding ending, Demands demands) throws InterruptedException {
        BoardProfile profile = network.profile(options);
        NetworkPreparation prepared = NetworkPreparation.of(
                source, network.file(), inputs.inputs(output::remark), demands, answers.files(), profile);
        network.run(profile, prepared, options, options.hostBench(), output, ending);
        return ExitCode.OK;
    }
}
