// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.verdict.Figures;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.PairedFigures;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Figures as pages tell them. */
final class Wording {
    private static final String ACCURACY = "accuracy";
    private static final double HUNDRED = 100;
    private static final int SHORT_ID = 8;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Wording() {}

    static String day(Instant time) {
        return DAY.format(time);
    }

    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String count(OptionalLong number) {
        return number.isPresent() ? count(number.getAsLong()) : "";
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", HUNDRED * share);
    }

    static String percent(OptionalDouble share) {
        return share.isPresent() ? percent(share.getAsDouble()) : "";
    }

    /** The beginning of a run's id, which commands take too. */
    static String run(String id) {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }

    /** How far a figure is from its baseline; the reason where there are no figures. */
    static String change(MetricVerdict verdict) {
        if (verdict.paired().isPresent()) {
            return paired(verdict.paired().get());
        }
        if (verdict.figures().isEmpty()) {
            return verdict.reason();
        }
        Figures figures = verdict.figures().get();
        if (verdict.metric().equals(ACCURACY)) {
            return signed("%+.2f points", HUNDRED * figures.change());
        }
        String unit = verdict.metric().equals("cycles") ? "cycles" : "bytes";
        return signed("%+.2f %%", figures.percent()) + " (" + count(Math.round(figures.baseline())) + " → "
                + count(Math.round(figures.candidate())) + " " + unit + ")";
    }

    private static String paired(PairedFigures paired) {
        return signed("%+.2f points", paired.differencePoints()) + " (" + signed("%.2f", paired.differenceLowPoints())
                + " to " + signed("%.2f", paired.differenceHighPoints()) + "); net "
                + signed("%+.0f images", paired.netImages()) + " of " + count(paired.commonImages()) + ": "
                + count(paired.lostImages()) + " lost, " + count(paired.wonImages()) + " won";
    }

    /** With the sign that is as wide as a plus. */
    static String signed(String format, double value) {
        return String.format(Locale.ROOT, format, value).replace('-', '−');
    }
}
