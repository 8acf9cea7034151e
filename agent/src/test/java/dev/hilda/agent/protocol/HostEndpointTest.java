// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.protocol.HostEndpoint.State;
import dev.hilda.agent.testing.Hellos;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class HostEndpointTest {
    private static final int BAUD = 921_600;

    private final AtomicInteger sessions = new AtomicInteger(-1); // 0 comes next, and must be skipped
    private final HostEndpoint host = new HostEndpoint(BAUD, sessions::incrementAndGet);
    private SimulatedLine toBoard = new SimulatedLine(new Random(), 0);
    private SimulatedLine toHost = new SimulatedLine(new Random(), 0);
    private BoardEndpoint board = board(1);
    private long now = -5_000_000_000L;

    static Hello hello(int protocolVersion) {
        return new Hello(
                protocolVersion,
                Hello.FirmwareKind.BASE,
                Hello.ClockSource.HSI,
                1,
                Hello.ResetCause.PIN,
                Hello.BootError.NONE,
                8,
                2048,
                "0.1.0",
                "00".repeat(32),
                0x10036450,
                "00112233445566778899aabb",
                2 << 20,
                400_000_000L,
                200_000_000L,
                100_000_000L,
                109L,
                1L,
                0,
                new CrashRecord(CrashRecord.Kind.NONE, 0, 0, 0, 0, 0, 0, 0));
    }

    private static BoardEndpoint board(int protocolVersion) {
        return board(hello(protocolVersion));
    }

    private static BoardEndpoint board(Hello hello) {
        return new BoardEndpoint(
                BAUD,
                hello,
                request -> request.type() == Message.ECHO
                        ? new Message(Message.ECHO | Message.REPLY, request.tag(), request.body())
                        : new Message(Message.ERROR, request.tag(), new byte[] {1, 0, 'n', 'o'}));
    }

    private void runUntil(BooleanSupplier done, Duration limit) {
        long start = now;
        while (!done.getAsBoolean()) {
            assertTrue(now - start < limit.toNanos(), "not done in time");
            host.poll(now);
            board.poll(now);
            if (toBoard.hasRoom()) {
                toBoard.put(host.drain(64, now));
            }
            if (toHost.hasRoom()) {
                toHost.put(board.drain(64, now));
            }
            byte[] up = toHost.carry();
            byte[] down = toBoard.carry();
            host.receive(up, up.length, now);
            board.receive(down, down.length, now);
            now += SimulatedLine.BYTE_NANOS;
        }
    }

    private void connect() {
        host.connect(now);
        assertEquals(State.CONNECTING, host.state());
        runUntil(() -> host.state() != State.CONNECTING, Duration.ofSeconds(1));
    }

    @Test
    void shouldOpenASession() {
        connect();
        assertEquals(State.OPEN, host.state());
        assertEquals(hello(1), host.hello().orElseThrow());
        assertTrue(host.announcement().isEmpty());
    }

    @Test
    void shouldSurviveWhateverStandsBeforeTheHello() {
        toHost.put("AT\r\nATE1\r\n\0\0boot\0".getBytes(StandardCharsets.US_ASCII));
        connect();
        assertEquals(State.OPEN, host.state());
        assertEquals(2, host.statistics().resyncs());
    }

    @Test
    void shouldRepeatTheRequestUntilTheBoardHears() {
        host.connect(now);
        host.drain(4096, now); // lost
        runUntil(() -> host.state() == State.OPEN, Duration.ofMillis(300));
        assertEquals(2, host.statistics().sentFrames());
    }

    @Test
    void shouldEchoOneMegabyteAtTheRateOfTheLine() {
        connect();
        byte[] body = new byte[1 << 20];
        new Random(1).nextBytes(body);
        Message request = Message.echo(42, body);
        host.send(request);
        long start = now;
        // This board collects the whole request before it answers, hence twice the time.
        runUntil(host::isQuiet, Duration.ofSeconds(13));
        double lineTimes = (double) (now - start) / (body.length * SimulatedLine.BYTE_NANOS);
        assertTrue(lineTimes < 1.03, () -> "took " + lineTimes + " times the bytes' time on the line");
        AtomicInteger answers = new AtomicInteger();
        runUntil(
                () -> host.takeAnswer()
                        .map(answer -> {
                            assertTrue(answer.answers(request));
                            assertArrayEquals(body, answer.body());
                            return answers.incrementAndGet();
                        })
                        .isPresent(),
                Duration.ofSeconds(13));
        assertEquals(1, answers.get());
        // The request with its framing, and an ACK for each frame of the answer.
        assertTrue(host.statistics().sentBytes() < body.length * 1.025);
    }

    @Test
    void shouldEchoOverABadLine() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        toBoard = new SimulatedLine(new Random(seed), 20_000);
        toHost = new SimulatedLine(new Random(seed + 1), 20_000);
        connect();
        byte[] body = new byte[200_000];
        new Random(2).nextBytes(body);
        host.send(Message.echo(1, body));
        Message[] answer = new Message[1];
        runUntil(() -> host.takeAnswer().map(got -> (answer[0] = got) == got).orElse(false), Duration.ofMinutes(2));
        assertArrayEquals(body, answer[0].body());
        assertEquals(State.OPEN, host.state());
    }

    @Test
    void shouldSayThatTheBoardSpeaksAnotherVersion() {
        board = board(2);
        connect();
        assertEquals(State.INCOMPATIBLE, host.state());
        assertEquals(2, host.hello().orElseThrow().protocolVersion());
    }

    @Test
    void shouldNoticeThatTheBoardHasRestarted() {
        connect();
        board = board(booted(2));
        host.send(Message.statistics(1)); // the new board does not know the session and announces itself
        runUntil(() -> host.state() == State.BOARD_RESTARTED, Duration.ofSeconds(1));
        assertEquals(booted(2), host.announcement().orElseThrow());
        connect();
        assertEquals(State.OPEN, host.state());
    }

    /** Its count of boots begins anew. */
    @Test
    void shouldNoticeThatTheBoardHasLostItsPower() {
        connect();
        board = board(Hellos.with(hello(1), "resetFlags", String.valueOf(0x00E00000)));
        host.send(Message.statistics(1));
        runUntil(() -> host.state() == State.BOARD_RESTARTED, Duration.ofSeconds(1));
    }

    @Test
    void shouldNotTakeABoardThatEndedTheSessionForARestartedOne() {
        connect();
        board = board(1);
        host.send(Message.statistics(1));
        runUntil(() -> host.state() == State.SESSION_LOST, Duration.ofSeconds(1));
        connect();
        assertEquals(State.OPEN, host.state());
    }

    private static Hello booted(int times) {
        return Hellos.with(hello(1), "bootCount", String.valueOf(times));
    }

    @Test
    void shouldFindASilentBoardDead() {
        connect();
        toHost = new SimulatedLine(new Random(), 0) {
            @Override
            byte[] carry() {
                return new byte[0]; // a broken wire
            }
        };
        host.send(Message.statistics(1));
        runUntil(() -> host.state() == State.DEAD, Duration.ofSeconds(10));
        assertTrue(host.deadlineNanos().isEmpty());
    }

    @Test
    void shouldHandOverErrors() {
        connect();
        Message request = Message.reset(3);
        host.send(request);
        Message[] answer = new Message[1];
        runUntil(() -> host.takeAnswer().map(got -> (answer[0] = got) == got).orElse(false), Duration.ofSeconds(1));
        assertTrue(answer[0].answers(request));
        assertEquals("error 1: no", answer[0].errorText());
    }
}
