package dev.hilda.host.quantize.bits;

import dev.hilda.host.memory.ParameterModel;

/** Which parameters a layer stores, by its bits. */
public enum Variant {
    /** One weight range a layer: channel normalization where weights or outputs are below 8 bits, else folded. */
    MIX_PL,
    /** One weight range a channel and channel normalization everywhere. */
    MIX_PC;

    ParameterModel model(int weightBits, int outputBits) {
        return switch (this) {
            case MIX_PL -> weightBits < 8 || outputBits < 8 ? ParameterModel.PL_ICN : ParameterModel.PL_FB;
            case MIX_PC -> ParameterModel.PC_ICN;
        };
    }
}
