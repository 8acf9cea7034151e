// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.kernel.OuterConvolutionScheme;
import dev.hilda.host.kernel.TableConvolutionScheme;
import dev.hilda.host.kernel.ZeroPoints;
import java.util.ArrayList;
import java.util.List;

/** A convolution of codes as they are stored, whose bias has a part of their zero points in it. */
record FoldedConvolution(int index, ConvolutionLayer layer, Tensor input, Tensor output, CallRows rows) {
    LayerSource byTables(TableConvolutionScheme scheme, String inputAt, String outputAt) {
        String fields = """
                        .tables = %d, .passes = %d, .tiles = %d, .joining = %d,
                        .small = %d, .wide_sums = %b, .copied = %b,
                """.formatted(
                        scheme.tables(),
                        scheme.passes(),
                        scheme.tiles(),
                        scheme.joining(),
                        rows == CallRows.OF_TURN ? scheme.smallTileOfTurns() : scheme.smallTile(),
                        scheme.hasWideSums(),
                        scheme.isCopied());
        return source(
                "table_convolution.h",
                CArray.bytes(name("weights"), scheme.weightBytes()),
                body("TableConvolution", fields, scheme, inputAt, outputAt));
    }

    LayerSource byOuterProducts(OuterConvolutionScheme scheme, String inputAt, String outputAt) {
        String fields = "        .chunk = %d, .block = %d,\n".formatted(scheme.chunk(), scheme.block());
        return source(
                "outer_convolution.h",
                CArray.words(name("weights"), scheme.weightWords()),
                body("OuterConvolution", fields, scheme, inputAt, outputAt));
    }

    private LayerSource source(String header, String weights, String body) {
        List<String> constants = new ArrayList<>(List.of(weights));
        if (zeroPoints().any()) {
            constants.add(CArray.bytes(name("zero_points"), zeroPoints().bytes()));
        }
        constants.add(CArray.integers(name("bias"), zeroPoints().bias()));
        if (requantization().hasThresholds()) {
            constants.add(CArray.integers(
                    name("thresholds"), requantization().thresholds().toArray()));
        }
        if (hasMultipliers()) {
            constants.add(CArray.integers(
                    name("multipliers"), requantization().multipliers().toArray()));
        }
        String title = LayerSource.describe("convolution", layer.window(), input, output) + ", weights of "
                + layer.weights().bits() + " bits";
        return new LayerSource(title, header, constants, body);
    }

    private String body(String type, String fields, KernelScheme scheme, String inputAt, String outputAt) {
        return """
                    %s %s layer = {
                        .window = %s,
                        .input_channels = %d,
                        .input_zero_point = %d,
                        .output_channels = %d,
                %s        .requantization = %s,
                    };
                    static const %sWeights weights = {%s, %s, %s, %s, %s};
                    %s(&layer, &weights, %s, %s, network_scratch);
                """.formatted(
                        rows.storage(),
                        type,
                        rows.window(layer.window(), input.shape(), output.shape()),
                        input.shape().channels(),
                        input.zeroPoint(),
                        output.shape().channels(),
                        fields,
                        LayerSource.requantization(requantization()),
                        type,
                        name("weights"),
                        zeroPoints().any() ? name("zero_points") : "NULL",
                        name("bias"),
                        hasMultipliers() ? name("multipliers") : "NULL",
                        requantization().hasThresholds() ? name("thresholds") : "NULL",
                        scheme.kernelName(),
                        inputAt,
                        outputAt);
    }

    private ZeroPoints zeroPoints() {
        return new ZeroPoints(layer, input);
    }

    private Requantization requantization() {
        return layer.requantization();
    }

    private boolean hasMultipliers() {
        return requantization().multipliers().size() > 0;
    }

    private String name(String array) {
        return LayerSource.arrayName(index, array);
    }
}
