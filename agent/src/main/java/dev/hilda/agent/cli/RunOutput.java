// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.result.EarlyFailure;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.run.RunListener;
import dev.hilda.failure.ExplainedException;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What a run prints: progress and remarks on stderr, the result on stdout, for people or as JSON. */
public final class RunOutput {
    private static final String INTERRUPTED = "interrupted";

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final BinaryOperator<String> withoutBoard;
    private boolean documented;

    /** @param withoutBoard from a failure's kind and text to the document of a run that had no board yet */
    private RunOutput(CommandLine command, boolean json, BinaryOperator<String> withoutBoard) {
        this.out = command.getOut();
        this.err = command.getErr();
        this.json = json;
        this.withoutBoard = withoutBoard;
    }

    /**
     * The output of a run whose results have that schema.
     *
     * @param json whether its document is asked for
     */
    static RunOutput ofRun(CommandLine command, boolean json, String schema) {
        return new RunOutput(command, json, (kind, failure) -> new EarlyFailure(schema, kind, failure).toJson());
    }

    /** A run. */
    @FunctionalInterface
    interface Body {
        ExitCode run(RunEnding ending) throws InterruptedException;
    }

    /** What a command without a board gives. */
    @FunctionalInterface
    public interface Answer {
        /** The whole text to print, or the document. */
        String get() throws InterruptedException;
    }

    /** How a command without a board failed, as JSON shows it. */
    private record Failure(boolean passed, String failureKind, String failure) {}

    /** What a command without a board found. */
    record Found(String text, ExitCode code) {}

    /** What a command without a board finds, where its exit code tells it too. */
    @FunctionalInterface
    interface Finding {
        Found get() throws InterruptedException;
    }

    /**
     * Prints the result of a command without a board. With JSON asked for, a failure and a signal give a document too.
     *
     * @return the exit code
     */
    public static int result(CommandLine command, boolean json, Answer body) throws InterruptedException {
        return finding(command, json, () -> new Found(body.get(), ExitCode.OK));
    }

    /** The same of a command that ends with other codes where it did what it should. */
    static int finding(CommandLine command, boolean json, Finding body) throws InterruptedException {
        RunOutput output =
                new RunOutput(command, json, (kind, failure) -> JsonOutput.of(new Failure(false, kind, failure)));
        return output.documented(ending -> {
            Found found = body.get();
            ending.passed();
            output.out.println(TerminalText.harmless(found.text()));
            output.out.flush();
            return found.code();
        });
    }

    /** A run that, with JSON asked for, prints a document however it ends. */
    int documented(Body body) throws InterruptedException {
        try (RunEnding ending = new RunEnding(this::interrupted)) {
            try {
                ExitCode code = body.run(ending);
                ending.passed();
                return code.code();
            } catch (InterruptedException e) {
                ending.passed();
                document(withoutBoard.apply(INTERRUPTED, INTERRUPTED));
                throw e;
            } catch (RuntimeException e) {
                ending.failed();
                document(withoutBoard.apply(kind(e), String.valueOf(e.getMessage())));
                throw e;
            }
        }
    }

    boolean isJson() {
        return json;
    }

    /**
     * Prints a run as it goes, and first what its figures rest on.
     *
     * @param profile of the board
     * @param broker where it is published; empty where it is not
     * @param summary prints what was found, for people
     */
    <R extends Result> RunListener<R> listener(
            BoardProfile profile, Optional<BrokerAddress> broker, Consumer<R> summary) {
        remark(profile.name() + ": profile verified on " + profile.verifiedOn() + ", timing "
                + profile.timing().label());
        return new PrintedRun<>(this, new ProgressLines(err, Clock.SYSTEM), broker, summary);
    }

    void remark(String text) {
        err.println("hilda: " + TerminalText.harmless(text));
        err.flush();
    }

    /** The first document of a run, where JSON was asked for. */
    synchronized void document(String document) {
        if (json && !documented) {
            documented = true;
            out.println(TerminalText.harmless(document));
            out.flush();
        }
    }

    void print(String format, Object... values) {
        out.println(TerminalText.harmless(String.format(Locale.ROOT, format, values)));
        out.flush();
    }

    /** A signal ended the run. */
    private void interrupted() {
        remark(INTERRUPTED);
        document(withoutBoard.apply(INTERRUPTED, INTERRUPTED));
    }

    private static String kind(RuntimeException failure) {
        if (failure instanceof ExplainedException explained) {
            return explained.kindLabel();
        }
        if (failure instanceof ParameterException) {
            return "usage";
        }
        return failure instanceof ProfileException ? FailureKind.PROFILE.label() : "internal";
    }
}
