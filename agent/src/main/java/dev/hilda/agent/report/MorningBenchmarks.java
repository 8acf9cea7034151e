// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.report.Morning.Cell;
import java.util.HashSet;
import java.util.Set;

/** A judged night as what github-action-benchmark draws. A name is the same each night; whatever has its name already is left out. */
public final class MorningBenchmarks {
    private static final JsonMapper JSON = new JsonMapper();
    private static final double HUNDRED = 100;

    private final ArrayNode entries = JSON.createArrayNode();
    private final Set<String> names = new HashSet<>();

    private MorningBenchmarks() {}

    /** Its tool {@code customSmallerIsBetter}: median cycles by network, board and kind of timing. */
    public static String cycles(Morning morning) {
        MorningBenchmarks benchmarks = new MorningBenchmarks();
        for (Cell cell : morning.grid()) {
            String name = network(cell)
                    + cell.boardSerial().map(serial -> " at " + serial).orElse("")
                    + cell.timing().map(timing -> " (" + timing + ")").orElse("");
            cell.cyclesP50()
                    .ifPresent(cycles ->
                            benchmarks.entry(name, cell).put("unit", "cycles").put("value", cycles));
        }
        return benchmarks.entries.toString();
    }

    /** Its tool {@code customBiggerIsBetter}: accuracy by network, whatever board it ran on. */
    public static String accuracy(Morning morning) {
        MorningBenchmarks benchmarks = new MorningBenchmarks();
        for (Cell cell : morning.grid()) {
            cell.accuracy()
                    .ifPresent(share -> benchmarks
                            .entry(network(cell), cell)
                            .put("unit", "%")
                            .put("value", Math.round(share * HUNDRED * 10_000) / 10_000.0));
        }
        return benchmarks.entries.toString();
    }

    private ObjectNode entry(String name, Cell cell) {
        String line = Legible.line(name);
        ObjectNode entry = JSON.createObjectNode().put("name", line);
        cell.runId().ifPresent(id -> entry.put("extra", "run " + id));
        if (names.add(line)) {
            entries.add(entry);
        }
        return entry;
    }

    private static String network(Cell cell) {
        return cell.model() + " on " + cell.dataSet();
    }
}
