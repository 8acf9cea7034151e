// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

/** How the range of an activation follows from the values it takes on calibration data. */
public enum CalibrationMethod {
    /** All values. */
    MIN_MAX,
    /** All but one value in ten thousand at either end. */
    PERCENTILE,
    /**
     * The range with the least mean squared error: clips more at fewer bits. The error is that of the codes, or, for a value
     * that only a sum or an average pooling reads, that of their result: what a sum's ReLU cuts off needs no codes.
     */
    MSE
}
