package dev.hilda.host.quantize;

/** Granularity of weight ranges and treatment of channel normalization (Rusci et al. 2020, section 4 and table 1). */
public enum QuantizationVariant {
    /** One range per layer; the normalization is folded into the weights. */
    PL_FB(false, true),
    /** One range per layer; the normalization's gain is in the multipliers. */
    PL_ICN(false, false),
    /** A range per output channel; the normalization's gain is in the multipliers. */
    PC_ICN(true, false);

    private final boolean perChannel;
    private final boolean folded;

    QuantizationVariant(boolean perChannel, boolean folded) {
        this.perChannel = perChannel;
        this.folded = folded;
    }

    public boolean isPerChannel() {
        return perChannel;
    }

    public boolean isFolded() {
        return folded;
    }
}
