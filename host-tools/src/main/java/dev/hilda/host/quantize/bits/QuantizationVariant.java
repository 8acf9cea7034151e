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
    PC_ICN;

    public boolean isPerChannel() {
        return this == PC_ICN;
    }

    /** Whether a layer's normalization is folded into its weights. */
    public boolean isFolded(int weightBits, int outputBits) {
        return this == PL_FB || (this == MIX_PL && weightBits >= 8 && outputBits >= 8);
    }

    /** Bytes beside the weights of any layer but the last. */
    long staticBytes(int channels, int weightBits, int outputBits) {
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
