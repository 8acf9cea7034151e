// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.Morning.Counts;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * What a night came to, in one sentence: {@code planned 30, ran 28, regressed 1, open 1, missing 2, data as of 05:12 UTC}.
 *
 * @param now of who reads it: data of another day are told with their date
 */
public record Sentence(Counts counts, Optional<Instant> dataAsOf, Instant now) {
    /** From this age on data are stale: a night was left out. */
    public static final Duration STALE = Duration.ofHours(26);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** As it is when the night was judged. */
    public static Sentence of(Morning morning) {
        return of(morning, morning.time());
    }

    /** As it is for who reads it later. */
    public static Sentence of(Morning morning, Instant now) {
        return new Sentence(morning.counts(), morning.dataAsOf(), now);
    }

    /** Whether what it says is too old, or there is nothing although something was planned. */
    public boolean isStale() {
        return dataAsOf.map(time -> Duration.between(time, now).compareTo(STALE) > 0)
                .orElse(counts.planned() > 0);
    }

    /** How old the data are: what is stale is to be shown in red. */
    public String age() {
        return dataAsOf.map(time ->
                        "data as of " + (day(time).equals(day(now)) ? TIME : DAY_AND_TIME).format(time) + " UTC")
                .orElse("no data");
    }

    /** What was planned and what became of it; what seldom occurs is told only where it did. */
    public String items() {
        return "planned " + counts.planned() + ", ran " + counts.ran() + ", regressed " + counts.regressed() + ", open "
                + counts.open() + ", missing " + counts.missing() + seldom("faulty", counts.faulty())
                + seldom("not shown", counts.unshown()) + seldom("flaky", counts.flaky());
    }

    /** The whole of it. */
    @Override
    public String toString() {
        return items() + ", " + age();
    }

    private static String seldom(String what, int items) {
        return items == 0 ? "" : ", " + what + " " + items;
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
