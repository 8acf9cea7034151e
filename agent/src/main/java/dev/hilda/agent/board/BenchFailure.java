// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import dev.hilda.failure.ExplainedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step at the bench failed, and this says how: what was attempted, on which board, what was expected, what came and
 * what to do about it. Built fluently:
 *
 * <pre>{@code
 * throw BenchFailure.of(FailureKind.LINK, "open the serial port /dev/ttyACM0")
 *         .board("nucleo-h743zi2 (ST-Link 0033002A)")
 *         .expected("a free port")
 *         .actual("port is locked by another program")
 *         .remedy("close the program that holds it: fuser /dev/ttyACM0")
 *         .failure();
 * }</pre>
 */
public final class BenchFailure extends ExplainedException {
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final String attempted;
    private final @Nullable String board;

    private BenchFailure(Builder parts) {
        super(parts.kind.label(), what(parts), parts.expected, parts.actual, parts.remedy, parts.cause);
        this.kind = parts.kind;
        this.attempted = parts.attempted;
        this.board = parts.board;
    }

    /**
     * Starts a failure.
     *
     * @param attempted the step that failed, as a verb phrase that follows "could not", for example {@code "flash
     *     firmware.elf"}
     */
    public static Builder of(FailureKind kind, String attempted) {
        return new Builder(kind, attempted);
    }

    public FailureKind kind() {
        return kind;
    }

    public String attempted() {
        return attempted;
    }

    public Optional<String> board() {
        return Optional.ofNullable(board);
    }

    private static String what(Builder parts) {
        return "could not " + parts.attempted + (parts.board == null ? "" : " on " + parts.board);
    }

    /** Collects the parts of a failure; only kind and attempted step are required. */
    public static final class Builder {
        private final FailureKind kind;
        private final String attempted;
        private @Nullable String board;
        private @Nullable String expected;
        private @Nullable String actual;
        private @Nullable String remedy;
        private @Nullable Throwable cause;

        private Builder(FailureKind kind, String attempted) {
            this.kind = kind;
            this.attempted = attempted;
        }

        /** The board, as its profile name and, where known, its ST-Link serial number. */
        public Builder board(String value) {
            this.board = value;
            return this;
        }

        public Builder expected(String value) {
            this.expected = value;
            return this;
        }

        public Builder actual(String value) {
            this.actual = value;
            return this;
        }

        /** The one thing to do next, as a command where there is one. */
        public Builder remedy(String value) {
            this.remedy = value;
            return this;
        }

        /** The same expectation, finding and remedy as of what caused it. */
        public Builder because(ExplainedException reason) {
            this.expected = reason.expected().orElse(null);
            this.actual = reason.actual().orElse(null);
            this.remedy = reason.remedy().orElse(null);
            return cause(reason);
        }

        public Builder cause(Throwable value) {
            this.cause = value;
            return this;
        }

        public BenchFailure failure() {
            return new BenchFailure(this);
        }
    }
}
