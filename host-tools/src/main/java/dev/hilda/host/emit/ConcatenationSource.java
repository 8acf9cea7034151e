// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.ConcatenationScheme;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tensors side by side. */
final class ConcatenationSource {
    private ConcatenationSource() {}

    static LayerSource of(ConcatenationScheme scheme, List<String> inputsAt, String outputAt) {
        String runs = scheme.inputs().stream()
                .map(input -> String.valueOf(runLength(scheme, input)))
                .collect(Collectors.joining(", "));
        String body = """
                    static const Concatenation layer = {
                        .inputs = %d, .runs = %d, .runs_between_yields = %d,
                        .of_bytes = %b, .output_channels = %d,
                    };
                    static const uint32_t run_lengths[] = {%s};
                    static const uint8_t *const inputs[] = {%s};
                    %s(&layer, run_lengths, inputs, %s);
                """.formatted(
                        scheme.inputs().size(),
                        scheme.runs(),
                        Math.max(1, scheme.runs() / scheme.output().shape().height()),
                        scheme.isOfBytes(),
                        scheme.output().shape().channels(),
                        runs,
                        String.join(", ", inputsAt),
                        scheme.kernelName(),
                        outputAt);
        String title = "%d tensors along the %s, %s"
                .formatted(
                        scheme.inputs().size(),
                        scheme.layer().axis().name().toLowerCase(Locale.ROOT),
                        LayerSource.describe(scheme.inputs().get(0), scheme.output()));
        return new LayerSource(title, "concatenation.h", List.of(), body);
    }

    private static int runLength(ConcatenationScheme scheme, Tensor input) {
        return scheme.isOfBytes()
                ? input.packedBytes() / scheme.runs()
                : input.shape().channels();
    }
}
