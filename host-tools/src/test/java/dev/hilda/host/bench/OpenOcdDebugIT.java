// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.bench.DebuggedByHand.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unmodified OpenOCD and GDB debug the base firmware on the virtual board, over both transports. */
class OpenOcdDebugIT {

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final DebuggedByHand byHand = new DebuggedByHand(bench);

    /** The ways OpenOCD reaches a NUCLEO-H743ZI. */
    enum Transport {
        DAPDIRECT,
        STOCK_HLA
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldProgramVerifyResetAndRun(Transport transport) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        Run run = openOcd(transport, board, "program " + DebuggedByHand.ELF + " verify reset exit");
        assertEquals(0, run.exitCode(), run.text());
        assertTrue(run.text().contains("** Verified OK **"), run.text());
        assertEquals(480_000_000, cpuHzSoon(board), "the firmware did not start");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldHaltStepBreakAndReachMemoryAndRegisters(Transport transport) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        openOcd(transport, board, "program " + DebuggedByHand.ELF + " verify reset exit");
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
        Run run = byHand.gdb(bench.board("--fast-flash"));
        assertEquals(0, run.exitCode(), run.text());
        assertTrue(run.text().contains("Transfer rate"), run.text());
        assertTrue(run.text().contains("Breakpoint 1, main"), run.text());
        assertTrue(run.text().contains(" in main ()"), run.text());
        assertTrue(run.text().contains("<vectors>:\t0x20020000"), run.text());
    }

    private Run openOcd(Transport transport, VirtualBoard board, String... commands) throws Exception {
        List<String> command = new ArrayList<>(List.of("openocd"));
        command.addAll(arguments(transport, board));
        for (String tcl : commands) {
            command.addAll(List.of("-c", tcl));
        }
        return DebuggedByHand.run(command, byHand.firmwareFolder());
    }

    private static List<String> arguments(Transport transport, VirtualBoard board) {
        return transport == Transport.DAPDIRECT
                ? DebuggedByHand.arguments(board)
                : List.of(
                        "-f",
                        "board/st_nucleo_h743zi.cfg",
                        "-c",
                        "hla_stlink_backend tcp " + board.stLinkPort(),
                        "-c",
                        "adapter serial " + board.serial(),
                        "-c",
                        "gdb_port disabled; tcl_port disabled; telnet_port disabled");
    }

    private long symbol(String name) throws Exception {
        Run run = DebuggedByHand.run(List.of("arm-none-eabi-nm", DebuggedByHand.ELF), byHand.firmwareFolder());
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
}
