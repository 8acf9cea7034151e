// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import dev.hilda.agent.publish.Topics;
import java.util.List;
import java.util.Optional;

/**
 * What a topic is about, by the positions of its levels.
 *
 * @param board empty of a bench itself and of its nights
 * @param name of the model or suite; empty where there is none
 */
record Topic(Kind kind, String bench, String board, String name) {
    private static final int MOST_LEVEL = 200;
    private static final List<String> ROOT = List.of("hilda", "v1");
    private static final String STATUS = "status";
    private static final String NIGHT = "night";

    /** What is told there. */
    enum Kind {
        BENCH_STATUS,
        NIGHT,
        BOARD_STATUS,
        PROGRESS,
        RESULT,
        LATEST,
        LAYERS
    }

    /** Empty for topics of others. */
    static Optional<Topic> of(String topic) {
        List<String> levels = List.of(topic.split("/", -1));
        if (levels.size() < 4
                || levels.size() > 6
                || !levels.subList(0, 2).equals(ROOT)
                || !levels.stream().allMatch(level -> level.length() <= MOST_LEVEL && Topics.isLevel(level))) {
            return Optional.empty();
        }
        String bench = levels.get(2);
        return switch (levels.size()) {
            case 4 -> only(levels.get(3).equals(STATUS), new Topic(Kind.BENCH_STATUS, bench, "", ""));
            case 5 ->
                levels.get(3).equals(NIGHT)
                        ? Optional.of(new Topic(Kind.NIGHT, bench, "", levels.get(4)))
                        : ofBoard(bench, levels.get(3), levels.get(4));
            default -> ofModel(bench, levels.get(3), levels.get(4), levels.get(5));
        };
    }

    private static Optional<Topic> ofBoard(String bench, String board, String kind) {
        return switch (kind) {
            case STATUS -> Optional.of(new Topic(Kind.BOARD_STATUS, bench, board, ""));
            case "progress" -> Optional.of(new Topic(Kind.PROGRESS, bench, board, ""));
            case "result" -> Optional.of(new Topic(Kind.RESULT, bench, board, ""));
            default -> Optional.empty();
        };
    }

    private static Optional<Topic> ofModel(String bench, String board, String kind, String model) {
        return switch (kind) {
            case "latest" -> Optional.of(new Topic(Kind.LATEST, bench, board, model));
            case "layers" -> Optional.of(new Topic(Kind.LAYERS, bench, board, model));
            default -> Optional.empty();
        };
    }

    private static Optional<Topic> only(boolean isSo, Topic topic) {
        return isSo ? Optional.of(topic) : Optional.empty();
    }

    /** The key of its entry. */
    String key() {
        return switch (kind) {
            case BENCH_STATUS -> "bench/" + bench;
            case NIGHT -> "morning/" + bench + "/" + name;
            case BOARD_STATUS -> "board/" + bench + "/" + board;
            case PROGRESS -> "progress/" + bench + "/" + board;
            case RESULT -> "last/" + bench + "/" + board;
            case LATEST -> "latest/" + bench + "/" + board + "/" + name;
            case LAYERS -> "layers/" + bench + "/" + board + "/" + name;
        };
    }

    /** The key of the last result of its board. */
    String lastKey() {
        return new Topic(Kind.RESULT, bench, board, "").key();
    }

    /** The key of what goes on at its board. */
    String progressKey() {
        return new Topic(Kind.PROGRESS, bench, board, "").key();
    }
}
