// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.http.ApiClient;
import java.io.PrintWriter;
import java.time.Duration;

/** Waits for the end of a job, and tells each state on the way. */
record JobWaiting(ApiClient agent, PrintWriter err) {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int LONG_POLL_SECONDS = 20;

    JobSummary await(String id) throws InterruptedException {
        String told = "";
        while (true) {
            JobSummary job = new JobSummary(
                    agent.get("/v1/jobs/" + id + "?wait_s=" + (told.isEmpty() ? 0 : LONG_POLL_SECONDS), ANSWER));
            if (!job.state().equals(told)) {
                told = job.state();
                err.println(TerminalText.harmless("hilda: " + job.text()));
                err.flush();
            }
            if (job.hasEnded()) {
                return job;
            }
        }
    }
}
