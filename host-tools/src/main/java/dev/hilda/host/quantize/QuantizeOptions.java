// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import java.util.Optional;

/**
 * Choices of post-training quantization.
 *
 * @param biasCorrection whether each channel's mean on calibration data is restored after its weights are quantized
 * @param input how the network's input becomes codes; empty to follow from the calibration data
 */
public record QuantizeOptions(
        QuantizationVariant variant,
        CalibrationMethod calibration,
        WeightRounding rounding,
        boolean biasCorrection,
        Optional<ActivationQuantization> input) {
    /** What measures best. */
    public static final QuantizeOptions DEFAULT = new QuantizeOptions(
            QuantizationVariant.PC_ICN, CalibrationMethod.MSE, WeightRounding.RECONSTRUCTION, true, Optional.empty());

    public QuantizeOptions withVariant(QuantizationVariant other) {
        return new QuantizeOptions(other, calibration, rounding, biasCorrection, input);
    }

    public QuantizeOptions withCalibration(CalibrationMethod other) {
        return new QuantizeOptions(variant, other, rounding, biasCorrection, input);
    }

    public QuantizeOptions withRounding(WeightRounding other) {
        return new QuantizeOptions(variant, calibration, other, biasCorrection, input);
    }

    public QuantizeOptions withBiasCorrection(boolean other) {
        return new QuantizeOptions(variant, calibration, rounding, other, input);
    }

    public QuantizeOptions withInput(ActivationQuantization other) {
        return new QuantizeOptions(variant, calibration, rounding, biasCorrection, Optional.of(other));
    }
}
