// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.AddScheme;
import dev.hilda.host.kernel.RescaleScheme;
import java.util.List;

/** Additions and rescalings. */
record ElementwiseLayers(Tensor input, Tensor output, CallRows rows) {
    private static final String HEADER = "elementwise.h";

    LayerSource add(AddScheme scheme, String firstAt, String secondAt, String outputAt) {
        AddLayer layer = scheme.layer();
        String shape = shape(
                layer.firstMultiplier(),
                layer.secondMultiplier(),
                layer.addend(),
                layer.rightShift(),
                layer.low(),
                layer.high());
        String call = "    %s(&layer, %s, %s, %s);\n".formatted(scheme.kernelName(), firstAt, secondAt, outputAt);
        String title = "sum with " + scheme.second().bits() + " bits, " + LayerSource.describe(input, output);
        return new LayerSource(title, HEADER, List.of(), shape + call);
    }

    LayerSource rescale(RescaleScheme scheme, String inputAt, String outputAt) {
        RescaleLayer layer = scheme.layer();
        String shape = shape(layer.multiplier(), 0, layer.addend(), layer.rightShift(), layer.low(), layer.high());
        String call = "    %s(&layer, %s, %s);\n".formatted(scheme.kernelName(), inputAt, outputAt);
        return new LayerSource("rescaling, " + LayerSource.describe(input, output), HEADER, List.of(), shape + call);
    }

    private String shape(int first, int second, int addend, int rightShift, int low, int high) {
        return """
                    %s Elementwise layer = {
                        .height = %s, .width = %d, .channels = %d,
                        .first_multiplier = %s, .second_multiplier = %s,
                        .addend = %s, .right_shift = %d, .low = %s, .high = %s,
                    };
                """.formatted(
                        rows.storage(),
                        rows.height(output.shape().height()),
                        output.shape().width(),
                        output.shape().channels(),
                        CArray.integer(first),
                        CArray.integer(second),
                        CArray.integer(addend),
                        rightShift,
                        CArray.integer(low),
                        CArray.integer(high));
    }
}
