// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.result.Demands;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that make a run with other figures a failed one. */
final class DemandOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--min-accuracy",
            paramLabel = "SHARE",
            description =
                    "Least share of right outputs by the data set's metric, 0 to 1 (for auc the area); below it the"
                            + " run fails with exit code 12, its result is kept and published.")
    private Optional<Double> minAccuracy;

    @Option(
            names = "--max-latency-us",
            paramLabel = "N",
            description = "Most microseconds that the slowest inference may take; beyond, as with --min-accuracy.")
    private Optional<Double> maxLatencyUs;

    /**
     * What is demanded.
     *
     * @param isJudged whether an accuracy can be measured
     */
    Demands demands(boolean isJudged) {
        minAccuracy.filter(share -> !(share >= 0 && share <= 1)).ifPresent(share -> {
            throw wrong("--min-accuracy: expected a share from 0 to 1, got " + share);
        });
        maxLatencyUs.filter(most -> !(most > 0) || most.isInfinite()).ifPresent(most -> {
            throw wrong("--max-latency-us: expected a number above 0, got " + most);
        });
        if (minAccuracy.isPresent() && !isJudged) {
            throw wrong("--min-accuracy: expected --data with labels, and no --image");
        }
        return new Demands(figure(minAccuracy), figure(maxLatencyUs));
    }

    private static OptionalDouble figure(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
