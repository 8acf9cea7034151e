package dev.hilda.agent.cli;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Progress as lines on stderr: the end of every step, and every other second how far a long one has come. */
final class ProgressLines implements Progress {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintWriter out;
    private final Clock clock;
    private String step = "";
    private long stepStarted;
    private long lastLine;

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
        if (done >= total) {
            print("%s: done in %.1f s", current, (now - stepStarted) / NANOS_PER_SECOND);
            lastLine = now;
        } else if (now - lastLine >= INTERVAL.toNanos()) {
            double remaining = (now - stepStarted) / NANOS_PER_SECOND / Math.max(1, done) * (total - done);
            print("%s: %d%%, about %.0f s left", current, 100 * done / total, remaining);
            lastLine = now;
        }
    }

    private void print(String format, Object... values) {
        out.println("hilda: " + String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
