// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.kernel.PadScheme;
import dev.hilda.host.kernel.ReshapeScheme;
import java.util.List;

/** Padding and reshaping. */
record MovementLayers(Tensor input, Tensor output) {
    private static final String HEADER = "movement.h";

    LayerSource pad(PadScheme scheme, String inputAt, String outputAt) {
        PadLayer layer = scheme.layer();
        TensorShape shape = input.shape();
        String body = """
                    static const Pad layer = {
                        .input_height = %d, .input_width = %d, .channels = %d,
                        .top = %d, .bottom = %d, .left = %d, .right = %d,
                        .zero_point = %d,
                    };
                    %s(&layer, %s, %s);
                """.formatted(
                        shape.height(),
                        shape.width(),
                        shape.channels(),
                        layer.top(),
                        layer.bottom(),
                        layer.left(),
                        layer.right(),
                        input.zeroPoint(),
                        scheme.kernelName(),
                        inputAt,
                        outputAt);
        return new LayerSource("padding, " + LayerSource.describe(input, output), HEADER, List.of(), body);
    }

    LayerSource reshape(ReshapeScheme scheme, String inputAt, String outputAt) {
        String body = """
                    static const Reshape layer = {
                        .input_pixels = %d, .input_channels = %d,
                        .output_pixels = %d, .output_channels = %d,
                    };
                    %s(&layer, %s, %s);
                """.formatted(
                        input.shape().pixels(),
                        input.shape().channels(),
                        output.shape().pixels(),
                        output.shape().channels(),
                        scheme.kernelName(),
                        inputAt,
                        outputAt);
        return new LayerSource("reshaping, " + LayerSource.describe(input, output), HEADER, List.of(), body);
    }
}
