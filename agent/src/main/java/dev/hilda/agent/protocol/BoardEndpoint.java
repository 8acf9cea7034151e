// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Function;

/**
 * The board's end of the protocol, for boards in software: says hello, hands each complete request to a function and
 * sends what that returns. Sans-I/O and single-threaded, like {@link HostEndpoint}.
 */
public final class BoardEndpoint {
    private static final int VERSION_OFFSET = 0;
    private static final int WINDOW_OFFSET = 2;
    private static final int MAX_PAYLOAD_OFFSET = 4;
    private static final int HELLO_REQUEST_BYTES = 6;

    private final Hello hello;
    private final Function<Message, Message> answerer;
    private final Link link;
    private final ByteArrayOutputStream incoming = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private int outgoingOffset;

    /** @param answerer from a request to its answer */
    public BoardEndpoint(int baud, Hello hello, Function<Message, Message> answerer) {
        this.hello = hello;
        this.answerer = answerer;
        this.link = new Link(
                Link.retransmitTime(baud), Math.min(hello.windowFrames(), Link.WINDOW_FRAMES), new Link.Listener() {
                    @Override
                    public void fragment(byte[] payload, boolean first, boolean last) {
                        takeFragment(payload, first, last);
                    }

                    @Override
                    public void control(FrameHeader header, byte[] payload) {
                        if (header.type() == FrameHeader.HELLO_REQUEST && payload.length >= HELLO_REQUEST_BYTES) {
                            answerHelloRequest(header.session(), payload);
                        }
                    }

                    @Override
                    public void unexpected(FrameHeader header) {
                        if (isClosed()) {
                            announce();
                        }
                    }
                });
    }

    /** Sends a hello unasked, as a board does after boot. */
    public void announce() {
        link.sendControl(FrameHeader.HELLO, 0, hello.encode());
    }

    /** Bytes from the line. */
    public void receive(byte[] bytes, int count, long nowNanos) {
        link.receive(bytes, 0, count, nowNanos);
    }

    /** Bytes for the line, at most {@code maxBytes}. */
    public byte[] drain(int maxBytes, long nowNanos) {
        while (!outgoing.isEmpty() && link.canSend()) {
            sendFragment(outgoing.element());
        }
        return link.drain(maxBytes, nowNanos);
    }

    /** Acts on passed deadlines. */
    public void poll(long nowNanos) {
        link.poll(nowNanos);
    }

    /** Every answer has been acknowledged by the host. */
    public boolean isQuiet() {
        return outgoing.isEmpty() && link.isQuiet();
    }

    public LinkStatistics statistics() {
        return link.statistics();
    }

    private boolean isClosed() {
        return link.session() == 0;
    }

    private void answerHelloRequest(int session, byte[] payload) {
        ByteBuffer request = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        int version = Short.toUnsignedInt(request.getShort(VERSION_OFFSET));
        int window = Short.toUnsignedInt(request.getShort(WINDOW_OFFSET));
        int maxPayload = Short.toUnsignedInt(request.getShort(MAX_PAYLOAD_OFFSET));
        if (Hello.isUsable(version, window, maxPayload) && session != link.session()) {
            link.open(session, window, maxPayload);
            incoming.reset();
            outgoing.clear();
            outgoingOffset = 0;
        }
        link.sendControl(FrameHeader.HELLO, session, hello.encode());
    }

    private void takeFragment(byte[] payload, boolean first, boolean last) {
        if (first) {
            incoming.reset();
        }
        incoming.writeBytes(payload);
        if (last) {
            outgoing.add(answerer.apply(Message.decode(incoming.toByteArray())).encode());
            incoming.reset();
        }
    }

    private void sendFragment(byte[] answer) {
        int end = Math.min(answer.length, outgoingOffset + link.payloadBytes());
        boolean last = end == answer.length;
        link.send(Arrays.copyOfRange(answer, outgoingOffset, end), outgoingOffset == 0, last);
        outgoingOffset = last ? 0 : end;
        if (last) {
            outgoing.remove();
        }
    }
}
