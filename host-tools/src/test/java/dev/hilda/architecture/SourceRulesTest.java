// SPDX-License-Identifier: Apache-2.0
package dev.hilda.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** House rules that only the source files show. */
class SourceRulesTest {
    private static final int MAX_LINES = 600;
    private static final int MAX_README_COLUMNS = 120;
    private static final Path ROOT = Path.of("..");
    private static final List<String> MODULES = List.of("device-profiles", "firmware-template", "agent", "host-tools");
    private static final Pattern FORBIDDEN_NAME =
            Pattern.compile("(?i)(.*[/_.-])?(utils?|common|helpers?|misc|managers?)([/_.-].*)?");
    private static final Pattern FORBIDDEN_CLASS = Pattern.compile(".*(Util|Utils|Common|Helper|Misc|Manager)\\.java");
    private static final Pattern HARDWARE_INCLUDE =
            Pattern.compile("\\s*#\\s*include\\s+[\"<](.*stm32|.*cmsis|core_cm|.*port/).*", Pattern.CASE_INSENSITIVE);

    /** Families such as Operator.Weighted may be asked for; an operator, layer or kernel by itself may not. */
    private static final Pattern KIND_QUESTION = Pattern.compile(
            "\\binstanceof\\s+(final\\s+)?"
                    + "(Operator\\.(?!(Activated|Convolving|Sliding|Summing|Weighted)\\b)\\w+|(?!Weighted|Unary)\\w+Layer|(?!Code)\\w+Scheme)\\b");

    private static final List<Path> SOURCES = new ArrayList<>();

    @BeforeAll
    static void collectSources() throws IOException {
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
                files.filter(Files::isRegularFile)
                        .filter(file -> !isBuilt(file))
                        .filter(file -> file.toString().matches(".*\\.(java|c|h|s|S|sh|yaml)"))
                        .forEach(SOURCES::add);
            }
        }
    }

    @Test
    void shouldSayTheLicenceFirstInEveryProgramFile() throws IOException {
        List<Path> without = new ArrayList<>();
        for (Path file : SOURCES) {
            if (file.toString().matches(".*\\.(java|c|h)")
                    && !Files.readString(file).startsWith("// SPDX-License-Identifier: ")) {
                without.add(file);
            }
        }
        assertEquals(List.of(), without);
    }

    @Test
    void shouldSeeTheSourcesOfEveryLanguage() {
        assertTrue(SOURCES.stream()
                        .filter(file -> file.toString().endsWith(".java"))
                        .count()
                >= 50);
        assertTrue(
                SOURCES.stream().filter(file -> file.toString().endsWith(".c")).count() >= 10);
    }

    @Test
    void shouldKeepFilesShort() {
        assertNone("longer than " + MAX_LINES + " lines", file -> lines(file).size() > MAX_LINES);
    }

    @Test
    void shouldKeepTheLinesOfTheReadmeWithinATerminal() {
        assertEquals(
                List.of(),
                lines(ROOT.resolve("README.md")).stream()
                        .filter(line -> line.codePointCount(0, line.length()) > MAX_README_COLUMNS)
                        .toList());
    }

    @Test
    void shouldNameFilesAndFoldersByWhatTheyAre() {
        assertNone(
                "named util, common, helper, misc or manager",
                file -> FORBIDDEN_NAME.matcher(ROOT.relativize(file).toString()).matches()
                        || FORBIDDEN_CLASS
                                .matcher(file.getFileName().toString())
                                .matches());
    }

    @Test
    void shouldKeepHardwareOutOfKernelsAndProtocol() {
        assertNone(
                "a kernel or protocol file that includes a hardware header",
                file -> ROOT.relativize(file).toString().matches("firmware-template/(kernels|protocol)/.*")
                        && lines(file).stream()
                                .anyMatch(line -> HARDWARE_INCLUDE.matcher(line).matches()));
    }

    /**
     * What is asked of every operator or layer is a method of it, or a visitor, so that the compiler lists where a new one
     * is missing. A rewrite looks for the one operator that it takes away.
     */
    @Test
    void shouldNotFallThroughKindsOfOperatorsOrLayers() {
        assertNone(
                "asking an operator or layer what it is",
                file -> ROOT.relativize(file).toString().matches("[^/]+/src/main/.*")
                        && !file.toString().contains("/host/ir/rewrite/")
                        && lines(file).stream()
                                .anyMatch(line -> KIND_QUESTION.matcher(line).find()));
    }

    @Test
    void shouldRecogniseWhatItForbids() {
        assertTrue(FORBIDDEN_NAME
                .matcher("agent/src/main/java/dev/hilda/util/X.java")
                .matches());
        assertTrue(FORBIDDEN_NAME.matcher("firmware-template/app/helpers.c").matches());
        assertTrue(FORBIDDEN_CLASS.matcher("BoardManager.java").matches());
        assertTrue(HARDWARE_INCLUDE.matcher("#include \"stm32h743xx.h\"").matches());
        assertTrue(KIND_QUESTION
                .matcher("if (operator instanceof Operator.Softmax) {")
                .find());
        assertTrue(KIND_QUESTION
                .matcher("x = layer instanceof SoftmaxLayer softmax")
                .find());
        assertTrue(!KIND_QUESTION
                .matcher("operator instanceof Operator.Sliding sliding")
                .find());
        assertTrue(!FORBIDDEN_NAME
                .matcher("agent/src/main/java/dev/hilda/agent/cli/X.java")
                .matches());
    }

    private static void assertNone(String what, Predicate<Path> isBad) {
        assertEquals(List.of(), SOURCES.stream().filter(isBad).toList(), what);
    }

    private static boolean isBuilt(Path file) {
        String path = ROOT.relativize(file).toString();
        return path.contains("/target/") || path.contains("/build/");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
