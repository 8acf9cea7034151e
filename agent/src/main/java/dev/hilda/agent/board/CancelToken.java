// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Cancels one piece of work among several in a JVM: {@link #cancel()} interrupts the threads that work under this token
 * and no others. Used once: what begins under a cancelled token ends at once.
 */
public final class CancelToken {
    private final Set<Thread> interruptible = new HashSet<>();
    private int running;
    private boolean cancelled;

    /** Work that ends early by an interruption. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws InterruptedException;
    }

    /** Cancels; more than once, before the work begins and after its end is harmless. */
    public synchronized void cancel() {
        if (!cancelled) {
            cancelled = true;
            interruptible.forEach(Thread::interrupt);
        }
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /**
     * Works on the calling thread, which keeps no interruption of this token's afterwards. May be used by several threads
     * at once, and within each other.
     *
     * @throws InterruptedException when it was cancelled before it began
     */
    public <T> T run(Work<T> work) throws InterruptedException {
        boolean outermost = begin();
        try {
            return work.run();
        } finally {
            end(outermost);
        }
    }

    /**
     * A step of the calling thread that a cancellation does not break off, as some libraries take an interruption for a
     * fault. One that came meanwhile follows at its end.
     */
    public <T> T shield(Supplier<T> step) {
        boolean before = isCancelled();
        boolean present = exclude();
        boolean interrupted = Thread.interrupted();
        try {
            return step.get();
        } finally {
            include(present, before);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until nothing runs under this token; false when something still does after that time. */
    public synchronized boolean awaitEnd(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (running > 0) {
            long leftMillis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }

    private synchronized boolean begin() throws InterruptedException {
        if (cancelled) {
            throw new InterruptedException("cancelled before it began");
        }
        boolean outermost = interruptible.add(Thread.currentThread());
        running += outermost ? 1 : 0;
        return outermost;
    }

    private synchronized void end(boolean outermost) {
        if (outermost) {
            interruptible.remove(Thread.currentThread());
            running--;
            if (cancelled) {
                // The thread goes on with something else, which nobody has cancelled.
                Thread.interrupted();
            }
            notifyAll();
        }
    }

    private synchronized boolean exclude() {
        return interruptible.remove(Thread.currentThread());
    }

    private synchronized void include(boolean present, boolean before) {
        if (present) {
            interruptible.add(Thread.currentThread());
            if (cancelled && !before) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
