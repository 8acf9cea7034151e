// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.measure.ConfusionMatrix;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.verdict.PlantedRuns;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class RunHtmlTest {
    private static final List<String> FIELDS = List.of(
            "model", "data_set", "model_file", "compiler", "host", "openocd_version", "probe", "bench", "board");

    private static PlantedRuns runs;

    @BeforeAll
    static void measure(@TempDir Path folder) {
        runs = new PlantedRuns(folder);
    }

    private static RunResult run(Supplier<String> words) {
        Map<String, Object> fields = new HashMap<>();
        FIELDS.forEach(field -> fields.put(field, words.get()));
        fields.put("class_names", Stream.generate(words).limit(3).toList());
        fields.put("remarks", List.of(words.get()));
        fields.put("passed", false);
        fields.put("failure_kind", "link");
        fields.put("failure", words.get());
        return runs.again(fields).result();
    }

    private static Document page(RunResult result) {
        return XmlPages.parse(RunHtml.of(result, Optional.empty()));
    }

    @Test
    void shouldKeepItsStructureWhateverTheTextsAre() {
        List<String> plain = XmlPages.structure(page(run(() -> "t")));
        long first = new Random().nextInt(1_000_000);
        for (long seed = first; seed < first + 10; seed++) {
            Random random = new Random(seed);
            RunResult hostile = run(() -> HostileText.of(random));
            Document page = page(hostile);
            assertEquals(plain, XmlPages.structure(page), "seed " + seed);
            String text = page.getDocumentElement().getTextContent();
            for (String each : List.of(
                    hostile.workload().model(),
                    hostile.origin().compiler(),
                    hostile.workload().labelled(2),
                    hostile.outcome().failure().orElseThrow(),
                    hostile.remarks().get(0))) {
                assertTrue(text.contains(Legible.of(each)), "seed " + seed + ": " + each);
            }
        }
    }

    /** Every count of the matrix stands in it once. */
    @Test
    void shouldShowTheConfusionMatrix() {
        RunResult result = runs.again(Map.of()).result();
        ConfusionMatrix matrix =
                result.accuracy().orElseThrow().confusionMatrix().orElseThrow();
        Element table = XmlPages.elements(page(result), "table").stream()
                .filter(each -> each.getAttribute("class").equals("matrix"))
                .findFirst()
                .orElseThrow();
        int columns = matrix.classes() + 1;
        for (int label = 0; label < matrix.classes(); label++) {
            for (int prediction = 0; prediction < matrix.classes(); prediction++) {
                long images = matrix.count(label, prediction);
                assertEquals(
                        images == 0 ? "" : String.valueOf(images),
                        table.getElementsByTagName("td")
                                .item(label * columns + prediction)
                                .getTextContent());
            }
        }
    }

    /** Of many classes, and of a run that never had a board, there is what there is. */
    @Test
    void shouldShowWhatThereIs() {
        List<List<Integer>> confusion = IntStream.range(0, 40)
                .mapToObj(label -> List.of(label, (label + 1) % 100, label + 1))
                .toList();
        String many = RunHtml.of(
                runs.again(Map.of("classes", 100, "confusion", confusion)).result(), Optional.empty());
        assertFalse(many.contains("class=\"matrix\""));
        assertTrue(many.contains("Taken for"));
        Document page = XmlPages.parse(many);
        assertEquals(
                "39",
                XmlPages.elements(page, "table")
                        .get(1)
                        .getElementsByTagName("th")
                        .item(4)
                        .getTextContent());
        RunResult whole = runs.again(Map.of()).result();
        RunResult early = new RunResult(
                whole.run(),
                whole.outcome(),
                whole.workload(),
                whole.demands(),
                whole.origin(),
                whole.setup(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Document empty = page(early);
        assertEquals(
                List.of("Provenance"),
                XmlPages.elements(empty, "h2").stream()
                        .map(Element::getTextContent)
                        .toList());
        assertTrue(empty.getDocumentElement().getTextContent().contains("nothing was measured"));
    }
}
