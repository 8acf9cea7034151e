// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

class FailureReportTest {
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPrintOneMessageAndNoStackTrace() {
        int code = execute(
                BenchFailure.of(FailureKind.FLASH, "flash firmware.elf")
                        .actual("verify failed")
                        .failure(),
                "sub");
        assertEquals(ExitCode.FLASH.code(), code);
        assertEquals("hilda: flash: could not flash firmware.elf\n  got: verify failed\n", err.toString());
    }

    @Test
    void shouldNotPassOrdersInAMessageOnToTheTerminal() {
        execute(
                BenchFailure.of(FailureKind.BUNDLE, "read bundle x")
                        .actual("firmware for \u001b[2J\u009b1A")
                        .failure(),
                "sub");
        assertEquals(
                "hilda: bundle: could not read bundle x\n  got: firmware for \\u001b[2J\\u009b1A\n", err.toString());
    }

    @Test
    void shouldAddTheStackTraceWithDebugOnTheSubcommand() {
        execute(BenchFailure.of(FailureKind.FLASH, "flash firmware.elf").failure(), "sub", "--debug");
        assertTrue(err.toString().contains("\tat "), err.toString());
    }

    @Test
    void shouldCallAnUnexpectedExceptionInternalWithoutATrace() {
        int code = execute(new IllegalStateException("boom"), "sub");
        assertEquals(1, code);
        assertTrue(err.toString().startsWith("hilda: internal error: java.lang.IllegalStateException: boom\n"));
        assertTrue(!err.toString().contains("\tat "), err.toString());
    }

    @Test
    void shouldSayWhatIsWrongWithAnOptionWithoutPrintingTheHelp() {
        int code = execute(new IllegalStateException("not reached"), "sub", "--budget", "60k");
        assertEquals(ExitCode.USAGE.code(), code);
        assertEquals("""
                hilda: usage: Invalid value for option '--budget': expected a whole number without a unit, got "60k"
                  what to do: root sub --help
                """, err.toString());
    }

    @Test
    void shouldSuggestTheOptionThatWasMeant() {
        assertEquals(ExitCode.USAGE.code(), execute(new IllegalStateException("not reached"), "sub", "--budgt", "6"));
        assertTrue(err.toString().contains("Possible solutions: --budget"), err.toString());
    }

    @Test
    void shouldPrintTheWholeHelpOnlyWhereASubcommandIsMissing() {
        assertEquals(ExitCode.USAGE.code(), execute(new IllegalStateException("not reached"), "subb"));
        assertTrue(err.toString().endsWith("  what to do: root --help\n"), err.toString());
        assertEquals(ExitCode.USAGE.code(), execute(new IllegalStateException("not reached"), "--bogus"));
        assertTrue(!err.toString().contains("Usage:"), err.toString());
        assertEquals(ExitCode.USAGE.code(), execute(new IllegalStateException("not reached")));
        assertTrue(err.toString().contains("Usage: root "), err.toString());
    }

    @Test
    void shouldNotCallAResultThatCouldNotBeWrittenASuccess() {
        PrintWriter full = new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        CommandLine root = FailureReport.install(new CommandLine(new Printing()));
        assertEquals(1, root.setOut(full).setErr(new PrintWriter(err, true)).execute());
        assertTrue(err.toString().startsWith("hilda: could not write to standard output\n"), err.toString());
        assertEquals(0, root.setOut(new PrintWriter(new StringWriter())).execute());
    }

    @ParameterizedTest
    @CsvSource({
        "PROFILE,3",
        "BUILD,4",
        "BENCH,5",
        "FLASH,6",
        "BOOT,7",
        "LINK,8",
        "TIMEOUT,9",
        "PUBLISH,10",
        "BUNDLE,11",
        "MODEL,13",
        "QUANTIZE,13",
        "DATASET,11",
        "INPUTS,14",
        "PARITY,12",
        "ACCURACY,12",
        "LATENCY,12"
    })
    void shouldGiveEachKindItsDocumentedExitCode(FailureKind kind, int code) {
        assertEquals(code, ExitCode.of(kind).code());
    }

    private int execute(Exception failure, String... args) {
        CommandLine sub = new CommandLine(new Failing(failure));
        sub.getCommandSpec()
                .addOption(OptionSpec.builder("--budget").type(long.class).build());
        CommandLine root = new CommandLine(new Root()).addSubcommand("sub", sub);
        return FailureReport.install(root).setErr(new PrintWriter(err, true)).execute(args);
    }

    @Command(name = "printing")
    private static final class Printing implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().getOut().println("the result");
        }
    }

    @Command(name = "root")
    private static final class Root {}

    @Command(name = "sub")
    private record Failing(Exception failure) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }
}
