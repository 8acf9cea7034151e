// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What one inference gave (SPEC.md, "Messages"). Immutable. */
public final class InferAnswer {
    private static final int HEADER_BYTES = 3 * Long.BYTES;

    private final long finishedAtCycles;
    private final long inferenceCycles;
    private final long elapsedCycles;
    private final long[] layerCycles;
    private final int[] outputs;

    /**
     * An inference.
     *
     * @param finishedAtCycles by the clock of {@link Statistics#uptimeCycles()}
     * @param inferenceCycles sum of the layers' cycles
     * @param elapsedCycles from its start to its end, with the work for the link in between
     * @param layerCycles of each layer, 0 to 2³² − 1
     * @param outputs the network's result, in its own order
     */
    public InferAnswer(
            long finishedAtCycles, long inferenceCycles, long elapsedCycles, long[] layerCycles, int[] outputs) {
        this.finishedAtCycles = finishedAtCycles;
        this.inferenceCycles = inferenceCycles;
        this.elapsedCycles = elapsedCycles;
        this.layerCycles = layerCycles.clone();
        this.outputs = outputs.clone();
    }

    /**
     * Reads the body of an answer to {@link Message#INFER}.
     *
     * @param network says how many layers and outputs there are
     * @throws ProtocolException when it has another length than that network's answers have
     */
    public static InferAnswer decode(byte[] body, NetworkAnswer network) {
        long bytes = bodyBytes(network.layerCount(), network.outputCount());
        if (body.length != bytes) {
            throw new ProtocolException("infer answer of %d bytes, expected %d: %d layers and %d outputs"
                    .formatted(body.length, bytes, network.layerCount(), network.outputCount()));
        }
        ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        long finishedAt = in.getLong();
        long inference = in.getLong();
        long elapsed = in.getLong();
        long[] layers = new long[(int) network.layerCount()];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = Integer.toUnsignedLong(in.getInt());
        }
        int[] outputs = new int[(int) network.outputCount()];
        in.asIntBuffer().get(outputs);
        return new InferAnswer(finishedAt, inference, elapsed, layers, outputs);
    }

    /** Bytes of the answers of a network. */
    public static long bodyBytes(long layerCount, long outputCount) {
        return HEADER_BYTES + Integer.BYTES * (layerCount + outputCount);
    }

    /** The body, for a board in software. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate((int) bodyBytes(layerCycles.length, outputs.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(finishedAtCycles).putLong(inferenceCycles).putLong(elapsedCycles);
        for (long cycles : layerCycles) {
            out.putInt((int) cycles);
        }
        for (int output : outputs) {
            out.putInt(output);
        }
        return out.array();
    }

    /** When it ended, by the clock of {@link Statistics#uptimeCycles()}. */
    public long finishedAtCycles() {
        return finishedAtCycles;
    }

    /** Sum of the layers' cycles: the latency of the network alone. */
    public long inferenceCycles() {
        return inferenceCycles;
    }

    /** From its start to its end, with the work for the link in between. */
    public long elapsedCycles() {
        return elapsedCycles;
    }

    /** Cycles of each layer, in the order they run. */
    public long[] layerCycles() {
        return layerCycles.clone();
    }

    /** The network's result, in its own order. */
    public int[] outputs() {
        return outputs.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InferAnswer answer
                && finishedAtCycles == answer.finishedAtCycles
                && inferenceCycles == answer.inferenceCycles
                && elapsedCycles == answer.elapsedCycles
                && Arrays.equals(layerCycles, answer.layerCycles)
                && Arrays.equals(outputs, answer.outputs);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(finishedAtCycles) * 31 + Arrays.hashCode(outputs);
    }

    @Override
    public String toString() {
        return "inference of %d cycles, outputs %s".formatted(inferenceCycles, Arrays.toString(outputs));
    }
}
