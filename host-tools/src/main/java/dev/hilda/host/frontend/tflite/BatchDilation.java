// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

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
            rearranged(result, convolution).ifPresent(found -> fold(result, convolution, found));
        }
        return result;
    }

    /**
     * What stands around a convolution.
     *
     * @param before SPACE_TO_BATCH_ND
     * @param after BATCH_TO_SPACE_ND
     * @param between what gives signals of one dimension a height of 1, and takes it away
     */
    private record Rearrangement(OperatorEntry before, OperatorEntry after, List<OperatorEntry> between) {}

    private static Optional<Rearrangement> rearranged(List<OperatorEntry> operators, OperatorEntry convolution) {
        List<OperatorEntry> between = new ArrayList<>();
        Optional<OperatorEntry> before = producer(operators, convolution);
        if (before.filter(BatchDilation::addsAHeight).isPresent()) {
            between.add(before.get());
            before = producer(operators, before.get());
        }
        Optional<OperatorEntry> after = onlyReader(operators, convolution);
        if (!between.isEmpty() && after.filter(BatchDilation::takesAHeight).isPresent()) {
            between.add(after.get());
            after = onlyReader(operators, after.get());
        }
        boolean isAlone = Stream.concat(before.stream(), between.stream())
                .allMatch(entry -> onlyReader(operators, entry).isPresent());
        boolean isRearranged = before.filter(entry -> entry.operator() == BuiltinOperator.SPACE_TO_BATCH_ND)
                        .isPresent()
                && after.filter(entry -> entry.operator() == BuiltinOperator.BATCH_TO_SPACE_ND)
                        .isPresent();
        return isAlone && isRearranged
                ? Optional.of(new Rearrangement(before.get(), after.get(), between))
                : Optional.empty();
    }

    private static boolean addsAHeight(OperatorEntry entry) {
        boolean reshapes =
                entry.operator() == BuiltinOperator.EXPAND_DIMS || entry.operator() == BuiltinOperator.RESHAPE;
        return reshapes && isOfHeightOne(entry.output(), entry.input(0));
    }

    private static boolean takesAHeight(OperatorEntry entry) {
        boolean reshapes = entry.operator() == BuiltinOperator.SQUEEZE || entry.operator() == BuiltinOperator.RESHAPE;
        return reshapes && isOfHeightOne(entry.input(0), entry.output());
    }

    private static boolean isOfHeightOne(TensorEntry four, TensorEntry three) {
        List<Integer> signal = three.shape();
        return signal.size() == 3 && four.shape().equals(List.of(signal.get(0), 1, signal.get(1), signal.get(2)));
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

    private static void fold(List<OperatorEntry> operators, OperatorEntry convolution, Rearrangement found) {
        List<Optional<TensorEntry>> inputs = new ArrayList<>(convolution.inputs());
        inputs.set(0, found.before().optionalInput(0));
        found.between().forEach(OperatorImport::requireOneGrid);
        OperatorEntry dilated = new OperatorEntry(
                convolution.index(),
                convolution.operator(),
                inputs,
                found.after().output(),
                convolution.options(),
                Optional.of(of(found.before(), convolution, found.after())),
                convolution.result());
        operators.set(operators.indexOf(convolution), dilated);
        operators.remove(found.before());
        operators.removeAll(found.between());
        operators.remove(found.after());
    }

    private static BatchDilation of(OperatorEntry before, OperatorEntry convolution, OperatorEntry after) {
        OperatorImport.requireOneGrid(before);
        OperatorImport.requireOneGrid(after);
        long[] block = plane(before.input(1), 1, 1);
        long[] paddings = plane(before.input(2), 2, 0);
        long[] cut = plane(after.input(2), 2, 0);
        long[] blockAfter = plane(after.input(1), 1, 1);
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
                block[HEIGHT] == blockAfter[HEIGHT] && block[WIDTH] == blockAfter[WIDTH],
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

    /**
     * A constant's extents of height and width; of a signal of one dimension those of its height are not there.
     *
     * @param each extents an axis
     */
    private static long[] plane(TensorEntry constant, int each, int absent) {
        int count = constant.constantElements();
        ImportProblem.requireIntact(
                count == each || count == 2 * each, 2 * each + " extents of height and width", constant.shape());
        long[] extents = WeightImport.integers(constant);
        return count == each
                ? LongStream.concat(LongStream.generate(() -> absent).limit(each), Arrays.stream(extents))
                        .toArray()
                : extents;
    }
}
