// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.bench.MobileNetV1;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.kernel.KernelCycles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Against the cycles of whole networks on the virtual board that RESULTS.md tells: random weights, bits of the rule. */
class GraphCyclesTest {
    private static final Pattern ROW = Pattern.compile(
            "\\| (\\d{3}_[0-9.]+) \\| ([0-9,]+)/([0-9,]+) \\|[^|]*\\|[^|]*\\| [0-9.]+ \\| ([0-9.]+) \\|.*");
    private static final double MEGA = 1e6;

    /** A network of that table. */
    private record Row(String model, long roBytes, long rwBytes, double cycles) {}

    @Test
    void shouldEstimateWholeNetworksAsTheBoardCountsThem() throws IOException {
        List<Row> rows = rows();
        assertEquals(28, rows.size());
        double sum = 0;
        double worst = 0;
        for (Row row : rows) {
            Graph graph = MobileNetV1.of(row.model);
            Budget budget = Budget.paper(row.roBytes, row.rwBytes);
            BitAssignment bits =
                    MemoryDrivenAssignment.assign(graph, budget, QuantizationVariant.PC_ICN, Overrides.NONE);
            double error = new GraphCycles(graph, KernelCycles.read()).of(bits) / row.cycles - 1;
            sum += Math.abs(error);
            worst = Math.max(worst, Math.abs(error));
        }
        assertTrue(sum / rows.size() < 0.045 && worst < 0.07, sum / rows.size() + " on average, " + worst + " at most");
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "RESULTS.md"))) {
            Matcher matcher = ROW.matcher(line);
            if (matcher.matches()) {
                rows.add(new Row(
                        matcher.group(1),
                        Long.parseLong(matcher.group(2).replace(",", "")),
                        Long.parseLong(matcher.group(3).replace(",", "")),
                        MEGA * Double.parseDouble(matcher.group(4))));
            }
        }
        return rows;
    }
}
