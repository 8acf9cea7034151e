package dev.hilda.host.quantize;

/** How weights become codes. */
public enum WeightRounding {
    /** Each weight on its own, in the range of the least squared error of the weights. */
    NEAREST,
    /** All weights of a channel together, so that its sums on calibration data come out right. */
    RECONSTRUCTION
}
