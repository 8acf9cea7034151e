// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.InterpolateLayer.Positions;
import dev.hilda.host.kernel.InterpolateScheme;
import java.util.List;
import java.util.stream.IntStream;

/** Maps of another size. */
final class InterpolateSource {
    private InterpolateSource() {}

    static LayerSource of(int index, InterpolateScheme scheme, String inputAt, String outputAt) {
        String rows = LayerSource.arrayName(index, "rows");
        String columns = LayerSource.arrayName(index, "columns");
        String body = """
                    static const Interpolate layer = {
                        .input_width = %d, .channels = %d,
                        .output_height = %d, .output_width = %d,
                        .tie_threshold = %d,
                    };
                    %s(&layer, %s, %s, %s, %s);
                """.formatted(
                        scheme.input().shape().width(),
                        scheme.input().shape().channels(),
                        scheme.output().shape().height(),
                        scheme.output().shape().width(),
                        scheme.layer().tieThreshold(),
                        scheme.kernelName(),
                        rows,
                        columns,
                        inputAt,
                        outputAt);
        return new LayerSource(
                "interpolation, " + LayerSource.describe(scheme.input(), scheme.output()),
                "interpolate.h",
                List.of(
                        positions(rows, scheme.layer().rows()),
                        positions(columns, scheme.layer().columns())),
                body);
    }

    private static String positions(String name, Positions positions) {
        return CArray.structures(
                "InterpolatePosition",
                name,
                IntStream.range(0, positions.lower().size())
                        .mapToObj(at -> List.of(
                                positions.lower().get(at),
                                positions.upper().get(at),
                                positions.fractions().get(at)))
                        .toList());
    }
}
