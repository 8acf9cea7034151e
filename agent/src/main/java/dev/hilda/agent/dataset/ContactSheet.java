// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A page that shows samples as a network gets them: after cropping, resizing and, for a network of integers, in the codes of
 * its input. One HTML file without scripts or links, pictures in it. The first samples of each class are shown.
 */
public final class ContactSheet {
    private static final int MOST_A_CLASS = 12;
    private static final int MOST = 240;

    /** Smaller pictures are shown larger, in whole pixels. */
    private static final int LEAST_SIDE_PIXELS = 96;

    private static final String STYLE = """
        body { font: 14px sans-serif; margin: 24px; background: #fff; color: #222 }
        figure { display: inline-block; margin: 0 12px 12px 0; vertical-align: top; max-width: 260px }
        img { display: block; image-rendering: pixelated; border: 1px solid #bbb; max-width: 260px }
        figcaption { font-size: 11px; overflow-wrap: anywhere }
        """;

    private final DataSet set;
    private final Optional<Tensor> input;
    private final Map<Integer, List<String>> figures = new TreeMap<>();
    private int shown;

    /**
     * Of no sample yet.
     *
     * @param input of a network of integers, whose codes are then shown
     * @throws DataSetException when samples are for several inputs, which no picture shows
     */
    public ContactSheet(DataSet set, Optional<Tensor> input) {
        if (!set.isForOneInput()) {
            throw new DataSetException(
                    set.name(),
                    "contact sheet",
                    "samples for one input",
                    "samples of " + set.shapes(),
                    "check the set without --sheet");
        }
        this.set = set;
        this.input =
                input.filter(tensor -> tensor.shape().elements() == set.shape().elements());
    }

    /** Shows a sample, unless its class is shown often enough. */
    public void add(Sample sample) {
        List<String> ofClass = figures.computeIfAbsent(sample.label().orElse(-1), label -> new ArrayList<>());
        if (ofClass.size() < MOST_A_CLASS && shown < MOST) {
            ofClass.add(figure(sample));
            shown++;
        }
    }

    /** The page. */
    public String html() {
        StringBuilder page = new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(escaped(set.name()))
                .append("</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(escaped(set.name()))
                .append("</h1>\n<p>")
                .append(escaped(set.size() + " samples of " + set.shape() + "; "
                        + set.mapping().yaml() + ". " + what()))
                .append("</p>\n");
        figures.forEach((label, ofClass) -> {
            if (label >= 0) {
                page.append("<h2>").append(escaped(heading(label))).append("</h2>\n");
            }
            ofClass.forEach(page::append);
        });
        return page.append("</body></html>\n").toString();
    }

    private String heading(int label) {
        long samples = set.labels().filter(other -> other == label).count();
        return label + set.className(label).map(name -> " " + name).orElse("") + " (" + samples + ")";
    }

    private String what() {
        if (input.isPresent()) {
            return "Shown are the codes of the network's input: black is "
                    + ValueRange.of(input.get()).low() + ", white "
                    + ValueRange.of(input.get()).high() + ".";
        }
        return set.type() == ElementType.F32
                ? "Shown is each sample from its least value, black, to its largest, white."
                : "Shown are the stored bytes.";
    }

    private String figure(Sample sample) {
        SamplePicture picture = SamplePicture.of(sample, input);
        int zoom = Math.max(1, LEAST_SIDE_PIXELS / Math.max(picture.width(), picture.height()));
        return String.format(
                Locale.ROOT,
                "<figure><img alt=\"\" width=\"%d\" height=\"%d\" src=\"%s\"><figcaption>%s<br>%s</figcaption></figure>%n",
                picture.width() * zoom,
                picture.height() * zoom,
                picture.dataUri(),
                escaped(sample.id()),
                picture.range());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
