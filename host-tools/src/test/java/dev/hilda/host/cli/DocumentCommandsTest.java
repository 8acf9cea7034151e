// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** Every command that a document shows, in a block or in a line, is one that there is, with options that it has. */
class DocumentCommandsTest {
    private static final Path ROOT = Path.of("..");
    private static final int LEAST_COMMANDS = 60;

    /** A block's line up to a remark, or inline code; with or without the folder. */
    private static final Pattern COMMAND =
            Pattern.compile("^    (?:\\$ )?(?:\\./)?hilda ([^#\n]*)|`(?:\\./)?hilda ([^`]*)`", Pattern.MULTILINE);

    /** What the launcher does by itself, and what stands for any command. */
    private static final Set<String> NOT_OURS = Set.of("setup", "test", "COMMAND");

    @Test
    void shouldShowOnlyCommandsThatThereAre() throws IOException {
        List<String> wrong = new ArrayList<>();
        int found = 0;
        for (Path document : documents()) {
            Matcher commands = COMMAND.matcher(Files.readString(document).replace("\\\n", " "));
            while (commands.find()) {
                String command = commands.group(1) == null ? commands.group(2) : commands.group(1);
                found++;
                complaint(command.strip().split("\\s+"))
                        .ifPresent(complaint ->
                                wrong.add(ROOT.relativize(document) + ": hilda " + command + ": " + complaint));
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(found >= LEAST_COMMANDS, found + " commands");
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    /** Why it cannot be typed as it stands; that a document leaves away what it does not speak of is none. */
    private static Optional<String> complaint(String[] arguments) {
        if (NOT_OURS.contains(arguments[0])) {
            return Optional.empty();
        }
        try {
            Hilda.commandLine().parseArgs(arguments);
            return Optional.empty();
        } catch (MissingParameterException left) {
            return Optional.empty();
        } catch (ParameterException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
