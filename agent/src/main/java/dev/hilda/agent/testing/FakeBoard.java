// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.protocol.BoardEndpoint;
import dev.hilda.agent.protocol.CrashRecord;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.Hello.BootError;
import dev.hilda.agent.protocol.Hello.ClockSource;
import dev.hilda.agent.protocol.Hello.FirmwareKind;
import dev.hilda.agent.protocol.Hello.ResetCause;
import dev.hilda.agent.protocol.Message;
import dev.hilda.agent.protocol.RateAnswer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A board in memory: speaks the wire protocol, answers hello, echo, statistics and reset, and runs a network if it has
 * one. Its end of the link is {@link #link()}; the board lives while that is read and written.
 */
public final class FakeBoard {
    private static final int BAUD = 921_600;
    private static final int STATISTICS_BYTES = 100;
    private static final int ERROR_UNKNOWN_MESSAGE = 1;
    private static final long RECEIVED_BYTES = 5000;
    private static final long SENT_BYTES = 7000;
    private static final int LINK_COUNTERS = 8;
    private static final int FAULT_COUNTERS = 5;
    private static final int STACK_BYTES = 4096;
    private static final int STACK_PEAK_BYTES = 700;
    private static final long CPU_HZ = 480_000_000L;
    private static final long UART_HZ = CPU_HZ / 4;
    /** Of a host at another rate, before the board goes back to its first; the firmware counts time. */
    private static final int MOST_NOISE_BYTES = 100;

    private static final int BYTES_PER_LOSS = 5000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long IDLE_SLEEP_MILLIS = 1;

    private final UnaryOperator<Message> answers;
    private final Optional<FakeNetwork> network;
    private Hello hello;
    private BoardEndpoint endpoint;
    private final Clock clock;
    private long bootedAt;
    private boolean resetDue;
    private boolean silent;
    private int hostBaud = BAUD;
    private int boardBaud = BAUD;
    private int wantedBaud;
    private int mostBaud = Integer.MAX_VALUE;
    private int noiseBytes;
    private int fastBytes;

    /** A board that works. */
    public FakeBoard() {
        this(defaultHello());
    }

    /** A board that says this of itself. */
    public FakeBoard(Hello hello) {
        this(hello, UnaryOperator.identity());
    }

    /**
     * A board whose answers are changed on their way out.
     *
     * @param answers applied to every answer
     */
    public FakeBoard(Hello hello, UnaryOperator<Message> answers) {
        this(hello, answers, Optional.empty(), Clock.SYSTEM);
    }

    private FakeBoard(Hello hello, UnaryOperator<Message> answers, Optional<FakeNetwork> network, Clock clock) {
        this.clock = clock;
        this.bootedAt = clock.nanoTime();
        this.hello = hello;
        this.answers = answers;
        this.network = network;
        this.endpoint = freshEndpoint();
    }

    /** A board whose firmware holds a network. */
    public static FakeBoard withNetwork(Hello hello, FakeNetwork network) {
        return withNetwork(hello, network, Clock.SYSTEM);
    }

    /** The same by another clock. */
    public static FakeBoard withNetwork(Hello hello, FakeNetwork network, Clock clock) {
        return new FakeBoard(hello, UnaryOperator.identity(), Optional.of(network), clock);
    }

    /** What a virtual NUCLEO-H743ZI of revision V says after power-on. */
    public static Hello defaultHello() {
        String uniqueId = HexFormat.of().formatHex("VIRTfakeIT!!".getBytes(StandardCharsets.US_ASCII));
        return new Hello(
                Hello.PROTOCOL_VERSION,
                FirmwareKind.BASE,
                ClockSource.HSE_BYPASS,
                0,
                ResetCause.POWER_ON,
                BootError.NONE,
                8,
                2048,
                "fake",
                "0".repeat(64),
                0x20036450,
                uniqueId,
                2 << 20,
                CPU_HZ,
                CPU_HZ / 2,
                CPU_HZ / 4,
                130,
                1,
                0,
                new CrashRecord(CrashRecord.Kind.NONE, 0, 0, 0, 0, 0, 0, 0));
    }

    /** From now on the board takes everything and says nothing. */
    public void fallSilent() {
        silent = true;
    }

    /** Beyond this rate the line loses a byte in some thousands on its way from the board. */
    public void carryUpTo(int baud) {
        mostBaud = baud;
    }

    /** The rate it listens at. */
    public int baud() {
        return boardBaud;
    }

    /** Boots again, for the given reason. */
    public void restart(ResetCause cause) {
        hello = booted(hello, cause);
        bootedAt = clock.nanoTime();
        resetDue = false;
        silent = false;
        boardBaud = BAUD;
        wantedBaud = 0;
        endpoint = freshEndpoint();
        endpoint.announce();
    }

    /** Another board stands in its place. */
    public void become(Hello other) {
        hello = other;
        restart(ResetCause.POWER_ON);
    }

    /** Ends the session and announces itself, as after a long silence of the host. */
    public void giveUpSession() {
        boardBaud = BAUD;
        endpoint = freshEndpoint();
        endpoint.announce();
    }

    /** The host's end of a perfect line to this board. */
    public BoardLink link() {
        return new MemoryLink();
    }

    private BoardEndpoint freshEndpoint() {
        return new BoardEndpoint(BAUD, hello, request -> answers.apply(answer(request)));
    }

    private Message answer(Message request) {
        int type = request.type() | Message.REPLY;
        return switch (request.type()) {
            case Message.ECHO -> new Message(type, request.tag(), request.body());
            case Message.STATISTICS -> new Message(type, request.tag(), statistics());
            case Message.RESET -> {
                resetDue = true;
                yield new Message(type, request.tag(), new byte[0]);
            }
            case Message.RATE -> {
                wantedBaud = ByteBuffer.wrap(request.body())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
                yield new Message(type, request.tag(), new RateAnswer(UART_HZ / wantedBaud).encode());
            }
            case Message.NETWORK ->
                new Message(
                        type,
                        request.tag(),
                        network.map(FakeNetwork::description)
                                .orElse(FakeNetwork.NONE)
                                .encode());
            case Message.INFER ->
                network.map(present -> present.answer(request, uptimeCycles()))
                        .orElseGet(() -> FakeNetwork.refusal(request, FakeNetwork.ERROR_BAD_ARGUMENT, "no network"));
            default -> new Message(Message.ERROR, request.tag(), new byte[] {ERROR_UNKNOWN_MESSAGE, 0, 'n', 'o'});
        };
    }

    /** Another figure everywhere (SPEC.md, "Messages"). */
    private byte[] statistics() {
        ByteBuffer body = ByteBuffer.allocate(STATISTICS_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long uptime = uptimeCycles();
        body.putLong(uptime).putLong(uptime / 4);
        body.putLong(RECEIVED_BYTES).putLong(SENT_BYTES);
        for (int counter = 1; counter <= LINK_COUNTERS + FAULT_COUNTERS; counter++) {
            body.putInt(counter);
        }
        return body.putInt(STACK_BYTES).putInt(STACK_PEAK_BYTES).array();
    }

    private long uptimeCycles() {
        return (clock.nanoTime() - bootedAt) / 1000 * (CPU_HZ / (NANOS_PER_SECOND / 1000));
    }

    private static Hello booted(Hello before, ResetCause cause) {
        return new Hello(
                before.protocolVersion(),
                before.firmwareKind(),
                before.clockSource(),
                before.voltageScale(),
                cause,
                before.bootError(),
                before.windowFrames(),
                before.maxPayloadBytes(),
                before.firmwareVersion(),
                before.modelHash(),
                before.idcode(),
                before.uniqueId(),
                before.flashBytes(),
                before.cpuHz(),
                before.axiHz(),
                before.uartKernelHz(),
                before.uartDivider(),
                before.bootCount() + 1,
                before.resetFlags(),
                before.crash());
    }

    /** The line without any wire. */
    private final class MemoryLink implements BoardLink {
        @Override
        public int read(byte[] into, Duration timeout) throws InterruptedException {
            long deadline = clock.nanoTime() + timeout.toNanos();
            while (true) {
                byte[] bytes = fromBoard(into.length);
                if (bytes.length > 0 || clock.nanoTime() - deadline >= 0) {
                    System.arraycopy(bytes, 0, into, 0, bytes.length);
                    return bytes.length;
                }
                clock.sleep(Duration.ofMillis(IDLE_SLEEP_MILLIS));
            }
        }

        @Override
        public void write(byte[] bytes, Duration timeout) {
            if (hostBaud == boardBaud) {
                noiseBytes = 0;
                endpoint.receive(bytes, bytes.length, clock.nanoTime());
                return;
            }
            noiseBytes += bytes.length;
            if (noiseBytes > MOST_NOISE_BYTES && boardBaud != BAUD) {
                boardBaud = BAUD;
                endpoint = freshEndpoint();
                endpoint.announce();
            }
        }

        @Override
        public void changeRate(int baud) {
            hostBaud = baud;
        }

        @Override
        public String name() {
            return "memory";
        }

        @Override
        public void close() {}

        private byte[] fromBoard(int maxBytes) {
            endpoint.poll(clock.nanoTime());
            if (resetDue && endpoint.isQuiet()) {
                restart(ResetCause.SOFTWARE);
            }
            if (wantedBaud != 0 && endpoint.isQuiet()) {
                boardBaud = wantedBaud;
                wantedBaud = 0;
            }
            byte[] bytes = endpoint.drain(maxBytes, clock.nanoTime());
            return silent || hostBaud != boardBaud ? new byte[0] : carried(bytes);
        }

        private byte[] carried(byte[] bytes) {
            fastBytes += boardBaud > mostBaud ? bytes.length : 0;
            if (fastBytes < BYTES_PER_LOSS) {
                return bytes;
            }
            fastBytes = 0;
            return Arrays.copyOf(bytes, bytes.length - 1);
        }
    }
}
