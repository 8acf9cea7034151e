// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import com.google.flatbuffers.FlatBufferBuilder;

/** The quantization of a tensor that a test writes: real = scale × (stored − zero point). */
record Grid(float scale, int zeroPoint) {
    /** As a table of the file. */
    int table(FlatBufferBuilder flat) {
        flat.startVector(Float.BYTES, 1, Float.BYTES);
        flat.addFloat(scale);
        int scales = flat.endVector();
        flat.startVector(Long.BYTES, 1, Long.BYTES);
        flat.addLong(zeroPoint);
        int zeroPoints = flat.endVector();
        flat.startTable(Schema.Quantization.QUANTIZED_DIMENSION + 1);
        flat.addOffset(Schema.Quantization.SCALE, scales, 0);
        flat.addOffset(Schema.Quantization.ZERO_POINT, zeroPoints, 0);
        return flat.endTable();
    }
}
