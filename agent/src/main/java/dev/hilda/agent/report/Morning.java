// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.verdict.Change;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.profile.Labelled;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A judged night, as {@code morning-1.schema.json} describes it; what needs a look comes first.
 *
 * @param schema {@link #SCHEMA}
 * @param nightId a UUID
 * @param time when it was judged
 * @param dataAsOf end of its last run; empty where nothing ran
 * @param attention what needs a person
 * @param changes what is not the same as in the baselines
 * @param grid what was planned, item by item, whether it ran or not
 * @param trends of up to 30 nights, the last of them this one
 */
public record Morning(
        String schema,
        String bench,
        String suite,
        String nightId,
        Instant plannedAt,
        Instant time,
        Optional<Instant> dataAsOf,
        Counts counts,
        Outcome outcome,
        List<Attention> attention,
        List<Regression> regressions,
        List<Provenance> changes,
        List<Cell> grid,
        List<BoardCondition> boards,
        List<Trend> trends) {
    public static final String SCHEMA = "hilda/morning/1";

    /** What the night comes to, the gravest first. */
    public enum Outcome implements Labelled {
        /** Exit code 12. */
        REGRESSED,
        /** Something is missing, or a bench is at fault; exit code 14. */
        INCOMPLETE,
        /** Somebody must decide; exit code 15. */
        OPEN,
        /** Exit code 0. */
        CLEAN
    }

    public Morning {
        attention = List.copyOf(attention);
        regressions = List.copyOf(regressions);
        changes = List.copyOf(changes);
        grid = List.copyOf(grid);
        boards = List.copyOf(boards);
        trends = List.copyOf(trends);
    }

    /**
     * Items of the plan. An item that ran is regressed, open, faulty, or none of these.
     *
     * @param missing planned less ran
     * @param unshown items that ran, of which the images cannot show a drop that is not tolerated
     * @param flaky items that passed only on another board or after a recovery
     */
    public record Counts(
            int planned, int ran, int regressed, int open, int faulty, int missing, int unshown, int flaky) {}

    /**
     * Something that waits for a person.
     *
     * @param what in words, beginning with the network or board
     * @param since when it was so first
     * @param command one that mends it or shows more
     */
    public record Attention(String what, Instant since, String command) {}

    /**
     * A figure that is worse than its baseline.
     *
     * @param boardSerial that it ran on
     * @param verdict with figures; for accuracies with images and interval
     * @param firstNight since when each night has had it
     * @param provenance what changed since the baseline
     * @param isSeenElsewhere whether another board of this night had it too; empty where it ran on one board only
     */
    public record Regression(
            String model,
            String dataSet,
            String boardSerial,
            String runId,
            MetricVerdict verdict,
            Instant firstNight,
            List<Change> provenance,
            Optional<Boolean> isSeenElsewhere) {
        public Regression {
            provenance = List.copyOf(provenance);
        }
    }

    /** What is not the same of a network as in its baseline. */
    public record Provenance(String model, String dataSet, Change change) {}

    /**
     * An item of the plan.
     *
     * @param boardSerial that it ran on, or was to; empty where any board would have done
     * @param timing {@code measured} or {@code estimated}
     * @param reason in words: of what is missing, faulty or to be decided
     * @param accuracy of the metric that the data set asks for
     * @param verdicts on its figures
     * @param attempts boards that began with it
     */
    public record Cell(
            String model,
            String dataSet,
            Optional<String> boardSerial,
            CellState state,
            String reason,
            Optional<String> timing,
            Optional<String> runId,
            Optional<String> baselineRunId,
            OptionalDouble accuracy,
            OptionalLong cyclesP50,
            int attempts,
            List<MetricVerdict> verdicts) {
        public Cell {
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * A board.
     *
     * @param state as the agent lists it: {@code ready}, {@code busy}, {@code checking}, {@code reserved}, {@code quarantined}; or
     *     {@code lost}
     * @param lastGoodRun end of the last run that passed
     * @param linkErrors frames that were sent again or broken, in this night's runs
     * @param usualLinkErrors median of the nights before
     * @param wearShare erases of its worst sector, by the endurance of its flash
     * @param wornOutAt when that share is 1, at the pace of the last 30 days
     * @param clockErrorPpm of the core clock against the host's, where it was measured
     */
    public record BoardCondition(
            String serial,
            String board,
            String state,
            Optional<String> holder,
            Optional<Instant> lastGoodRun,
            long linkErrors,
            OptionalDouble usualLinkErrors,
            OptionalDouble wearShare,
            Optional<Instant> wornOutAt,
            OptionalDouble clockErrorPpm) {}

    /**
     * A network over the nights.
     *
     * @param tolerancePoints below the baseline's accuracy that are tolerated
     * @param tolerancePercent of the baseline's cycles, either way
     */
    public record Trend(
            String model,
            String dataSet,
            OptionalDouble baselineAccuracy,
            double tolerancePoints,
            OptionalLong baselineCycles,
            double tolerancePercent,
            List<Point> points) {
        public Trend {
            points = List.copyOf(points);
        }
    }

    /** Of one night; figures of the first run that has them. */
    public record Point(Instant night, OptionalDouble accuracy, OptionalLong cyclesP50, CellState state) {}
}
