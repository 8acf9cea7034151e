// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** What all forms of a night say alike. */
class MorningPagesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<CellState> GOOD = List.of(CellState.EQUAL, CellState.BETTER);
    private static final Pattern SENTENCE = Pattern.compile(
            "planned (\\d+), ran (\\d+), regressed (\\d+), open (\\d+), missing (\\d+)(?:, faulty (\\d+))?"
                    + "(?:, not shown (\\d+))?(?:, flaky \\d+)?, (data as of [0-9 :-]+ UTC|no data)");

    /** Nothing planned, all boards dead, everything clean, then nights as they come. */
    private static Morning night(long seed) {
        Random random = new Random(seed);
        Mornings mornings = new Mornings(seed);
        if (seed == 1) {
            return mornings.mixed(0, 3);
        }
        if (seed == 2) {
            return mornings.night(5, 6, List.of(CellState.MISSING));
        }
        return seed == 3 ? mornings.night(5, 6, GOOD) : mornings.mixed(1 + random.nextInt(6), 1 + random.nextInt(6));
    }

    /** Counted one by one. */
    private static List<Integer> counted(Morning morning) {
        int[] counts = new int[7];
        for (Morning.Cell cell : morning.grid()) {
            counts[0]++;
            counts[1] += cell.runId().isPresent() ? 1 : 0;
            switch (cell.state()) {
                case WORSE -> counts[2]++;
                case OPEN -> counts[3]++;
                case MISSING -> counts[4]++;
                case FAULT -> counts[5]++;
                case UNSHOWN -> counts[6]++;
                default -> {}
            }
        }
        return Arrays.stream(counts).boxed().toList();
    }

    private static List<Integer> told(String text, Morning morning) {
        Matcher sentence = SENTENCE.matcher(text);
        assertTrue(sentence.find(), text);
        List<Integer> numbers = new ArrayList<>();
        for (int group = 1; group < 8; group++) {
            numbers.add(
                    Integer.parseInt(Optional.ofNullable(sentence.group(group)).orElse("0")));
        }
        assertEquals(morning.dataAsOf().isEmpty(), sentence.group(8).equals("no data"), text);
        return numbers;
    }

    @Test
    void shouldSayTheSameNumbersEverywhere() throws Exception {
        for (long seed = 1; seed <= 10; seed++) {
            Morning morning = night(seed);
            List<Integer> expected = counted(morning);
            Document html = XmlPages.parse(MorningHtml.of(morning));
            Element sentence = XmlPages.elements(html, "p").get(0);
            assertEquals("sentence", sentence.getAttribute("class"));
            assertEquals(expected, told(sentence.getTextContent(), morning), "HTML, seed " + seed);
            assertEquals(expected, told(new MarkdownPages(MorningMarkdown.of(morning)).text, morning), "seed " + seed);
            Document junit = XmlPages.parse(MorningJunit.of(morning));
            assertEquals(
                    expected,
                    told(XmlPages.elements(junit, "property").get(0).getAttribute("value"), morning),
                    "JUnit, seed " + seed);
            JsonNode webhook = JSON.readTree(MorningWebhook.of(morning));
            assertEquals(expected, told(webhook.path("text").asText(), morning), "webhook, seed " + seed);
            assertEquals(morning, MorningJson.read(webhook.path("morning").toString()));
        }
    }

    @Test
    void shouldCountCasesOfJunitRight() {
        for (long seed = 1; seed <= 10; seed++) {
            Morning morning = night(seed);
            Document junit = XmlPages.parse(MorningJunit.of(morning));
            List<Integer> counted = counted(morning);
            assertEquals(counted.get(0), XmlPages.elements(junit, "testcase").size());
            assertEquals(counted.get(2), XmlPages.elements(junit, "failure").size());
            assertEquals(
                    counted.get(4) + counted.get(5),
                    XmlPages.elements(junit, "error").size());
            for (String suites : List.of("testsuites", "testsuite")) {
                Element suite = XmlPages.elements(junit, suites).get(0);
                for (Map.Entry<String, String> attribute : Map.of(
                                "tests", "testcase", "failures", "failure", "errors", "error", "skipped", "skipped")
                        .entrySet()) {
                    assertEquals(
                            XmlPages.elements(junit, attribute.getValue()).size(),
                            Integer.parseInt(suite.getAttribute(attribute.getKey())),
                            attribute.getKey() + " of " + suites + ", seed " + seed);
                }
            }
            List<String> names = XmlPages.elements(junit, "testcase").stream()
                    .map(element -> element.getAttribute("name"))
                    .toList();
            assertEquals(names.size(), names.stream().distinct().count(), "two cases of one name are one to Jenkins");
        }
    }

    /** Skipped has a reason, and what passed says where its images show too little. */
    @Test
    void shouldSayWhyInJunit() {
        Morning morning = new Mornings(4).mixed(6, 6);
        String junit = MorningJunit.of(morning);
        for (String expected : List.of(
                "<failure message=\"worse: ",
                "<error message=\"missing: no board of the pool was free before 05:00\" type=\"missing\">",
                "<error message=\"fault: 4 of 1,000 images have other outputs",
                "<skipped message=\"open: changed by compiler: decide\">",
                "<skipped message=\"not comparable: another data set, preprocessing or metric: data_sha256\">",
                "<skipped message=\"no baseline: promote one",
                "<system-out>not shown: a drop of 0.80 points is below what this set can show (needs about 8,700 images)")) {
            assertTrue(junit.contains(expected), expected + "\n" + junit);
        }
    }

    @Test
    void shouldHaveTheSameOrderEverywhere() throws Exception {
        List<String> order = Stream.of(Section.values()).map(Section::heading).toList();
        assertEquals(
                List.of(
                        "What needs a person",
                        "Regressions",
                        "Changed since the baseline",
                        "Models and boards",
                        "Boards",
                        "Thirty nights"),
                order);
        Morning morning = night(4);
        assertEquals(
                order,
                XmlPages.elements(XmlPages.parse(MorningHtml.of(morning)), "h2").stream()
                        .map(Element::getTextContent)
                        .toList());
        assertEquals(
                order,
                MorningMarkdown.of(morning)
                        .lines()
                        .filter(line -> line.startsWith("#### "))
                        .map(line -> line.substring(5))
                        .toList());
        String text = JSON.readTree(MorningWebhook.of(morning)).path("text").asText();
        assertTrue(text.startsWith("nightly on vm: "), text);
        assertTrue(text.indexOf(order.get(0) + ":") < text.indexOf(order.get(1) + ":"), text);
    }

    /** Every item of the plan is seen, by sign, word and colour, with where its times come from. */
    @Test
    void shouldShowEveryItemInTheGrid() {
        for (long seed = 2; seed <= 6; seed++) {
            Morning morning = night(seed);
            Element grid = XmlPages.elements(XmlPages.parse(MorningHtml.of(morning)), "table").stream()
                    .filter(table -> table.getTextContent().startsWith("Models and boards"))
                    .findFirst()
                    .orElseThrow();
            List<String> signs = new ArrayList<>();
            List<String> badges = new ArrayList<>();
            for (int index = 0; index < grid.getElementsByTagName("span").getLength(); index++) {
                Element span = (Element) grid.getElementsByTagName("span").item(index);
                (span.getAttribute("class").startsWith("badge") ? badges : signs).add(span.getTextContent());
            }
            // Row headings are spans, too.
            signs.removeAll(morning.grid().stream().map(Morning.Cell::model).toList());
            assertEquals(
                    sorted(morning.grid().stream()
                            .map(cell -> CellSign.of(cell.state()).toString())),
                    sorted(signs.stream()),
                    "seed " + seed);
            assertEquals(
                    sorted(morning.grid().stream().flatMap(cell -> cell.timing().stream())), sorted(badges.stream()));
        }
        assertEquals(
                CellState.values().length,
                Stream.of(CellState.values())
                        .map(state -> CellSign.of(state).sign())
                        .distinct()
                        .count());
    }

    private static List<String> sorted(Stream<String> texts) {
        return texts.sorted().toList();
    }

    @Test
    void shouldBeRedWhereDataAreStale() {
        Morning clean = night(3);
        Instant end = clean.dataAsOf().orElseThrow();
        Instant fresh = end.plus(Sentence.STALE);
        assertFalse(Sentence.of(clean, fresh).isStale());
        assertTrue(Sentence.of(clean, fresh.plusMillis(1)).isStale());
        assertEquals(Duration.ofHours(26), Sentence.STALE);
        assertFalse(MorningHtml.of(clean, fresh).contains("class=\"as-of stale\""));
        assertTrue(MorningHtml.of(clean, fresh.plusMillis(1)).contains("class=\"as-of stale\""));
        assertTrue(MorningMarkdown.of(clean, fresh.plusMillis(1)).contains("**Stale:** planned 30"));
        assertFalse(MorningMarkdown.of(clean, fresh).contains("Stale"));
        assertTrue(MorningHtml.of(night(2)).contains("class=\"as-of stale\">no data<"), "all boards dead");
        assertFalse(Sentence.of(night(1)).isStale(), "nothing was planned");
        assertEquals(
                "data as of 05:12 UTC",
                new Sentence(clean.counts(), Optional.of(Instant.parse("2026-11-30T05:12:59Z")), Mornings.TIME).age());
        assertEquals(
                "data as of 2026-11-29 23:59 UTC",
                new Sentence(clean.counts(), Optional.of(Instant.parse("2026-11-29T23:59:59Z")), Mornings.TIME).age());
    }

    @Test
    void shouldFitIntoACommentWhateverTheSize() {
        for (int models : List.of(100, 600)) {
            String markdown = MorningMarkdown.of(new Mornings(models).mixed(models, 6));
            assertTrue(markdown.length() <= 65_536, markdown.length() + " characters");
            assertTrue(markdown.length() > 5_000, "no more is left out than must be: " + markdown.length());
            assertTrue(markdown.contains("on the HTML page only"), markdown);
        }
        String wide = MorningMarkdown.of(new Mornings(1).mixed(3, 300));
        assertTrue(wide.length() <= 65_536, wide.length() + " characters");
        String longTexts = MorningMarkdown.of(new Mornings(1, text -> text + "x".repeat(30_000)).mixed(6, 6));
        assertTrue(longTexts.length() <= 65_536, longTexts.length() + " characters");
        assertFalse(MorningMarkdown.of(night(4)).contains("on the HTML page only"));
    }

    /** A page asks for nothing from elsewhere, and can be read without seeing it. */
    @Test
    void shouldBeSelfContainedAndReadable() {
        Document page = XmlPages.parse(MorningHtml.of(night(4)));
        String text = MorningHtml.of(night(4));
        assertFalse(
                text.contains("http:") || text.contains("https:") || text.contains("url(") || text.contains("@import"));
        for (String name : List.of("link", "img", "iframe")) {
            assertEquals(0, XmlPages.elements(page, name).size(), name);
        }
        assertEquals("en", page.getDocumentElement().getAttribute("lang"));
        for (Element table : XmlPages.elements(page, "table")) {
            assertEquals("caption", table.getFirstChild().getNodeName());
        }
        for (Element heading : XmlPages.elements(page, "th")) {
            assertTrue(List.of("row", "col").contains(heading.getAttribute("scope")));
        }
        for (Element chart : XmlPages.elements(page, "svg")) {
            assertFalse(chart.getAttribute("aria-label").isEmpty());
        }
        assertTrue(text.contains("prefers-color-scheme: dark") && text.contains("width=device-width"));
    }

    @Test
    void shouldDrawTheBandOfWhatIsToleratedAroundTheBaseline() {
        Document page = XmlPages.parse(MorningHtml.of(night(5)));
        List<Element> bands = XmlPages.elements(page, "rect");
        List<Element> lines = XmlPages.elements(page, "line");
        assertEquals(lines.size(), bands.size());
        assertTrue(!bands.isEmpty());
        for (int index = 0; index < bands.size(); index++) {
            double top = Double.parseDouble(bands.get(index).getAttribute("y"));
            double height = Double.parseDouble(bands.get(index).getAttribute("height"));
            double base = Double.parseDouble(lines.get(index).getAttribute("y1"));
            assertTrue(height > 0 && base >= top - 0.05 && base <= top + height + 0.05, "band " + index);
            boolean isCycles = ((Element) bands.get(index).getParentNode())
                    .getAttribute("aria-label")
                    .startsWith("cycles");
            assertEquals(isCycles ? top + height / 2 : top, base, 0.1, "less accuracy, cycles either way");
        }
    }

    /** Items without a board stand in the last column, and of two at one place the first has the figures. */
    @Test
    void shouldKeepApartWhatStandsAtOnePlace() {
        Morning morning = new Mornings(3).night(2, 3, GOOD);
        Morning.Cell first = morning.grid().get(0);
        Morning.Cell twice = new Morning.Cell(
                first.model(),
                first.dataSet(),
                first.boardSerial(),
                CellState.NO_BASELINE,
                "",
                first.timing(),
                first.runId(),
                Optional.empty(),
                OptionalDouble.of(0.125),
                OptionalLong.of(7),
                1,
                List.of());
        Morning.Cell nowhere = new Morning.Cell(
                first.model(),
                first.dataSet(),
                Optional.empty(),
                CellState.MISSING,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                0,
                List.of());
        List<Morning.Cell> grid = new ArrayList<>(List.of(nowhere));
        grid.addAll(morning.grid());
        grid.add(twice);
        Morning other = with(morning, grid);
        ReportTable table = new MorningGrid(other).table();
        assertEquals("any board", table.columns().get(table.columns().size() - 1));
        assertEquals(2 + 3, table.columns().size());
        assertTrue(table.rows().get(0).get(1).lines().contains("○ no baseline"));
        String metrics = MorningMetrics.of(other);
        assertTrue(metrics.contains("} " + first.accuracy().getAsDouble() + "\n"), metrics);
        assertFalse(metrics.contains("} 0.125\n"), metrics);
        assertFalse(MorningBenchmarks.cycles(other).contains("\"value\":7}"));
        assertTrue(MorningJunit.of(other).contains(" #2\""));
    }

    /** Its boards have gone from the bench. */
    private static Morning with(Morning morning, List<Morning.Cell> grid) {
        return new Morning(
                morning.schema(),
                morning.bench(),
                morning.suite(),
                morning.nightId(),
                morning.plannedAt(),
                morning.time(),
                morning.dataAsOf(),
                morning.counts(),
                morning.outcome(),
                morning.attention(),
                morning.regressions(),
                morning.changes(),
                grid,
                List.of(),
                morning.trends());
    }

    @Test
    void shouldWriteEveryFile(@TempDir Path folder) throws Exception {
        Morning morning = night(6);
        MorningFiles.write(morning, folder.resolve("new/reports"));
        try (Stream<Path> files = Files.list(folder.resolve("new/reports"))) {
            assertEquals(
                    sorted(MorningFiles.of(morning).keySet().stream()),
                    sorted(files.map(file -> file.getFileName().toString())));
        }
        assertEquals(MorningJunit.of(morning), Files.readString(folder.resolve("new/reports/junit.xml")));
    }

    @Test
    void shouldPlotWhatGithubActionBenchmarkReads() throws Exception {
        Morning morning = new Mornings(8).night(4, 3, GOOD);
        JsonNode cycles = JSON.readTree(MorningBenchmarks.cycles(morning));
        JsonNode accuracy = JSON.readTree(MorningBenchmarks.accuracy(morning));
        assertEquals(12, cycles.size());
        assertEquals(4, accuracy.size(), "a network has one accuracy, whatever board");
        assertEquals(
                "ic01 on cifar10-test at 0031003F3433510833320000 (estimated)",
                cycles.path(0).path("name").asText());
        assertEquals(
                morning.grid().get(0).cyclesP50().orElseThrow(),
                cycles.path(0).path("value").asLong());
        assertEquals("cycles", cycles.path(0).path("unit").asText());
        assertEquals(
                100 * morning.grid().get(0).accuracy().orElseThrow(),
                accuracy.path(0).path("value").asDouble(),
                1e-4);
        assertEquals("%", accuracy.path(0).path("unit").asText());
        assertEquals("[]", MorningBenchmarks.cycles(night(2)));
    }
}
