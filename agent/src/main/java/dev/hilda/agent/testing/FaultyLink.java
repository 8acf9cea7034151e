// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A link with a named fault. Faults that count bytes count those that come from the board. */
public final class FaultyLink implements BoardLink {
    /** What becomes of bytes on the line. */
    public enum Fault {
        /** One byte in {@code period} from the board is lost, at random. */
        DROP,
        /** One byte in {@code period} from the board has a bit inverted, at random. */
        CORRUPT,
        /** One byte in {@code period} to the board is lost, at random. */
        DROP_SENT,
        /** One byte in {@code period} to the board has a bit inverted, at random. */
        CORRUPT_SENT,
        /** After {@code period} bytes from the board every one has a bit inverted, unless it ends a frame. */
        CORRUPT_LATER,
        /** After {@code period} bytes from the board nothing passes in either direction. */
        DEAD,
        /** The board's bytes come one read after the other, {@code period} bytes at most, 1 ms apart. */
        SLOW,
        /** After {@code period} bytes from the board the port is gone. */
        DISCONNECT
    }

    private static final byte FRAME_END = 0;

    private final BoardLink link;
    private final Fault fault;
    private final long period;
    private final Random random;
    private final AtomicLong fromBoard = new AtomicLong();

    /**
     * A link with one fault. Losses are random, because a strict period can hit the same repeated frame for ever.
     *
     * @param period what it means is said at the fault; at least 1
     * @param seed of what is random
     */
    public FaultyLink(BoardLink link, Fault fault, long period, long seed) {
        this.link = link;
        this.fault = fault;
        this.period = period;
        this.random = new Random(seed);
    }

    @Override
    public int read(byte[] into, Duration timeout) throws InterruptedException {
        requireConnected();
        byte[] bytes = new byte[fault == Fault.SLOW ? (int) Math.min(period, into.length) : into.length];
        int count = link.read(bytes, timeout);
        if (fault == Fault.SLOW) {
            Thread.sleep(1);
        }
        byte[] passed = passed(bytes, count);
        System.arraycopy(passed, 0, into, 0, passed.length);
        return passed.length;
    }

    @Override
    public void write(byte[] bytes, Duration timeout) throws InterruptedException {
        requireConnected();
        if (!(fault == Fault.DEAD && isDue())) {
            boolean noisy = fault == Fault.DROP_SENT || fault == Fault.CORRUPT_SENT;
            link.write(noisy ? disturbed(bytes) : bytes, timeout);
        }
    }

    @Override
    public void changeRate(int baud) throws InterruptedException {
        link.changeRate(baud);
    }

    @Override
    public boolean isConnected() {
        return !(fault == Fault.DISCONNECT && isDue()) && link.isConnected();
    }

    @Override
    public String name() {
        return link.name();
    }

    @Override
    public void close() {
        link.close();
    }

    private byte[] passed(byte[] bytes, int count) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (int index = 0; index < count; index++) {
            fromBoard.incrementAndGet();
            boolean due = random.nextDouble() * period < 1;
            boolean lost = (fault == Fault.DROP && due) || (fault == Fault.DEAD && isDue());
            if (!lost) {
                passed.write(isCorrupt(bytes[index], due) ? bytes[index] ^ 0x10 : bytes[index]);
            }
        }
        return passed.toByteArray();
    }

    private byte[] disturbed(byte[] bytes) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (byte value : bytes) {
            boolean due = random.nextDouble() * period < 1;
            if (!due || fault == Fault.CORRUPT_SENT) {
                passed.write(due ? value ^ 0x10 : value);
            }
        }
        return passed.toByteArray();
    }

    private boolean isCorrupt(byte value, boolean due) {
        return (fault == Fault.CORRUPT && due) || (fault == Fault.CORRUPT_LATER && isDue() && value != FRAME_END);
    }

    private boolean isDue() {
        return fromBoard.get() >= period;
    }

    private void requireConnected() {
        if (fault == Fault.DISCONNECT && isDue()) {
            throw BenchFailure.of(FailureKind.LINK, "use the serial port " + name())
                    .expected("a connected port")
                    .actual("the port is gone")
                    .failure();
        }
    }
}
