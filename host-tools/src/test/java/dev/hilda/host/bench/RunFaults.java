// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static dev.hilda.host.bench.InjectedFault.quick;
import static dev.hilda.host.bench.InjectedFault.slow;

import dev.hilda.host.bench.FaultNetwork.Crash;
import dev.hilda.host.bench.TestBench.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What happens to a board while images stream. */
final class RunFaults {
    private static final Duration REPLUG_PATIENCE = Duration.ofSeconds(90);
    /** The board needs all of the host to loop as fast as silicon would. */
    private static final Duration LOOP_PATIENCE = Duration.ofMinutes(4);

    private static final long PAUSE_MILLIS = 12_000;

    private RunFaults() {}

    static List<InjectedFault> all() {
        return List.of(
                quick("reset button in mid-run", bench -> bench.run(board -> board.control("reset"))),
                quick("brown-out in mid-run", bench -> bench.run(board -> board.fault("brown-out"))),
                quick("firmware hangs once in mid-run", bench -> bench.run(board -> board.fault("core-hang"))),
                quick(
                        "300 bytes lost to the board in mid-run",
                        bench -> bench.run(board -> board.fault("serial-drop to-board 300"))),
                quick(
                        "300 bytes damaged to the host in mid-run",
                        bench -> bench.run(board -> board.fault("serial-corrupt to-host 300"))),
                quick("ST-Link stalls in mid-run", bench -> bench.run(board -> board.fault("stlink-stall 0"))),
                quick(
                        "board plugged out and in again in mid-run",
                        bench -> bench.run(board -> {
                            bench.unplug();
                            Thread.sleep(1000);
                            bench.board();
                        })),
                slow("board plugged out in mid-run", REPLUG_PATIENCE, bench -> bench.run(board -> bench.unplug())),
                slow("power lost in mid-run", REPLUG_PATIENCE, bench -> bench.run(board -> board.control("power off"))),
                slow(
                        "serial line dead in mid-run",
                        REPLUG_PATIENCE,
                        bench -> bench.run(board -> board.fault("serial-dead"))),
                slow(
                        "flash word torn in mid-run",
                        REPLUG_PATIENCE,
                        bench -> bench.run(board ->
                                board.fault("flash-torn-word " + bench.network().address("network_run_step")))),
                quick("undefined instruction at one image", bench -> crash(bench, Crash.UNDEFINED_INSTRUCTION)),
                quick("bus fault at one image", bench -> crash(bench, Crash.BUS_FAULT)),
                quick("null pointer read at one image", bench -> crash(bench, Crash.NULL_READ)),
                quick("stack overflow at one image", bench -> crash(bench, Crash.STACK_OVERFLOW)),
                slow("endless loop at one image", LOOP_PATIENCE, bench -> {
                    bench.unthrottle();
                    try {
                        return crash(bench, Crash.ENDLESS_LOOP);
                    } finally {
                        bench.unplug();
                    }
                }),
                slow("host stopped for 12 s in mid-run", REPLUG_PATIENCE, RunFaults::paused),
                quick("bundle around another network's firmware", bench -> {
                    bench.board();
                    return bench.processes()
                            .hilda(
                                    "run",
                                    bench.network()
                                            .staleBundle(bench.processes().folder())
                                            .toString(),
                                    "--on",
                                    FaultBench.BOARD,
                                    "--no-publish",
                                    "--json");
                }));
    }

    private static Outcome crash(FaultBench bench, Crash crash) throws Exception {
        return bench.run(crash.seed(), board -> {});
    }

    private static Outcome paused(FaultBench bench) throws Exception {
        Process hilda = bench.startRun();
        bench.awaitImages(bench.board(), hilda.onExit());
        signal(hilda, "STOP");
        Thread.sleep(PAUSE_MILLIS);
        signal(hilda, "CONT");
        if (!hilda.waitFor(2, TimeUnit.MINUTES)) {
            throw new AssertionError("hilda goes on");
        }
        return bench.processes().outcome(hilda);
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .start()
                .waitFor();
    }
}
