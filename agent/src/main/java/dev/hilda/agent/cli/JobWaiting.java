// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.http.ApiClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;

/** Waits for the end of a job, and tells each state on the way. An agent that is started anew is waited for, too. */
record JobWaiting(ApiClient agent, PrintWriter err, Clock clock) {
    private static final Duration ABSENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int LONG_POLL_SECONDS = 20;

    JobSummary await(String id) throws InterruptedException {
        String told = "";
        while (true) {
            JobSummary job = look(id, told.isEmpty() ? 0 : LONG_POLL_SECONDS);
            if (!job.state().equals(told)) {
                told = job.state();
                say(job.text());
            }
            if (job.hasEnded()) {
                return job;
            }
        }
    }

    private JobSummary look(String id, int waitSeconds) throws InterruptedException {
        long started = clock.nanoTime();
        boolean isAway = false;
        while (true) {
            try {
                return new JobSummary(agent.get("/v1/jobs/" + id + "?wait_s=" + waitSeconds));
            } catch (BenchFailure failure) {
                boolean isUnanswered = failure.getCause() instanceof IOException;
                if (!isUnanswered || clock.since(started).compareTo(ABSENCE) > 0) {
                    throw failure;
                }
                if (!isAway) {
                    say("the agent does not answer; waiting for it");
                }
                isAway = true;
                clock.sleep(PAUSE);
            }
        }
    }

    private void say(String text) {
        err.println("hilda: " + TerminalText.harmless(text));
        err.flush();
    }
}
