// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.measure.ConfusionMatrix;
import dev.hilda.agent.report.CellSign.Tone;
import dev.hilda.agent.report.ConfusedImages.Confusion;
import dev.hilda.agent.report.ConfusedImages.Shown;
import dev.hilda.agent.report.ReportTable.Entry;
import dev.hilda.agent.result.AccuracyResult;
import dev.hilda.agent.result.RunResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run as a page in one file. */
public final class RunHtml {
    /** Of more classes the confusions are listed. */
    private static final int MOST_IN_A_MATRIX = 20;

    private static final int MOST_LISTED = 20;
    private static final int LEAST_SIDE_PIXELS = 64;

    private final RunResult result;
    private final RunFigures figures;

    private RunHtml(RunResult result) {
        this.result = result;
        this.figures = new RunFigures(result);
    }

    /**
     * The page.
     *
     * @param confused pictures from the run's data set, where that was given
     */
    public static String of(RunResult result, Optional<ConfusedImages> confused) {
        RunHtml page = new RunHtml(result);
        return HtmlPage.of(page.title() + ": " + page.outcome(), page.main(confused));
    }

    private String title() {
        return result.workload().model() + " on " + result.run().board();
    }

    private String outcome() {
        return result.outcome().passed() ? "passed" : "failed";
    }

    private Element main(Optional<ConfusedImages> confused) {
        Tone tone = result.outcome().passed() ? Tone.GOOD : Tone.BAD;
        Element main = Element.of("main")
                .add(Element.of("h1", title() + " ")
                        .add(Element.of("span", outcome()).with("class", "outcome " + HtmlPage.tone(tone))))
                .add(sentence())
                .add(Element.of(
                                "p",
                                "run " + result.run().runId() + " of "
                                        + Wording.minute(result.run().time()) + " on bench "
                                        + result.run().bench() + ", data set "
                                        + result.workload().dataSet())
                        .with("class", "faint"));
        result.outcome()
                .failure()
                .ifPresent(failure ->
                        main.add(Element.of("p", result.outcome().failureKind().orElse("") + ": " + failure)
                                .with("class", "bad")));
        Map<String, List<Element>> sections = sections(confused);
        sections.forEach((heading, content) -> {
            if (!content.isEmpty()) {
                main.add(HtmlPage.section(heading, content));
            }
        });
        return main;
    }

    private Element sentence() {
        Element sentence = Element.of("p", figures.sentence()).with("class", "sentence");
        return sentence.text(" ").add(HtmlPage.badge(result.run().timing().label()));
    }

    /** In the order of the page; those without content are left out. */
    private Map<String, List<Element>> sections(Optional<ConfusedImages> confused) {
        Map<String, List<Element>> sections = new LinkedHashMap<>();
        sections.put("Remarks", remarks());
        sections.put("Accuracy", table("Accuracy", figures.accuracy()));
        sections.put("Confusion", confusion());
        sections.put("Confused images", confused.map(this::pictures).orElse(List.of()));
        sections.put("Latency", table("Latency", figures.latency()));
        sections.put("Layers", table("Layers", figures.layers()));
        sections.put("Memory", table("Memory", figures.memory()));
        sections.put("Provenance", List.of(provenance()));
        return sections;
    }

    private static List<Element> table(String caption, ReportTable table) {
        return table.rows().isEmpty() ? List.of() : List.of(HtmlPage.table(caption, table));
    }

    private List<Element> remarks() {
        return result.remarks().stream()
                .map(remark -> Element.of("p", remark).with("class", "warning"))
                .toList();
    }

    private List<Element> confusion() {
        Optional<ConfusionMatrix> matrix = result.accuracy().flatMap(AccuracyResult::confusionMatrix);
        if (matrix.isEmpty() || matrix.get().cells().isEmpty()) {
            return List.of();
        }
        return matrix.get().classes() > MOST_IN_A_MATRIX
                ? table("Confusion", worst(matrix.get()))
                : List.of(
                        Element.of("p", "Rows are labels, columns predictions.").with("class", "faint"),
                        matrix(matrix.get()));
    }

    private ReportTable worst(ConfusionMatrix matrix) {
        return new ReportTable(
                List.of("Label", "Taken for", "Images", "Of its label"),
                matrix.worst(MOST_LISTED).stream()
                        .map(cell -> List.of(
                                Entry.of(result.workload().labelled(cell.label())),
                                Entry.of(result.workload().labelled(cell.prediction())),
                                Entry.of(Wording.count(cell.images())),
                                Entry.of(Wording.percent((double) cell.images() / matrix.labelled(cell.label())))))
                        .toList());
    }

    private Element matrix(ConfusionMatrix matrix) {
        Element head = Element.of("tr").add(column("Label"));
        for (int prediction = 0; prediction < matrix.classes(); prediction++) {
            head.add(column(Integer.toString(prediction)));
        }
        head.add(column("Right"));
        Element body = Element.of("tbody");
        for (int label = 0; label < matrix.classes(); label++) {
            body.add(row(matrix, label));
        }
        return HtmlPage.scrolled(
                "Confusion matrix",
                Element.of("table")
                        .with("class", "matrix")
                        .add(Element.of("caption", "Confusion matrix: rows are labels, columns predictions"))
                        .add(Element.of("thead").add(head))
                        .add(body));
    }

    private static Element column(String text) {
        return Element.of("th", text).with("scope", "col");
    }

    private Element row(ConfusionMatrix matrix, int label) {
        long labelled = matrix.labelled(label);
        Element row = Element.of("tr")
                .add(Element.of("th", result.workload().labelled(label)).with("scope", "row"));
        for (int prediction = 0; prediction < matrix.classes(); prediction++) {
            long images = matrix.count(label, prediction);
            Element cell = Element.of("td", images == 0 ? "" : Wording.count(images));
            if (prediction == label) {
                cell.with("class", "right");
            }
            row.add(images == 0 ? cell : cell.with("style", HtmlPage.share((double) images / labelled)));
        }
        return row.add(Element.of(
                "td", labelled == 0 ? "" : Wording.percent((double) matrix.count(label, label) / labelled)));
    }

    private List<Element> pictures(ConfusedImages confused) {
        Element figures = Element.of("div").with("class", "confusions");
        for (Confusion confusion : confused.confusions()) {
            Element thumbs = Element.of("div").with("class", "thumbs");
            confusion.shown().forEach(shown -> thumbs.add(thumb(shown)));
            String caption = result.workload().labelled(confusion.label()) + " taken for "
                    + result.workload().labelled(confusion.prediction()) + ": " + Wording.count(confusion.images())
                    + (confusion.images() == 1 ? " image" : " images");
            figures.add(Element.of("figure")
                    .add(Element.of("figcaption", caption).with("class", "faint"))
                    .add(thumbs));
        }
        return confused.confusions().isEmpty() ? List.of() : List.of(figures);
    }

    private static Element thumb(Shown shown) {
        int width = shown.picture().width();
        int height = shown.picture().height();
        int zoom = Math.max(1, LEAST_SIDE_PIXELS / Math.max(width, height));
        return Element.of("img")
                .with("src", shown.picture().dataUri())
                .with("alt", shown.id())
                .with("title", shown.id())
                .with("width", Integer.toString(width * zoom))
                .with("height", Integer.toString(height * zoom));
    }

    private Element provenance() {
        Element list = Element.of("dl");
        figures.provenance()
                .forEach((name, value) -> list.add(Element.of("dt", name)).add(Element.of("dd", value)));
        return list;
    }
}
