// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import ch.qos.logback.core.util.FileSize;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.folder.PrivateFolder;
import dev.hilda.profile.ProfileException;
import java.nio.file.Path;
import org.slf4j.Logger;

/** Sets Logback up when the first line is logged. Found by Java's service loader; an XML file would take longer to read. */
public final class LogbackSetup extends ContextAwareBase implements Configurator {
    private static final String OWN_CLASSES = "dev.hilda";
    private static final String CONSOLE = "System.err";

    /** Whose lines: those of a run, else of this process. */
    private static final String WHOSE =
            "%X{" + RunLog.RUN_KEY + ":-process " + ProcessHandle.current().pid() + "}";

    /** One event, one line, whatever the text holds: each line is then found by its run's id, and none gives a terminal orders. */
    private static final String TEXT =
            "%replace(%replace(%msg %ex{full}){'\\s*\\R\\s*',' | '}){'\\p{Cntrl}','?'}%nopex%n";

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level [" + WHOSE + "] %logger{0}: " + TEXT;

    private static final FileSize FILE_BYTES = FileSize.valueOf("10MB");
    private static final FileSize FOLDER_BYTES = FileSize.valueOf("100MB");
    private static final int DAYS = 14;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        // Logback would print its own problems on standard output.
        context.getStatusManager().add(new NopStatusListener());
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        RunLog.ofThisProgram().ifPresent(log -> attach(context, log));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    static void attach(LoggerContext context, RunLog log) {
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        context.getLogger(OWN_CLASSES).setLevel(Level.DEBUG);
        try {
            root.addAppender(file(context, PrivateFolder.require(log.folder().get())));
        } catch (BenchFailure | ProfileException unusable) {
            log.remarks().accept("nothing is logged: " + unusable.getMessage());
        }
        if (log.onTerminal()) {
            root.addAppender(terminal(context));
        }
        context.getLogger(RunLog.class).info("{} on {}", log.command(), System.getProperty("java.runtime.version"));
    }

    /**
     * One file a day, more when it gets long. Each is written under the name that it keeps: several programs log at a time,
     * and one that renamed a file would take it from the others.
     */
    private static Appender<ILoggingEvent> file(LoggerContext context, Path folder) {
        PrivateFileAppender appender = new PrivateFileAppender();
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setFileNamePattern(
                folder.resolve("hilda.%d{yyyy-MM-dd, UTC}.%i.log").toString());
        policy.setMaxFileSize(FILE_BYTES);
        policy.setTotalSizeCap(FOLDER_BYTES);
        policy.setMaxHistory(DAYS);
        policy.setCleanHistoryOnStart(true);
        policy.setParent(appender);
        policy.start();
        appender.setRollingPolicy(policy);
        return started(context, appender);
    }

    private static Appender<ILoggingEvent> terminal(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget(CONSOLE);
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel(Level.INFO.toString());
        filter.start();
        appender.addFilter(filter);
        return started(context, appender);
    }

    private static Appender<ILoggingEvent> started(
            LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
