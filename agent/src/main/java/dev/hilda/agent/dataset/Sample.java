// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** What a network gets at once, with a label where one is known: the values of its only input, or of each of several. */
public final class Sample {
    private final int index;
    private final String id;
    private final OptionalInt label;
    private final List<InputValues> inputs;

    /**
     * @param index in the data set, from 0
     * @param id names the sample in reports: its file, or the data set's name and the index
     * @param label of the network's output, the data set's label offset already added
     * @param inputs at least one, in the order of the data set's
     */
    Sample(int index, String id, OptionalInt label, List<InputValues> inputs) {
        this.index = index;
        this.id = id;
        this.label = label;
        this.inputs = List.copyOf(inputs);
    }

    public int index() {
        return index;
    }

    public String id() {
        return id;
    }

    public OptionalInt label() {
        return label;
    }

    /** In the order of the data set's inputs. */
    public List<InputValues> inputs() {
        return inputs;
    }

    /** Of the only input. */
    InputValues only() {
        if (inputs.size() != 1) {
            throw new IllegalStateException("expected a sample for one input, got one for " + inputs.size());
        }
        return inputs.get(0);
    }

    /** Of the only input. */
    public TensorShape shape() {
        return only().shape();
    }

    /** Of the only input: {@link InputValues#stored()}. */
    public ByteBuffer stored() {
        return only().stored();
    }

    /** {@link InputValues#reals()} of each input, one after the other. */
    public float[] reals() {
        int elements =
                inputs.stream().mapToInt(input -> input.shape().elements()).sum();
        float[] reals = new float[elements];
        int filled = 0;
        for (InputValues input : inputs) {
            float[] own = input.reals();
            System.arraycopy(own, 0, reals, filled, own.length);
            filled += own.length;
        }
        return reals;
    }

    /** Of the only input: {@link InputValues#codes(int, double, int)}. */
    public byte[] codes(int bits, double scale, int zeroPoint) {
        return only().codes(bits, scale, zeroPoint);
    }

    /**
     * {@link InputValues#codes(Tensor)} of each input, one after the other.
     *
     * @param tensors the network's inputs, in the order of this set's
     */
    public byte[] codes(List<Tensor> tensors) {
        if (tensors.size() != inputs.size()) {
            throw new IllegalArgumentException(
                    "expected a network of " + inputs.size() + " inputs, got one of " + tensors.size());
        }
        ByteArrayOutputStream codes = new ByteArrayOutputStream();
        for (int input = 0; input < tensors.size(); input++) {
            codes.writeBytes(inputs.get(input).codes(tensors.get(input)));
        }
        return codes.toByteArray();
    }

    /**
     * Tells samples apart by what they hold, whatever their place and their label: the stored values and what they mean.
     *
     * @return 64 hexadecimal digits
     */
    public String sha256() {
        Sha256 hash = new Sha256();
        for (InputValues input : inputs) {
            String meaning = input.shape() + " " + input.type() + " " + input.mapping();
            hash.add(meaning.getBytes(StandardCharsets.UTF_8)).add(input.stored());
        }
        return hash.hex();
    }

    @Override
    public String toString() {
        return id + (label.isPresent() ? " (label " + label.getAsInt() + ")" : "");
    }
}
