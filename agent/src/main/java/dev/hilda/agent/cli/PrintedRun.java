package dev.hilda.agent.cli;

import dev.hilda.agent.board.Progress;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.run.RunListener;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * A run as it is printed.
 *
 * @param lines progress, for people
 * @param broker where it is published
 * @param summary prints what was found, for people
 */
record PrintedRun<R>(RunOutput output, Progress lines, BrokerAddress broker, BiConsumer<RunIdentity, R> summary)
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
    public void measured(RunIdentity run, R report) {
        if (!output.isJson()) {
            summary.accept(run, report);
        }
    }

    @Override
    public void document(String document) {
        output.document(document);
    }

    @Override
    public void saved(Path file) {
        if (!output.isJson()) {
            output.print("  result    %s", file);
        }
    }

    @Override
    public void published(String topic) {
        if (!output.isJson()) {
            output.print("  published %s at %s, read back", topic, broker);
        }
    }
}
