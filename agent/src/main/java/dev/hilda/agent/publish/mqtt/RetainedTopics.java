// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.StateDocument;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a broker keeps of benches and boards. A board is there as long as its bench is online and has not lost it; all
 * others are gone, as far as a broker can tell.
 */
public final class RetainedTopics {
    private static final int BENCH_LEVEL = 2;
    private static final int BOARD_LEVEL = 3;
    private static final int KIND_LEVEL = 4;
    private static final String STATUS = "status";
    private static final List<String> KEPT_OF_A_BOARD = List.of(STATUS, "latest", "layers");

    private final BrokerConnection connection;
    private final Duration quiet;
    private final Map<String, String> contents = new TreeMap<>();

    RetainedTopics(BrokerConnection connection, Optional<String> bench, Duration quiet) {
        this.connection = connection;
        this.quiet = quiet;
        // Also where one board is asked for: its bench tells whether it is there.
        connection.subscribe(Topics.filter(bench, Optional.empty()));
    }

    /**
     * What a broker keeps of one bench, or of all.
     *
     * @param quiet how long nothing must come until all has come: brokers do not say which message is the last
     */
    public static RetainedTopics of(BrokerConnection connection, Optional<String> bench, Duration quiet) {
        return new RetainedTopics(connection, bench, quiet);
    }

    /** Hears what has come, until no more does. */
    public void listen() throws InterruptedException {
        Optional<Message> next = connection.next(quiet);
        while (next.isPresent()) {
            contents.put(next.get().topic(), next.get().content());
            next = connection.next(quiet);
        }
    }

    /**
     * The topics kept of boards that are gone, and of benches without any other, as far as was heard.
     *
     * @param board only of this one, as its topic level names it
     */
    public List<String> gone(Optional<String> board) {
        return contents.keySet().stream()
                .filter(topic -> !content(topic).isEmpty())
                .filter(topic -> isGone(topic.split("/", -1), board))
                .toList();
    }

    private boolean isGone(String[] levels, Optional<String> board) {
        if (levels.length == BOARD_LEVEL + 1 && levels[BOARD_LEVEL].equals(STATUS)) {
            return board.isEmpty() && !isOnline(levels[BENCH_LEVEL]);
        }
        boolean isKept = levels.length > KIND_LEVEL && KEPT_OF_A_BOARD.contains(levels[KIND_LEVEL]);
        return isKept
                && board.map(levels[BOARD_LEVEL]::equals).orElse(true)
                && !(isOnline(levels[BENCH_LEVEL]) && !isLost(levels[BENCH_LEVEL], levels[BOARD_LEVEL]));
    }

    private boolean isOnline(String bench) {
        return StateDocument.parse(content("hilda/v1/" + bench + "/" + STATUS), BenchState.class)
                .equals(Optional.of(BenchState.ONLINE));
    }

    /** A board that never said anything is nobody's. */
    private boolean isLost(String bench, String board) {
        Optional<BoardState> said =
                StateDocument.parse(content(new Topics(bench, board).boardStatus()), BoardState.class);
        return said.isEmpty() || said.get() == BoardState.LOST;
    }

    private String content(String topic) {
        return contents.getOrDefault(topic, "");
    }

    /** Makes the broker forget. */
    public void clear(Collection<String> topics) {
        topics.forEach(topic -> connection.publish(Message.forgotten(topic)));
    }
}
