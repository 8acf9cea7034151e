// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/** How a real value becomes a code (INTEGER.md, equation 2 and average pooling). */
public enum Rounding {
    /** To the nearest, halves up: after post-training quantization. */
    HALF_UP,
    /** Down: after training with PACT, as the paper does. */
    FLOOR,
    /** To the nearest, halves away from code 128, the zero of int8 files: TFLite's int8 average pooling. */
    HALF_AWAY_FROM_INT8_ZERO
}
