// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import java.util.List;
import java.util.function.ToIntFunction;

/** Builders of operators' options tables. */
final class OptionTables {
    static final ToIntFunction<FlatBufferBuilder> NONE = flat -> 0;

    private OptionTables() {}

    static ToIntFunction<FlatBufferBuilder> convolution(Window window, byte padding, Activation activation) {
        return flat -> {
            flat.startTable(Schema.Convolution.FIELDS);
            flat.addByte(Schema.Convolution.PADDING, padding, 0);
            flat.addInt(Schema.Convolution.STRIDE_WIDTH, window.strideWidth(), 0);
            flat.addInt(Schema.Convolution.STRIDE_HEIGHT, window.strideHeight(), 0);
            flat.addByte(Schema.Convolution.ACTIVATION, code(activation), 0);
            flat.addInt(Schema.Convolution.DILATION_WIDTH, window.dilationWidth(), 1);
            flat.addInt(Schema.Convolution.DILATION_HEIGHT, window.dilationHeight(), 1);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> depthwise(
            Window window, byte padding, int multiplier, Activation activation) {
        return flat -> {
            flat.startTable(Schema.Depthwise.FIELDS);
            flat.addByte(Schema.Depthwise.PADDING, padding, 0);
            flat.addInt(Schema.Depthwise.STRIDE_WIDTH, window.strideWidth(), 0);
            flat.addInt(Schema.Depthwise.STRIDE_HEIGHT, window.strideHeight(), 0);
            flat.addInt(Schema.Depthwise.DEPTH_MULTIPLIER, multiplier, 0);
            flat.addByte(Schema.Depthwise.ACTIVATION, code(activation), 0);
            flat.addInt(Schema.Depthwise.DILATION_WIDTH, window.dilationWidth(), 1);
            flat.addInt(Schema.Depthwise.DILATION_HEIGHT, window.dilationHeight(), 1);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> pool(Window window, byte padding, Activation activation) {
        return flat -> {
            flat.startTable(Schema.Pool.FIELDS);
            flat.addByte(Schema.Pool.PADDING, padding, 0);
            flat.addInt(Schema.Pool.STRIDE_WIDTH, window.strideWidth(), 0);
            flat.addInt(Schema.Pool.STRIDE_HEIGHT, window.strideHeight(), 0);
            flat.addInt(Schema.Pool.FILTER_WIDTH, window.kernelWidth(), 0);
            flat.addInt(Schema.Pool.FILTER_HEIGHT, window.kernelHeight(), 0);
            flat.addByte(Schema.Pool.ACTIVATION, code(activation), 0);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> fullyConnected(Activation activation) {
        return flat -> {
            flat.startTable(Schema.FullyConnected.FIELDS);
            flat.addByte(Schema.FullyConnected.ACTIVATION, code(activation), 0);
            return flat.endTable();
        };
    }

    /** Options of ADD, SUB and MUL. */
    static ToIntFunction<FlatBufferBuilder> elementwise(Activation activation) {
        return flat -> {
            flat.startTable(Schema.Elementwise.FIELDS);
            flat.addByte(Schema.Elementwise.ACTIVATION, code(activation), 0);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> concatenation(int axis) {
        return flat -> {
            flat.startTable(Schema.Concatenation.FIELDS);
            flat.addInt(Schema.Concatenation.AXIS, axis, 0);
            return flat.endTable();
        };
    }

    /** Options of SPLIT and SPLIT_V. */
    static ToIntFunction<FlatBufferBuilder> split(int parts) {
        return flat -> {
            flat.startTable(Schema.Split.FIELDS);
            flat.addInt(Schema.Split.PARTS, parts, 0);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> unpack(int parts, int axis) {
        return flat -> {
            flat.startTable(Schema.Unpack.FIELDS);
            flat.addInt(Schema.Unpack.PARTS, parts, 0);
            flat.addInt(Schema.Unpack.AXIS, axis, 0);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> resizeNearest(boolean alignsCorners, boolean hasHalfPixels) {
        return flat -> {
            flat.startTable(Schema.ResizeNearest.FIELDS);
            flat.addBoolean(Schema.ResizeNearest.ALIGN_CORNERS, alignsCorners, false);
            flat.addBoolean(Schema.ResizeNearest.HALF_PIXEL_CENTERS, hasHalfPixels, false);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> resizeBilinear(boolean alignsCorners, boolean hasHalfPixels) {
        return flat -> {
            flat.startTable(Schema.ResizeBilinear.FIELDS);
            flat.addBoolean(Schema.ResizeBilinear.ALIGN_CORNERS, alignsCorners, false);
            flat.addBoolean(Schema.ResizeBilinear.HALF_PIXEL_CENTERS, hasHalfPixels, false);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> mirrorPad(byte mode) {
        return flat -> {
            flat.startTable(Schema.MirrorPad.FIELDS);
            flat.addByte(Schema.MirrorPad.MODE, mode, 0);
            return flat.endTable();
        };
    }

    /** @param masks in the order of the schema's fields: begin, end, ellipsis, new axis, shrink axis */
    static ToIntFunction<FlatBufferBuilder> stridedSlice(int... masks) {
        return flat -> {
            flat.startTable(Schema.StridedSlice.FIELDS);
            for (int field = 0; field < masks.length; field++) {
                flat.addInt(field, masks[field], 0);
            }
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> gather(int axis) {
        return flat -> {
            flat.startTable(Schema.Gather.FIELDS);
            flat.addInt(Schema.Gather.AXIS, axis, 0);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> softmax(double beta) {
        return flat -> {
            flat.startTable(Schema.Softmax.FIELDS);
            flat.addFloat(Schema.Softmax.BETA, (float) beta, 0);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> leakyRelu(double slope) {
        return flat -> {
            flat.startTable(Schema.LeakyRelu.FIELDS);
            flat.addFloat(Schema.LeakyRelu.ALPHA, (float) slope, 0);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> gelu(boolean approximate) {
        return flat -> {
            flat.startTable(Schema.Gelu.FIELDS);
            flat.addBoolean(Schema.Gelu.APPROXIMATE, approximate, false);
            return flat.endTable();
        };
    }

    /** Options of MEAN that keep the axes it goes over. */
    static ToIntFunction<FlatBufferBuilder> mean() {
        return flat -> {
            flat.startTable(Schema.Reducer.FIELDS);
            flat.addBoolean(Schema.Reducer.KEEP_DIMENSIONS, true, false);
            return flat.endTable();
        };
    }

    static ToIntFunction<FlatBufferBuilder> reshape(List<Integer> extents) {
        return flat -> {
            flat.startVector(Integer.BYTES, extents.size(), Integer.BYTES);
            for (int index = extents.size() - 1; index >= 0; index--) {
                flat.addInt(extents.get(index));
            }
            int shape = flat.endVector();
            flat.startTable(Schema.Reshape.FIELDS);
            flat.addOffset(Schema.Reshape.NEW_SHAPE, shape, 0);
            return flat.endTable();
        };
    }

    private static byte code(Activation activation) {
        return switch (activation) {
            case NONE -> Schema.ACTIVATION_NONE;
            case RELU -> Schema.ACTIVATION_RELU;
            case RELU6 -> Schema.ACTIVATION_RELU6;
        };
    }
}
