// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dilated convolution as older converters write it: SPACE_TO_BATCH_ND deals rows and columns to as many images as the
 * dilation's extent, an ordinary convolution without padding works on each, BATCH_TO_SPACE_ND puts them together again.
 *
 * @param padTop what is padded before less what is cut off after; likewise the others
 */
record BatchDilation(int height, int width, int padTop, int padBottom, int padLeft, int padRight) {
    private static final int HEIGHT = 0;
    private static final int WIDTH = 1;

    Window window(int kernelHeight, int kernelWidth) {
        return new Window(kernelHeight, kernelWidth, 1, 1, height, width, padTop, padBottom, padLeft, padRight);
    }

    /** The operators with one convolution in place of each three. */
    static List<OperatorEntry> folded(List<OperatorEntry> operators) {
        List<OperatorEntry> result = new ArrayList<>(operators);
        for (OperatorEntry convolution : operators) {
            if (convolution.operator() != BuiltinOperator.CONV_2D
                    && convolution.operator() != BuiltinOperator.DEPTHWISE_CONV_2D) {
                continue;
            }
            Optional<OperatorEntry> before = producer(result, convolution)
                    .filter(entry -> entry.operator() == BuiltinOperator.SPACE_TO_BATCH_ND)
                    .filter(entry -> onlyReader(result, entry).isPresent());
            if (before.isPresent()) {
                onlyReader(result, convolution)
                        .filter(entry -> entry.operator() == BuiltinOperator.BATCH_TO_SPACE_ND)
                        .ifPresent(after -> fold(result, before.get(), convolution, after));
            }
        }
        return result;
    }

    private static Optional<OperatorEntry> producer(List<OperatorEntry> operators, OperatorEntry reader) {
        return operators.stream()
                .filter(entry ->
                        reader.optionalInput(0).filter(entry.output()::is).isPresent())
                .findFirst();
    }

    private static Optional<OperatorEntry> onlyReader(List<OperatorEntry> operators, OperatorEntry producer) {
        List<OperatorEntry> readers = operators.stream()
                .filter(entry ->
                        entry.inputs().stream().flatMap(Optional::stream).anyMatch(producer.output()::is))
                .limit(2)
                .toList();
        return readers.size() == 1 ? Optional.of(readers.get(0)) : Optional.empty();
    }

    private static void fold(
            List<OperatorEntry> operators, OperatorEntry before, OperatorEntry convolution, OperatorEntry after) {
        List<Optional<TensorEntry>> inputs = new ArrayList<>(convolution.inputs());
        inputs.set(0, before.optionalInput(0));
        OperatorEntry dilated = new OperatorEntry(
                convolution.index(),
                convolution.operator(),
                inputs,
                after.output(),
                convolution.options(),
                Optional.of(of(before, convolution, after)),
                convolution.result());
        operators.set(operators.indexOf(convolution), dilated);
        operators.remove(before);
        operators.remove(after);
    }

    private static BatchDilation of(OperatorEntry before, OperatorEntry convolution, OperatorEntry after) {
        OperatorImport.requireOneGrid(before);
        OperatorImport.requireOneGrid(after);
        long[] block = extents(before.input(1), 2);
        long[] paddings = extents(before.input(2), 4);
        long[] cut = extents(after.input(2), 4);
        boolean isPlain = convolution.optionByte(Schema.Convolution.PADDING) == Schema.PADDING_VALID
                && convolution.optionExtent(Schema.Convolution.STRIDE_WIDTH, 0) == 1
                && convolution.optionExtent(Schema.Convolution.STRIDE_HEIGHT, 0) == 1;
        long[] left = new long[4];
        boolean isPadding = isPlain;
        for (int side = 0; side < left.length; side++) {
            left[side] = paddings[side] - cut[side];
            isPadding &= cut[side] >= 0 && left[side] >= 0 && left[side] <= Window.MAX_EXTENT;
        }
        for (int axis = HEIGHT; axis <= WIDTH; axis++) {
            isPadding &= block[axis] >= 1 && block[axis] <= Window.MAX_EXTENT;
        }
        ImportProblem.requireIntact(
                block[HEIGHT] == extents(after.input(1), 2)[HEIGHT]
                        && block[WIDTH] == extents(after.input(1), 2)[WIDTH],
                "SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND of one block",
                block[HEIGHT] + "x" + block[WIDTH]);
        if (!isPadding) {
            throw new ImportProblem(
                    "SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND around a convolution of stride 1 without padding of its own",
                    convolution.place(),
                    "export the model with dilated convolutions");
        }
        return new BatchDilation(
                (int) block[HEIGHT], (int) block[WIDTH], (int) left[0], (int) left[1], (int) left[2], (int) left[3]);
    }

    private static long[] extents(TensorEntry constant, int count) {
        ImportProblem.requireIntact(
                constant.constantElements() == count, count + " extents of height and width", constant.shape());
        return WeightImport.integers(constant);
    }
}
