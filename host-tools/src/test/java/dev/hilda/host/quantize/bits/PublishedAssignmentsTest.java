// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.MobileNetV1;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bits that the authors of the rule shipped, and a table of 32 models with all figures. */
class PublishedAssignmentsTest {
    @Test
    void shouldGiveTheBitsThatTheAuthorsShipped() throws IOException {
        List<Map<String, String>> rows = rows("authors_deployed_bits_pc_icn.csv");
        assertEquals(16, rows.size());
        for (Map<String, String> row : rows) {
            Graph graph = MobileNetV1.of(cell(row, "model"));
            BitAssignment bits = MemoryDrivenAssignment.assign(
                    graph, Budget.paper(2_048_000, 512_000), QuantizationVariant.PC_ICN, Overrides.NONE);
            assertBits(row, graph, bits);
        }
    }

    @Test
    void shouldGiveTheTablesBitsBytesAndCuts() throws IOException {
        Map<String, Graph> graphs = new HashMap<>();
        List<Map<String, String>> rows = rows("mobilenet_v1_bits_2MB_512kB.csv");
        assertTrue(rows.size() >= 32);
        for (Map<String, String> row : rows) {
            compare(row, graphs.computeIfAbsent(cell(row, "model"), MobileNetV1::of));
        }
    }

    private static void compare(Map<String, String> row, Graph graph) {
        assertEquals(cell(row, "macs"), Long.toString(graph.macs()));
        Budget budget = Budget.paper(Long.parseLong(cell(row, "m_ro")), Long.parseLong(cell(row, "m_rw")));
        QuantizationVariant variant =
                cell(row, "mode").equals("MixPL") ? QuantizationVariant.MIX_PL : QuantizationVariant.PC_ICN;
        if (!cell(row, "feasible").equals("1")) {
            assertThrows(
                    BudgetException.class,
                    () -> MemoryDrivenAssignment.assign(graph, budget, variant, Overrides.NONE),
                    row::toString);
            return;
        }
        BitAssignment bits = MemoryDrivenAssignment.assign(graph, budget, variant, Overrides.NONE);
        assertBits(row, graph, bits);
        assertEquals(cell(row, "ro_bytes"), Long.toString(bits.roBytes()), row::toString);
        assertEquals(cell(row, "rw_peak"), Long.toString(bits.rwPeakBytes()), row::toString);
        assertEquals("L" + cell(row, "rw_peak_layer"), bits.rwPeakNode(), row::toString);
        String cuts = bits.cuts().stream()
                .filter(cut -> cut.kind() == Cut.Kind.WEIGHTS)
                .map(cut -> cut.target() + ":" + cut.fromBits() + ">" + cut.toBits())
                .collect(Collectors.joining(" "));
        assertEquals(cell(row, "weight_cuts"), cuts, row::toString);
        BitAssignment eight = MemoryDrivenAssignment.assign(
                graph, Budget.paper(Long.MAX_VALUE / 8, Long.MAX_VALUE / 8), variant, Overrides.NONE);
        assertEquals(cell(row, "ro_bytes_8bit"), Long.toString(eight.roBytes()), row::toString);
        assertEquals(cell(row, "rw_peak_8bit"), Long.toString(eight.rwPeakBytes()), row::toString);
    }

    private static void assertBits(Map<String, String> row, Graph graph, BitAssignment bits) {
        StringBuilder in = new StringBuilder();
        StringBuilder out = new StringBuilder();
        StringBuilder weights = new StringBuilder();
        for (Node node : graph.nodes()) {
            if (node.operator() instanceof Operator.Weighted) {
                in.append(bits.activationBits().get(node.inputs().get(0)));
                out.append(bits.activationBits().get(node.output()));
                weights.append(bits.weightBits().get(node.name()));
            }
        }
        assertEquals(cell(row, "q_in"), in.toString(), row::toString);
        assertEquals(cell(row, "q_out"), out.toString(), row::toString);
        assertEquals(cell(row, "q_w"), weights.toString(), row::toString);
    }

    private static String cell(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }

    private static List<Map<String, String>> rows(String file) throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        List<String> lines = Files.readAllLines(TestData.path("../reference/" + file));
        String[] header = lines.get(0).split(",", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            Map<String, String> row = new HashMap<>();
            for (int column = 0; column < header.length; column++) {
                row.put(header[column], cells[column]);
            }
            rows.add(row);
        }
        return rows;
    }
}
