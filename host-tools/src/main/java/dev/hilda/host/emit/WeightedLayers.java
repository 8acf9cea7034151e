package dev.hilda.host.emit;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.List;

/** Convolutions and depthwise convolutions. */
final class WeightedLayers {
    private final int index;
    private final Tensor input;
    private final Tensor output;

    WeightedLayers(int index, Tensor input, Tensor output) {
        this.index = index;
        this.input = input;
        this.output = output;
    }

    LayerSource convolution(ConvolutionLayer layer, String inputAt, String outputAt) {
        WeightCodes weights = layer.weights();
        List<String> constants = new ArrayList<>();
        constants.add(CArray.words(name("weights"), WeightPacking.convolution(weights)));
        constants.add(CArray.bytes(name("zero_points"), WeightPacking.zeroPoints(weights)));
        constants.addAll(perChannel(layer.bias(), layer.requantization()));
        String body = body("Convolution", "convolution", layer.window(), weights, layer.requantization())
                .formatted(inputAt, outputAt);
        return new LayerSource(
                LayerSource.describe("convolution", layer.window(), input, output) + ", weights of " + weights.bits()
                        + " bits",
                "convolution.h",
                constants,
                body);
    }

    LayerSource depthwise(DepthwiseLayer layer, String inputAt, String outputAt) {
        WeightCodes weights = layer.weights();
        List<String> constants = new ArrayList<>();
        constants.add(CArray.bytes(name("weights"), WeightPacking.depthwise(weights)));
        constants.add(CArray.bytes(name("zero_points"), WeightPacking.quadZeroPoints(weights)));
        constants.addAll(perChannel(layer.bias(), layer.requantization()));
        String body = body("Depthwise", "depthwise", layer.window(), weights, layer.requantization())
                .formatted(inputAt, outputAt);
        return new LayerSource(
                LayerSource.describe("depthwise convolution", layer.window(), input, output) + ", weights of "
                        + weights.bits() + " bits",
                "depthwise.h",
                constants,
                body);
    }

    private List<String> perChannel(Ints bias, Requantization requantization) {
        List<String> arrays = new ArrayList<>();
        arrays.add(CArray.integers(name("bias"), bias.toArray()));
        if (!requantization.isRaw()) {
            arrays.add(CArray.integers(
                    name("multipliers"), requantization.multipliers().toArray()));
        }
        return arrays;
    }

    private String body(
            String type, String operator, Window window, WeightCodes weights, Requantization requantization) {
        return """
                    static const %s layer = {
                        .window = %s,
                        .input_channels = %d,
                        .input_zero_point = %d,
                        .output_channels = %d,
                        .requantization = %s,
                    };
                    static const %sWeights weights = {%s, %s, %s, %s};
                    %s_a%d_w%d_o%d(&layer, &weights, %%s, %%s, network_scratch);
                """.formatted(
                        type,
                        LayerSource.window(window, input.shape(), output.shape()),
                        input.shape().channels(),
                        input.zeroPoint(),
                        output.shape().channels(),
                        requantization(requantization),
                        type,
                        name("weights"),
                        name("zero_points"),
                        name("bias"),
                        requantization.isRaw() ? "NULL" : name("multipliers"),
                        operator,
                        input.bits(),
                        weights.bits(),
                        output.bits());
    }

    private static String requantization(Requantization requantization) {
        return "{.left_shift = %d, .right_shift = %d, .addend = %s, .low = %s, .high = %s}"
                .formatted(
                        requantization.leftShift(),
                        requantization.rightShift(),
                        CArray.integer(requantization.addend()),
                        CArray.integer(requantization.low()),
                        CArray.integer(requantization.high()));
    }

    private String name(String array) {
        return LayerSource.arrayName(index, array);
    }
}
