package dev.hilda.host.emit;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;

/** Additions and rescalings. */
record ElementwiseLayers(Tensor input, Tensor output) {
    private static final String HEADER = "elementwise.h";

    LayerSource add(AddLayer layer, Tensor second, String firstAt, String secondAt, String outputAt) {
        String shape = shape(
                layer.firstMultiplier(),
                layer.secondMultiplier(),
                layer.addend(),
                layer.rightShift(),
                layer.low(),
                layer.high());
        String call = "    add_a%d_a%d_o%d(&layer, %s, %s, %s);\n"
                .formatted(input.bits(), second.bits(), output.bits(), firstAt, secondAt, outputAt);
        String title = "sum with " + second.bits() + " bits, " + LayerSource.describe(input, output);
        return new LayerSource(title, HEADER, List.of(), shape + call);
    }

    LayerSource rescale(RescaleLayer layer, String inputAt, String outputAt) {
        String shape = shape(layer.multiplier(), 0, layer.addend(), layer.rightShift(), layer.low(), layer.high());
        String call =
                "    rescale_a%d_o%d(&layer, %s, %s);\n".formatted(input.bits(), output.bits(), inputAt, outputAt);
        return new LayerSource("rescaling, " + LayerSource.describe(input, output), HEADER, List.of(), shape + call);
    }

    private String shape(int first, int second, int addend, int rightShift, int low, int high) {
        return """
                    static const Elementwise layer = {
                        .height = %d, .width = %d, .channels = %d,
                        .first_multiplier = %s, .second_multiplier = %s,
                        .addend = %s, .right_shift = %d, .low = %s, .high = %s,
                    };
                """.formatted(
                        output.shape().height(),
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
