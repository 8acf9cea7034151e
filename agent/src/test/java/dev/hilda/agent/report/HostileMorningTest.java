// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Texts from outside change no structure: a page with hostile texts has the elements of the same page with plain ones, and a
 * parser reads the texts out again.
 */
class HostileMorningTest {
    private static final int NIGHTS = 6;
    private static final Pattern SAMPLE = Pattern.compile(
            "[a-z_]+\\{[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"(?:,[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\")*\\} -?[0-9.]+");
    private static final Pattern METADATA =
            Pattern.compile("# (TYPE [a-z_]+ gauge|UNIT [a-z_]+ [a-z]+|HELP [a-z_]+ [^\\n]+)");

    private final long first = new Random().nextInt(1_000_000);

    /** The same text is the same hostile one, and no two texts are one. */
    private static Mornings hostile(long seed) {
        Map<String, String> texts = new HashMap<>();
        Random random = new Random(seed);
        return new Mornings(
                seed, text -> texts.computeIfAbsent(text, key -> HostileText.of(random) + "t" + texts.size()));
    }

    private static Mornings plain(long seed) {
        Map<String, String> texts = new HashMap<>();
        return new Mornings(seed, text -> texts.computeIfAbsent(text, key -> "t" + texts.size()));
    }

    /** A night with hostile texts and the same with plain ones. */
    private record Pair(long seed, Morning hostile, Morning plain) {
        static Pair of(long seed) {
            int models = 1 + (int) (seed % 5);
            return new Pair(
                    seed,
                    HostileMorningTest.hostile(seed).mixed(models, 4),
                    HostileMorningTest.plain(seed).mixed(models, 4));
        }
    }

    @FunctionalInterface
    private interface Check {
        void of(Pair pair, String message) throws Exception;
    }

    private void forNights(Check check) throws Exception {
        for (long seed = first; seed < first + NIGHTS; seed++) {
            check.of(Pair.of(seed), "seed " + seed);
        }
    }

    @Test
    void shouldKeepTheStructureOfHtml() throws Exception {
        forNights((pair, message) -> {
            Document page = XmlPages.parse(MorningHtml.of(pair.hostile));
            assertEquals(
                    XmlPages.structure(XmlPages.parse(MorningHtml.of(pair.plain))), XmlPages.structure(page), message);
            String text = page.getDocumentElement().getTextContent();
            for (Morning.Cell cell : pair.hostile.grid()) {
                assertTrue(text.contains(Legible.of(cell.model())), message + ": " + cell.model());
                assertTrue(text.contains(Legible.of(cell.reason())), message + ": " + cell.reason());
            }
            for (Morning.Attention each : pair.hostile.attention()) {
                assertTrue(text.contains(Legible.of(each.command())), message + ": " + each.command());
            }
        });
    }

    @Test
    void shouldKeepTheStructureOfJunit() throws Exception {
        forNights((pair, message) -> {
            Document page = XmlPages.parse(MorningJunit.of(pair.hostile));
            assertEquals(
                    XmlPages.structure(XmlPages.parse(MorningJunit.of(pair.plain))), XmlPages.structure(page), message);
            List<Element> cases = XmlPages.elements(page, "testcase");
            for (int item = 0; item < pair.hostile.grid().size(); item++) {
                Morning.Cell cell = pair.hostile.grid().get(item);
                String name = cases.get(item).getAttribute("name");
                assertTrue(name.startsWith(Legible.of(cell.model() + " on " + cell.dataSet())), message + ": " + name);
            }
        });
    }

    @Test
    void shouldKeepTheStructureOfMarkdown() throws Exception {
        forNights((pair, message) -> {
            String markdown = MorningMarkdown.of(pair.hostile);
            MarkdownPages page = new MarkdownPages(markdown);
            assertEquals(
                    new MarkdownPages(MorningMarkdown.of(pair.plain)).structure,
                    page.structure,
                    message + "\n" + markdown);
            for (Morning.Cell cell : pair.hostile.grid()) {
                String model = Legible.line(cell.model()).replace("\u200b", "");
                assertTrue(page.text.contains(model), message + ": " + model + "\n" + page.text);
            }
            for (Morning.Attention each : pair.hostile.attention()) {
                assertTrue(page.text.contains(Legible.line(each.command())), message + ": " + each.command());
            }
            // Else GitHub would call somebody, or link.
            String prose = markdown.replace("\\`", "").replaceAll("`[^`\n]*`|<code>.*?</code>", "");
            assertFalse(
                    Pattern.compile("@\\w|(?<!&)#\\d|https?://|www\\.\\w")
                            .matcher(prose)
                            .find(),
                    message + "\n" + prose);
        });
    }

    @Test
    void shouldKeepTheLinesOfMetrics() throws Exception {
        forNights((pair, message) -> {
            List<String> lines = MorningMetrics.of(pair.hostile).lines().toList();
            assertEquals(MorningMetrics.of(pair.plain).lines().count(), lines.size(), message);
            assertEquals("# EOF", lines.get(lines.size() - 1));
            assertTrue(MorningMetrics.of(pair.hostile).endsWith("\n# EOF\n"), message);
            for (String line : lines.subList(0, lines.size() - 1)) {
                Matcher form = (line.startsWith("#") ? METADATA : SAMPLE).matcher(line);
                assertTrue(form.matches(), message + ": " + line);
            }
            assertEquals(
                    lines.size(),
                    lines.stream()
                            .map(line -> line.replaceFirst(" [^ ]+$", line.startsWith("#") ? line : ""))
                            .distinct()
                            .count(),
                    message + ": a series twice");
        });
    }

    @Test
    void shouldKeepWhatChatsAndDashboardsRead() throws Exception {
        ObjectMapper json = new ObjectMapper();
        forNights((pair, message) -> {
            JsonNode webhook = json.readTree(MorningWebhook.of(pair.hostile));
            assertEquals(pair.hostile, MorningJson.read(webhook.path("morning").toString()), message);
            assertFalse(
                    Pattern.compile("[<>]|@\\w")
                            .matcher(webhook.path("text").asText())
                            .find(),
                    message + ": " + webhook.path("text"));
            assertEquals(
                    json.readTree(MorningBenchmarks.cycles(pair.plain)).size(),
                    json.readTree(MorningBenchmarks.cycles(pair.hostile)).size(),
                    message);
        });
    }
}
