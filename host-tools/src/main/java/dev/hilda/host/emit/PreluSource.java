// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.PreluLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.PreluScheme;
import java.util.List;

/** Rectifiers with a slope for each channel. */
final class PreluSource {
    private PreluSource() {}

    static LayerSource of(int index, PreluScheme scheme, String inputAt, String outputAt, CallRows rows) {
        PreluLayer layer = scheme.layer();
        Tensor input = scheme.input();
        String multipliers = LayerSource.arrayName(index, "multipliers");
        String body = """
                    %s Prelu layer = {
                        .height = %s, .width = %d, .channels = %d,
                        .input_zero_point = %d,
                        .multiplier = %s,
                        .requantization = %s,
                    };
                    %s(&layer, %s, %s, %s);
                """.formatted(
                        rows.storage(),
                        rows.height(input.shape().height()),
                        input.shape().width(),
                        input.shape().channels(),
                        input.zeroPoint(),
                        CArray.integer(layer.multiplier()),
                        LayerSource.requantization(layer.requantization()),
                        scheme.kernelName(),
                        multipliers,
                        inputAt,
                        outputAt);
        return new LayerSource(
                "prelu, " + LayerSource.describe(input, scheme.output()),
                "prelu.h",
                List.of(CArray.integers(
                        multipliers, layer.requantization().multipliers().toArray())),
                body);
    }
}
