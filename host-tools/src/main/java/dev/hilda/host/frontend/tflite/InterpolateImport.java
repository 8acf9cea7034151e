// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Interpolate;
import dev.hilda.host.ir.Interpolation;

/** RESIZE_BILINEAR. */
final class InterpolateImport {
    /** What TensorFlow Lite counts int8's positions in. */
    private static final int STEPS = 1 << 10;

    private final boolean alignsCorners;
    private final boolean hasHalfPixels;
    private final boolean isInSteps;

    private InterpolateImport(OperatorEntry node) {
        this.alignsCorners = node.optionByte(Schema.ResizeBilinear.ALIGN_CORNERS) != 0;
        this.hasHalfPixels = node.optionByte(Schema.ResizeBilinear.HALF_PIXEL_CENTERS) != 0;
        this.isInSteps = node.output().type() == TensorType.INT8;
        ImportProblem.requireIntact(!alignsCorners || !hasHalfPixels, "aligned corners or half pixels", "both of them");
    }

    static OperatorImport of(OperatorEntry node) {
        OperatorImport.requireOneGrid(node);
        TensorShape from = node.input(0).activationShape();
        TensorShape to = node.output().activationShape();
        long[] size = WeightImport.integers(node.input(1));
        ImportProblem.requireIntact(
                size.length == 2 && size[0] == to.height() && size[1] == to.width(),
                "an output as high and wide as the size that is given",
                node.output().shape());
        InterpolateImport made = new InterpolateImport(node);
        return OperatorImport.unary(
                node,
                new Interpolate(made.positions(from.height(), to.height()), made.positions(from.width(), to.width())));
    }

    private Interpolation positions(int from, int to) {
        return isInSteps ? inSteps(from, to) : Interpolation.even(from, to, alignsCorners, hasHalfPixels);
    }

    /** TensorFlow Lite's ComputeInterpolationValuesInteger; it reads beyond the input where that is stretched too far. */
    private Interpolation inSteps(int from, int to) {
        boolean spansCorners = alignsCorners && to > 1;
        int intervals = spansCorners ? to - 1 : to;
        int scale = (STEPS * (spansCorners ? from - 1 : from) + intervals / 2) / intervals;
        int[] lower = new int[to];
        int[] upper = new int[to];
        float[] fractions = new float[to];
        for (int index = 0; index < to; index++) {
            int position = index * scale + (hasHalfPixels ? scale / 2 - STEPS / 2 : 0);
            lower[index] = Math.min(from - 1, Math.max(0, position / STEPS));
            upper[index] = Math.min(from - 1, (position + STEPS - 1) / STEPS);
            // Beyond either end both are the same.
            fractions[index] = lower[index] == upper[index] ? 0 : (position - STEPS * lower[index]) / (float) STEPS;
        }
        return new Interpolation(Ints.of(lower), Ints.of(upper), FloatTensor.vector(fractions));
    }
}
