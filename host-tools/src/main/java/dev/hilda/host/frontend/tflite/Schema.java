// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

/** Numbers of the fields in tensorflow/lite/schema/schema.fbs, version 3. */
final class Schema {
    static final String FILE_IDENTIFIER = "TFL3";
    static final int VERSION = 3;

    private Schema() {}

    static final class Model {
        static final int VERSION = 0;
        static final int OPERATOR_CODES = 1;
        static final int SUBGRAPHS = 2;
        static final int DESCRIPTION = 3;
        static final int BUFFERS = 4;
        static final int FIELDS = 5;

        private Model() {}
    }

    static final class OperatorCode {
        static final int DEPRECATED_BUILTIN_CODE = 0;
        static final int CUSTOM_CODE = 1;
        static final int VERSION = 2;
        static final int BUILTIN_CODE = 3;
        static final int FIELDS = 4;

        private OperatorCode() {}
    }

    static final class Subgraph {
        static final int TENSORS = 0;
        static final int INPUTS = 1;
        static final int OUTPUTS = 2;
        static final int OPERATORS = 3;
        static final int NAME = 4;
        static final int FIELDS = 5;

        private Subgraph() {}
    }

    static final class Buffer {
        static final int DATA = 0;
        static final int FIELDS = 1;

        private Buffer() {}
    }

    static final class Tensor {
        static final int SHAPE = 0;
        static final int TYPE = 1;
        static final int BUFFER = 2;
        static final int NAME = 3;
        static final int QUANTIZATION = 4;
        static final int SHAPE_SIGNATURE = 7;
        static final int FIELDS = 5;

        private Tensor() {}
    }

    static final class Quantization {
        static final int SCALE = 2;
        static final int ZERO_POINT = 3;
        static final int DETAILS_TYPE = 4;
        static final int QUANTIZED_DIMENSION = 6;

        private Quantization() {}
    }

    static final class Operator {
        static final int OPCODE_INDEX = 0;
        static final int INPUTS = 1;
        static final int OUTPUTS = 2;
        static final int OPTIONS_TYPE = 3;
        static final int OPTIONS = 4;
        static final int FIELDS = 5;

        private Operator() {}
    }

    /** Options of CONV_2D. */
    static final class Convolution {
        static final int PADDING = 0;
        static final int STRIDE_WIDTH = 1;
        static final int STRIDE_HEIGHT = 2;
        static final int ACTIVATION = 3;
        static final int DILATION_WIDTH = 4;
        static final int DILATION_HEIGHT = 5;
        static final int FIELDS = 6;

        private Convolution() {}
    }

    /** Options of CONCATENATION. */
    static final class Concatenation {
        static final int AXIS = 0;
        static final int ACTIVATION = 1;
        static final int FIELDS = 2;

        private Concatenation() {}
    }

    /** Options of DEPTHWISE_CONV_2D. */
    static final class Depthwise {
        static final int PADDING = 0;
        static final int STRIDE_WIDTH = 1;
        static final int STRIDE_HEIGHT = 2;
        static final int DEPTH_MULTIPLIER = 3;
        static final int ACTIVATION = 4;
        static final int DILATION_WIDTH = 5;
        static final int DILATION_HEIGHT = 6;
        static final int FIELDS = 7;

        private Depthwise() {}
    }

    /** Options of AVERAGE_POOL_2D and MAX_POOL_2D. */
    static final class Pool {
        static final int PADDING = 0;
        static final int STRIDE_WIDTH = 1;
        static final int STRIDE_HEIGHT = 2;
        static final int FILTER_WIDTH = 3;
        static final int FILTER_HEIGHT = 4;
        static final int ACTIVATION = 5;
        static final int FIELDS = 6;

        private Pool() {}
    }

    /** Options of FULLY_CONNECTED. */
    static final class FullyConnected {
        static final int ACTIVATION = 0;
        static final int WEIGHTS_FORMAT = 1;
        static final int FIELDS = 1;

        private FullyConnected() {}
    }

    /** Options of ADD, DIV, MUL and SUB. */
    static final class Elementwise {
        static final int ACTIVATION = 0;
        static final int FIELDS = 1;

        private Elementwise() {}
    }

    static final class Softmax {
        static final int BETA = 0;
        static final int FIELDS = 1;

        private Softmax() {}
    }

    static final class LeakyRelu {
        static final int ALPHA = 0;
        static final int FIELDS = 1;

        private LeakyRelu() {}
    }

    static final class Gelu {
        static final int APPROXIMATE = 0;
        static final int FIELDS = 1;

        private Gelu() {}
    }

    static final class Reshape {
        static final int NEW_SHAPE = 0;
        static final int FIELDS = 1;

        private Reshape() {}
    }

    static final class StridedSlice {
        static final int BEGIN_MASK = 0;
        static final int END_MASK = 1;
        static final int ELLIPSIS_MASK = 2;
        static final int NEW_AXIS_MASK = 3;
        static final int SHRINK_AXIS_MASK = 4;
        static final int OFFSET = 5;
        static final int FIELDS = 6;

        private StridedSlice() {}
    }

    static final class Gather {
        static final int AXIS = 0;
        static final int BATCH_DIMENSIONS = 1;
        static final int FIELDS = 2;

        private Gather() {}
    }

    /** Options of SPLIT and SPLIT_V. */
    static final class Split {
        static final int PARTS = 0;
        static final int FIELDS = 1;

        private Split() {}
    }

    static final class Unpack {
        static final int PARTS = 0;
        static final int AXIS = 1;
        static final int FIELDS = 2;

        private Unpack() {}
    }

    static final class ResizeNearest {
        static final int ALIGN_CORNERS = 0;
        static final int HALF_PIXEL_CENTERS = 1;
        static final int FIELDS = 2;

        private ResizeNearest() {}
    }

    static final class ResizeBilinear {
        static final int ALIGN_CORNERS = 2;
        static final int HALF_PIXEL_CENTERS = 3;
        static final int FIELDS = 4;

        private ResizeBilinear() {}
    }

    static final class MirrorPad {
        static final int MODE = 0;
        static final int FIELDS = 1;

        private MirrorPad() {}
    }

    static final class Reducer {
        static final int KEEP_DIMENSIONS = 0;
        static final int FIELDS = 1;

        private Reducer() {}
    }

    /** Values of the enumeration Padding. */
    static final byte PADDING_SAME = 0;

    static final byte PADDING_VALID = 1;

    /** Values of the enumeration MirrorPadMode: whether the border itself is repeated. */
    static final byte MIRROR_REFLECT = 0;

    static final byte MIRROR_SYMMETRIC = 1;

    /** Values of the enumeration ActivationFunctionType. */
    static final byte ACTIVATION_NONE = 0;

    static final byte ACTIVATION_RELU = 1;
    static final byte ACTIVATION_RELU6 = 3;
}
