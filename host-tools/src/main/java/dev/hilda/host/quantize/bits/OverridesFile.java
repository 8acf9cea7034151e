// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import dev.hilda.yaml.Problem;
import dev.hilda.yaml.ProblemLog;
import dev.hilda.yaml.YamlDocument;
import dev.hilda.yaml.YamlSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Overrides as YAML, read strictly:
 *
 * <pre>
 * weights:
 *   conv2d_1: 8        # by node
 * activations:
 *   conv2d_1: 4        # by value, or by the node that makes it
 * </pre>
 */
public final class OverridesFile {
    private static final String WEIGHTS = "weights";
    private static final String ACTIVATIONS = "activations";
    private static final long MAX_BYTES = 1 << 20;
    private static final Set<Integer> BITS = Set.of(8, 4, 2);

    private OverridesFile() {}

    /**
     * Reads a file.
     *
     * @throws BudgetException naming the file and what is wrong in it
     */
    public static Overrides read(Path file) {
        try {
            if (Files.exists(file) && !(Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES)) {
                throw new BudgetException("overrides " + file + ": expected a file of at most " + MAX_BYTES + " bytes");
            }
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new BudgetException("overrides " + file + ": cannot be read (" + unreadable.getMessage() + ")");
        }
    }

    static Overrides parse(String name, byte[] content) {
        ProblemLog log = new ProblemLog(name, "overrides", content);
        Optional<YamlSection> root = YamlDocument.read(content, log);
        Map<String, Integer> weights =
                root.map(section -> bits(section, WEIGHTS)).orElse(Map.of());
        Map<String, Integer> activations =
                root.map(section -> bits(section, ACTIVATIONS)).orElse(Map.of());
        root.ifPresent(YamlSection::finish);
        if (log.count() > 0) {
            throw new BudgetException(
                    log.sorted().stream().map(Problem::toString).collect(Collectors.joining("\n", "overrides ", "")));
        }
        return new Overrides(weights, activations);
    }

    private static Map<String, Integer> bits(YamlSection root, String key) {
        Map<String, Integer> bits = new LinkedHashMap<>();
        root.optionalSection(key).ifPresent(section -> {
            for (String name : section.keys()) {
                int given = (int) section.integer(name, "bits", 2, 8);
                if (!BITS.contains(given)) {
                    section.wrong(name, "8, 4 or 2", String.valueOf(given), "correct it");
                }
                bits.put(name, given);
            }
        });
        return bits;
    }
}
