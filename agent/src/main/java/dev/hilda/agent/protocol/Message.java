// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A request or an answer (SPEC.md, "Messages"). Immutable. */
public final class Message {
    public static final int ECHO = 0x0001;
    public static final int STATISTICS = 0x0002;
    public static final int RESET = 0x0003;
    public static final int CRASH = 0x0004;
    public static final int RATE = 0x0005;
    public static final int NETWORK = 0x0010;
    public static final int INFER = 0x0011;
    public static final int ERROR = 0xFFFF;

    /** Set in the type of an answer. */
    public static final int REPLY = 0x8000;

    static final int HEADER_BYTES = 4;

    private final int type;
    private final int tag;
    private final byte[] body;

    /**
     * @param type 0 to 65535
     * @param tag 0 to 65535; the answer carries it
     */
    public Message(int type, int tag, byte[] body) {
        this.type = type & 0xFFFF;
        this.tag = tag & 0xFFFF;
        this.body = body.clone();
    }

    /** What a crash request provokes; the order is the wire's. */
    public enum CrashKind {
        UNDEFINED_INSTRUCTION,
        BUS_FAULT,
        NULL_READ,
        STACK_OVERFLOW,
        HANG
    }

    /** The answer has the same body. */
    public static Message echo(int tag, byte[] body) {
        return new Message(ECHO, tag, body);
    }

    /** The answer's body is read by {@link Statistics#decode}. */
    public static Message statistics(int tag) {
        return new Message(STATISTICS, tag, new byte[0]);
    }

    /** The board answers, then resets. */
    public static Message reset(int tag) {
        return new Message(RESET, tag, new byte[0]);
    }

    /** The answer's body is read by {@link NetworkAnswer#decode}. */
    public static Message network(int tag) {
        return new Message(NETWORK, tag, new byte[0]);
    }

    /**
     * The answer's body is read by {@link InferAnswer#decode}.
     *
     * @param input as many packed input codes as {@link NetworkAnswer#inputBytes()}
     */
    public static Message infer(int tag, byte[] input) {
        return new Message(INFER, tag, input);
    }

    /** The board answers, then crashes; for acceptance tests of the crash record. */
    public static Message crash(int tag, CrashKind kind) {
        return new Message(CRASH, tag, new byte[] {(byte) WireNames.number(CrashKind.values(), kind)});
    }

    /**
     * The board answers at the rate it has, then takes the new one. The answer's body is read by {@link RateAnswer#decode}.
     *
     * @param baud wanted
     */
    public static Message rate(int tag, int baud) {
        ByteBuffer body = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return new Message(RATE, tag, body.putInt(baud).array());
    }

    public int type() {
        return type;
    }

    public int tag() {
        return tag;
    }

    public byte[] body() {
        return body.clone();
    }

    public boolean isError() {
        return type == ERROR;
    }

    /** Whether this answers that request, with success or an error. */
    public boolean answers(Message request) {
        return tag == request.tag && (isError() || type == (request.type | REPLY));
    }

    /** Code and text of an error, for example {@code error 3: crash: expected a kind from 0 to 4}. */
    public String errorText() {
        if (!isError() || body.length < 2) {
            throw new ProtocolException("message of type 0x%04X is no error".formatted(type));
        }
        int code = Byte.toUnsignedInt(body[0]) | Byte.toUnsignedInt(body[1]) << 8;
        return "error %d: %s".formatted(code, new String(body, 2, body.length - 2, StandardCharsets.UTF_8));
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) type).putShort((short) tag).put(body);
        return out.array();
    }

    static Message decode(byte[] bytes) {
        ProtocolException.requireBytes("message", HEADER_BYTES, bytes);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int type = Short.toUnsignedInt(in.getShort());
        int tag = Short.toUnsignedInt(in.getShort());
        return new Message(type, tag, Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
    }
}
