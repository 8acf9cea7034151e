// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.run.RunListener;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A run as it is printed.
 *
 * @param lines progress, for people
 * @param broker where it is published; empty where it is not
 * @param summary prints what was found, for people
 */
record PrintedRun<R extends Result>(
        RunOutput output, Progress lines, Optional<BrokerAddress> broker, Consumer<R> summary)
        implements RunListener<R> {
    @Override
    public void progress(String step, long done, long total) {
        lines.advance(step, done, total);
    }

    @Override
    public void remark(String text) {
        output.remark(text);
    }

    @Override
    public void measured(R result) {
        if (!output.isJson()) {
            summary.accept(result);
        }
    }

    @Override
    public void result(Result result) {
        output.document(result.toJson());
    }

    @Override
    public void saved(String place) {
        if (!output.isJson()) {
            output.print("  result    %s", place);
        }
    }

    @Override
    public void published(String topic) {
        if (!output.isJson()) {
            output.print("  published %s at %s, read back", topic, broker.orElseThrow());
        }
    }
}
