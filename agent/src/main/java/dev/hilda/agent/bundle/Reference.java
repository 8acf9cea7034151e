// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A few inputs with the oracle's outputs, so that a bench can check network and firmware before a long run. */
public record Reference(List<Probe> probes) {
    private static final int HEADER_BYTES = 12;
    private static final int MAX_PROBES = 1_000;

    /**
     * One input.
     *
     * @param input canonical packed codes of all inputs
     * @param output the outputs one after the other, codes widened
     */
    public record Probe(Bytes input, Ints output) {}

    public Reference {
        probes = List.copyOf(probes);
    }

    /** Inputs of random codes, drawn from a seed. */
    public static Reference draw(IntegerNetwork network, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        Oracle oracle = Oracle.of(network);
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] drawn = network.inputTensors().stream()
                    .flatMapToInt(input -> Arrays.stream(draw(input, random)))
                    .toArray();
            byte[] packed = Packing.pack(network.inputTensors(), drawn);
            probes.add(new Probe(Bytes.of(packed), Ints.of(oracle.run(packed))));
        }
        return new Reference(probes);
    }

    private static int[] draw(Tensor input, SplittableRandom random) {
        int[] drawn = new int[input.shape().elements()];
        Arrays.setAll(drawn, index -> random.nextInt(Bits.highestCode(input.bits()) + 1));
        return drawn;
    }

    /** u32 probes, u32 input bytes, u32 outputs; then per probe its input and its int32 outputs; little-endian. */
    byte[] toBytes(IntegerNetwork network) {
        int inputBytes = network.inputBytes();
        int outputs = network.answerElements();
        int size = Math.toIntExact(HEADER_BYTES + probes.size() * ((long) inputBytes + (long) outputs * Integer.BYTES));
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(probes.size()).putInt(inputBytes).putInt(outputs);
        for (Probe probe : probes) {
            bytes.put(probe.input().toArray());
            for (int value : probe.output().toArray()) {
                bytes.putInt(value);
            }
        }
        return bytes.array();
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws IllegalArgumentException when the bytes are not probes of this network
     */
    static Reference of(byte[] content, IntegerNetwork network) {
        int inputBytes = network.inputBytes();
        int outputs = network.answerElements();
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int probes = content.length < HEADER_BYTES ? -1 : bytes.getInt();
        long size = HEADER_BYTES + probes * ((long) inputBytes + (long) outputs * Integer.BYTES);
        boolean fits = probes >= 0
                && probes <= MAX_PROBES
                && size == content.length
                && bytes.getInt() == inputBytes
                && bytes.getInt() == outputs;
        if (!fits) {
            throw new IllegalArgumentException("reference.bin does not belong to the network");
        }
        List<Probe> read = new ArrayList<>();
        for (int i = 0; i < probes; i++) {
            byte[] input = new byte[inputBytes];
            bytes.get(input);
            int[] output = new int[outputs];
            for (int k = 0; k < outputs; k++) {
                output[k] = bytes.getInt();
            }
            read.add(new Probe(Bytes.of(input), Ints.of(output)));
        }
        return new Reference(read);
    }
}
