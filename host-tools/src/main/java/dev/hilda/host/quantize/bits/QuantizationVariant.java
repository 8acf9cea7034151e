// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

/**
 * Granularity of weight ranges and treatment of channel normalization, which decide what a layer stores beside its weights:
 * zero points, biases, multipliers and shifts, in bytes as the authors count them (Rusci et al. 2020, section 4, table 1
 * and the code they published). What is really stored is reported after linking.
 */
public enum QuantizationVariant {
    /** One range per layer; the normalization is folded into the weights. */
    PL_FB,
    /** One range per layer; the normalization's gain is in the multipliers. */
    PL_ICN,
    /** The authors' MixPL: PL_ICN where weights or outputs are below 8 bits, else PL_FB. */
    MIX_PL,
    /** A range per output channel; the normalization's gain is in the multipliers. At mixed bits the authors' MixPC. */
    PC_ICN,
    /**
     * A range per output channel; each channel of a layer but the last stores the 2^Qy − 1 sums of products at which its
     * code changes, from the real-valued normalization, in place of bias and multiplier.
     */
    PC_THRESHOLDS;

    /** Of codes; an output of more holds int32, for which there are no thresholds. */
    private static final int MOST_BITS = 8;

    public boolean isPerChannel() {
        return this == PC_ICN || this == PC_THRESHOLDS;
    }

    /** Whether layers other than the last make their codes by thresholds. */
    public boolean hasThresholds() {
        return this == PC_THRESHOLDS;
    }

    /** Whether a layer's normalization is folded into its weights. */
    public boolean isFolded(int weightBits, int outputBits) {
        return this == PL_FB || (this == MIX_PL && weightBits >= 8 && outputBits >= 8);
    }

    /** Bytes beside the weights of any layer but the last. */
    long staticBytes(int channels, int weightBits, int outputBits) {
        if (hasThresholds() && outputBits <= MOST_BITS) {
            return 1 + channels + 2L * channels * (1L << outputBits);
        }
        if (isPerChannel()) {
            return 10L * channels + 8;
        }
        return isFolded(weightBits, outputBits) ? 4L * channels + 20 : 9L * channels + 12;
    }

    /** Bytes beside the weights of the last layer, which makes the logits. */
    long lastLayerStaticBytes(int channels) {
        return isPerChannel() ? 7L * channels + 4 : 4L * channels + 20;
    }
}
