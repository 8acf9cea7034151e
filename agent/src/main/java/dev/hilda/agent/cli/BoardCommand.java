// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.result.WornFlash;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda board}: the boards of an agent, and having one for oneself. */
@Command(
        name = "board",
        description = "Lists an agent's boards, reserves one, and gives it back.",
        mixinStandardHelpOptions = true,
        subcommands = {BoardCommand.ListBoards.class, BoardCommand.Reserve.class, BoardCommand.Release.class})
public final class BoardCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private static String table(Iterable<JsonNode> boards) {
        TextTable table = new TextTable("serial", "profile", "pool", "state", "wear", "until", "by", "job", "reason");
        for (JsonNode board : boards) {
            table.add(
                    board.path("serial").asText(),
                    board.path("profile").asText(),
                    board.path("pool").asText(),
                    board.path("state").asText(),
                    wear(board),
                    board.path("until_ms").isNumber()
                            ? Instant.ofEpochMilli(board.path("until_ms").longValue())
                                    .toString()
                            : "",
                    text(board, "holder"),
                    text(board, "job_id"),
                    text(board, "reason").lines().findFirst().orElse(""));
        }
        return table.toString();
    }

    /** Of the erases that the datasheet promises, rounded down. */
    private static String wear(JsonNode board) {
        if (!board.path("flash_erases_max").isNumber()) {
            return "";
        }
        WornFlash worn = new WornFlash(
                "",
                0,
                board.path("flash_erases_max").longValue(),
                Math.max(1, board.path("flash_endurance_cycles").longValue()));
        String percent = 100 * worn.erases() / worn.enduranceCycles() + " %";
        return worn.isAtItsEnd() ? percent + ", worn out" : worn.isNearItsEnd() ? percent + ", near its end" : percent;
    }

    private static String text(JsonNode board, String field) {
        return board.path(field).isTextual() ? board.path(field).textValue() : "";
    }

    /** {@code hilda board list}. */
    @Command(
            name = "list",
            description = "Lists the boards of an agent and what they are there for now.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda board list --json")
    static final class ListBoards implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private AgentOption agent;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            return RunOutput.result(spec.commandLine(), json, () -> {
                JsonNode answer = agent.client().get("/v1/boards");
                JsonNode boards = answer.path("boards");
                return json ? answer.toString() : boards.isEmpty() ? "no boards" : table(boards);
            });
        }
    }

    /** {@code hilda board reserve}. */
    @Command(
            name = "reserve",
            description =
                    "Has the agent let go of a board, at the end of the job that runs on it, so that you can debug it.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda board reserve 0033002A --for 2h --why \"crash of kws01\"")
    static final class Reserve implements Callable<Integer> {
        private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})(s|min|h|d)");

        @Spec
        private CommandSpec spec;

        @Mixin
        private AgentOption agent;

        @Parameters(index = "0", paramLabel = "SERIAL", description = "Of the board's ST-Link.")
        private String serial;

        @Option(
                names = "--for",
                required = true,
                paramLabel = "TIME",
                description = "How long: a number and s, min, h or d; a week at most.")
        private String time;

        @Option(
                names = "--why",
                required = true,
                paramLabel = "TEXT",
                description = "What others read who look for it.")
        private String why;

        @Option(names = "--now", description = "Do not wait for the job that runs on it: another board begins it anew.")
        private boolean isNow;

        @Option(names = "--json", description = "Print the board as one JSON object on the last line.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            Map<String, Object> fields = new HashMap<>();
            fields.put("for_s", duration().toSeconds());
            fields.put("why", why);
            fields.put("now", isNow);
            return RunOutput.result(spec.commandLine(), json, () -> {
                JsonNode board = agent.client().post("/v1/boards/" + serial + "/reservation", fields);
                while (!board.path("state").asText().equals("reserved")) {
                    Thread.sleep(500);
                    board = found(agent.client().get("/v1/boards")).orElse(board);
                }
                return json ? board.toString() : table(List.of(board));
            });
        }

        private Optional<JsonNode> found(JsonNode answer) {
            for (JsonNode board : answer.path("boards")) {
                if (board.path("serial").asText().equals(serial)) {
                    return Optional.of(board);
                }
            }
            return Optional.empty();
        }

        private Duration duration() {
            Matcher matcher = TIME.matcher(time);
            if (!matcher.matches()) {
                throw new ParameterException(
                        spec.commandLine(), "--for: expected a number and s, min, h or d, such as 2h, got " + time);
            }
            long count = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "min" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
        }
    }

    /** {@code hilda board release}. */
    @Command(
            name = "release",
            description =
                    "Gives a reserved board back, or takes one out of quarantine; it is checked before its next job.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda board release 0033002A")
    static final class Release implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private AgentOption agent;

        @Parameters(index = "0", paramLabel = "SERIAL", description = "Of the board's ST-Link.")
        private String serial;

        @Option(names = "--json", description = "Print the board as one JSON object on the last line.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            return RunOutput.result(spec.commandLine(), json, () -> {
                JsonNode board = agent.client().delete("/v1/boards/" + serial + "/reservation");
                return json ? board.toString() : table(List.of(board));
            });
        }
    }
}
