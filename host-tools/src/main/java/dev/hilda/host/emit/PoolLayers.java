package dev.hilda.host.emit;

import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;
import java.util.List;

/** Average and max pooling. */
record PoolLayers(Tensor input, Tensor output) {
    LayerSource average(AveragePoolLayer layer, String inputAt, String outputAt) {
        String shape = shape(layer.window(), layer.tieThreshold(), layer.low(), layer.high());
        return source("average pooling", layer.window(), shape, "average_pool", inputAt, outputAt);
    }

    LayerSource maximum(MaxPoolLayer layer, String inputAt, String outputAt) {
        String shape = shape(layer.window(), 0, layer.low(), layer.high());
        return source("max pooling", layer.window(), shape, "max_pool", inputAt, outputAt);
    }

    private LayerSource source(
            String title, Window window, String shape, String kernel, String inputAt, String outputAt) {
        String call = "    %s_a%d(&layer, %s, %s);\n".formatted(kernel, input.bits(), inputAt, outputAt);
        return new LayerSource(
                LayerSource.describe(title, window, input, output), "pooling.h", List.of(), shape + call);
    }

    private String shape(Window window, int tieThreshold, int low, int high) {
        return """
                    static const Pool layer = {
                        .window = %s,
                        .channels = %d, .tie_threshold = %d, .low = %s, .high = %s,
                    };
                """.formatted(
                        LayerSource.window(window, input.shape(), output.shape()),
                        input.shape().channels(),
                        tieThreshold,
                        CArray.integer(low),
                        CArray.integer(high));
    }
}
