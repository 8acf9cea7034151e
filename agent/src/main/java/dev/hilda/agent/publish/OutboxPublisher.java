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
 * Publishes what waits in the outbox before a result of its own. Where nobody asked for a broker, a result that finds
 * none waits there too, and that is no failure.
 */
public final class OutboxPublisher implements Publisher {
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

    @Override
    public void result(Result result) {
        try {
            sendWaiting();
            publisher.result(result);
        } catch (BenchFailure unpublished) {
            if (isRequired || unpublished.kind() != FailureKind.PUBLISH) {
                throw unpublished;
            }
            keep(result, unpublished);
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

    private void sendWaiting() {
        try {
            outbox.send(
                    waiting -> {
                        ResultMessages.of(waiting).forEach(sender);
                        remarks.accept("sent from the outbox: the result of " + waiting.subject() + " on "
                                + waiting.run().board() + " of " + waiting.run().time());
                    },
                    remarks);
        } catch (IOException e) {
            remarks.accept("the outbox could not be sent: " + e);
        }
    }

    private void keep(Result result, BenchFailure unpublished) {
        try {
            String place = outbox.keep(result);
            waits = true;
            remarks.accept("the result was not published and waits in " + place + ": "
                    + unpublished.actual().orElse("no reason given")
                    + "\n  what to do: hilda publish --mqtt URL sends it, as does the next run with a broker;"
                    + " --no-publish does without");
        } catch (IOException e) {
            remarks.accept("the result could not be put into the outbox: " + e);
            throw unpublished;
        }
    }
}
