// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Puts a file together: tensors, constants and operators as the schema has them, whether or not they make sense. */
final class ModelBuilder {
    /** Runtimes map constants into memory as they are. */
    private static final int CONSTANT_ALIGNMENT = 16;

    private static final int NO_TABLE = 0;
    private static final int INITIAL_BYTES = 1 << 16;

    private final FlatBufferBuilder flat = new FlatBufferBuilder(INITIAL_BYTES);
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Integer> tensors = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();
    private final List<Integer> operatorCodes = new ArrayList<>();
    private final List<Integer> operatorCodeTables = new ArrayList<>();

    ModelBuilder() {
        // Buffer 0 is empty by convention: tensors without data name it.
        buffers.add(table(Schema.Buffer.FIELDS));
    }

    /** Where tables that a tensor or operator refers to are built. */
    FlatBufferBuilder flat() {
        return flat;
    }

    /** A tensor that is made at run time; returns its index. */
    int value(String name, List<Integer> shape, TensorType type, int quantization) {
        return tensor(name, shape, type, 0, quantization);
    }

    int floatValue(String name, List<Integer> shape) {
        return value(name, shape, TensorType.FLOAT32, NO_TABLE);
    }

    /** A tensor with data, little-endian; returns its index. */
    int constant(String name, List<Integer> shape, TensorType type, byte[] data, int quantization) {
        flat.startVector(Byte.BYTES, data.length, CONSTANT_ALIGNMENT);
        for (int index = data.length - 1; index >= 0; index--) {
            flat.addByte(data[index]);
        }
        int vector = flat.endVector();
        flat.startTable(Schema.Buffer.FIELDS);
        flat.addOffset(Schema.Buffer.DATA, vector, NO_TABLE);
        buffers.add(flat.endTable());
        return tensor(name, shape, type, buffers.size() - 1, quantization);
    }

    int floats(String name, List<Integer> shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(name, shape, TensorType.FLOAT32, bytes.array(), NO_TABLE);
    }

    int int32s(String name, List<Integer> shape, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return constant(name, shape, TensorType.INT32, bytes.array(), NO_TABLE);
    }

    private int tensor(String name, List<Integer> shape, TensorType type, int buffer, int quantization) {
        int nameOffset = flat.createString(name);
        int shapeOffset = ints(shape);
        flat.startTable(Schema.Tensor.FIELDS);
        flat.addOffset(Schema.Tensor.SHAPE, shapeOffset, NO_TABLE);
        flat.addByte(Schema.Tensor.TYPE, (byte) type.code(), 0);
        flat.addInt(Schema.Tensor.BUFFER, buffer, 0);
        flat.addOffset(Schema.Tensor.NAME, nameOffset, NO_TABLE);
        flat.addOffset(Schema.Tensor.QUANTIZATION, quantization, NO_TABLE);
        tensors.add(flat.endTable());
        return tensors.size() - 1;
    }

    /**
     * An operator.
     *
     * @param version that the runtime must know; 1 unless the options use something newer
     * @param options builds its options table
     */
    void operator(
            BuiltinOperator operator,
            int version,
            List<Integer> inputs,
            List<Integer> outputs,
            ToIntFunction<FlatBufferBuilder> options) {
        int optionsOffset = options.applyAsInt(flat);
        operator(operator.code(), version, inputs, outputs, operator.optionsCode(), optionsOffset);
    }

    void operator(
            int code, int version, List<Integer> inputs, List<Integer> outputs, int optionsCode, int optionsOffset) {
        operator(operatorCode(code, version), inputs, outputs, optionsCode, optionsOffset);
    }

    private void operator(
            int codeIndex, List<Integer> inputs, List<Integer> outputs, int optionsCode, int optionsOffset) {
        int inputsOffset = ints(inputs);
        int outputsOffset = ints(outputs);
        flat.startTable(Schema.Operator.FIELDS);
        flat.addInt(Schema.Operator.OPCODE_INDEX, codeIndex, 0);
        flat.addOffset(Schema.Operator.INPUTS, inputsOffset, NO_TABLE);
        flat.addOffset(Schema.Operator.OUTPUTS, outputsOffset, NO_TABLE);
        if (optionsOffset != NO_TABLE) {
            flat.addByte(Schema.Operator.OPTIONS_TYPE, (byte) optionsCode, 0);
            flat.addOffset(Schema.Operator.OPTIONS, optionsOffset, NO_TABLE);
        }
        operators.add(flat.endTable());
    }

