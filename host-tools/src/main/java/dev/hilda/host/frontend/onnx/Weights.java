// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.WeightGrid;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Weights in the graph's order.
 *
 * @param grid the codes they are made of; empty where they are real numbers
 */
record Weights(FloatTensor values, Optional<WeightGrid> grid) {
    /** In place of the index of a constant's element: no weight. */
    static final int ZERO = -1;

    /**
     * Out of a constant.
     *
     * @param shape of the weights in the graph
     * @param source index of the constant's element for each weight, or {@link #ZERO}
     * @param channel output channel of each weight
     * @param factor that all weights are multiplied by
     */
    static Weights of(
            Constant constant,
            List<Integer> shape,
            IntUnaryOperator source,
            IntUnaryOperator channel,
            int channels,
            double factor) {
        float[] values = new float[Dims.elements(shape)];
        for (int index = 0; index < values.length; index++) {
            int from = source.applyAsInt(index);
            values[index] = from == ZERO ? 0 : (float) (factor * constant.get(from));
        }
        return new Weights(
                new FloatTensor(shape, values),
                constant.codes().map(codes -> grid(codes, values.length, source, channel, channels, factor)));
    }

    private static WeightGrid grid(
            Constant.Codes codes,
            int count,
            IntUnaryOperator source,
            IntUnaryOperator channel,
            int channels,
            double factor) {
        if (factor <= 0) {
            throw new ImportProblem(
                    "a positive factor of weights in codes",
                    String.valueOf(factor),
                    "multiply the weights before they are quantized");
        }
        double[] scales = new double[channels];
        int[] zeroPoints = new int[channels];
        byte[] arranged = new byte[count];
        for (int index = 0; index < count; index++) {
            int from = source.applyAsInt(index);
            if (from != ZERO) {
                int owner = channel.applyAsInt(index);
                double scale = codes.scale(from) * factor;
                boolean isFirst = scales[owner] == 0;
                if (!isFirst && (scales[owner] != scale || zeroPoints[owner] != codes.zeroPoint(from))) {
                    throw new ImportProblem(
                            "one weight scale and zero point for each output channel, or one for all",
                            "several within output channel " + owner,
                            "quantize the weights per output channel or per tensor");
                }
                scales[owner] = scale;
                zeroPoints[owner] = codes.zeroPoint(from);
                arranged[index] = (byte) codes.code(from);
            }
        }
        for (int index = 0; index < count; index++) {
            if (source.applyAsInt(index) == ZERO) {
                arranged[index] = (byte) zeroPoints[channel.applyAsInt(index)];
            }
        }
        for (double scale : scales) {
            ImportProblem.requireIntact(scale > 0 && Double.isFinite(scale), "positive weight scales", scale);
        }
        List<Double> boxed = Arrays.stream(scales).boxed().toList();
        return new WeightGrid(new WeightCodes(codes.bits(), arranged, zeroPoints), boxed);
    }
}
