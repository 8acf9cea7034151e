// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.store.Baseline;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.verdict.Comparison;
import dev.hilda.agent.verdict.Conclusion;
import dev.hilda.agent.verdict.JudgedRun;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda compare}: what got better or worse between two runs. */
@Command(
        name = "compare",
        description = {
            "Tells whether a run is worse than its baseline or another one, figure by figure.",
            "Exit code 0: nothing is worse; 12: something is; 14: the bench or a kernel is at fault, or a run did not come"
                    + " to its end; 15: somebody must decide."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {"  hilda compare 91be04f2", "  hilda compare 7ac221d8 91be04f2"})
public final class CompareCommand implements Callable<Integer> {
    private final BenchStore benchStore;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "RUN",
            description = "The run to judge; of two, the one it is held against instead of the promoted baseline. The"
                    + " beginnings of their ids will do.")
    private String first;

    @Parameters(index = "1", arity = "0..1", paramLabel = "RUN", description = "Of two, the run to judge.")
    private Optional<String> second;

    @Mixin
    private PolicyOptions policy;

    @Option(names = "--json", description = "Print the verdicts as one JSON object on the last line.")
    private boolean json;

    public CompareCommand() {
        this(System.getenv());
    }

    CompareCommand(Map<String, String> environment) {
        this.benchStore = new BenchStore(environment);
    }

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.finding(spec.commandLine(), json, () -> {
            try (Store store = benchStore.open(spec.commandLine().getErr())) {
                JudgedRun candidate = run(store, second.orElse(first));
                JudgedRun baseline = second.isPresent() ? run(store, first) : baseline(store, candidate);
                Comparison comparison = Comparison.of(baseline, candidate, policy.policy(spec.commandLine()));
                String text = json ? JsonOutput.of(comparison) : new ComparisonText(comparison).toString();
                return new RunOutput.Found(text, code(comparison.conclusion()));
            }
        });
    }

    private static ExitCode code(Conclusion conclusion) {
        return switch (conclusion) {
            case CLEAN -> ExitCode.OK;
            case REGRESSED -> ExitCode.REGRESSION;
            case FAULT -> ExitCode.BENCH_FAULT;
            case OPEN -> ExitCode.OPEN;
        };
    }

    private static JudgedRun baseline(Store store, JudgedRun candidate) {
        RunResult result = candidate.result();
        Baseline baseline = store.baselines()
                .of(result)
                .orElseThrow(() -> BenchFailure.of(
                                FailureKind.STORE,
                                "compare the run " + result.run().runId())
                        .expected("a baseline of " + result.subject() + " on "
                                + result.run().board() + " of bench "
                                + result.run().bench())
                        .actual("none was promoted")
                        .remedy("hilda baseline promote RUN, or name the run to compare with before it")
                        .failure());
        return run(store, baseline.runId());
    }

    private static JudgedRun run(Store store, String beginning) {
        String id = StoredRuns.id(store, beginning, "compare the run");
        String document = store.document(id).orElseThrow();
        try {
            if (Result.parse(document) instanceof RunResult result) {
                return new JudgedRun(result, store.outcomes(id));
            }
        } catch (JsonProcessingException e) {
            throw unfit(id, "one of another version: " + e.getOriginalMessage());
        }
        throw unfit(id, "a self-test");
    }

    private static BenchFailure unfit(String id, String actual) {
        return BenchFailure.of(FailureKind.STORE, "compare the run " + id)
                .expected("a run of a network")
                .actual(actual)
                .remedy("hilda runs lists them")
                .failure();
    }
}