    /** An operator that only the program that wrote the file knows. */
    void custom(String name, List<Integer> inputs, List<Integer> outputs) {
        int nameOffset = flat.createString(name);
        flat.startTable(Schema.OperatorCode.FIELDS);
        flat.addByte(Schema.OperatorCode.DEPRECATED_BUILTIN_CODE, (byte) OperatorNames.CUSTOM, 0);
        flat.addOffset(Schema.OperatorCode.CUSTOM_CODE, nameOffset, NO_TABLE);
        operatorCodeTables.add(flat.endTable());
        operatorCodes.add(-operatorCodes.size() - 1);
        operator(operatorCodes.size() - 1, inputs, outputs, 0, NO_TABLE);
    }

    /** Index of the operator code, made at its first use. */
    private int operatorCode(int code, int version) {
        int key = code << 8 | version;
        if (!operatorCodes.contains(key)) {
            flat.startTable(Schema.OperatorCode.FIELDS);
            flat.addByte(Schema.OperatorCode.DEPRECATED_BUILTIN_CODE, (byte) Math.min(code, Byte.MAX_VALUE), 0);
            flat.addInt(Schema.OperatorCode.VERSION, version, 1);
            flat.addInt(Schema.OperatorCode.BUILTIN_CODE, code, 0);
            operatorCodeTables.add(flat.endTable());
            operatorCodes.add(key);
        }
        return operatorCodes.indexOf(key);
    }

    private int table(int fields) {
        flat.startTable(fields);
        return flat.endTable();
    }

    private int ints(List<Integer> values) {
        flat.startVector(Integer.BYTES, values.size(), Integer.BYTES);
        for (int index = values.size() - 1; index >= 0; index--) {
            flat.addInt(values.get(index));
        }
        return flat.endVector();
    }

    private int offsets(List<Integer> tables) {
        return flat.createVectorOfTables(
                tables.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The whole file. */
    byte[] finish(String name, String description, List<Integer> inputs, List<Integer> outputs) {
        int tensorsOffset = offsets(tensors);
        int inputsOffset = ints(inputs);
        int outputsOffset = ints(outputs);
        int operatorsOffset = offsets(operators);
        int nameOffset = flat.createString(name);
        flat.startTable(Schema.Subgraph.FIELDS);
        flat.addOffset(Schema.Subgraph.TENSORS, tensorsOffset, NO_TABLE);
        flat.addOffset(Schema.Subgraph.INPUTS, inputsOffset, NO_TABLE);
        flat.addOffset(Schema.Subgraph.OUTPUTS, outputsOffset, NO_TABLE);
        flat.addOffset(Schema.Subgraph.OPERATORS, operatorsOffset, NO_TABLE);
        flat.addOffset(Schema.Subgraph.NAME, nameOffset, NO_TABLE);
        int subgraphsOffset = offsets(List.of(flat.endTable()));
        int codesOffset = offsets(operatorCodeTables);
        int buffersOffset = offsets(buffers);
        int descriptionOffset = flat.createString(description);
        flat.startTable(Schema.Model.FIELDS);
        flat.addInt(Schema.Model.VERSION, Schema.VERSION, 0);
        flat.addOffset(Schema.Model.OPERATOR_CODES, codesOffset, NO_TABLE);
        flat.addOffset(Schema.Model.SUBGRAPHS, subgraphsOffset, NO_TABLE);
        flat.addOffset(Schema.Model.DESCRIPTION, descriptionOffset, NO_TABLE);
        flat.addOffset(Schema.Model.BUFFERS, buffersOffset, NO_TABLE);
        flat.finish(flat.endTable(), Schema.FILE_IDENTIFIER);
        return flat.sizedByteArray();
    }
}
