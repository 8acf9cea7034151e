// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tensor as the file lists it.
 *
 * @param name unique among the file's tensors
 * @param shape extents as stored, batch first
 * @param isDynamic whether any extent but the batch is left open
 * @param data of a constant, as long as type and shape say; empty for what operators make
 */
record TensorEntry(
        String name,
        TensorType type,
        List<Integer> shape,
        boolean isDynamic,
        Optional<ByteBuffer> data,
        Optional<FileQuantization> quantization) {
    private static final int MAX_RANK = 8;

    TensorEntry {
        shape = List.copyOf(shape);
    }

    static TensorEntry of(FlatTable model, FlatTable tensor, String name) {
        List<Integer> shape = ints(tensor, Schema.Tensor.SHAPE);
        List<Integer> signature = ints(tensor, Schema.Tensor.SHAPE_SIGNATURE);
        boolean isDynamic = shape.contains(-1) || signature.stream().skip(1).anyMatch(extent -> extent == -1);
        TensorType type = TensorType.of(tensor.getByte(Schema.Tensor.TYPE, (byte) 0));
        int buffer = tensor.getInt(Schema.Tensor.BUFFER, 0);
        int buffers = model.tableCount(Schema.Model.BUFFERS);
        ImportProblem.requireIntact(
                buffer >= 0 && (buffer < buffers || buffer == 0),
                "tensor " + name + " to use one of " + buffers + " buffers",
                buffer);
        Optional<ByteBuffer> data = Optional.empty();
        if (buffer != 0) {
            ByteBuffer bytes = model.getTable(Schema.Model.BUFFERS, buffer).getBytes(Schema.Buffer.DATA);
            data = bytes.hasRemaining() ? Optional.of(bytes) : Optional.empty();
        }
        return new TensorEntry(
                name,
                type,
                shape,
                isDynamic,
                data,
                tensor.getTable(Schema.Tensor.QUANTIZATION).flatMap(FileQuantization::of));
    }

    private static List<Integer> ints(FlatTable table, int field) {
        IntBuffer values = table.getInts(field);
        ImportProblem.requireIntact(
                values.remaining() <= MAX_RANK, "at most " + MAX_RANK + " extents", values.remaining());
        List<Integer> list = new ArrayList<>();
        while (values.hasRemaining()) {
            list.add(values.get());
        }
        return list;
    }

    TensorEntry named(String newName) {
        return new TensorEntry(newName, type, shape, isDynamic, data, quantization);
    }

    /** Whether both are the same tensor of their file. */
    boolean is(TensorEntry other) {
        return name.equals(other.name);
    }

    boolean isConstant() {
        return data.isPresent();
    }

    /** Elements of a constant, checked against its bytes. */
    int constantElements() {
        long elements = 1;
        for (int extent : shape) {
            ImportProblem.requireIntact(extent >= 1, "constant " + name + " without empty extents", shape);
            elements *= extent;
            ImportProblem.requireIntact(
                    elements <= Integer.MAX_VALUE, "constant " + name + " of a size that a file can hold", shape);
        }
        long bytes = elements * type.bytes();
        ImportProblem.requireIntact(
                constant().remaining() == bytes,
                "constant " + name + " of " + type + " " + shape + " to have " + bytes + " bytes",
                constant().remaining());
        return (int) elements;
    }

    /** A constant's bytes, little-endian. */
    ByteBuffer constant() {
        return data.orElseThrow(() -> new ImportProblem(
                        name + " to be a constant", "a value made at run time", "export the model with fixed weights"))
                .duplicate()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Shape of an activation of batch 1: channels last, extents that are not there are 1. A matrix inside a network is a row
     * of vectors, with all of which the same is done.
     */
    TensorShape activationShape() {
        if (isDynamic) {
            throw new ImportProblem(
                    "fixed extents of tensor " + name,
                    shape.toString(),
                    "export the model with a fixed input shape of batch 1");
        }
        int rank = shape.size();
        if (rank < 1 || rank > 4 || (rank > 2 && shape.get(0) != 1)) {
            throw new ImportProblem(
                    "tensor " + name + " of batch 1 with height, width and channels",
                    shape.toString(),
                    "export the model with batch size 1 and at most 4 axes");
        }
        int height = rank == 4 ? shape.get(1) : 1;
        int width = rank >= 2 ? shape.get(rank - 2) : 1;
        // So that a window can be as large as its input.
        if (height > Window.MAX_EXTENT || width > Window.MAX_EXTENT) {
            throw new ImportProblem(
                    "height and width of tensor " + name + " of at most " + Window.MAX_EXTENT,
                    shape.toString(),
                    "choose a network that fits a microcontroller");
        }
        return new TensorShape(height, width, shape.get(rank - 1));
    }
}
