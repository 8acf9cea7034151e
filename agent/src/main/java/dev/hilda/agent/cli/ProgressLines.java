// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Progress as lines on stderr: the end of every step, and every other second how far a long one has come. */
public final class ProgressLines implements Progress {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /** The step whose parts people count. */
    private static final String IMAGES = "images";

    private static final double JUDGED_FROM_SHARE = 0.1;
    private static final double JUDGED_FROM_SECONDS = 30;
    private static final double MINUTES_FROM = 180;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintWriter out;
    private final Clock clock;
    private String step = "";
    private long stepStarted;
    private long lastLine;

    /** Lines for people, by the clock on the wall. */
    public static ProgressLines to(PrintWriter out) {
        return new ProgressLines(out, Clock.SYSTEM);
    }

    ProgressLines(PrintWriter out, Clock clock) {
        this.out = out;
        this.clock = clock;
        this.stepStarted = clock.nanoTime();
    }

    @Override
    public void advance(String current, long done, long total) {
        long now = clock.nanoTime();
        if (!current.equals(step)) {
            // What passed since the last step ended was the first part of this one.
            stepStarted = step.isEmpty() ? stepStarted : lastLine;
            step = current;
            lastLine = stepStarted;
        }
        double seconds = (now - stepStarted) / NANOS_PER_SECOND;
        if (total > 0 && done >= total) {
            print("%s: done in %.1f s", amount(current, done, total), seconds);
            lastLine = now;
        } else if (now - lastLine >= INTERVAL.toNanos()) {
            print("%s%s", amount(current, done, total), remaining(seconds, done, total));
            lastLine = now;
        }
    }

    private static String amount(String step, long done, long total) {
        boolean counted = step.equals(IMAGES);
        if (counted) {
            return total == 0 ? step + ": " + done : step + ": " + done + " of " + total;
        }
        return done >= total ? step : step + ": " + 100 * done / total + "%";
    }

    /** Nothing before there is something to judge by: the first part of a step includes what loads and warms up. */
    private static String remaining(double seconds, long done, long total) {
        if (total == 0) {
            return ", end unknown";
        }
        if (done == 0 || (done < JUDGED_FROM_SHARE * total && seconds < JUDGED_FROM_SECONDS)) {
            return "";
        }
        double left = seconds / done * (total - done);
        return left < MINUTES_FROM
                ? String.format(Locale.ROOT, ", about %.0f s left", left)
                : String.format(Locale.ROOT, ", about %.0f min left", Math.ceil(left / SECONDS_PER_MINUTE));
    }

    private void print(String format, Object... values) {
        out.println("hilda: " + String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
