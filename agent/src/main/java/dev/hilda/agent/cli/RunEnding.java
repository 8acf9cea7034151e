// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.CancelToken;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Whether a run ends by itself or by a signal, which cancels it: exactly one of the two says how it ended. */
final class RunEnding implements AutoCloseable {
    /** Ctrl-C reaches OpenOCD too, whose death can be noticed before the signal that caused it. */
    private static final Duration SIGNAL_DELAY = Duration.ofMillis(200);

    /** How long a program that was told to end may take to say that its run was cancelled. */
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(5);

    private enum State {
        RUNNING,
        ENDED,
        SIGNALLED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final CancelToken cancel = new CancelToken();
    private final Thread hook;

    /**
     * Watches for signals until it is closed.
     *
     * @param onSignal runs when a signal ends the program first
     */
    RunEnding(Runnable onSignal) {
        hook = new Thread(() -> signalled(onSignal), "run-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What a signal cancels. */
    CancelToken cancel() {
        return cancel;
    }

    /** The run has passed. Does not return when a signal came first: the program is ending then. */
    void passed() throws InterruptedException {
        if (!state.compareAndSet(State.RUNNING, State.ENDED) && state.get() == State.SIGNALLED) {
            new CountDownLatch(1).await();
        }
    }

    /** The run has failed by itself, as {@link #passed()}; a signal that comes at the same time is the cause. */
    void failed() throws InterruptedException {
        if (state.get() == State.RUNNING) {
            Thread.sleep(SIGNAL_DELAY.toMillis());
        }
        passed();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending, and the hook has had its say.
        }
    }

    /** What the hook does. */
    void signalled(Runnable onSignal) {
        if (state.compareAndSet(State.RUNNING, State.SIGNALLED)) {
            cancel.cancel();
            awaitRun();
            onSignal.run();
        }
    }

    private void awaitRun() {
        try {
            cancel.awaitEnd(CANCEL_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
