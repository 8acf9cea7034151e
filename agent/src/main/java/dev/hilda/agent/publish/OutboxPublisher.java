// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.Outbox;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunProgress;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Publishes what waits in the outbox, where a result is put when it is kept, the oldest first. Where nobody asked for a
 * broker, that a result finds none is no failure.
 */
public final class OutboxPublisher implements Publisher {
    private static final String LATER =
            "it waits for the next run that finds the broker, or for hilda publish --mqtt URL";

    private final Publisher publisher;
    private final Consumer<Message> sender;
    private final Outbox outbox;
    private final boolean isRequired;
    private final Consumer<String> remarks;
    private boolean waits;

    /**
     * Around another publisher.
     *
     * @param sender publishes any message over the same connection
     * @param isRequired whether a result that cannot be published is a failure
     * @param remarks hears what has become of results
     */
    public OutboxPublisher(
            Publisher publisher,
            Consumer<Message> sender,
            Outbox outbox,
            boolean isRequired,
            Consumer<String> remarks) {
        this.publisher = publisher;
        this.sender = sender;
        this.outbox = outbox;
        this.isRequired = isRequired;
        this.remarks = remarks;
    }

    @Override
    public void boardState(BoardState state) {
        publisher.boardState(state);
    }

    @Override
    public void progress(RunProgress progress) {
        publisher.progress(progress);
    }

    /** One without a number could not be kept and is in no outbox: it is published now or never. */
    @Override
    public void result(Result result) {
        boolean isQueued = result.run().benchSequence().isPresent();
        try {
            sendWaiting(result);
            if (!isQueued) {
                publisher.result(result);
            }
        } catch (BenchFailure unpublished) {
            waits = true;
            if (isQueued) {
                remarks.accept("the result was not published: "
                        + unpublished.actual().orElse("no reason given") + "\n  what to do: " + LATER);
            }
            if (isRequired || !isQueued || unpublished.kind() != FailureKind.PUBLISH) {
                throw unpublished;
            }
        }
    }

    /** A result that waits is nowhere to be read. */
    @Override
    public Optional<String> readBack(Result result) throws InterruptedException {
        if (waits) {
            return Optional.empty();
        }
        try {
            return publisher.readBack(result);
        } catch (BenchFailure unread) {
            if (isRequired) {
                throw unread;
            }
            remarks.accept("the result was published, but not read back: " + unread.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        publisher.close();
    }

    private void sendWaiting(Result own) {
        try {
            outbox.send(
                    waiting -> {
                        ResultMessages.of(waiting).forEach(sender);
                        if (!waiting.run().runId().equals(own.run().runId())) {
                            remarks.accept("sent from the outbox: the result of " + waiting.subject() + " on "
                                    + waiting.run().board() + " of "
                                    + waiting.run().time());
                        }
                    },
                    remarks);
        } catch (IOException e) {
            waits = true;
            remarks.accept("the outbox could not be sent: " + e.getMessage() + "; what was kept " + LATER.substring(3));
        }
    }
}
