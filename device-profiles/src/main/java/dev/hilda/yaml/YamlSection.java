// SPDX-License-Identifier: Apache-2.0
package dev.hilda.yaml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads one mapping of a document strictly. Every getter logs what is wrong and returns a placeholder; {@link #finish}
 * then reports what is missing or unknown and says whether the section may be used.
 */
public final class YamlSection {
    private static final int MAX_TEXT_LENGTH = 4096;
    private static final Pattern INTEGER = Pattern.compile("0x[0-9A-Fa-f]{1,8}|0|-?[1-9][0-9_]{0,14}");
    private static final Pattern NUMBER = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

    private final ProblemLog log;
    private final String path;
    private final Node node;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<String> missing = new ArrayList<>();
    private final Map<String, FormerKey> formerKeys = new LinkedHashMap<>();
    private final @Nullable YamlSection parent;
    private boolean sound = true;

    /** A key that earlier versions read in place of {@code successor}. */
    private record FormerKey(String successor, String remedy) {}

    /** The whole document. */
    YamlSection(ProblemLog log, Node root) {
        this(log, null, "", root);
    }

    private YamlSection(ProblemLog log, @Nullable YamlSection parent, String path, Node node) {
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
    public void former(String key, String successor, String remedy) {
        formerKeys.put(key, new FormerKey(successor, remedy));
    }

    /** A value whose text {@code parser} understands; {@code expected} describes such text to a human. */
    public <T> Optional<T> read(String key, Function<String, Optional<T>> parser, String expected) {
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

    /** Text that must be there and matches {@code pattern}; {@code expected} describes the pattern to a human. */
    public String text(String key, String pattern, String expected) {
        Node value = value(key);
        return value == null ? "" : text(value, subject(key), pattern, expected);
    }

    /** Text that may be there, which then matches {@code pattern}. */
    public Optional<String> optionalText(String key, String pattern, String expected) {
        return optional(key).map(value -> text(value, subject(key), pattern, expected));
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

    public List<String> texts(String key, int minCount, String pattern, String expected) {
        return items(key, minCount).stream()
                .map(item -> text(item, subject(key), pattern, expected))
                .toList();
    }

    /** A whole number from {@code min} to {@code max}; {@code unit} names what is counted, for example "bytes". */
    public long integer(String key, String unit, long min, long max) {
        Node value = value(key);
        return value == null ? min : integer(value, subject(key), unit, min, max);
    }

    /** A whole number that may be there. */
    public OptionalLong optionalInteger(String key, String unit, long min, long max) {
        Node value = optional(key).orElse(null);
        return value == null ? OptionalLong.empty() : OptionalLong.of(integer(value, subject(key), unit, min, max));
    }

    /** A finite number that may be there. */
    public OptionalDouble optionalNumber(String key) {
        Node value = optional(key).orElse(null);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (value instanceof ScalarNode scalar
                && NUMBER.matcher(scalar.getValue()).matches()
                && Double.isFinite(Double.parseDouble(scalar.getValue()))) {
            return OptionalDouble.of(Double.parseDouble(scalar.getValue()));
        }
        report(value, subject(key), "a finite number", describe(value), "correct it");
        return OptionalDouble.empty();
    }

    public List<Integer> integers(String key, String unit, int min, int max) {
        return items(key, 1).stream()
                .map(item -> (int) integer(item, subject(key), unit, min, max))
                .toList();
    }

    private long integer(Node value, String subject, String unit, long min, long max) {
        String expected = "a whole number" + (unit.isEmpty() ? "" : " (" + unit + ")") + " from " + min + " to " + max;
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

    /**
     * One of an enum's constants.
     *
     * @param label how the document writes a constant
     */
    public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type, Function<E, String> label) {
        Node value = value(key);
        return value == null ? Optional.empty() : choice(value, subject(key), type, label);
    }

    /** One of an enum's constants that may be there. */
    public <E extends Enum<E>> Optional<E> optionalChoice(String key, Class<E> type, Function<E, String> label) {
        return optional(key).flatMap(value -> choice(value, subject(key), type, label));
    }

    public <E extends Enum<E>> List<E> choices(String key, Class<E> type, Function<E, String> label) {
        return items(key, 0).stream()
                .map(item -> choice(item, subject(key), type, label))
                .flatMap(Optional::stream)
                .toList();
    }

    private <E extends Enum<E>> Optional<E> choice(
            Node value, String subject, Class<E> type, Function<E, String> label) {
        for (E constant : type.getEnumConstants()) {
            if (value instanceof ScalarNode scalar && scalar.getValue().equals(label.apply(constant))) {
                return Optional.of(constant);
            }
        }
        String labels = Arrays.stream(type.getEnumConstants()).map(label).collect(Collectors.joining(", "));
        report(value, subject, "one of " + labels, describe(value), "choose one of them");
        return Optional.empty();
    }

    public Optional<YamlSection> section(String key) {
        Node value = value(key);
        return value == null ? Optional.empty() : Optional.of(new YamlSection(log, this, subject(key), value));
    }

    /** A section that may be there; one without entries is as good as absent. */
    public Optional<YamlSection> optionalSection(String key) {
        return optional(key)
                .filter(value -> !(value instanceof ScalarNode scalar && isNothing(scalar)))
                .map(value -> new YamlSection(log, this, subject(key), value));
    }

    /** The keys that are there. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    public boolean isList(String key) {
        NodeTuple tuple = entries.get(key);
        return tuple != null && tuple.getValueNode() instanceof SequenceNode;
    }

    /** Logs a rule that an entry breaks; the section cannot be used then. */
    public void wrong(String key, String expected, String got, String remedy) {
        NodeTuple tuple = entries.get(key);
        report(tuple == null ? node : tuple.getKeyNode(), subject(key), expected, got, remedy);
    }

    /**
     * The sections of a list, each called by the text of its {@code nameKey}, so that messages speak of
     * {@code memory.DTCM} rather than of the third memory.
     */
    public List<YamlSection> sections(String key, String nameKey) {
        return items(key, 1).stream()
                .map(item -> new YamlSection(log, this, subject(key) + "." + nameOf(item, nameKey), item))
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

    private Optional<Node> optional(String key) {
        asked.add(key);
        return Optional.ofNullable(entries.get(key)).map(NodeTuple::getValueNode);
    }

    private static boolean isNothing(ScalarNode scalar) {
        return scalar.getTag().equals(Tag.NULL);
    }

    /**
     * Reports unknown and missing keys.
     *
     * @return whether nothing in this section, or in those read from it, is wrong
     */
    public boolean finish() {
        return finishEarly(List.of());
    }

    /**
     * As {@link #finish}, where reading has ended before everything was asked for.
     *
     * @param others keys that might have been asked for later
     */
    public boolean finishEarly(List<String> others) {
        if (node instanceof MappingNode) {
            entries.forEach((key, tuple) -> {
                if (!asked.contains(key) && !others.contains(key)) {
                    reportUnknown(key, tuple.getKeyNode(), others);
                }
            });
            for (String key : missing) {
                report(node, subject(key), "this key", "nothing", "add it");
            }
        }
        return sound;
    }

    private void reportUnknown(String key, Node keyNode, List<String> others) {
        Optional<FormerKey> former = Optional.ofNullable(formerKeys.get(key));
        Optional<String> withUnit =
                missing.stream().filter(name -> name.startsWith(key + "_")).findFirst();
        Optional<String> meant = NearMiss.of(key, missing);
        // One message for a key that stands in the place of a missing one.
        former.map(FormerKey::successor).or(() -> withUnit).or(() -> meant).ifPresent(missing::remove);
        if (former.isPresent()) {
            String successor = "the key " + former.get().successor();
            report(
                    keyNode,
                    subject(key),
                    successor,
                    "a key of earlier versions",
                    former.get().remedy());
        } else if (withUnit.isPresent()) {
            report(keyNode, subject(key), "a key with its unit", key, "rename it to " + withUnit.get());
        } else if (meant.isPresent()) {
            report(keyNode, subject(meant.get()), "this key", "nothing", "rename " + key);
        } else {
            report(
                    keyNode,
                    subject(key),
                    "one of " + String.join(", ", known(others)),
                    "an unknown key",
                    NearMiss.of(key, absent(others))
                            .map(name -> "did you mean " + name + "?")
                            .orElse("remove or rename it"));
        }
    }

    private Set<String> known(List<String> others) {
        Set<String> known = new LinkedHashSet<>(asked);
        known.addAll(others);
        return known;
    }

    private List<String> absent(List<String> others) {
        return known(others).stream().filter(key -> !entries.containsKey(key)).toList();
    }

    /** Logs a problem; neither this section nor those around it can be used then. */
    private void report(Node at, String subject, String expected, String got, String remedy) {
        log.add(at, subject, expected, got, remedy);
        for (YamlSection section = this; section != null; section = section.parent) {
            section.sound = false;
        }
    }

    private String subject(String key) {
        if (path.isEmpty() || key.isEmpty()) {
            return path.isEmpty() && key.isEmpty() ? log.what() : path + key;
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
