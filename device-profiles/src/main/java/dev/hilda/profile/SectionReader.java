package dev.hilda.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads one mapping of a profile strictly. Every getter logs what is wrong and returns a placeholder; {@link #finish}
 * then reports what is missing or unknown and says whether the section may be used.
 */
final class SectionReader {
    private static final int MAX_TEXT_LENGTH = 200;
    private static final Pattern INTEGER = Pattern.compile("0x[0-9A-Fa-f]{1,8}|0|[1-9][0-9_]{0,14}");

    private final ProblemLog log;
    private final String path;
    private final Node node;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final Map<String, FormerKey> formerKeys = new LinkedHashMap<>();
    private final @Nullable SectionReader parent;
    private boolean sound = true;

    /** A key that earlier versions read in place of {@code successor}. */
    private record FormerKey(String successor, String remedy) {}

    /** The whole file. */
    SectionReader(ProblemLog log, Node root) {
        this(log, null, "", root);
    }

    private SectionReader(ProblemLog log, @Nullable SectionReader parent, String path, Node node) {
        this.log = log;
        this.parent = parent;
        this.path = path;
        this.node = node;
        log.locate(path, node);
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::enter);
        } else {
            report(node, subject(""), "keys and values", describe(node), "write 'key: value' lines");
        }
    }

    private void enter(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            report(tuple.getKeyNode(), subject(""), "a plain word as key", describe(tuple.getKeyNode()), "rename it");
            return;
        }
        NodeTuple earlier = entries.putIfAbsent(key.getValue(), tuple);
        if (earlier != null) {
            report(
                    key,
                    subject(key.getValue()),
                    "each key once",
                    "it again; first on line "
                            + ProblemLog.line(earlier.getKeyNode().getStartMark()),
                    "remove one");
        } else {
            log.locate(subject(key.getValue()), key);
        }
    }

    /** From now on {@code key} is told from unknown ones: one message says what to write instead. */
    void former(String key, String successor, String remedy) {
        formerKeys.put(key, new FormerKey(successor, remedy));
    }

    /** A value whose text {@code parser} understands; {@code expected} describes such text to a human. */
    <T> Optional<T> read(String key, Function<String, Optional<T>> parser, String expected) {
        Node value = value(key);
        if (value == null) {
            return Optional.empty();
        }
        Optional<T> parsed =
                value instanceof ScalarNode scalar && scalar.getValue().length() <= MAX_TEXT_LENGTH
                        ? parser.apply(scalar.getValue())
                        : Optional.empty();
        if (parsed.isEmpty()) {
            report(value, subject(key), expected, describe(value), "correct it");
        }
        return parsed;
    }

    /** Text that matches {@code pattern}; {@code expected} describes the pattern to a human. */
    String text(String key, String pattern, String expected) {
        Node value = value(key);
        return value == null ? "" : text(value, subject(key), pattern, expected);
    }

    private String text(Node value, String subject, String pattern, String expected) {
        if (value instanceof ScalarNode scalar
                && scalar.getValue().length() <= MAX_TEXT_LENGTH
                && scalar.getValue().matches(pattern)) {
            return scalar.getValue();
        }
        report(value, subject, expected, describe(value), "correct it");
        return "";
    }

    List<String> texts(String key, int minCount, String pattern, String expected) {
        return items(key, minCount).stream()
                .map(item -> text(item, subject(key), pattern, expected))
                .toList();
    }

    /** A whole number from {@code min} to {@code max}; {@code unit} names what is counted, for example "bytes". */
    long integer(String key, String unit, long min, long max) {
        Node value = value(key);
        return value == null ? min : integer(value, subject(key), unit, min, max);
    }

    List<Integer> integers(String key, String unit, int min, int max) {
        return items(key, 1).stream()
                .map(item -> (int) integer(item, subject(key), unit, min, max))
                .toList();
    }

    private long integer(Node value, String subject, String unit, long min, long max) {
        String expected = "a whole number (" + unit + ") from " + min + " to " + max;
        if (!(value instanceof ScalarNode scalar)
                || !INTEGER.matcher(scalar.getValue()).matches()) {
            String remedy =
                    value instanceof ScalarNode scalar ? Quantity.remedy(scalar.getValue(), unit) : "correct it";
            report(value, subject, expected, describe(value), remedy);
            return min;
        }
        String digits = scalar.getValue().replace("_", "");
        long number = digits.startsWith("0x") ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
        if (number < min || number > max) {
            report(value, subject, expected, scalar.getValue(), "correct it");
            return min;
        }
        return number;
    }

    <E extends Enum<E> & Labelled> Optional<E> choice(String key, Class<E> type) {
        Node value = value(key);
        return value == null ? Optional.empty() : choice(value, subject(key), type);
    }

    <E extends Enum<E> & Labelled> List<E> choices(String key, Class<E> type) {
        return items(key, 0).stream()
                .map(item -> choice(item, subject(key), type))
                .flatMap(Optional::stream)
                .toList();
    }

    private <E extends Enum<E> & Labelled> Optional<E> choice(Node value, String subject, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (value instanceof ScalarNode scalar && scalar.getValue().equals(constant.label())) {
                return Optional.of(constant);
            }
        }
        String labels =
                Arrays.stream(type.getEnumConstants()).map(Labelled::label).collect(Collectors.joining(", "));
        report(value, subject, "one of " + labels, describe(value), "choose one of them");
        return Optional.empty();
    }

    Optional<SectionReader> section(String key) {
        Node value = value(key);
        return value == null ? Optional.empty() : Optional.of(new SectionReader(log, this, subject(key), value));
    }

    /**
     * The sections of a list, each called by the text of its {@code nameKey}, so that messages speak of
     * {@code memory.DTCM} rather than of the third memory.
     */
    List<SectionReader> sections(String key, String nameKey) {
        return items(key, 1).stream()
                .map(item -> new SectionReader(log, this, subject(key) + "." + nameOf(item, nameKey), item))
                .toList();
    }

    private static String nameOf(Node item, String nameKey) {
        if (item instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(nameKey)
                        && tuple.getValueNode() instanceof ScalarNode value) {
                    return value.getValue();
                }
            }
        }
        return "line " + ProblemLog.line(item.getStartMark());
    }

    private List<Node> items(String key, int minCount) {
        Node value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof SequenceNode sequence) {
            if (sequence.getValue().size() < minCount) {
                report(value, subject(key), "at least " + minCount + " item", "an empty list", "add one");
            }
            return sequence.getValue();
        }
        report(value, subject(key), "a list", describe(value), "write [a, b] or one '- item' a line");
        return List.of();
    }

    private @Nullable Node value(String key) {
        asked.add(key);
        NodeTuple tuple = entries.get(key);
        if (tuple == null) {
            missing.add(key);
            return null;
        }
        return tuple.getValueNode();
    }

    /**
     * Reports unknown and missing keys.
     *
     * @return whether nothing in this section, or in those read from it, is wrong
     */
    boolean finish() {
        if (node instanceof MappingNode) {
            entries.forEach((key, tuple) -> {
                if (!asked.contains(key)) {
                    reportUnknown(key, tuple.getKeyNode());
                }
            });
            for (String key : missing) {
                report(node, subject(key), "this key", "nothing", "add it");
            }
        }
        return sound;
    }

    private void reportUnknown(String key, Node keyNode) {
        FormerKey former = formerKeys.get(key);
        if (former != null) {
            missing.remove(former.successor());
            report(
                    keyNode,
                    subject(key),
                    "the key " + former.successor(),
                    "a key of earlier versions",
                    former.remedy());
            return;
        }
        Optional<String> withUnit =
                missing.stream().filter(name -> name.startsWith(key + "_")).findFirst();
        if (withUnit.isPresent()) {
            missing.remove(withUnit.get());
            report(keyNode, subject(key), "a key with its unit", key, "rename it to " + withUnit.get());
        } else {
            report(
                    keyNode,
                    subject(key),
                    "one of " + String.join(", ", asked),
                    "an unknown key",
                    "remove or rename it");
        }
    }

    /** Logs a problem; neither this section nor those around it can be used then. */
    private void report(Node at, String subject, String expected, String got, String remedy) {
        log.add(at, subject, expected, got, remedy);
        for (SectionReader section = this; section != null; section = section.parent) {
            section.sound = false;
        }
    }

    private String subject(String key) {
        if (path.isEmpty() || key.isEmpty()) {
            return path.isEmpty() && key.isEmpty() ? "profile" : path + key;
        }
        return path + "." + key;
    }

    private static String describe(Node node) {
        if (node instanceof ScalarNode scalar) {
            String text = scalar.getValue();
            if (text.isEmpty()) {
                return "nothing";
            }
            return "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text).replace("\n", "\\n") + "\"";
        }
        return node instanceof SequenceNode ? "a list" : "keys and values";
    }
}
