// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

/** How weights become codes. */
public enum WeightRounding {
    /** Each weight on its own, in the range of the least squared error of the weights. */
    NEAREST,
    /**
     * All weights of a channel together, so that its sums on calibration data come out right. Weights of 8 bits are rounded
     * to the nearest code: their error is far below that of 8-bit activations.
     */
    RECONSTRUCTION
}
