// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.ProductLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.ProductScheme;
import dev.hilda.host.kernel.SumScheme;
import java.util.List;

/** Sums and products of two tensors, either of which may be broadcast. */
record PairSource(Tensor first, Tensor second, Tensor output) {
    LayerSource sum(SumScheme scheme, List<String> inputsAt, String outputAt) {
        SumLayer layer = scheme.layer();
        Requantization to =
                new Requantization(Ints.of(), 0, layer.rightShift(), layer.addend(), layer.low(), layer.high());
        String shape = shape(layer.firstMultiplier(), layer.secondMultiplier(), false, 0, to);
        return source("sum with ", scheme.kernelName(), shape, inputsAt, outputAt);
    }

    LayerSource product(ProductScheme scheme, List<String> inputsAt, String outputAt) {
        ProductLayer layer = scheme.layer();
        int multiplier = layer.requantization().multipliers().get(0);
        String shape = shape(0, 0, true, multiplier, layer.requantization());
        return source("product with ", scheme.kernelName(), shape, inputsAt, outputAt);
    }

    private LayerSource source(String title, String kernel, String shape, List<String> inputsAt, String outputAt) {
        String call = "    %s(&layer, %s, %s, %s);\n".formatted(kernel, inputsAt.get(0), inputsAt.get(1), outputAt);
        return new LayerSource(
                title + LayerSource.describe(second) + ", " + LayerSource.describe(first, output),
                "pairs.h",
                List.of(),
                shape + call);
    }

    private String shape(
            int firstMultiplier, int secondMultiplier, boolean multiplies, int multiplier, Requantization to) {
        return """
                    static const Pair layer = {
                        .height = %d, .width = %d, .channels = %d,
                        .first = %s,
                        .second = %s,
                        .multiplies = %b, .multiplier = %s,
                        .requantization = %s,
                    };
                """.formatted(
                        output.shape().height(),
                        output.shape().width(),
                        output.shape().channels(),
                        operand(first, firstMultiplier),
                        operand(second, secondMultiplier),
                        multiplies,
                        CArray.integer(multiplier),
                        LayerSource.requantization(to));
    }

    private String operand(Tensor operand, int multiplier) {
        int pixelBytes = operand.pixelBytes();
        return "{.row_bytes = %d, .pixel_bytes = %d, .one_channel = %b, .multiplier = %s, .zero_point = %d}"
                .formatted(
                        operand.shape().height() == 1 ? 0 : operand.shape().width() * pixelBytes,
                        operand.shape().width() == 1 ? 0 : pixelBytes,
                        operand.shape().channels() == 1,
                        CArray.integer(multiplier),
                        operand.zeroPoint());
    }
}
