// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.yaml.ProblemLog;
import dev.hilda.yaml.YamlDocument;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The keys of one mapping in a data set's YAML. What is wrong with them is collected, and a placeholder goes on in its
 * place: {@link #finish} refuses the document with all of it, as does {@link #because} whatever comes of a placeholder.
 */
final class YamlKeys {
    private static final long MAX_FILE_BYTES = 1 << 20;

    /** More than blanks. */
    private static final String TEXT = "(?s).*\\S.*";

    private final String file;
    private final String path;
    private final ProblemLog log;
    private final YamlSection section;

    private YamlKeys(String file, String path, ProblemLog log, YamlSection section) {
        this.file = file;
        this.path = path;
        this.log = log;
        this.section = section;
    }

    /** Reads a YAML file. */
    static YamlKeys read(Path file) {
        return parse(file.toString(), StoredFile.of(file).readAll(MAX_FILE_BYTES));
    }

    /** @param name how messages call the file */
    static YamlKeys parse(String name, byte[] content) {
        ProblemLog log = new ProblemLog(name, "data set", content);
        Optional<YamlSection> root = YamlDocument.read(content, log);
        if (root.isEmpty() && log.count() == 0) {
            log.addAt("data set", "keys and values", "an empty file", "write 'key: value' lines");
        }
        if (log.count() > 0 || root.isEmpty()) {
            throw DataSetException.of(name, log.sorted());
        }
        return new YamlKeys(name, "", log, root.get());
    }

    String text(String key) {
        return section.text(key, TEXT, "text");
    }

    Optional<String> optionalText(String key) {
        return section.optionalText(key, TEXT, "text").filter(text -> !text.isEmpty());
    }

    /** One of an enum's constants, written in lower case. */
    <E extends Enum<E>> E choice(String key, Class<E> type) {
        return requiredChoice(key, type).orElse(type.getEnumConstants()[0]);
    }

    /** As {@link #choice}, for whom a placeholder is of no use. */
    <E extends Enum<E>> Optional<E> requiredChoice(String key, Class<E> type) {
        return section.choice(key, type, YamlKeys::label);
    }

    <E extends Enum<E>> Optional<E> optionalChoice(String key, Class<E> type) {
        return section.optionalChoice(key, type, YamlKeys::label);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    OptionalInt optionalInteger(String key, int min, int max) {
        OptionalLong value = section.optionalInteger(key, "", min, max);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) value.getAsLong());
    }

    int integer(String key, int min, int max) {
        return (int) section.integer(key, "", min, max);
    }

    /** A finite number. */
    double number(String key, double otherwise) {
        return section.optionalNumber(key).orElse(otherwise);
    }

    /** A list of integers. */
    List<Integer> integers(String key, int min, int max) {
        return section.integers(key, "", min, max);
    }

    /** A list of texts, at least one. */
    List<String> texts(String key) {
        return section.texts(key, 1, TEXT, "text");
    }

    boolean has(String key) {
        return section.keys().contains(key);
    }

    boolean isList(String key) {
        return section.isList(key);
    }

    Optional<YamlKeys> section(String key) {
        return section.optionalSection(key).map(value -> new YamlKeys(file, subject(key), log, value));
    }

    /** The sections of a list, which messages call by their names. */
    List<YamlKeys> sections(String key) {
        return section.sections(key, "name").stream()
                .map(value -> new YamlKeys(file, subject(key), log, value))
                .toList();
    }

    /** Collects keys that nobody asked for. */
    void finishSection() {
        section.finish();
    }

    /**
     * Refuses the document when anything in it is wrong, and keys that nobody asked for are.
     *
     * @throws DataSetException with everything
     */
    void finish() {
        section.finish();
        if (log.count() > 0) {
            throw DataSetException.of(file, log.sorted());
        }
    }

    /**
     * What is wrong with the document, of which reading cannot go on.
     *
     * @param others keys that might have been read later
     */
    DataSetException refusal(List<String> others) {
        section.finishEarly(others);
        return DataSetException.of(file, log.sorted());
    }

    /** What to throw for a failure while reading: what is wrong with the document, of which it may come, goes first. */
    DataSetException because(DataSetException failure, List<String> others) {
        return log.count() == 0 ? failure : refusal(others);
    }

    /** Whether nothing is wrong so far. */
    boolean isSound() {
        return log.count() == 0;
    }

    /** How messages call the file. */
    String file() {
        return file;
    }

    DataSetException wrong(String key, String expected, String actual) {
        return wrong(key, expected, actual, "correct it");
    }

    DataSetException wrong(String key, String expected, String actual, String remedy) {
        return new DataSetException(
                file, "key " + subject(key) + ", line " + log.lineOf(subject(key)), expected, actual, remedy);
    }

    private String subject(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
