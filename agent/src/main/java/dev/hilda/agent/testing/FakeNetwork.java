// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.protocol.Message;
import dev.hilda.agent.protocol.NetworkAnswer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A network in memory, for a {@link FakeBoard}: any function of the image, at a price in cycles that differs from image to
 * image, from layer to layer and with the work for the link, so that no figure can stand for another. Not thread-safe.
 */
public final class FakeNetwork {
    static final NetworkAnswer NONE = new NetworkAnswer(0, 0, 0, 0, 0);
    static final int ERROR_BAD_LENGTH = 2;
    static final int ERROR_BAD_ARGUMENT = 3;

    private static final int HEADER_BYTES = 2;
    private static final long LINK_CYCLES = 1000;

    private final NetworkAnswer description;
    private final Function<byte[], int[]> function;
    private final long[] layerCycles;
    private long stagingBytes = Long.MAX_VALUE;
    private long wrongImage = -1;
    private int wrongOutput;
    private long images;
    private long finishedAtCycles;

    /**
     * A network that works.
     *
     * @param description what the firmware says of it; {@code outputCount} must be the function's
     * @param function from packed input codes to outputs
     * @param layerCycles what each layer takes on the first image; as many as the description says. On every later one
     *     layer i, counted from 0, takes i + 1 cycles more
     */
    public FakeNetwork(NetworkAnswer description, Function<byte[], int[]> function, long... layerCycles) {
        this.description = description;
        this.function = function;
        this.layerCycles = layerCycles.clone();
    }

    /** From now on the board has no room for larger images. */
    public void limitStaging(long bytes) {
        stagingBytes = bytes;
    }

    /** One output of one image, both counted from 0, is off by one. */
    public void spoil(long image, int output) {
        wrongImage = image;
        wrongOutput = output;
    }

    /** What the firmware says of it. */
    public NetworkAnswer description() {
        return description;
    }

    Message answer(Message request, long nowCycles) {
        byte[] image = request.body();
        if (image.length != description.inputBytes()) {
            return refusal(request, ERROR_BAD_LENGTH, "expected an image of " + description.inputBytes() + " bytes");
        }
        if (image.length > stagingBytes) {
            return refusal(request, ERROR_BAD_ARGUMENT, "an image must fit into " + stagingBytes + " bytes");
        }
        int[] outputs = function.apply(image);
        if (images == wrongImage) {
            outputs[wrongOutput]++;
        }
        long[] layers = new long[layerCycles.length];
        Arrays.setAll(layers, layer -> layerCycles[layer] + images * (layer + 1));
        long cycles = Arrays.stream(layers).sum();
        long elapsedCycles = cycles + LINK_CYCLES + images;
        images++;
        finishedAtCycles = Math.max(nowCycles, finishedAtCycles + elapsedCycles);
        InferAnswer answer = new InferAnswer(finishedAtCycles, cycles, elapsedCycles, layers, outputs);
        return new Message(Message.INFER | Message.REPLY, request.tag(), answer.encode());
    }

    static Message refusal(Message request, int code, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(HEADER_BYTES + utf8.length).order(ByteOrder.LITTLE_ENDIAN);
        return new Message(
                Message.ERROR,
                request.tag(),
                body.putShort((short) code).put(utf8).array());
    }
}
