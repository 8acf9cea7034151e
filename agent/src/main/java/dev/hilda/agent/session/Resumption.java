// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.board.Reconnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a board again that was lost while images were streamed: by its port, by a hello, and by a reset through the
 * probe where it says none. It must be the same board with the same firmware. An image on which it is lost again and
 * again is what is wrong.
 */
final class Resumption {
    private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

    static final int MOST_FOR_ONE_IMAGE = 3;

    /** A board on USB is away for some seconds when it is plugged in again. */
    private static final Duration REPLUG_PATIENCE = Duration.ofSeconds(30);

    private static final Duration REPLUG_POLL = Duration.ofMillis(250);

    /** What a session does to be on again. */
    interface Rejoin {
        /** A new session at the line's first rate with the board there is, which must be the same. */
        Greeting hello() throws InterruptedException;

        /** The rate before the interruption, if the line still carries it. */
        Greeting faster(Greeting greeting) throws InterruptedException;
    }

    private final Conversation conversation;
    private final Reconnection reconnection;
    private final Rejoin rejoin;
    private final Clock clock;
    private Greeting greeting;
    private Duration paused;
    private long lastImage = -1;
    private int tries;
    /** The last one at this image. */
    private @Nullable BenchFailure restart;

    /** @param greeting of the board before anything happened */
    Resumption(Conversation conversation, Reconnection reconnection, Rejoin rejoin, Clock clock, Greeting greeting) {
        this.conversation = conversation;
        this.reconnection = reconnection;
        this.rejoin = rejoin;
        this.clock = clock;
        this.greeting = greeting;
        this.paused = clock.paused();
    }

    /**
     * Makes the board ready for the first image without an answer.
     *
     * @param broken what ended the stream
     * @throws BenchFailure what ended the stream, when it cannot go on
     */
    Resume resume(BenchFailure broken, long image) throws InterruptedException {
        boolean again = image == lastImage;
        tries = again ? tries + 1 : 1;
        restart = again ? restart : null;
        lastImage = image;
        if (tries > MOST_FOR_ONE_IMAGE) {
            // A board that hung is silent first and tells why when it is heard again.
            throw restart == null ? broken : restart;
        }
        LOG.warn("image {}: {}", image, broken.getMessage());
        try {
            return again(image);
        } catch (BenchFailure unreachable) {
            LOG.warn("not found again: {}", unreachable.getMessage());
            throw notFound(broken, unreachable);
        }
    }

    /** What hinders the run from going on says more than the silence that began it. */
    private static BenchFailure notFound(BenchFailure broken, BenchFailure unreachable) {
        return BenchFailure.of(unreachable.kind(), broken.attempted())
                .board(unreachable.board().or(broken::board).orElse("the board"))
                .expected(broken.expected().orElse("an answer"))
                .actual(broken.actual().orElse("none") + "; then could not " + unreachable.attempted() + ": "
                        + unreachable.actual().orElse("no answer"))
                .remedy(unreachable.remedy().orElse("plug the board in again and retry"))
                .cause(broken)
                .failure();
    }

    private Resume again(long image) throws InterruptedException {
        boolean replugged = !conversation.isConnected();
        if (replugged) {
            conversation.continueOver(reopened());
        }
        boolean hung = false;
        Greeting said;
        try {
            said = rejoin.hello();
        } catch (BenchFailure silent) {
            LOG.warn("reset by the probe after: {}", silent.getMessage());
            reconnection.reset();
            hung = true;
            said = rejoin.hello();
        }
        String cause = hung ? Resume.HANG : cause(said, replugged);
        if (hung) {
            restart = conversation.hung("infer image " + image, tries);
        } else if (said.hello().isOfAnotherBoot(greeting.hello()) && !replugged) {
            restart = conversation.restarted("infer image " + image, said.hello(), greeting.hello());
        }
        Greeting before = greeting;
        Greeting after = cause.equals(Resume.LINE) ? said : rejoin.faster(said);
        boolean sameRate = after.hello().uartDivider() == before.hello().uartDivider();
        greeting = after;
        paused = clock.paused();
        LOG.warn("goes on with image {} after: {}", image, cause);
        return new Resume(image, cause, after, sameRate);
    }

    /** Only what the board says of its boot tells that it has restarted. */
    private String cause(Greeting said, boolean replugged) {
        boolean restarted = said.hello().isOfAnotherBoot(greeting.hello());
        if (restarted && !replugged) {
            return new RestartText(said.hello(), greeting.hello().crash().count(), CodePlaces.UNKNOWN).cause();
        }
        if (replugged) {
            return Resume.REPLUG;
        }
        return clock.paused().compareTo(paused) > 0 ? Resume.HOST_PAUSE : Resume.LINE;
    }

    private BoardLink reopened() throws InterruptedException {
        long started = clock.nanoTime();
        while (true) {
            try {
                return reconnection.reopen();
            } catch (BenchFailure absent) {
                if (clock.since(started).compareTo(REPLUG_PATIENCE) > 0) {
                    throw absent;
                }
                clock.sleep(REPLUG_POLL);
            }
        }
    }
}
