// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.serial;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.RunningClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A serial port, 8 data bits, no parity, 1 stop bit, no flow control. A thread reads and a thread writes: the library's
 * read timeouts come in steps of 100 ms, and its write timeout is not kept, so that no caller may wait inside it.
 */
public final class SerialBoardLink implements BoardLink {
    private static final Logger LOG = LoggerFactory.getLogger(SerialBoardLink.class);

    private static final int READ_BYTES = 4096;
    private static final int WRITE_BYTES = 1024;
    private static final int WRITES_WAITING = 16;
    private static final int READ_TIMEOUT_MILLIS = 100;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final int WRITE_WAIT_MILLIS = 100;
    private static final int DATA_BITS = 8;
    /** What the ST-Link may still hold when the host has handed everything over: a frame or two at the slowest rate. */
    private static final int BRIDGE_MILLIS = 20;

    // Linux errno: EAGAIN is what a lock that another program holds gives.
    private static final int ERROR_AGAIN = 11;
    private static final int ERROR_PERMISSION = 13;
    private static final int ERROR_BUSY = 16;

    private final SerialPort port;
    private final String name;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final Queue<byte[]> unread = new ArrayDeque<>();
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(WRITES_WAITING);
    private final AtomicInteger unwritten = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread writer;
    private volatile @Nullable String lost;

    private SerialBoardLink(SerialPort port, String name) {
        this.port = port;
        this.name = name;
        this.writer = thread("write", this::writeLoop);
    }

    /**
     * Opens a port for ourselves alone.
     *
     * @param device device file, also of a pseudo-terminal
     * @param baud bits per second
     * @param provider process that is the port's other end, where it is a process
     * @param environment decides on the folder of the library's native part, the first time
     * @throws BenchFailure of kind {@link FailureKind#BENCH} when it is absent, in use or not permitted
     */
    public static SerialBoardLink open(Path device, int baud, OptionalLong provider, Map<String, String> environment) {
        if (!Files.exists(device)) {
            throw failure(device)
                    .expected("the device file of the board's serial port")
                    .actual("no such device file")
                    .remedy("plug the board in; hilda devices lists what is attached")
                    .failure();
        }
        List<String> holders = PortHolders.of(device, provider);
        if (!holders.isEmpty()) {
            throw busy(device, "in use by " + String.join(", ", holders));
        }
        SerialPort port = portAt(device, environment);
        // One call: the single setters reset what others have set.
        port.setComPortParameters(baud, DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
        port.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
        port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_TIMEOUT_MILLIS, 0);
        if (!port.openPort()) {
            throw notOpened(device, port.getLastErrorCode());
        }
        SerialBoardLink link = new SerialBoardLink(port, device.toString());
        thread("read", link::readLoop).start();
        link.writer.start();
        LOG.info("opened {} at {} baud", device, baud);
        return link;
    }

