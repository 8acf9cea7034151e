package dev.hilda.host.quantize;

/** How the range of an activation follows from the values it takes on calibration data. */
public enum CalibrationMethod {
    /** All values. */
    MIN_MAX,
    /** All but one value in ten thousand at either end. */
    PERCENTILE,
    /** The range with the least mean squared error of the codes: clips more at fewer bits. */
    MSE
}
