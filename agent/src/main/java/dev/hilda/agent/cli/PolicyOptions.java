// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.verdict.Policy;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of what is tolerated between two runs. */
final class PolicyOptions {
    private static final double MOST_SIGNIFICANCE = 0.5;

    @Option(
            names = "--significance",
            paramLabel = "P",
            defaultValue = "0.05",
            description =
                    "How probable by chance a difference of accuracies may be at most; default: ${DEFAULT-VALUE}.")
    private double significance;

    @Option(
            names = "--power",
            paramLabel = "P",
            defaultValue = "0.99",
            description = "How often a drop would be found that the set is said to detect; default: ${DEFAULT-VALUE}.")
    private double power;

    @Option(
            names = "--equal-within",
            paramLabel = "POINTS",
            defaultValue = "1",
            description =
                    "Drop of accuracy that the interval must exclude for runs to be equal; default: ${DEFAULT-VALUE}.")
    private double equalWithin;

    @Option(
            names = "--cycles-tolerance",
            paramLabel = "PERCENT",
            defaultValue = "3",
            description = "More cycles than this are worse, fewer better; default: ${DEFAULT-VALUE}.")
    private double cycles;

    @Option(
            names = "--bytes-tolerance",
            paramLabel = "PERCENT",
            defaultValue = "1",
            description = "More bytes of flash or RAM than this are worse, fewer better; default: ${DEFAULT-VALUE}.")
    private double bytes;

    /** Of numbers that make sense. */
    Policy policy(CommandLine command) {
        require(command, "--significance", significance, Double.MIN_NORMAL, MOST_SIGNIFICANCE);
        require(command, "--power", power, MOST_SIGNIFICANCE, Math.nextDown(1.0));
        require(command, "--equal-within", equalWithin, 0, 100);
        require(command, "--cycles-tolerance", cycles, 0, Double.MAX_VALUE);
        require(command, "--bytes-tolerance", bytes, 0, Double.MAX_VALUE);
        return new Policy(significance, power, equalWithin, cycles, bytes);
    }

    private static void require(CommandLine command, String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new ParameterException(
                    command, option + ": expected a number from " + least + " to " + most + ", got " + value);
        }
    }
}
