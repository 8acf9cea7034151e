package dev.hilda.host.memory;

/**
 * Bytes of a layer's static parameters as the authors count them (Rusci et al. 2020, table 1, and the code they published):
 * zero points, biases, multipliers and shifts. What is really stored is reported after linking.
 */
public enum ParameterModel {
    /** Batch norm folded into the weights, one range a layer. */
    PL_FB,
    /** Channel normalization in integers, one weight range a layer. */
    PL_ICN,
    /** Channel normalization in integers, one weight range a channel. */
    PC_ICN,
    /** Thresholds, one weight range a channel. */
    PC_THRESHOLDS;

    /**
     * Bytes beside the weights of any layer but the last.
     *
     * @param outputBits 8, 4 or 2
     */
    public long staticBytes(int channels, int outputBits) {
        return switch (this) {
            case PL_FB -> 4L * channels + 20;
            case PL_ICN -> 9L * channels + 12;
            case PC_ICN -> 10L * channels + 8;
            case PC_THRESHOLDS -> 1L + channels + 2L * channels * (1L << outputBits);
        };
    }

    /** Bytes beside the weights of the last layer, which makes the logits. */
    public long lastLayerStaticBytes(int channels) {
        return switch (this) {
            case PL_FB, PL_ICN -> 4L * channels + 20;
            case PC_ICN, PC_THRESHOLDS -> 7L * channels + 4;
        };
    }
}
