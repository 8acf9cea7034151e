// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.kernel.LookupScheme;
import java.util.List;

/** Functions of one code by table. */
final class LookupSource {
    private LookupSource() {}

    static LayerSource of(int index, LookupScheme scheme, String inputAt, String outputAt, CallRows rows) {
        TensorShape shape = scheme.output().shape();
        String table = LayerSource.arrayName(index, "table");
        String body = """
                    %s Lookup layer = {.height = %s, .width = %d, .channels = %d};
                    %s(&layer, %s, %s, %s);
                """.formatted(
                        rows.storage(),
                        rows.height(shape.height()),
                        shape.width(),
                        shape.channels(),
                        scheme.kernelName(),
                        table,
                        inputAt,
                        outputAt);
        return new LayerSource(
                "lookup, " + LayerSource.describe(scheme.input(), scheme.output()),
                "lookup.h",
                List.of(CArray.bytes(table, scheme.table())),
                body);
    }
}
