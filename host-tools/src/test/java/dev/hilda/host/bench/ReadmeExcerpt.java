// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What README.md shows of a command's output: figures may move, words and their order may not. */
final class ReadmeExcerpt {
    private static final String INDENT = "    ";
    private static final String OMISSION = "…";

    private ReadmeExcerpt() {}

    /**
     * Passes output that has the lines shown, one behind the other but where a line is left out.
     *
     * @param command as README.md shows it, without the prompt
     */
    static void assertShown(String command, List<String> printed) throws IOException {
        List<String> shown = Files.readAllLines(Path.of("..", "README.md")).stream()
                .dropWhile(line -> !line.equals(INDENT + "$ " + command))
                .skip(1)
                .takeWhile(line -> line.startsWith(INDENT))
                .map(String::strip)
                .toList();
        assertFalse(shown.isEmpty(), "README.md does not show " + command);
        int at = 0;
        boolean isOmission = false;
        for (String line : shown) {
            if (line.equals(OMISSION)) {
                isOmission = true;
                continue;
            }
            Pattern pattern = pattern(line);
            while (isOmission && at < printed.size() && !matches(pattern, printed.get(at))) {
                at++;
            }
            assertTrue(
                    at < printed.size() && matches(pattern, printed.get(at)),
                    () -> "README.md shows\n" + line + "\nof\n" + String.join("\n", printed));
            at++;
            isOmission = false;
        }
    }

    private static boolean matches(Pattern pattern, String line) {
        return pattern.matcher(line.strip()).matches();
    }

    private static Pattern pattern(String line) {
        String rest = line.endsWith(" " + OMISSION) ? ".*" : "";
        String words = rest.isEmpty() ? line : line.substring(0, line.length() - OMISSION.length());
        return Pattern.compile(Arrays.stream(words.strip().split(" +", -1))
                        .map(ReadmeExcerpt::word)
                        .collect(Collectors.joining(" +"))
                + rest);
    }

    /** Whatever has a digit may have another; a dot is a zero of a table. */
    private static String word(String word) {
        boolean isFigure = word.equals(".") || word.chars().anyMatch(Character::isDigit);
        return isFigure
                ? "\\S+"
                : Arrays.stream(word.split(OMISSION, -1)).map(Pattern::quote).collect(Collectors.joining("\\S*"));
    }
}
