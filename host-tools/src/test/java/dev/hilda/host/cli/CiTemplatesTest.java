// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.report.MorningFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/** The templates for CI runners are of their kinds, and ask for nothing that is not there. */
class CiTemplatesTest {
    private static final Path FOLDER = Path.of("..", "agent", "docs", "ci");
    private static final List<String> TEMPLATES = List.of("github-actions.yml", "gitlab-ci.yml", "Jenkinsfile");
    private static final Pattern COMMAND = Pattern.compile("(?m)^ *(?:- )?hilda (.+)$|`hilda ([^`]+)`");
    private static final Pattern FILE = Pattern.compile("report/([a-z][a-z.-]*[a-z])");

    private static String template(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"github-actions.yml", "gitlab-ci.yml"})
    void shouldBeYaml(String name) throws IOException {
        Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(template(name));
        assertTrue(document instanceof Map<?, ?> map && (map.containsKey("jobs") || map.containsKey("bench")), name);
        assertTrue(document.toString().contains("--report report"), "the command is no remark: " + document);
    }

    /** Words and brackets pair up; Groovy itself is not at hand. */
    @Test
    void shouldBeAPipelineOfJenkins() throws IOException {
        String text = template("Jenkinsfile").replaceAll("(?m)^ *//.*$", "");
        assertTrue(text.strip().startsWith("pipeline {"), text);
        int depth = 0;
        for (int index = 0; index < text.length(); index++) {
            depth += "{([".indexOf(text.charAt(index)) >= 0 ? 1 : "})]".indexOf(text.charAt(index)) >= 0 ? -1 : 0;
            assertTrue(depth >= 0, "closed more often than opened");
        }
        assertEquals(0, depth);
        assertEquals(1, text.split("'''", -1).length % 2);
    }

    @Test
    void shouldAskOnlyForCommandsThatThereAre() throws IOException {
        for (String name : TEMPLATES) {
            List<String> commands = new ArrayList<>();
            Matcher found = COMMAND.matcher(template(name));
            while (found.find()) {
                commands.add(found.group(1) == null ? found.group(2) : found.group(1));
            }
            assertTrue(
                    commands.stream().anyMatch(command -> command.startsWith("suite run nightly ")), name + commands);
            for (String command : commands) {
                requireParsed(command.replace("\"", "").split(" +"));
            }
        }
    }

    private static void requireParsed(String... arguments) {
        CommandLine root = Hilda.commandLine();
        if (arguments[0].equals("suite") && !root.getSubcommands().containsKey("suite")) {
            return;
        }
        assertTrue(!root.parseArgs(arguments).subcommands().isEmpty(), Arrays.toString(arguments));
    }

    @Test
    void shouldPublishOnlyFilesThatAreWritten() throws Exception {
        TreeSet<String> written = new TreeSet<>();
        for (var field : MorningFiles.class.getFields()) {
            written.add(String.valueOf(field.get(null)));
        }
        for (String name : TEMPLATES) {
            List<String> named = FILE.matcher(template(name))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            assertTrue(named.contains("junit.xml"), name + named);
            assertTrue(written.containsAll(named), name + named);
        }
        assertEquals(8, written.size());
        assertTrue(Stream.of("morning.md", "morning.html").allMatch(written::contains));
    }
}
