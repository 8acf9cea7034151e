// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.FailureKind;
import dev.hilda.failure.ExplainedException;
import dev.hilda.profile.ProfileException;
import java.io.PrintWriter;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever a command throws into exactly one message on stderr and an {@link ExitCode}. A stack trace appears
 * only with {@code --debug}, the whole help only where a subcommand is missing.
 */
public final class FailureReport implements IExecutionExceptionHandler {
    /** Whoever begins the log heeds it, see {@link Housekeeping}. */
    static final String VERBOSE_OPTION = "-v";

    private static final String DEBUG_OPTION = "--debug";

    private FailureReport() {}

    /** Gives a command root, with all its subcommands, this failure handling and the {@code --debug} option. */
    public static CommandLine install(CommandLine root) {
        root.getCommandSpec()
                .addOption(OptionSpec.builder(DEBUG_OPTION)
                        .scopeType(ScopeType.INHERIT)
                        .description("Print the stack trace of a failure.")
                        .build())
                .addOption(OptionSpec.builder(VERBOSE_OPTION, "--verbose")
                        .scopeType(ScopeType.INHERIT)
                        .description("Print on standard error what is logged.")
                        .build());
        return root.setExecutionStrategy(parsed -> printed(root, new RunLast().execute(parsed)))
                .setExecutionExceptionHandler(new FailureReport())
                .setParameterExceptionHandler((wrong, args) -> handleUsage(wrong))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Integer.class, wholeNumber(Integer::valueOf))
                .registerConverter(int.class, wholeNumber(Integer::valueOf))
                .registerConverter(Long.class, wholeNumber(Long::valueOf))
                .registerConverter(long.class, wholeNumber(Long::valueOf));
    }

    /** A result that nobody could read, as on a full disk, is no success. */
    private static int printed(CommandLine root, int code) {
        // Each command writes through a writer of its own; what the last of them could not do, standard output knows.
        boolean lost = root.getOut().checkError() || System.out.checkError();
        if (code != ExitCode.OK.code() || !lost) {
            return code;
        }
        PrintWriter stderr = root.getErr();
        stderr.println(
                "hilda: could not write to standard output\n  what to do: check what it leads to, and its space");
        stderr.flush();
        return ExitCode.INTERNAL_ERROR.code();
    }

    private static int handleUsage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter stderr = command.getErr();
        stderr.println("hilda: usage: " + TerminalText.harmless(String.valueOf(wrong.getMessage())));
        UnmatchedArgumentException.printSuggestions(wrong, stderr);
        if (!command.getSubcommands().isEmpty() && !(wrong instanceof UnmatchedArgumentException)) {
            command.usage(stderr); // What remains to go wrong there is that no subcommand is given.
        } else {
            stderr.println("  what to do: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        stderr.flush();
        return ExitCode.USAGE.code();
    }

    private static <N extends Number> ITypeConverter<N> wholeNumber(Function<String, N> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("expected a whole number without a unit, got \"" + text + '"');
            }
        };
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter stderr = command.getErr();
        if (exitCode(failure) == ExitCode.INTERNAL_ERROR) {
            // Not in a field: what has nothing to log need not load the log.
            LoggerFactory.getLogger(FailureReport.class).error("internal error", failure);
        }
        if (isGiven(DEBUG_OPTION, parsed)) {
            failure.printStackTrace(stderr);
        }
        stderr.println("hilda: " + TerminalText.harmless(message(failure)));
        stderr.flush();
        return exitCode(failure).code();
    }

    /** The exit code that belongs to what was thrown. */
    public static ExitCode exitCode(Throwable failure) {
        if (failure instanceof ExplainedException explained) {
            return ExitCode.of(FailureKind.ofLabel(explained.kindLabel()));
        }
        if (failure instanceof ProfileException) {
            return ExitCode.PROFILE;
        }
        if (failure instanceof InterruptedException) {
            return ExitCode.INTERRUPTED;
        }
        return ExitCode.INTERNAL_ERROR;
    }

    private static String message(Throwable failure) {
        if (failure instanceof ExplainedException) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof ProfileException) {
            return "profile: " + failure.getMessage();
        }
        if (failure instanceof InterruptedException) {
            return "interrupted";
        }
        return "internal error: " + failure + "\n  what to do: run again with " + DEBUG_OPTION
                + " and report the stack trace";
    }

    /** Whether an option that every command has is given, before or behind the subcommand's name. */
    static boolean isGiven(String option, ParseResult parsed) {
        return parsed.hasMatchedOption(option) || (parsed.hasSubcommand() && isGiven(option, parsed.subcommand()));
    }
}
