// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents of this module list the keys, words, faults and lints that there are, no more and no fewer. */
class DocumentsTest {
    private static final Path SOURCES = Path.of("virtual-board", "src");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z0-9_.-]+)` \\|.*$");
    private static final Pattern EXPECTED_KEYS = Pattern.compile("expected one of ([a-z0-9_, ]+), got an unknown key");
    private static final Pattern FAULT = Pattern.compile("\\[FAULT_[A-Z_0-9]+] = \\{(?:\\.name = )?\"([a-z0-9-]+)\"");
    private static final Pattern LINT = Pattern.compile("lint(?:s_note)?\\(\\s*[^\",]+,\\s*\"([a-z0-9-]+)\"");

    /** Where an unknown key can stand in the good profile: the line before it, and what the section is called. */
    private static final List<List<String>> SECTIONS = List.of(
            List.of("max_vos: vos0\n", ""),
            List.of("dev_id: 0x450\n", "chip."),
            List.of("vos: vos1\n", "chip.revisions."),
            List.of("roles: [stack, data, activations]\n", "memory."),
            List.of("instance: USART3\n", "usart."),
            List.of("discovery: usb-sysfs\n", "probe."),
            List.of("- type: v2-1\n", "probe.kinds."),
            List.of("backend: usb\n", "openocd."),
            List.of("compiler: arm-none-eabi-gcc\n", "toolchain."),
            List.of("ram_bytes: 65536\n", "budget."));

    @Test
    void shouldListTheKeysOfAProfile() throws IOException {
        TreeSet<String> read = new TreeSet<>();
        for (List<String> section : SECTIONS) {
            keysAfter(section.get(0)).forEach(key -> read.add(section.get(1) + key));
        }
        assertEquals(read, rows(document("profiles.md").split("## Roles", 2)[0]));
    }

    @Test
    void shouldListTheRolesOfMemory() throws IOException {
        TreeSet<String> roles = new TreeSet<>();
        Stream.of(MemoryRole.values()).map(Labelled::label).forEach(roles::add);
        assertEquals(roles, rows(document("profiles.md").split("## Roles", 2)[1]));
    }

    @Test
    void shouldSayEveryWordThatAKeyTakes() throws IOException {
        requireWords("verified_on", Verification.Ground.values());
        requireWords("timing", Timing.values());
        requireWords("supply", Supply.values());
        requireWords("chip.unique_ids", UniqueIdRule.values());
        requireWords("probe.discovery", Discovery.values());
        requireWords("probe.kinds.type", ProbeType.values());
        requireWords("openocd.backend", AdapterBackend.values());
        requireWords("openocd.transport", Transport.values());
        requireWords("openocd.reset_config", ResetConfig.values());
    }

    @Test
    void shouldListTheFaultsOfTheVirtualBoard() throws IOException {
        assertEquals(
                found(FAULT, Files.readString(SOURCES.resolve("fault/faults.c"))),
                rows(document("virtual-board.md").split("## Lints", 2)[0]));
    }

    @Test
    void shouldListTheLintsOfTheVirtualBoard() throws IOException {
        TreeSet<String> lints = new TreeSet<>();
        for (Path file : sources()) {
            lints.addAll(found(LINT, Files.readString(file)));
        }
        assertEquals(lints, rows(document("virtual-board.md").split("## Lints", 2)[1]));
    }

    /** A key that no section has makes the reader tell all that it knows of. */
    private static List<String> keysAfter(String line) {
        String text = GoodProfile.TEXT
                .replace("- {type: v2-1, ", "- type: v2-1\n      ")
                .replace("1000000}", "1000000");
        int at = text.indexOf(line);
        assertTrue(at > 0, line);
        int start = text.lastIndexOf('\n', at) + 1;
        String indent = " ".repeat(at - start + (line.startsWith("- ") ? 2 : 0));
        int end = at + line.length();
        String broken = text.substring(0, end) + indent + "no_such_key: 1\n" + text.substring(end);
        String message = String.valueOf(assertThrows(ProfileException.class, () -> GoodProfile.load(broken))
                .getMessage());
        MatchResult keys =
                EXPECTED_KEYS.matcher(message).results().findFirst().orElseThrow(() -> new AssertionError(message));
        return Arrays.asList(keys.group(1).split(", ", -1));
    }

    private static void requireWords(String key, Labelled... words) throws IOException {
        String row = ROW.matcher(document("profiles.md"))
                .results()
                .filter(match -> match.group(1).equals(key))
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
        for (Labelled word : words) {
            assertTrue(row.matches(".*`" + word.label() + "[` ].*"), word.label() + " in " + row);
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return new ArrayList<>(
                    files.filter(file -> file.toString().endsWith(".c")).toList());
        }
    }

    private static Set<String> rows(String text) {
        return found(ROW, text);
    }

    private static Set<String> found(Pattern pattern, String text) {
        TreeSet<String> names = new TreeSet<>();
        pattern.matcher(text).results().forEach(match -> names.add(match.group(1)));
        return names;
    }

    private static String document(String name) throws IOException {
        return Files.readString(Path.of("docs", name));
    }
}
