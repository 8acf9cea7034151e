// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.suite.PolicyReader;
import dev.hilda.agent.verdict.Policy;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of what is tolerated between two runs. */
final class PolicyOptions {
    @Option(
            names = "--significance",
            paramLabel = "P",
            description = "How probable by chance a difference of accuracies may be at most; default: 0.015.")
    private Optional<Double> significance;

    @Option(
            names = "--power",
            paramLabel = "P",
            description = "How often a drop would be found that the set is said to detect; default: 0.99.")
    private Optional<Double> power;

    @Option(
            names = "--equal-within",
            paramLabel = "POINTS",
            description = "Drop of accuracy that the interval must exclude for runs to be equal; default: 1.")
    private Optional<Double> equalWithin;

    @Option(
            names = "--cycles-tolerance",
            paramLabel = "PERCENT",
            description = "More cycles than this are worse, fewer better; default: 2.5.")
    private Optional<Double> cycles;

    @Option(
            names = "--bytes-tolerance",
            paramLabel = "PERCENT",
            description = "More bytes of flash or RAM than this are worse, fewer better; default: 1.")
    private Optional<Double> bytes;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A policy in YAML; options of their own come before it.")
    private Optional<Path> file;

    /** Of numbers that make sense. */
    Policy policy(CommandLine command) {
        Policy usual = file.map(PolicyReader::read).orElse(Policy.USUAL);
        try {
            return new Policy(
                    significance.orElse(usual.significance()),
                    power.orElse(usual.power()),
                    equalWithin.orElse(usual.equalWithinPoints()),
                    cycles.orElse(usual.cyclesPercent()),
                    bytes.orElse(usual.bytesPercent()),
                    usual.cyclesDimensions(),
                    usual.bytesDimensions());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, byOption(String.valueOf(e.getMessage())), e);
        }
    }

    private static String byOption(String problems) {
        return problems.replace("significance:", "--significance:")
                .replace("power:", "--power:")
                .replace("equal_within_points:", "--equal-within:")
                .replace("cycles_percent:", "--cycles-tolerance:")
                .replace("bytes_percent:", "--bytes-tolerance:");
    }
}
