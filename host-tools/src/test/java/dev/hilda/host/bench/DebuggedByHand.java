// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** OpenOCD and gdb as a developer starts them, with the base firmware. */
final class DebuggedByHand {
    static final String ELF = "firmware.elf";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestBench bench;

    DebuggedByHand(TestBench bench) {
        this.bench = bench;
    }

    /** What a program came to. */
    record Run(int exitCode, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }

    /** How OpenOCD finds a board. */
    static List<String> arguments(VirtualBoard board) {
        return List.of(
                "-f",
                "interface/stlink-dap.cfg",
                "-c",
                "transport select dapdirect_swd",
                "-c",
                "st-link backend tcp " + board.stLinkPort(),
                "-f",
                "target/stm32h7x_dual_bank.cfg",
                "-c",
                "adapter serial " + board.serial(),
                "-c",
                "gdb_port disabled; tcl_port disabled; telnet_port disabled");
    }

    /** Has gdb load the firmware into a board, stop at its main, and look around. */
    Run gdb(VirtualBoard board) throws IOException, InterruptedException {
        TestBench.requireTool("gdb-multiarch");
        Path folder = firmwareFolder();
        List<String> openOcd = new ArrayList<>(List.of("openocd"));
        openOcd.addAll(arguments(board));
        openOcd.addAll(List.of("-c", "gdb_port pipe; log_output openocd.log"));
        Files.writeString(
                folder.resolve("debug.gdb"),
                String.join(
                        "\n",
                        "set confirm off",
                        "set pagination off",
                        "target extended-remote | " + quoted(openOcd),
                        "load",
                        "monitor reset halt",
                        "break main",
                        "continue",
                        "info registers pc",
                        "stepi",
                        "x/4xw 0x08000000",
                        "backtrace",
                        "kill",
                        "quit"));
        return run(List.of("gdb-multiarch", "-nx", "-batch", "-x", "debug.gdb", ELF), folder);
    }

    /** Has OpenOCD do something to a board. */
    Run openOcd(VirtualBoard board, String commands) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("openocd"));
        command.addAll(arguments(board));
        command.addAll(List.of("-c", commands));
        return run(command, bench.folder());
    }

    /** Where the firmware lies. */
    Path firmwareFolder() throws IOException, InterruptedException {
        Path elf = bench.folder().resolve(ELF);
        if (!Files.exists(elf)) {
            Files.write(elf, Firmware.base().elf().toArray());
        }
        return bench.folder();
    }

    /** Runs a program to its end. */
    static Run run(List<String> command, Path folder) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(command, folder)) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!child.outputEnded() && System.nanoTime() < deadline) {
                child.nextLine(Duration.ofMillis(200)).ifPresent(lines::add);
            }
            return new Run(child.exitCode(Duration.ofSeconds(5)).orElse(-1), lines);
        }
    }

    private static String quoted(List<String> command) {
        StringBuilder line = new StringBuilder();
        command.forEach(word -> line.append('\'').append(word).append("' "));
        return line.toString().strip();
    }
}
