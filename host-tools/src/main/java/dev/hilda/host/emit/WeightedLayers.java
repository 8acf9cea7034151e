// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightedLayer;
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
                body("Convolution", scheme.kernelName(), inputAt, outputAt));
    }

    LayerSource depthwise(DepthwiseScheme scheme, String inputAt, String outputAt) {
        return source(
                "depthwise convolution",
                "depthwise.h",
                List.of(
                        CArray.bytes(name("weights"), scheme.weightBytes()),
                        CArray.bytes(name("zero_points"), scheme.zeroPoints())),
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
                body("DepthwiseRows", "Depthwise", fields, scheme.kernelName(), inputAt, outputAt));
    }

    private LayerSource source(String title, String header, List<String> weights, String body) {
        List<String> constants = new ArrayList<>(weights);
        if (layer.requantization().hasThresholds()) {
            constants.add(CArray.integers(
                    name("thresholds"), layer.requantization().thresholds().toArray()));
        } else {
            constants.add(CArray.integers(name("bias"), layer.bias().toArray()));
        }
        if (hasMultipliers()) {
            constants.add(CArray.integers(
                    name("multipliers"), layer.requantization().multipliers().toArray()));
        }
        String bits = ", weights of " + layer.weights().bits() + " bits";
        return new LayerSource(
                LayerSource.describe(title, layer.window(), input, output) + bits, header, constants, body);
    }

    private String body(String type, String kernel, String inputAt, String outputAt) {
        String fields = """
                        .input_channels = %d,
                        .output_channels = %d,
                """.formatted(input.shape().channels(), output.shape().channels());
        return body(type, type, fields, kernel, inputAt, outputAt);
    }

    /** @param fields of the layer, beside those that every kernel has */
    private String body(
            String type, String weightsType, String fields, String kernel, String inputAt, String outputAt) {
        return """
                    %s %s layer = {
                        .window = %s,
                        .input_zero_point = %d,
                %s        .requantization = %s,
                    };
                    static const %sWeights weights = {%s, %s, %s, %s, %s};
                    %s(&layer, &weights, %s, %s, network_scratch);
                """.formatted(
                        rows.storage(),
                        type,
                        rows.window(layer.window(), input.shape(), output.shape()),
                        input.zeroPoint(),
                        fields,
                        LayerSource.requantization(layer.requantization()),
                        weightsType,
                        name("weights"),
                        name("zero_points"),
                        layer.requantization().hasThresholds() ? "NULL" : name("bias"),
                        hasMultipliers() ? name("multipliers") : "NULL",
                        layer.requantization().hasThresholds() ? name("thresholds") : "NULL",
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
