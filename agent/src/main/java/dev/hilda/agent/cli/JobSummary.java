// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;

/** A job as an agent tells it, for people. */
record JobSummary(JsonNode job) {
    private static final int SHORT_ID = 8;

    String id() {
        return job.path("job_id").asText();
    }

    String state() {
        return job.path("state").asText();
    }

    boolean hasEnded() {
        return job.path("ended_at").isTextual();
    }

    String[] cells() {
        String id = id();
        return new String[] {
            id.substring(0, Math.min(SHORT_ID, id.length())),
            job.path("submitted_at").asText(),
            state(),
            job.path("pool").asText(),
            job.path("name").asText(),
            job.path("submitter").asText(),
            job.path("board").asText(""),
            firstLine()
        };
    }

    private String firstLine() {
        return job.path("reason").isTextual()
                ? job.path("reason").textValue().lines().findFirst().orElse("")
                : "";
    }

    String text() {
        StringBuilder text = new StringBuilder("job " + id() + ": " + state());
        if (job.path("run_id").isTextual()) {
            text.append(", run ").append(job.path("run_id").textValue());
        }
        if (job.path("board").isTextual()) {
            text.append(" on ").append(job.path("board").textValue());
        }
        if (job.path("reason").isTextual()) {
            text.append("\n  ").append(job.path("reason").textValue());
        }
        return text.toString();
    }

    /** Requires that it has passed. */
    void requirePassed() {
        if (!state().equals("passed")) {
            throw BenchFailure.of(FailureKind.SERVICE, "have the job " + id() + " pass")
                    .expected("state passed")
                    .actual(text())
                    .remedy(
                            job.path("run_id").isTextual()
                                    ? "hilda runs " + job.path("run_id").textValue() + " shows its result"
                                    : "the reason says why")
                    .failure();
        }
    }
}
