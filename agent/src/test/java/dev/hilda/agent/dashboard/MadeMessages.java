// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.Outcome;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunIdentity;
import dev.hilda.agent.result.RunProgress;
import dev.hilda.agent.result.SelfTestResult;
import dev.hilda.profile.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What benches publish, of runs that nobody has run. */
final class MadeMessages {
    static final Instant BEGAN = Instant.parse("2026-11-30T02:00:00Z");

    private MadeMessages() {}

    static RunIdentity run(String runId, String bench, String serial, int second) {
        return new RunIdentity(runId, BEGAN.plusSeconds(second), bench, "nucleo", serial, Timing.MEASURED);
    }

    static Topics topics(RunIdentity run) {
        return Topics.of(run.bench(), run.board(), run.boardSerial());
    }

    static Result result(RunIdentity run, boolean passed) {
        return new SelfTestResult(
                run,
                passed
                        ? Outcome.passed(Duration.ofSeconds(1))
                        : Outcome.failed(true, "link", "it was lost", Duration.ofSeconds(1)),
                "f0".repeat(32),
                new BenchSetup("here", "1", "2", "3", "STLINK-V3", "V3J1", "0x450", "V", "hsi", 921_600),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** At the topic of results, and where the last of them stands. */
    static List<Message> messages(Result result) {
        return ResultMessages.of(result, topics(result.run()));
    }

    static Message progress(RunIdentity run, long done) {
        return Message.document(
                topics(run).progress(),
                new RunProgress(run, new RunProgress.Step("images", done, 100)).toJson(),
                false,
                run);
    }

    static Message said(String topic, String content) {
        return new Message(topic, content, "", true, Map.of());
    }
}
