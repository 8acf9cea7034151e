// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.MeanLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;
import dev.hilda.host.kernel.AveragePoolScheme;
import dev.hilda.host.kernel.MaxPoolScheme;
import dev.hilda.host.kernel.MeanScheme;
import java.util.List;

/** Average and max pooling. */
record PoolLayers(Tensor input, Tensor output, CallRows rows) {
    private static final String HEADER = "pooling.h";

    LayerSource average(AveragePoolScheme scheme, String inputAt, String outputAt) {
        AveragePoolLayer layer = scheme.layer();
        String shape = shape(layer.window(), layer.tieThreshold(), layer.low(), layer.high());
        return source("average pooling", HEADER, layer.window(), shape, scheme.kernelName(), inputAt, outputAt);
    }

    LayerSource maximum(MaxPoolScheme scheme, String inputAt, String outputAt) {
        MaxPoolLayer layer = scheme.layer();
        String shape = shape(layer.window(), 0, layer.low(), layer.high());
        return source("max pooling", HEADER, layer.window(), shape, scheme.kernelName(), inputAt, outputAt);
    }

    LayerSource mean(MeanScheme scheme, String inputAt, String outputAt) {
        MeanLayer layer = scheme.layer();
        String shape = """
                    %s Mean layer = {
                        .window = %s,
                        .channels = %d, .input_zero_point = %d,
                        .multiplier = %s,
                        .requantization = %s,
                    };
                """.formatted(
                        rows.storage(),
                        rows.window(layer.window(), input.shape(), output.shape()),
                        input.shape().channels(),
                        input.zeroPoint(),
                        CArray.integer(layer.requantization().multipliers().get(0)),
                        LayerSource.requantization(layer.requantization()));
        return source("mean", "mean.h", layer.window(), shape, scheme.kernelName(), inputAt, outputAt);
    }

    private LayerSource source(
            String title, String header, Window window, String shape, String kernel, String inputAt, String outputAt) {
        String call = "    %s(&layer, %s, %s);\n".formatted(kernel, inputAt, outputAt);
        return new LayerSource(LayerSource.describe(title, window, input, output), header, List.of(), shape + call);
    }

    private String shape(Window window, int tieThreshold, int low, int high) {
        return """
                    %s Pool layer = {
                        .window = %s,
                        .channels = %d, .tie_threshold = %d, .low = %s, .high = %s,
                    };
                """.formatted(
                        rows.storage(),
                        rows.window(window, input.shape(), output.shape()),
                        input.shape().channels(),
                        tieThreshold,
                        CArray.integer(low),
                        CArray.integer(high));
    }
}
