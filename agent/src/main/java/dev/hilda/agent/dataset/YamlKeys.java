package dev.hilda.agent.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of one mapping in a data set's YAML, read strictly: what nobody asked for is refused. */
final class YamlKeys {
    private static final long MAX_FILE_BYTES = 1 << 20;
    private static final int MOST_EDITS = 2;
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String file;
    private final String path;
    private final JsonNode node;
    private final Set<String> asked = new LinkedHashSet<>();

    private YamlKeys(String file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
        if (!node.isObject()) {
            throw new DataSetException(
                    file,
                    path.isEmpty() ? "data set" : "key " + path,
                    "keys and values",
                    kind(node),
                    "write 'key: value' lines");
        }
    }

    /** Reads a YAML file. */
    static YamlKeys read(Path file) {
        return parse(file.toString(), StoredFile.of(file).readAll(MAX_FILE_BYTES));
    }

    /** @param name how messages call the file */
    static YamlKeys parse(String name, byte[] content) {
        try {
            JsonNode root = YAML.readTree(content);
            return new YamlKeys(name, "", root);
        } catch (JsonProcessingException broken) {
            String line = broken.getLocation() == null
                    ? "data set"
                    : "line " + broken.getLocation().getLineNr();
            String reason = broken.getOriginalMessage().lines().findFirst().orElse("a syntax error");
            throw new DataSetException(name, line, "valid YAML with each key once", reason, "correct it");
        } catch (IOException impossible) {
            throw new IllegalStateException("reads from memory", impossible);
        }
    }

    String text(String key) {
        return required(key, optionalText(key));
    }

    Optional<String> optionalText(String key) {
        return value(key).map(value -> {
            if (!value.isTextual() || value.asText().isBlank()) {
                throw wrong(key, "text", shown(value));
            }
            return value.asText();
        });
    }

    /** One of an enum's constants, written in lower case. */
    <E extends Enum<E>> E choice(String key, Class<E> type) {
        return required(key, optionalChoice(key, type));
    }

    <E extends Enum<E>> Optional<E> optionalChoice(String key, Class<E> type) {
        return optionalText(key).map(text -> {
            List<String> names = new ArrayList<>();
            for (E constant : type.getEnumConstants()) {
                String name = constant.name().toLowerCase(Locale.ROOT);
                if (name.equals(text)) {
                    return constant;
                }
                names.add(name);
            }
            throw wrong(key, "one of " + String.join(", ", names), text);
        });
    }

    OptionalInt optionalInteger(String key, int min, int max) {
        Optional<JsonNode> value = value(key);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(integer(key, value.get(), min, max));
    }

    /** A finite number. */
    double number(String key, double otherwise) {
        return value(key)
                .map(value -> {
                    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
                        throw wrong(key, "a finite number", shown(value));
                    }
                    return value.asDouble();
                })
                .orElse(otherwise);
    }

    /** A list of integers. */
    List<Integer> integers(String key, int min, int max) {
        JsonNode value = required(key, value(key));
        if (!value.isArray()) {
            throw wrong(key, "a list of integers such as [32, 32, 3]", shown(value));
        }
        List<Integer> integers = new ArrayList<>();
        value.forEach(item -> integers.add(integer(key, item, min, max)));
        return integers;
    }

    boolean has(String key) {
        return node.has(key);
    }

    boolean isList(String key) {
        return node.path(key).isArray();
    }

    Optional<YamlKeys> section(String key) {
        return value(key).map(value -> new YamlKeys(file, subject(key), value));
    }

    /** Refuses keys that nobody asked for. */
    void finish() {
        unread().findFirst().ifPresent(name -> {
            throw wrong(
                    name,
                    "one of " + String.join(", ", asked),
                    "an unknown key, or one that this layout does not have",
                    nearMiss(name, absent())
                            .map(meant -> "did you mean " + meant + "?")
                            .orElse("remove or rename it"));
        });
    }

    /** How messages call the file. */
    String file() {
        return file;
    }

    DataSetException wrong(String key, String expected, String actual) {
        return wrong(key, expected, actual, "correct it");
    }

    DataSetException wrong(String key, String expected, String actual, String remedy) {
        return new DataSetException(file, "key " + subject(key), expected, actual, remedy);
    }

    private int integer(String key, JsonNode value, int min, int max) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < min || value.asInt() > max) {
            throw wrong(key, "an integer from " + min + " to " + max, shown(value));
        }
        return value.asInt();
    }

    private Optional<JsonNode> value(String key) {
        asked.add(key);
        @Nullable JsonNode value = node.get(key);
        return Optional.ofNullable(value);
    }

    private <T> T required(String key, Optional<T> value) {
        return value.orElseThrow(() -> wrong(
                key,
                "this key",
                "nothing",
                nearMiss(key, unread()).map(name -> "rename " + name).orElse("add it")));
    }

    /** Keys of the file that nobody has asked for yet. */
    private Stream<String> unread() {
        return node.properties().stream().map(Map.Entry::getKey).filter(name -> !asked.contains(name));
    }

    /** Keys that were asked for and are not in the file. */
    private Stream<String> absent() {
        return asked.stream().filter(key -> !node.has(key));
    }

    private static Optional<String> nearMiss(String name, Stream<String> candidates) {
        return candidates
                .filter(candidate -> edits(name, candidate) <= MOST_EDITS)
                .min(Comparator.comparingInt(candidate -> edits(name, candidate)));
    }

    /** Characters to insert, remove or replace between two words (Wagner and Fischer 1974). */
    private static int edits(String from, String to) {
        int[] row = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j - 1], row[j]) + 1);
            }
        }
        return row[to.length()];
    }

    private String subject(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shown(JsonNode value) {
        return value.isValueNode() ? '"' + value.asText() + '"' : kind(value);
    }

    private static String kind(JsonNode value) {
        return value.isArray() ? "a list" : value.isObject() ? "keys and values" : "nothing or a single value";
    }
}
