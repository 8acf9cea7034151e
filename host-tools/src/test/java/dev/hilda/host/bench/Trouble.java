// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Something that goes wrong at a bench for a while.
 *
 * @param most how long it lasts at most, in milliseconds
 */
record Trouble(String name, int most, Step begin, Step end) {
    private static final int HOUR_SECONDS = 3600;

    /** What is done to a bench. */
    interface Step {
        void take(ChaosBench bench, String serial) throws Exception;
    }

    private static final Step NOTHING = (bench, serial) -> {};

    /** Of one board. */
    static List<Trouble> ofBoards() {
        return List.of(
                new Trouble(
                        "core hangs", 1, (bench, serial) -> bench.board(serial).fault("core-hang"), NOTHING),
                new Trouble(
                        "brown-out", 1, (bench, serial) -> bench.board(serial).fault("brown-out"), NOTHING),
                new Trouble(
                        "bytes lost",
                        1,
                        (bench, serial) -> bench.board(serial).fault("serial-drop to-board 300"),
                        NOTHING),
                clearing("noise", 6000, "serial-noise to-host 500"),
                clearing("noise towards the board", 6000, "serial-noise to-board 500"),
                clearing("ST-Link stalls", 8000, "stlink-stall 0"),
                clearing("line dead", 6000, "serial-dead"),
                new Trouble(
                        "power lost",
                        6000,
                        (bench, serial) -> bench.board(serial).control("power off"),
                        (bench, serial) -> bench.board(serial).control("power on")),
                new Trouble("unplugged", 8000, ChaosBench::unplug, ChaosBench::plugIn));
    }

    private static Trouble clearing(String name, int most, String fault) {
        String faultName = fault.split(" ", -1)[0];
        return new Trouble(
                name,
                most,
                (bench, serial) -> bench.board(serial).fault(fault),
                (bench, serial) -> bench.board(serial).control("clear " + faultName));
    }

    /** Of the host, its agent and its broker. */
    static List<Trouble> ofTheHost(ChaosBench chaos, SplittableRandom random) {
        List<Trouble> all = new ArrayList<>(List.of(
                new Trouble(
                        "broker killed",
                        8000,
                        (bench, serial) -> bench.killBroker(),
                        (bench, serial) -> bench.startBroker()),
                new Trouble(
                        "agent killed",
                        3000,
                        (bench, serial) -> bench.agent().kill(),
                        (bench, serial) -> bench.startAgent()),
                new Trouble(
                        "agent paused",
                        12_000,
                        (bench, serial) -> signal(bench, "STOP"),
                        (bench, serial) -> signal(bench, "CONT")),
                new Trouble(
                        "clock turned",
                        1,
                        (bench, serial) -> bench.turnClock(random.nextInt(-HOUR_SECONDS, HOUR_SECONDS)),
                        NOTHING)));
        if (chaos.hasDisk()) {
            all.add(new Trouble(
                    "disk full", 5000, (bench, serial) -> bench.fillDisk(), (bench, serial) -> bench.freeDisk()));
        }
        return all;
    }

    private static void signal(ChaosBench bench, String name) throws Exception {
        new ProcessBuilder(
                        "sh",
                        "-c",
                        "kill -" + name + " " + bench.agent().running().pid())
                .start()
                .waitFor();
    }
}
