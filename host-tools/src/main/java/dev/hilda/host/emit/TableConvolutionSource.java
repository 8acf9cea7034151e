// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.TableConvolutionScheme;
import java.util.ArrayList;
import java.util.List;

/** A convolution by table lookup. */
record TableConvolutionSource(int index, TableConvolutionScheme scheme, CallRows rows) {
    LayerSource source(String inputAt, String outputAt) {
        List<String> constants = new ArrayList<>();
        constants.add(CArray.bytes(name("weights"), scheme.weightBytes()));
        if (scheme.hasZeroPoints()) {
            constants.add(CArray.bytes(name("zero_points"), scheme.zeroPoints()));
        }
        constants.add(CArray.integers(name("bias"), scheme.bias()));
        if (requantization().hasThresholds()) {
            constants.add(CArray.integers(
                    name("thresholds"), requantization().thresholds().toArray()));
        }
        if (hasMultipliers()) {
            constants.add(CArray.integers(
                    name("multipliers"), requantization().multipliers().toArray()));
        }
        String title = LayerSource.describe("convolution", layer().window(), scheme.input(), scheme.output());
        return new LayerSource(
                title + ", weights of 2 bits", "table_convolution.h", constants, body(inputAt, outputAt));
    }

    private String body(String inputAt, String outputAt) {
        Tensor input = scheme.input();
        Tensor output = scheme.output();
        return """
                    %s TableConvolution layer = {
                        .window = %s,
                        .input_channels = %d,
                        .input_zero_point = %d,
                        .output_channels = %d,
                        .tables = %d, .passes = %d, .tiles = %d, .joining = %d,
                        .small = %d, .wide_sums = %b, .copied = %b,
                        .requantization = %s,
                    };
                    static const TableConvolutionWeights weights = {%s, %s, %s, %s, %s};
                    %s(&layer, &weights, %s, %s, network_scratch);
                """.formatted(
                        rows.storage(),
                        rows.window(layer().window(), input.shape(), output.shape()),
                        input.shape().channels(),
                        input.zeroPoint(),
                        output.shape().channels(),
                        scheme.tables(),
                        scheme.passes(),
                        scheme.tiles(),
                        scheme.joining(),
                        rows == CallRows.OF_TURN ? scheme.smallTileOfTurns() : scheme.smallTile(),
                        scheme.hasWideSums(),
                        scheme.isCopied(),
                        LayerSource.requantization(requantization()),
                        name("weights"),
                        scheme.hasZeroPoints() ? name("zero_points") : "NULL",
                        name("bias"),
                        hasMultipliers() ? name("multipliers") : "NULL",
                        requantization().hasThresholds() ? name("thresholds") : "NULL",
                        scheme.kernelName(),
                        inputAt,
                        outputAt);
    }

    private ConvolutionLayer layer() {
        return scheme.layer();
    }

    private Requantization requantization() {
        return layer().requantization();
    }

    private boolean hasMultipliers() {
        return requantization().multipliers().size() > 0;
    }

    private String name(String array) {
        return LayerSource.arrayName(index, array);
    }
}
