// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The topics of one board at one bench: {@code hilda/v1/BENCH/BOARD/…}. Every level has a fixed position, so that
 * consumers can tell bench, board and model by counting.
 *
 * @param bench the bench, as one topic level
 * @param board the board, as one topic level
 */
public record Topics(String bench, String board) {
    private static final Pattern LEVEL = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern NOT_IN_LEVEL = Pattern.compile("[^A-Za-z0-9._-]+");
    private static final String ROOT = "hilda/v1/";

    public Topics {
        requireLevel("bench", bench);
        requireLevel("board", board);
    }

    /**
     * A filter for the topics of all benches and boards, or of one.
     *
     * @param bench one topic level; empty for all
     * @param board one topic level; empty for all
     */
    public static String filter(Optional<String> bench, Optional<String> board) {
        return board.isEmpty()
                ? ROOT + bench.map(level -> level + "/#").orElse("#")
                : ROOT + bench.orElse("+") + "/" + board.get() + "/#";
    }

    /** The topics of one attached board: boards of one profile differ in the serial number of their ST-Link. */
    public static Topics of(String bench, String profile, String stLinkSerial) {
        return new Topics(bench, levelOf(profile + "-" + stLinkSerial));
    }

    /** Whether a text can be a topic level: letters, digits, dot, underscore and hyphen. */
    public static boolean isLevel(String text) {
        return LEVEL.matcher(text).matches();
    }

    /** A topic level that resembles the text, for example for a host name. */
    public static String levelOf(String text) {
        String level = NOT_IN_LEVEL.matcher(text).replaceAll("-");
        return level.isEmpty() ? "bench" : level;
    }

    /** Retained: {@code online} or {@code offline}. */
    public String benchStatus() {
        return benchStatus(bench);
    }

    /** The same of any bench. */
    public static String benchStatus(String bench) {
        requireLevel("bench", bench);
        return ROOT + bench + "/status";
    }

    /** Retained: the last morning of a suite. No board is called so: their names end with a serial number. */
    public static String night(String bench, String suite) {
        requireLevel("bench", bench);
        requireLevel("suite", suite);
        return ROOT + bench + "/night/" + suite;
    }

    /** Retained: what the board does now. */
    public String boardStatus() {
        return ROOT + bench + "/" + board + "/status";
    }

    /** One message for each finished run. */
    public String result() {
        return ROOT + bench + "/" + board + "/result";
    }

    /** How far the run has come; lost where nobody listens. */
    public String progress() {
        return ROOT + bench + "/" + board + "/progress";
    }

    /** Retained: cycles of each layer of a model, of its last run. */
    public String layers(String model) {
        requireLevel("model", model);
        return ROOT + bench + "/" + board + "/layers/" + model;
    }

    /** Retained: the last result of a model. */
    public String latest(String model) {
        requireLevel("model", model);
        return ROOT + bench + "/" + board + "/latest/" + model;
    }

    private static void requireLevel(String what, String text) {
        if (!isLevel(text)) {
            throw new IllegalArgumentException(what + " is not a topic level: \"" + text + "\"");
        }
    }
}
