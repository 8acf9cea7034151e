// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The host's end of the protocol: opens a session, sends requests, collects answers. Sans-I/O and single-threaded; the
 * caller's loop is
 *
 * <pre>{@code
 * endpoint.connect(now);
 * while (...) {
 *     link.write(endpoint.drain(4096, now), timeout);
 *     int count = link.read(buffer, untilNextDeadline(endpoint.deadlineNanos()));
 *     endpoint.receive(buffer, count, now);
 *     endpoint.poll(now);
 *     ... endpoint.state(), endpoint.takeAnswer() ...
 * }
 * }</pre>
 *
 * Nanoseconds are {@link System#nanoTime()}'s. How long to wait for a hello or an answer is the caller's decision.
 */
public final class HostEndpoint {
    /** Where the conversation stands. */
    public enum State {
        /** Not connected yet. */
        CLOSED,
        /** Asks for a hello. */
        CONNECTING,
        OPEN,
        /** The board speaks another protocol version, or states what none may state; see {@link #hello()}. */
        INCOMPATIBLE,
        /** The board announced itself in mid-session from another boot; {@link #hello()} tells why. */
        BOARD_RESTARTED,
        /** The board announced itself in mid-session without a restart: it heard nothing for long, and gave up. */
        SESSION_LOST,
        /** The board has not answered for eight timeouts in a row. */
        DEAD
    }

    private static final long HELLO_INTERVAL_NANOS = Duration.ofMillis(250).toNanos();
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final IntSupplier sessionNumbers;
    private final Link link;
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private int outgoingOffset;
    private final ByteArrayOutputStream incoming = new ByteArrayOutputStream();
    private final ArrayDeque<Message> answers = new ArrayDeque<>();
    private State state = State.CLOSED;
    private int wantedSession;
    private long nextRequestAt;
    private @Nullable Hello hello;
    private @Nullable Hello announcement;

    /**
     * @param baud nominal rate of the line, for the retransmission time
     * @param sessionNumbers fresh random numbers; 0 is skipped
     */
    public HostEndpoint(int baud, IntSupplier sessionNumbers) {
        this.sessionNumbers = sessionNumbers;
        this.link = new Link(Link.retransmitTime(baud), new Link.Listener() {
            @Override
            public void fragment(byte[] payload, boolean first, boolean last) {
                takeFragment(payload, first, last);
            }

            @Override
            public void control(FrameHeader header, byte[] payload) {
                if (header.type() == FrameHeader.HELLO) {
                    takeHello(header.session(), payload);
                }
            }

            @Override
            public void unexpected(FrameHeader header) {
                // Left over from an earlier session; the board's statistics count its side.
            }
        });
    }

    /** Drops what was under way and asks for a new session. */
    public void connect(long nowNanos) {
        do {
            wantedSession = sessionNumbers.getAsInt();
        } while (wantedSession == 0);
        link.open(0, 0, 0);
        outgoing.clear();
        outgoingOffset = 0;
        incoming.reset();
        answers.clear();
        hello = null;
        announcement = null;
        state = State.CONNECTING;
        requestHello(nowNanos);
    }

    public State state() {
        return state;
    }

    /** The board's answer to {@link #connect}, or its announcement if it has restarted since. */
    public Optional<Hello> hello() {
        return Optional.ofNullable(hello);
    }

    /** The last unasked hello since {@link #connect}: the board has booted, or knows of no session. */
    public Optional<Hello> announcement() {
        return Optional.ofNullable(announcement);
    }

    public LinkStatistics statistics() {
        return link.statistics();
    }

    /** Queues a request of any length. */
    public void send(Message request) {
        outgoing.add(request.encode());
    }

    /** The line is another one, or runs at another rate: what it lost says nothing any more. */
    public void forgetLosses() {
        link.forgetLosses();
    }

    /** Asks the board for an acknowledgement, which shows that it lives. */
    public void probe() {
        link.requestAcknowledgement();
    }

    /** The next answer, in the order of the requests. */
    public Optional<Message> takeAnswer() {
        return Optional.ofNullable(answers.poll());
    }

    /** Bytes of the answer that is arriving, for progress. */
    public int answerBytesSoFar() {
        return incoming.size();
    }

    /** Bytes from the line. */
    public void receive(byte[] bytes, int count, long nowNanos) {
        link.receive(bytes, 0, count, nowNanos);
    }

    /** Bytes for the line, at most {@code maxBytes}; empty when there is nothing to say. */
    public byte[] drain(int maxBytes, long nowNanos) {
        fragmentRequests();
        return link.drain(maxBytes, nowNanos);
    }

    /** Acts on passed deadlines. */
    public void poll(long nowNanos) {
        if (state == State.CONNECTING && nowNanos - nextRequestAt >= 0) {
            requestHello(nowNanos);
        }
        link.poll(nowNanos);
        if (state == State.OPEN && link.isDead()) {
            state = State.DEAD;
        }
    }

    /** When {@link #poll} has something to do next. */
    public OptionalLong deadlineNanos() {
        return state == State.CONNECTING ? OptionalLong.of(nextRequestAt) : link.deadlineNanos();
    }

    /** Every request has been acknowledged by the board. */
    public boolean isQuiet() {
        return outgoing.isEmpty() && link.isQuiet();
    }

    private void requestHello(long nowNanos) {
        ByteBuffer payload = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        payload.putShort((short) Hello.PROTOCOL_VERSION);
        payload.putShort((short) Link.WINDOW_FRAMES);
        payload.putShort((short) FrameEncoder.MAX_PAYLOAD_BYTES);
        link.sendControl(FrameHeader.HELLO_REQUEST, wantedSession, payload.array());
        nextRequestAt = nowNanos + HELLO_INTERVAL_NANOS;
    }

    private void takeHello(int session, byte[] payload) {
        Hello received = Hello.decode(payload);
        Hello current = hello;
        if (session == 0) {
            announcement = received;
            if (state == State.OPEN && current != null) {
                boolean restarted = received.isOfAnotherBoot(current);
                hello = received;
                state = restarted ? State.BOARD_RESTARTED : State.SESSION_LOST;
                link.open(0, 0, 0);
            }
        } else if (session == wantedSession && state == State.CONNECTING) {
            hello = received;
            boolean usable =
                    Hello.isUsable(received.protocolVersion(), received.windowFrames(), received.maxPayloadBytes());
            state = usable ? State.OPEN : State.INCOMPATIBLE;
            if (usable) {
                link.open(session, received.windowFrames(), received.maxPayloadBytes());
            }
        }
    }

    private void takeFragment(byte[] payload, boolean first, boolean last) {
        if (first) {
            incoming.reset();
        }
        incoming.writeBytes(payload);
        if (incoming.size() > MAX_ANSWER_BYTES) {
            throw new ProtocolException("answer of more than %d bytes".formatted(MAX_ANSWER_BYTES));
        }
        if (last) {
            answers.add(Message.decode(incoming.toByteArray()));
            incoming.reset();
        }
    }

    private void fragmentRequests() {
        while (!outgoing.isEmpty() && link.canSend()) {
            byte[] request = outgoing.element();
            int fragmentEnd = Math.min(request.length, outgoingOffset + link.payloadBytes());
            boolean last = fragmentEnd == request.length;
            link.send(Arrays.copyOfRange(request, outgoingOffset, fragmentEnd), outgoingOffset == 0, last);
            outgoingOffset = last ? 0 : fragmentEnd;
            if (last) {
                outgoing.remove();
            }
        }
    }
}
