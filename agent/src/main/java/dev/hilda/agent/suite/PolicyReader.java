// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.suite;

import dev.hilda.agent.folder.YamlFile;
import dev.hilda.agent.verdict.Dimensions;
import dev.hilda.agent.verdict.Policy;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Reads the file of a policy strictly; what it does not say is as usual. */
public final class PolicyReader {
    private static final String TOLERANCE = "tolerance_percent";
    private static final String CORRECT = "correct it";
    private static final String A_FIELD = "a field of a result's document";

    private final YamlSection root;

    private PolicyReader(YamlSection root) {
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @throws dev.hilda.agent.board.BenchFailure of kind {@code configuration} with every problem
     */
    public static Policy read(Path file) {
        return new YamlFile(file, "policy", "agent/docs/compare.md shows one")
                .read(root -> new PolicyReader(root).policy());
    }

    private Policy policy() {
        Policy usual = Policy.USUAL;
        Optional<YamlSection> accuracy = root.optionalSection("accuracy");
        Optional<YamlSection> cycles = root.optionalSection("cycles");
        Optional<YamlSection> bytes = root.optionalSection("bytes");
        double significance = root.optionalNumber("significance").orElse(usual.significance());
        double power = root.optionalNumber("power").orElse(usual.power());
        double points = number(accuracy, "tolerance_points", usual.equalWithinPoints());
        double cyclesPercent = number(cycles, TOLERANCE, usual.cyclesPercent());
        double bytesPercent = number(bytes, TOLERANCE, usual.bytesPercent());
        Dimensions ofCycles = dimensions("cycles", cycles, usual.cyclesDimensions());
        Dimensions ofBytes = dimensions("bytes", bytes, usual.bytesDimensions());
        accuracy.ifPresent(YamlSection::finish);
        cycles.ifPresent(YamlSection::finish);
        bytes.ifPresent(YamlSection::finish);
        root.finish();
        try {
            return new Policy(significance, power, points, cyclesPercent, bytesPercent, ofCycles, ofBytes);
        } catch (IllegalArgumentException e) {
            for (String problem : String.valueOf(e.getMessage()).split("; ", -1)) {
                tell(problem, accuracy.orElse(root), cycles.orElse(root), bytes.orElse(root));
            }
            return usual;
        }
    }

    /** At the line of the number. */
    private void tell(String problem, YamlSection accuracy, YamlSection cycles, YamlSection bytes) {
        String expected = problem.replaceFirst(".*: expected (.*), got .*", "$1");
        String got = problem.replaceFirst(".*, got ", "");
        switch (problem.replaceFirst(":.*", "")) {
            case "equal_within_points" -> accuracy.wrong("tolerance_points", expected, got, CORRECT);
            case "cycles_percent" -> cycles.wrong(TOLERANCE, expected, got, CORRECT);
            case "bytes_percent" -> bytes.wrong(TOLERANCE, expected, got, CORRECT);
            default -> root.wrong(problem.replaceFirst(":.*", ""), expected, got, CORRECT);
        }
    }

    private static double number(Optional<YamlSection> section, String key, double usual) {
        return section.map(given -> given.optionalNumber(key).orElse(usual)).orElse(usual);
    }

    private Dimensions dimensions(String metric, Optional<YamlSection> section, Dimensions usual) {
        if (section.isEmpty()) {
            return usual;
        }
        Set<String> same = fields(section.get(), "same", usual.same());
        Set<String> suspects = fields(section.get(), "suspects", usual.suspects());
        try {
            return new Dimensions(same, suspects);
        } catch (IllegalArgumentException e) {
            root.wrong(metric, "fields of a result's document, each once", String.valueOf(e.getMessage()), CORRECT);
            return usual;
        }
    }

    private static Set<String> fields(YamlSection section, String key, Set<String> usual) {
        return section.keys().contains(key) ? Set.copyOf(section.texts(key, 0, "[a-z0-9_]+", A_FIELD)) : usual;
    }
}
