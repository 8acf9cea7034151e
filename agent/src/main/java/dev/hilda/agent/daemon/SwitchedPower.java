// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A board's power, taken away and given back by a switch, so many times a day at most. */
final class SwitchedPower {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration EXIT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int TAIL_LINES = 5;

    private final PowerSwitch commands;
    private final String board;
    private final Clock clock;
    private final DailyBudget cycles;

    SwitchedPower(PowerSwitch commands, String board, Clock clock) {
        this.commands = commands;
        this.board = board;
        this.clock = clock;
        this.cycles = new DailyBudget(commands.cyclesPerDay(), clock);
    }

    /**
     * Takes the power away for a while, and waits after giving it back.
     *
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when a command fails, or the day's cycles are used up
     */
    void cycle() throws InterruptedException {
        if (!cycles.spend()) {
            throw failure("at most " + commands.cyclesPerDay() + " cycles a day", "as many in the last 24 hours")
                    .remedy("look why the board needs them; cycles_per_day allows more")
                    .failure();
        }
        try {
            run(commands.off());
            clock.sleep(commands.settle());
        } finally {
            // However this ends, the board is not left without power.
            run(commands.on());
        }
        clock.sleep(commands.settle());
    }

    private void run(List<String> command) throws InterruptedException {
        List<String> output = new ArrayList<>();
        long started = clock.nanoTime();
        try (ChildProcess program = ChildProcess.start(command, Path.of("/"))) {
            while (!program.outputEnded() && clock.since(started).compareTo(PATIENCE) < 0) {
                program.nextLine(POLL).ifPresent(output::add);
            }
            // Its output may end a while before it does.
            Optional<Integer> exitCode = program.exitCode(EXIT_PATIENCE);
            if (!exitCode.equals(Optional.of(0))) {
                throw failure(
                                "exit code 0 of " + String.join(" ", command) + " within " + PATIENCE.toSeconds()
                                        + " s",
                                exitCode.map(code -> "exit code " + code).orElse("no end") + tail(output))
                        .remedy("run that command by hand; it is off or on of power in the configuration")
                        .failure();
            }
        }
    }

    private static String tail(List<String> output) {
        return output.isEmpty()
                ? ""
                : ", saying\n"
                        + String.join("\n", output.subList(Math.max(0, output.size() - TAIL_LINES), output.size()));
    }

    private BenchFailure.Builder failure(String expected, String actual) {
        return BenchFailure.of(FailureKind.BENCH, "switch the power")
                .board(board)
                .expected(expected)
                .actual(actual);
    }
}
