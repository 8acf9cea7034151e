// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class LogbackSetupTest {
    private static final String LINE = "\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}Z %s \\[%s] BoardRun: %s";

    @TempDir
    private Path state;

    private final List<String> remarks = new ArrayList<>();
    private final List<LoggerContext> contexts = new ArrayList<>();

    @AfterEach
    void stop() {
        contexts.forEach(LoggerContext::stop);
    }

    @Test
    void shouldNameTheRunInEachLineAndWriteOneLineForEachEvent() throws IOException {
        LoggerContext context = context(false);
        Logger log = context.getLogger("dev.hilda.agent.run.BoardRun");
        log.info("before");
        context.getMDCAdapter().put(RunLog.RUN_KEY, "579f316d");
        log.error("flash: no board\n  got: \u001b]0;title\u0007", new IllegalStateException("why"));
        List<String> lines = lines();
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains("RunLog: hilda run x on "), lines.get(0));
        String process = "process " + ProcessHandle.current().pid();
        assertTrue(lines.get(1).matches(LINE.formatted("INFO ", process, "before.*")), lines.get(1));
        assertTrue(
                lines.get(2)
                        .matches(LINE.formatted(
                                "ERROR",
                                "579f316d",
                                "flash: no board \\| got: \\?]0;title\\? .*IllegalStateException: why \\| at .*")),
                lines.get(2));
    }

    @Test
    void shouldKeepItsFilesFromOthers() throws IOException {
        context(false);
        assertEquals("rwx------", mode(folder()));
        assertEquals("rw-------", mode(files().get(0)));
    }

    @Test
    void shouldGoOnWithoutAFileWhereOthersMayWrite() throws IOException {
        Files.setPosixFilePermissions(Files.createDirectory(folder()), PosixFilePermissions.fromString("rwxrwxrwx"));
        context(false).getLogger("dev.hilda.x").info("lost");
        assertEquals(List.of(), files());
        assertTrue(remarks.get(0).startsWith("nothing is logged: bench: could not use the folder"), remarks.toString());
    }

    @Test
    void shouldShareItsFileWithAnotherProgram() throws IOException {
        LoggerContext first = context(false);
        context(false).getLogger("dev.hilda.x").info("second");
        first.getLogger("dev.hilda.x").info("first");
        List<String> lines = lines();
        assertEquals(4, lines.size(), lines.toString());
    }

    @Test
    void shouldRemoveOldFiles() throws Exception {
        Path old = Files.createDirectories(folder()).resolve(named(30));
        Path recent = Files.createFile(folder().resolve(named(3)));
        Files.createFile(old);
        Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwx------"));
        context(false);
        for (int attempt = 0; attempt < 200 && Files.exists(old); attempt++) {
            Thread.sleep(50);
        }
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(recent));
    }

    @Test
    void shouldShowOnStandardErrorWhatIsWorthAPersonsWhile() {
        PrintStream err = System.err;
        PrintStream out = System.out;
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Logger log = context(true).getLogger("dev.hilda.x");
            log.info("connected");
            log.debug("detail");
        } finally {
            System.setErr(err);
            System.setOut(out);
        }
        String text = shown.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("x: connected") && !text.contains("detail"), text);
        assertEquals("", printed.toString(StandardCharsets.UTF_8));
    }

    private LoggerContext context(boolean onTerminal) {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        contexts.add(context);
        LogbackSetup.attach(context, new RunLog("hilda run x", this::folder, onTerminal, remarks::add));
        return context;
    }

    private Path folder() {
        return state.resolve("log");
    }

    private static String named(int daysAgo) {
        return "hilda." + LocalDate.now(ZoneOffset.UTC).minusDays(daysAgo) + ".0.log";
    }

    private List<String> lines() throws IOException {
        assertEquals(1, files().size(), files().toString());
        return Files.readAllLines(files().get(0));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
