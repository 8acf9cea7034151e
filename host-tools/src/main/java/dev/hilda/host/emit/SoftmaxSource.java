// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.SoftmaxScheme;
import java.util.List;

/** Softmax. */
final class SoftmaxSource {
    private SoftmaxSource() {}

    static LayerSource of(int index, SoftmaxScheme scheme, String inputAt, String outputAt, CallRows rows) {
        Tensor input = scheme.input();
        String exponentials = LayerSource.arrayName(index, "exponentials");
        String body = """
                    %s Softmax layer = {.height = %s, .width = %d, .channels = %d};
                    %s(&layer, %s, %s, %s);
                """.formatted(
                        rows.storage(),
                        rows.height(input.shape().height()),
                        input.shape().width(),
                        input.shape().channels(),
                        scheme.kernelName(),
                        exponentials,
                        inputAt,
                        outputAt);
        return new LayerSource(
                "softmax, " + LayerSource.describe(input, scheme.output()),
                "softmax.h",
                List.of(CArray.words(exponentials, scheme.layer().exponentials().toArray())),
                body);
    }
}
