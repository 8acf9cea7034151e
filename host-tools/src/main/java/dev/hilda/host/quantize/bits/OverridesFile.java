package dev.hilda.host.quantize.bits;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

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
            return parse(file.toString(), Files.readString(file));
        } catch (MalformedInputException notText) {
            throw new BudgetException("overrides " + file + ": expected UTF-8 text");
        } catch (IOException unreadable) {
            throw new BudgetException("overrides " + file + ": cannot be read (" + unreadable.getMessage() + ")");
        }
    }

    static Overrides parse(String name, String text) {
        JsonNode root = tree(name, text);
        if (root.isMissingNode() || root.isNull()) {
            return Overrides.NONE;
        }
        requireMapping(name, "the file", root);
        for (Map.Entry<String, JsonNode> section : root.properties()) {
            if (!List.of(WEIGHTS, ACTIVATIONS).contains(section.getKey())) {
                throw new BudgetException("overrides " + name + ": expected the keys " + WEIGHTS + " and " + ACTIVATIONS
                        + ", got " + section.getKey());
            }
        }
        return new Overrides(bits(name, WEIGHTS, root), bits(name, ACTIVATIONS, root));
    }

    private static JsonNode tree(String name, String text) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException broken) {
            String reason = broken.getOriginalMessage().lines().findFirst().orElse("a syntax error");
            int line = broken.getLocation() == null ? 1 : broken.getLocation().getLineNr();
            throw new BudgetException(
                    "overrides " + name + ", line " + line + ": expected YAML with each key once: " + reason);
        }
    }

    private static Map<String, Integer> bits(String name, String section, JsonNode root) {
        JsonNode given = root.path(section);
        Map<String, Integer> bits = new LinkedHashMap<>();
        if (given.isMissingNode() || given.isNull()) {
            return bits;
        }
        requireMapping(name, section, given);
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            if (!entry.getValue().isInt()) {
                throw new BudgetException("overrides " + name + ", " + section + " of " + entry.getKey()
                        + ": expected 8, 4 or 2, got " + entry.getValue());
            }
            bits.put(entry.getKey(), entry.getValue().intValue());
        }
        return bits;
    }

    private static void requireMapping(String name, String what, JsonNode node) {
        if (!node.isObject()) {
            throw new BudgetException(
                    "overrides " + name + ": expected " + what + " to be names and bits, got " + node);
        }
    }
}
