// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstantDequantizationTest {
    /** Values from IEEE 754: the largest, the least normal, the least subnormal number, and others. */
    @ParameterizedTest
    @CsvSource({
        "0x3C00, 1",
        "0xC000, -2",
        "0x7BFF, 65504",
        "0x0400, 6.103515625e-5",
        "0x0001, 5.9604645e-8",
        "0x03FF, 6.097555e-5",
        "0x3555, 0.33325195",
        "0x8000, -0.0",
        "0x7C00, Infinity",
        "0xFC00, -Infinity"
    })
    void shouldReadHalfPrecision(String bits, float expected) {
        assertEquals(expected, ConstantDequantization.ofHalf((short) (int) Integer.decode(bits)));
    }

    @Test
    void shouldKeepNotANumber() {
        assertTrue(Float.isNaN(ConstantDequantization.ofHalf((short) 0x7E00)));
    }
}
