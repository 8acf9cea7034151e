// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightedLayer;
import dev.hilda.host.kernel.CarryConvolutionScheme;
import dev.hilda.host.kernel.CarryTiles;
import dev.hilda.host.kernel.CarryWeights;
import dev.hilda.host.kernel.ConvolutionScheme;
import dev.hilda.host.kernel.DepthwiseRowsScheme;
import dev.hilda.host.kernel.DepthwiseScheme;
import java.util.ArrayList;
import java.util.List;

/** Convolutions and depthwise convolutions. */
record WeightedLayers(int index, WeightedLayer layer, Tensor input, Tensor output, CallRows rows) {
    LayerSource convolution(ConvolutionScheme scheme, String inputAt, String outputAt) {
        return source(
                "convolution",
                "convolution.h",
                List.of(
                        CArray.words(name("weights"), scheme.weightWords()),
                        CArray.bytes(name("zero_points"), scheme.zeroPoints())),
                biasAndRequantizationArrays(),
                body("Convolution", scheme.kernelName(), inputAt, outputAt));
    }

    LayerSource carryConvolution(CarryConvolutionScheme scheme, String inputAt, String outputAt) {
        CarryWeights weights = scheme.weights();
        boolean exists = CarryAssembly.exists(weights);
        boolean hasGroups = exists && output.shape().pixels() >= CarryTiles.GROUP_PIXELS;
        boolean hasPixels =
                exists && (rows == CallRows.OF_TURN || output.shape().pixels() % CarryTiles.GROUP_PIXELS != 0);
        String fields = """
                        .input_channels = %d,
                        .output_channels = %d,
                        .lanes = %s,
                        .corrected = %s,
                        .raised = %s,
                        .tile_groups = %d,
                        .block_sets = %d,
                        .sets_at_once = %d,
                        .group_block = %s,
                        .pixel_block = %s,
                        .stores_outputs = %s,
                """.formatted(
                        input.shape().channels(),
                        output.shape().channels(),
                        weights.lanes(),
                        weights.corrected(),
                        weights.raised(),
                        scheme.tiles().tileGroups(),
                        scheme.blockSets(weights.setsAtOnce()),
                        weights.setsAtOnce(),
                        hasGroups ? "ASSEMBLED(" + name("group") + ")" : "NULL",
                        hasPixels ? "ASSEMBLED(" + name("pixel") + ")" : "NULL",
                        CarryAssembly.storesOutputs(scheme, weights) ? "HAS_ASSEMBLY" : "false");
        String arrays =
                String.join(", ", name("weights"), name("starts"), Boolean.toString(hasMultipliers()), thresholds());
        List<String> constants = new ArrayList<>();
        if (hasGroups) {
            constants.add(CarryAssembly.ofGroup(name("group"), scheme, weights));
        }
        if (hasPixels) {
            constants.add(CarryAssembly.ofPixel(name("pixel"), scheme, weights));
        }
        if (layer.requantization().hasThresholds()) {
            constants.addAll(requantizationArrays());
        }
        return source(
                "convolution",
                "carry_convolution.h",
                List.of(
                        CArray.words(name("weights"), weights.codes().toArray()),
                        CArray.words(name("starts"), weights.starts().toArray())),
                constants,
                body("CarryConvolution", "CarryWeights", fields, arrays, scheme.kernelName(), inputAt, outputAt));
    }

    LayerSource depthwise(DepthwiseScheme scheme, String inputAt, String outputAt) {
        return source(
                "depthwise convolution",
                "depthwise.h",
                List.of(
                        CArray.bytes(name("weights"), scheme.weightBytes()),
                        CArray.bytes(name("zero_points"), scheme.zeroPoints())),
                biasAndRequantizationArrays(),
                body("Depthwise", scheme.kernelName(), inputAt, outputAt));
    }

    LayerSource depthwiseRows(DepthwiseRowsScheme scheme, String inputAt, String outputAt) {
        String fields = """
                        .channels = %d,
                        .pairs = %d,
                        .quads_between_yields = %d,
                """.formatted(output.shape().channels(), scheme.pairs(), scheme.quadsBetweenYields());
        return source(
                "depthwise convolution by rows",
                "depthwise_rows.h",
                List.of(
                        CArray.bytes(name("weights"), scheme.stored().weightBytes()),
                        CArray.bytes(name("zero_points"), scheme.stored().zeroPoints())),
                biasAndRequantizationArrays(),
                body("DepthwiseRows", "DepthwiseWeights", fields, arrays(), scheme.kernelName(), inputAt, outputAt));
    }

    private LayerSource source(String title, String header, List<String> weights, List<String> others, String body) {
        List<String> constants = new ArrayList<>(weights);
        constants.addAll(others);
        String bits = ", weights of " + layer.weights().bits() + " bits";
        return new LayerSource(
                LayerSource.describe(title, layer.window(), input, output) + bits, header, constants, body);
    }

    private List<String> biasAndRequantizationArrays() {
        List<String> arrays = new ArrayList<>();
        if (!layer.requantization().hasThresholds()) {
            arrays.add(CArray.integers(name("bias"), layer.bias().toArray()));
        }
        arrays.addAll(requantizationArrays());
        return arrays;
    }

    private List<String> requantizationArrays() {
        if (layer.requantization().hasThresholds()) {
            return List.of(CArray.integers(
                    name("thresholds"), layer.requantization().thresholds().toArray()));
        }
        return hasMultipliers()
                ? List.of(CArray.integers(
                        name("multipliers"),
                        layer.requantization().multipliers().toArray()))
                : List.of();
    }

    private String body(String type, String kernel, String inputAt, String outputAt) {
        String fields = """
                        .input_channels = %d,
                        .output_channels = %d,
                """.formatted(input.shape().channels(), output.shape().channels());
        return body(type, type + "Weights", fields, arrays(), kernel, inputAt, outputAt);
    }

    private String arrays() {
        String bias = layer.requantization().hasThresholds() ? "NULL" : name("bias");
        return String.join(", ", name("weights"), name("zero_points"), bias, multipliers(), thresholds());
    }

    private String multipliers() {
        return hasMultipliers() ? name("multipliers") : "NULL";
    }

    private String thresholds() {
        return layer.requantization().hasThresholds() ? name("thresholds") : "NULL";
    }

    /**
     * A kernel's call.
     *
     * @param fields of the layer, beside those that every kernel has
     * @param arrays what its structure of weights holds
     */
    private String body(
            String type,
            String weightsType,
            String fields,
            String arrays,
            String kernel,
            String inputAt,
            String outputAt) {
        return """
                    %s %s layer = {
                        .window = %s,
                        .input_zero_point = %d,
                %s        .requantization = %s,
                    };
                    static const %s weights = {%s};
                    %s(&layer, &weights, %s, %s, network_scratch);
                """.formatted(
                        rows.storage(),
                        type,
                        rows.window(layer.window(), input.shape(), output.shape()),
                        input.zeroPoint(),
                        fields,
                        LayerSource.requantization(layer.requantization()),
                        weightsType,
                        arrays,
                        kernel,
                        inputAt,
                        outputAt);
    }

    private boolean hasMultipliers() {
        return layer.requantization().multipliers().size() > 0;
    }

    private String name(String array) {
        return LayerSource.arrayName(index, array);
    }
}
