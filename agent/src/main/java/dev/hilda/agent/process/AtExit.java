// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What must not outlive this JVM, undone last first, as by atexit(3): a program is killed before the folder that it works in
 * is removed. Whoever owns the end of the program, the command root, lets {@link #run} run then.
 */
public final class AtExit {
    private static final AtExit THIS_JVM = new AtExit();

    /** What is to be undone at the end, unless it is undone before. */
    public final class Registration {
        private final Runnable undo;

        private Registration(Runnable undo) {
            this.undo = undo;
        }

        /**
         * Withdraws it, since the caller undoes it now.
         *
         * @return whether that is left to do: the end may have come first
         */
        public boolean withdraw() {
            return remove(this);
        }
    }

    private final Deque<Registration> registrations = new ArrayDeque<>();
    private final Deque<Registration> endings = new ArrayDeque<>();
    private OptionalInt exitCode = OptionalInt.empty();
    private boolean ending;

    AtExit() {}

    public static AtExit ofThisJvm() {
        return THIS_JVM;
    }

    /** Registers what is to be undone; when the end has begun, it is undone at once. */
    public Registration register(Runnable undo) {
        Registration registration = new Registration(undo);
        synchronized (this) {
            if (!ending) {
                registrations.push(registration);
                return registration;
            }
        }
        undo.run();
        return registration;
    }

    /**
     * Registers what is let come to its own end before anything is undone, and may still begin things meanwhile.
     *
     * @param end returns when it has ended
     */
    public synchronized Registration letEnd(Runnable end) {
        Registration registration = new Registration(end);
        endings.push(registration);
        return registration;
    }

    /** Makes this the exit code of the JVM, whatever it ends by. */
    synchronized void exitWith(int code) {
        exitCode = OptionalInt.of(code);
    }

    /**
     * Lets end what ends by itself, then undoes everything.
     *
     * @return the exit code that the JVM must end with, where one of those programs decides
     */
    public OptionalInt run() {
        for (Registration next = nextEnding(); next != null; next = nextEnding()) {
            run(next);
        }
        for (Registration next = next(); next != null; next = next()) {
            run(next);
        }
        synchronized (this) {
            return exitCode;
        }
    }

    private static void run(Registration registration) {
        try {
            registration.undo.run();
        } catch (RuntimeException e) {
            // Nobody is left to be told, and the others are still to be undone.
        }
    }

    private synchronized @Nullable Registration nextEnding() {
        return endings.poll();
    }

    private synchronized @Nullable Registration next() {
        ending = true;
        return registrations.poll();
    }

    private synchronized boolean remove(Registration registration) {
        return registrations.remove(registration) || endings.remove(registration);
    }
}
