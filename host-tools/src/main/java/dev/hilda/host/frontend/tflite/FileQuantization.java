// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import dev.hilda.host.frontend.ImportProblem;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Optional;

/** Scales and zero points as the file has them: real = scale·(element − zeroPoint). Views of the file, not copies. */
final class FileQuantization {
    private static final int HIGHEST_CODE = 255;

    private final FloatBuffer scales;
    private final LongBuffer zeroPoints;
    private final int dimension;

    private FileQuantization(FloatBuffer scales, LongBuffer zeroPoints, int dimension) {
        this.scales = scales;
        this.zeroPoints = zeroPoints;
        this.dimension = dimension;
    }

    /** Empty when the table holds no scale, for example only the range seen in training. */
    static Optional<FileQuantization> of(FlatTable table) {
        FloatBuffer scales = table.getFloats(Schema.Quantization.SCALE);
        LongBuffer zeroPoints = table.getLongs(Schema.Quantization.ZERO_POINT);
        ImportProblem.requireIntact(
                table.getByte(Schema.Quantization.DETAILS_TYPE, (byte) 0) == 0,
                "a scale and zero point",
                "a custom quantization");
        if (!scales.hasRemaining()) {
            return Optional.empty();
        }
        ImportProblem.requireIntact(
                zeroPoints.remaining() == scales.remaining() || zeroPoints.remaining() <= 1,
                scales.remaining() + " zero points",
                zeroPoints.remaining());
        return Optional.of(
                new FileQuantization(scales, zeroPoints, table.getInt(Schema.Quantization.QUANTIZED_DIMENSION, 0)));
    }

    boolean isPerChannel() {
        return channels() > 1;
    }

    /** The axis that has a scale per index. */
    int dimension() {
        return dimension;
    }

    int channels() {
        return scales.remaining();
    }

    /** Scale of a channel; all have the same one unless {@link #isPerChannel}. */
    double scale(int channel) {
        return scales.get(isPerChannel() ? channel : 0);
    }

    /** Zero point of a channel as an unsigned code. */
    int zeroPointCode(int channel, TensorType type) {
        int count = zeroPoints.remaining();
        long zeroPoint = count == 0 ? 0 : zeroPoints.get(count == 1 ? 0 : channel);
        long code = zeroPoint + type.codeOffset();
        ImportProblem.requireIntact(code >= 0 && code <= HIGHEST_CODE, "a zero point that is a " + type, zeroPoint);
        return (int) code;
    }

    ActivationQuantization activation(TensorType type, Rounding rounding) {
        ImportProblem.requireIntact(!isPerChannel(), "one scale of an activation", channels());
        return new ActivationQuantization(8, scale(0), zeroPointCode(0, type), rounding);
    }
}
