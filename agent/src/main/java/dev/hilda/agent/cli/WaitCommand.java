// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda wait}: for the end of a job. */
@Command(
        name = "wait",
        description = "Waits for the end of a job; the exit code says whether it passed.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda wait 0c8f2f1e-6d6b-4a39-8a53-0e8a1a0d6a11 --json")
public final class WaitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Parameters(index = "0", paramLabel = "JOB", description = "Its id, as hilda jobs --json lists it.")
    private String job;

    @Option(names = "--json", description = "Print the job as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            JobSummary ended = new JobWaiting(agent.client(), spec.commandLine().getErr(), Clock.SYSTEM).await(job);
            ended.requirePassed();
            return json ? ended.job().toString() : ended.text();
        });
    }
}