    @Override
    public int read(byte[] into, Duration timeout) throws InterruptedException {
        byte[] first = unread.poll();
        if (first == null) {
            first = received.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
        if (first == null) {
            requireConnected();
            return 0;
        }
        int count = Math.min(first.length, into.length);
        System.arraycopy(first, 0, into, 0, count);
        if (count < first.length) {
            unread.add(Arrays.copyOfRange(first, count, first.length));
        }
        return count;
    }

    @Override
    public void write(byte[] bytes, Duration timeout) throws InterruptedException {
        long started = RunningClock.OF_THIS_PROCESS.nanoTime();
        for (int at = 0; at < bytes.length; at += WRITE_BYTES) {
            requireConnected();
            byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(at + WRITE_BYTES, bytes.length));
            unwritten.incrementAndGet();
            boolean taken = false;
            // By short waits: one across a pause of this process would end with it.
            while (!taken && RunningClock.OF_THIS_PROCESS.since(started).compareTo(timeout) < 0) {
                requireConnected();
                taken = outgoing.offer(piece, WRITE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (!taken) {
                unwritten.decrementAndGet();
                lose("the port takes no more bytes");
                throw BenchFailure.of(FailureKind.TIMEOUT, "write to the serial port " + name)
                        .expected("room for " + piece.length + " bytes within " + timeout.toMillis() + " ms")
                        .actual("the port takes no more bytes")
                        .remedy("unplug the board, plug it in again and retry")
                        .failure();
            }
        }
    }

    @Override
    public void changeRate(int baud) throws InterruptedException {
        long deadline = System.nanoTime() + CLOSE_PATIENCE.toNanos();
        while ((unwritten.get() > 0 || port.bytesAwaitingWrite() > 0) && System.nanoTime() < deadline) {
            requireConnected();
            Thread.sleep(1);
        }
        Thread.sleep(BRIDGE_MILLIS);
        if (!port.setComPortParameters(baud, DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY)) {
            throw BenchFailure.of(FailureKind.LINK, "run the serial port " + name + " at " + baud + " baud")
                    .expected("a port that takes this rate")
                    .actual("error " + port.getLastErrorCode())
                    .remedy("choose a lower rate with --baud")
                    .failure();
        }
        LOG.info("{} runs at {} baud", name, baud);
    }

    @Override
    public boolean isConnected() {
        return lost == null && !closed.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            writer.interrupt();
            // A write that the other end never takes keeps the port: do not wait for it longer than this.
            Thread closing = thread("close", port::closePort);
            closing.start();
            joinQuietly(closing);
        }
    }

    private void readLoop() {
        byte[] buffer = new byte[READ_BYTES];
        try {
            while (!closed.get()) {
                int count = port.readBytes(buffer, buffer.length);
                if (count < 0) {
                    lose("the port is gone");
                    return;
                }
                if (count > 0) {
                    received.add(Arrays.copyOf(buffer, count));
                    Thread.sleep(1); // A read returns with the first byte: let some gather, or every byte costs a call.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed; the thread ends here.
        }
    }

    private void writeLoop() {
        try {
            while (!closed.get()) {
                writeAll(outgoing.take());
                unwritten.decrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed; the thread ends here.
        }
    }

    private void writeAll(byte[] bytes) throws InterruptedException {
        int at = 0;
        while (at < bytes.length && !closed.get()) {
            int count = port.writeBytes(bytes, bytes.length - at, at);
            if (count < 0) {
                lose("the port is gone");
                return;
            }
            at += count;
            if (count == 0) {
                Thread.sleep(1); // A port that was removed takes 0 bytes for ever; the reader notices.
            }
        }
    }

    private void lose(String reason) {
        if (!closed.get()) {
            lost = reason;
            // At once: a removed port floods its listeners until it is closed.
            close();
        }
    }

    private void requireConnected() {
        String reason = lost;
        if (reason != null) {
            throw BenchFailure.of(FailureKind.LINK, "use the serial port " + name)
                    .expected("a connected port")
                    .actual(reason)
                    .remedy("plug the board in again; hilda devices lists what is attached")
                    .failure();
        }
        if (closed.get()) {
            throw new IllegalStateException("the port " + name + " is closed");
        }
    }

    private static SerialPort portAt(Path device, Map<String, String> environment) {
        SerialLibrary.load(environment);
        try {
            return SerialPort.getCommPort(device.toString());
        } catch (SerialPortInvalidPortException e) {
            throw failure(device)
                    .expected("a serial port")
                    .actual("not a serial port")
                    .remedy("hilda devices lists what is attached")
                    .cause(e)
                    .failure();
        }
    }

    static BenchFailure notOpened(Path device, int errorCode) {
        if (errorCode == ERROR_PERMISSION) {
            return failure(device)
                    .expected("a port that this user may open")
                    .actual("permission denied")
                    .remedy("join the group that owns it and log in again: sudo usermod -aG "
                            + groupOf(device).orElse("dialout") + " $USER")
                    .failure();
        }
        if (errorCode == ERROR_AGAIN || errorCode == ERROR_BUSY) {
            return busy(device, "in use, its lock is taken (error " + errorCode + ")");
        }
        return failure(device)
                .expected("a serial port that opens")
                .actual("error " + errorCode)
                .remedy("unplug the board, plug it in again and retry")
                .failure();
    }

    private static BenchFailure busy(Path device, String actual) {
        return failure(device)
                .expected("a port that no other program uses")
                .actual(actual)
                .remedy("end the other program; fuser " + device + " shows it")
                .failure();
    }

    private static Optional<String> groupOf(Path device) {
        try {
            return Optional.of(Files.getAttribute(device, "posix:group").toString());
        } catch (java.io.IOException e) {
            return Optional.empty();
        }
    }

    private static BenchFailure.Builder failure(Path device) {
        return BenchFailure.of(FailureKind.BENCH, "open the serial port " + device);
    }

    private static Thread thread(String purpose, Runnable body) {
        Thread thread = new Thread(body, "serial-" + purpose);
        thread.setDaemon(true);
        return thread;
    }

    private static void joinQuietly(Thread thread) {
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
