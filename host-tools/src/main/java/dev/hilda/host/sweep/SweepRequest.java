// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import java.util.List;

/**
 * What is asked for.
 *
 * @param model SHA-256 of the file, 64 hexadecimal digits
 * @param logits canonical, up to int32 logits
 * @param data labelled, what accuracy is measured on
 * @param calibration other inputs, which codes are decided by
 * @param version of this program, whose rows no other takes
 */
public record SweepRequest(
        String model,
        Graph logits,
        DataSet data,
        DataSet calibration,
        CalibrationMethod ranges,
        List<QuantizationVariant> variants,
        List<BitGoal> goals,
        List<Treatment> treatments,
        String version) {
    public SweepRequest {
        variants = List.copyOf(variants);
        goals = List.copyOf(goals);
        treatments = List.copyOf(treatments);
    }
}
