// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.GatherScheme;
import dev.hilda.host.kernel.GatherScheme.Run;
import java.util.List;

/** Chosen rows, columns and channels. */
final class GatherSource {
    private GatherSource() {}

    static LayerSource of(int index, GatherScheme scheme, String inputAt, String outputAt) {
        String rows = LayerSource.arrayName(index, "rows");
        String columns = LayerSource.arrayName(index, "columns");
        String channels = LayerSource.arrayName(index, "channels");
        String body = """
                    static const Gather layer = {
                        .input_width = %d, .input_channels = %d, .output_channels = %d,
                        .row_runs = %d, .column_runs = %d, .channel_runs = %d,
                        .whole_pixels = %b, .of_bytes = %b,
                    };
                    static const GatherRuns runs = {.rows = %s, .columns = %s, .channels = %s};
                    %s(&layer, &runs, %s, %s);
                """.formatted(
                        scheme.input().shape().width(),
                        scheme.input().shape().channels(),
                        scheme.output().shape().channels(),
                        scheme.rows().size(),
                        scheme.columns().size(),
                        scheme.channels().size(),
                        scheme.isOfWholePixels(),
                        scheme.isOfBytes(),
                        rows,
                        columns,
                        channels,
                        scheme.kernelName(),
                        inputAt,
                        outputAt);
        return new LayerSource(
                "chosen rows, columns and channels, " + LayerSource.describe(scheme.input(), scheme.output()),
                "gather.h",
                List.of(runs(rows, scheme.rows()), runs(columns, scheme.columns()), runs(channels, scheme.channels())),
                body);
    }

    private static String runs(String name, List<Run> runs) {
        return CArray.structures(
                "GatherRun",
                name,
                runs.stream().map(run -> List.of(run.first(), run.count())).toList());
    }
}
