// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unmodified OpenOCD and GDB debug the base firmware on the virtual board, over both transports. */
class OpenOcdDebugIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ELF = "hilda-base.elf";

    @RegisterExtension
    private final TestBench bench = new TestBench();

    /** The ways OpenOCD reaches a NUCLEO-H743ZI. */
    enum Transport {
        DAPDIRECT,
        STOCK_HLA
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldProgramVerifyResetAndRun(Transport transport) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        Run run = openOcd(transport, board, "program " + ELF + " verify reset exit");
        assertEquals(0, run.exitCode(), run.text());
        assertTrue(run.text().contains("** Verified OK **"), run.text());
        assertEquals(480_000_000, cpuHzSoon(board), "the firmware did not start");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldHaltStepBreakAndReachMemoryAndRegisters(Transport transport) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        openOcd(transport, board, "program " + ELF + " verify reset exit");
        long main = symbol("main");
        Run run = openOcd(
                transport,
                board,
                "init",
                "reset halt",
                "echo \"at-reset [reg pc]\"",
                "step",
                "echo \"stepped [reg pc]\"",
                String.format(Locale.ROOT, "bp 0x%08x 2 hw", main),
                "resume",
                "wait_halt 5000",
                "echo \"at-main [reg pc]\"",
                "mww 0x24000000 0xcafe1234",
                "echo \"memory [mdw 0x24000000]\"",
                "reg r3 0x55aa55aa",
                "echo \"register [reg r3]\"",
                "shutdown");
        assertEquals(0, run.exitCode(), run.text());
        long reset = value(run, "at-reset");
        assertEquals(symbol("reset_handler") & ~1L, reset, run.text());
        assertTrue(value(run, "stepped") > reset && value(run, "stepped") <= reset + 4, run.text());
        assertEquals(main & ~1L, value(run, "at-main"), run.text());
        assertTrue(run.text().contains("memory 0x24000000: cafe1234"), run.text());
        assertEquals(0x55aa55aaL, value(run, "register"), run.text());
    }

    @Test
    void shouldDebugFromGdb() throws Exception {
        TestBench.requireTool("gdb-multiarch");
        VirtualBoard board = bench.board("--fast-flash");
        Path folder = firmwareFolder();
        List<String> openOcd = new ArrayList<>(List.of("openocd"));
        openOcd.addAll(arguments(Transport.DAPDIRECT, board));
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
        Run run = run(List.of("gdb-multiarch", "-nx", "-batch", "-x", "debug.gdb", ELF), folder);
        assertEquals(0, run.exitCode(), run.text());
        assertTrue(run.text().contains("Transfer rate"), run.text());
        assertTrue(run.text().contains("Breakpoint 1, main"), run.text());
        assertTrue(run.text().contains(" in main ()"), run.text());
        assertTrue(run.text().contains("<vectors>:\t0x20020000"), run.text());
    }

    private record Run(int exitCode, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }

    private Run openOcd(Transport transport, VirtualBoard board, String... commands) throws Exception {
        List<String> command = new ArrayList<>(List.of("openocd"));
        command.addAll(arguments(transport, board));
        for (String tcl : commands) {
            command.addAll(List.of("-c", tcl));
        }
        return run(command, firmwareFolder());
    }

    private static List<String> arguments(Transport transport, VirtualBoard board) {
        List<String> arguments = new ArrayList<>();
        if (transport == Transport.DAPDIRECT) {
            arguments.addAll(List.of("-f", "interface/stlink-dap.cfg", "-c", "transport select dapdirect_swd"));
            arguments.addAll(List.of("-c", "st-link backend tcp " + board.stLinkPort()));
            arguments.addAll(List.of("-f", "target/stm32h7x_dual_bank.cfg"));
        } else {
            arguments.addAll(List.of("-f", "board/st_nucleo_h743zi.cfg"));
            arguments.addAll(List.of("-c", "hla_stlink_backend tcp " + board.stLinkPort()));
        }
        arguments.addAll(List.of("-c", "adapter serial " + board.serial()));
        arguments.addAll(List.of("-c", "gdb_port disabled; tcl_port disabled; telnet_port disabled"));
        return arguments;
    }

    private Path firmwareFolder() throws Exception {
        Path elf = bench.folder().resolve(ELF);
        if (!Files.exists(elf)) {
            Files.write(elf, Firmware.base().elf().toArray());
        }
        return bench.folder();
    }

    private long symbol(String name) throws Exception {
        Run run = run(List.of("arm-none-eabi-nm", ELF), firmwareFolder());
        String line = run.lines().stream()
                .filter(candidate -> candidate.endsWith(" " + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no symbol " + name));
        return Long.parseLong(line.substring(0, 8), 16);
    }

    /** The number that stands at the end of the line {@code LABEL ... 0xNUMBER}. */
    private static long value(Run run, String label) {
        String line = run.lines().stream()
                .filter(candidate -> candidate.startsWith(label + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + label + " in " + run.text()));
        return Long.decode(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static long cpuHzSoon(VirtualBoard board) throws Exception {
        long hz = 0;
        for (int attempt = 0; attempt < 100 && hz != 480_000_000; attempt++) {
            hz = board.control("status").path("cpu_hz").asLong();
            Thread.sleep(50);
        }
        return hz;
    }

    private static Run run(List<String> command, Path folder) throws InterruptedException {
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
