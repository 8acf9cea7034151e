// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A judged night as what is posted to a chat: {@code text}, which Slack, Mattermost and Teams show, and the whole of it as
 * {@code morning}.
 */
public final class MorningWebhook {
    private static final int MOST_LINES = 8;
    private static final int MOST_OF_A_LINE = 300;

    private MorningWebhook() {}

    /** As it is when the night was judged. */
    public static String of(Morning morning) {
        return of(morning, morning.time());
    }

    /** As it is for who reads it later. */
    public static String of(Morning morning, Instant now) {
        ObjectNode document = new JsonMapper().createObjectNode().put("text", text(morning, now));
        document.set("morning", MorningJson.tree(morning));
        return document.toString();
    }

    private static String text(Morning morning, Instant now) {
        Sentence sentence = Sentence.of(morning, now);
        List<String> lines = new ArrayList<>();
        lines.add(MorningHtml.title(morning) + ": "
                + morning.outcome().label().toUpperCase(Locale.ROOT) + ". " + (sentence.isStale() ? "Stale: " : "")
                + sentence);
        add(
                lines,
                Section.ATTENTION,
                morning.attention().stream()
                        .map(each -> each.what() + ", since " + Wording.minute(each.since()) + ": " + each.command())
                        .toList());
        add(
                lines,
                Section.REGRESSIONS,
                morning.regressions().stream()
                        .map(each -> each.model() + " on " + each.dataSet() + " at " + each.boardSerial() + ": "
                                + each.verdict().metric() + " " + Wording.change(each.verdict()))
                        .toList());
        return String.join(
                "\n",
                lines.stream()
                        .map(line -> escaped(Legible.line(line, MOST_OF_A_LINE)))
                        .toList());
    }

    private static void add(List<String> lines, Section section, List<String> each) {
        if (each.isEmpty()) {
            return;
        }
        lines.add(section.heading() + ":");
        each.stream().limit(MOST_LINES).map(line -> "- " + line).forEach(lines::add);
        if (each.size() > MOST_LINES) {
            lines.add("- and " + (each.size() - MOST_LINES) + " more");
        }
    }

    /** Slack's three characters, with which links and calls begin; Mattermost's calls begin with an at sign. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("@", "@\u200B");
    }
}
