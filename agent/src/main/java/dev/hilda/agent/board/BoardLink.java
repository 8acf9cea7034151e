// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.time.Duration;

/**
 * A byte stream to the firmware and back. Bytes may be lost or damaged on the way; a link that is gone for good throws
 * a {@link BenchFailure} of kind {@link FailureKind#LINK} from every call until it is closed.
 */
public interface BoardLink extends AutoCloseable {
    /**
     * Reads what has arrived, waiting for the first byte.
     *
     * @param into receives the bytes, from index 0
     * @param timeout how long to wait for the first byte; zero polls
     * @return number of bytes read, 0 when none came in time
     */
    int read(byte[] into, Duration timeout) throws InterruptedException;

    /**
     * Hands bytes over for sending, in order. Returns when the link has taken them, which can be before they are on the
     * wire.
     *
     * @param timeout how long to wait for room; {@link FailureKind#TIMEOUT} beyond
     */
    void write(byte[] bytes, Duration timeout) throws InterruptedException;

    /**
     * Goes on at another rate, once what was written has left at the old one.
     *
     * @param baud bits per second
     */
    void changeRate(int baud) throws InterruptedException;

    /** Whether the port is still there; once it is not, it never is again. */
    default boolean isConnected() {
        return true;
    }

    /** The port, as messages name it. */
    String name();

    /** Releases the port; more than once is harmless. */
    @Override
    void close();
}
