// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Message;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** Whether a line at a new rate is heard at all, and then carries an echo without any damage. */
final class RateTrial {
    /** A board that has lost the acknowledgement of its answer changes after four retransmission times. */
    private static final Duration FIRST_FRAME = Duration.ofSeconds(4);

    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration WHOLE_ECHO = Duration.ofSeconds(30);

    private final Conversation conversation;
    private final Clock clock;

    RateTrial(Conversation conversation, Clock clock) {
        this.conversation = conversation;
        this.clock = clock;
    }

    /** @param bytes of the echo */
    boolean passes(int bytes) throws InterruptedException {
        return isHeard() && echoes(bytes);
    }

    private boolean isHeard() throws InterruptedException {
        long before = conversation.statistics().receivedFrames();
        long started = clock.nanoTime();
        while (conversation.statistics().receivedFrames() == before) {
            if (clock.since(started).compareTo(FIRST_FRAME) > 0 || !conversation.probes()) {
                return false;
            }
        }
        return true;
    }

    private boolean echoes(int bytes) throws InterruptedException {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        LinkStatistics before = conversation.statistics();
        Conversation.Watch watch = conversation.new Watch("try another rate", SILENCE, WHOLE_ECHO);
        conversation.send(Message.echo(conversation.freshTag(), sent));
        try {
            while (isUndamaged(EchoReport.difference(before, conversation.statistics()))) {
                Optional<Message> answer = conversation.nextAnswer(watch);
                if (answer.isPresent()) {
                    return Arrays.equals(sent, answer.get().body())
                            && isUndamaged(EchoReport.difference(before, conversation.statistics()));
                }
            }
            return false;
        } catch (BenchFailure overdue) {
            return false; // Whatever failed: at the rate before it had not.
        }
    }

    private static boolean isUndamaged(LinkStatistics during) {
        return during.crcErrors() + during.resyncs() + during.gaps() + during.retransmits() + during.timeouts() == 0;
    }
}
