package dev.hilda.host.emit;

import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;

/** Softmax. */
final class SoftmaxSource {
    private SoftmaxSource() {}

    static LayerSource of(int index, SoftmaxLayer layer, Tensor input, Tensor output, String inputAt, String outputAt) {
        String exponentials = LayerSource.arrayName(index, "exponentials");
        String body = """
                    static const Softmax layer = {.height = %d, .width = %d, .channels = %d};
                    softmax_a%d(&layer, %s, %s, %s);
                """.formatted(
                        input.shape().height(),
                        input.shape().width(),
                        input.shape().channels(),
                        input.bits(),
                        exponentials,
                        inputAt,
                        outputAt);
        return new LayerSource(
                "softmax, " + LayerSource.describe(input, output),
                "softmax.h",
                List.of(CArray.words(exponentials, layer.exponentials().toArray())),
                body);
    }
}
