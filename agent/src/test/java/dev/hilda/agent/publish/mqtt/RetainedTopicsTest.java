// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.testing.SmallNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetainedTopicsTest {
    private static final Duration QUIET = Duration.ofMillis(1);
    private static final Topics IDLE = new Topics("live", "idle");
    private static final Topics STREAMING = new Topics("live", "streaming");
    private static final Topics LOST = new Topics("live", "lost");
    private static final Topics SILENT = new Topics("live", "silent");
    private static final Topics OFFLINE = new Topics("away", "idle");

    private final MemoryBroker broker = new MemoryBroker();

    private void announce(Topics topics, BenchState bench, Optional<BoardState> board) {
        broker.publish(Message.state(topics.benchStatus(), bench));
        board.ifPresent(state -> broker.publish(Message.state(topics.boardStatus(), state)));
        broker.publish(Message.document(topics.latest("net"), "{}", true, SmallNetwork.IDENTITY));
        broker.publish(Message.document(topics.layers("net"), "{}", true, SmallNetwork.IDENTITY));
    }

    private RetainedTopics heard(Optional<String> bench) throws InterruptedException {
        announce(IDLE, BenchState.ONLINE, Optional.of(BoardState.IDLE));
        announce(STREAMING, BenchState.ONLINE, Optional.of(BoardState.STREAMING));
        announce(LOST, BenchState.ONLINE, Optional.of(BoardState.LOST));
        announce(SILENT, BenchState.ONLINE, Optional.empty());
        announce(OFFLINE, BenchState.OFFLINE, Optional.of(BoardState.IDLE));
        RetainedTopics topics = new RetainedTopics(broker.open(Optional.empty()), bench, QUIET);
        topics.listen();
        return topics;
    }

    private static final List<String> GONE = List.of(
            "hilda/v1/away/idle/latest/net",
            "hilda/v1/away/idle/layers/net",
            "hilda/v1/away/idle/status",
            "hilda/v1/away/status",
            "hilda/v1/live/lost/latest/net",
            "hilda/v1/live/lost/layers/net",
            "hilda/v1/live/lost/status",
            "hilda/v1/live/silent/latest/net",
            "hilda/v1/live/silent/layers/net");

    @Test
    void shouldClearWhatIsKeptOfBoardsThatAreGoneAndNothingElse() throws Exception {
        RetainedTopics topics = heard(Optional.empty());
        assertEquals(GONE, topics.gone(Optional.empty()));
        topics.clear(topics.gone(Optional.empty()));
        topics.listen();
        assertEquals(List.of(), topics.gone(Optional.empty()));
        assertEquals(
                Set.of(
                        IDLE.benchStatus(),
                        IDLE.boardStatus(),
                        IDLE.latest("net"),
                        IDLE.layers("net"),
                        STREAMING.boardStatus(),
                        STREAMING.latest("net"),
                        STREAMING.layers("net")),
                broker.retained.keySet());
    }

    @Test
    void shouldSpareABoardThatComesBack() throws Exception {
        RetainedTopics topics = heard(Optional.empty());
        broker.publish(Message.state(LOST.boardStatus(), BoardState.FLASHING));
        broker.publish(Message.state(OFFLINE.benchStatus(), BenchState.ONLINE));
        topics.listen();
        assertEquals(
                List.of("hilda/v1/live/silent/latest/net", "hilda/v1/live/silent/layers/net"),
                topics.gone(Optional.empty()));
    }

    @Test
    void shouldKeepToOneBenchOrBoard() throws Exception {
        assertEquals(GONE.subList(4, 9), heard(Optional.of("live")).gone(Optional.empty()));
        assertEquals(GONE.subList(4, 7), heard(Optional.empty()).gone(Optional.of("lost")));
        assertEquals(GONE.subList(0, 3), heard(Optional.of("away")).gone(Optional.of("idle")));
    }
}
