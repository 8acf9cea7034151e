// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import dev.hilda.agent.report.CellState;
import dev.hilda.agent.report.Morning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the runs of a night may become the baselines, all of them: a candidate that is better in one network and was not tried
 * in another has not qualified.
 */
public record Qualification(Morning morning) {
    /**
     * What stands against it, in words; nothing where it has qualified.
     *
     * @param acceptsRegressions whether somebody wants what is worse
     */
    public List<String> objections(boolean acceptsRegressions) {
        List<String> objections = new ArrayList<>();
        for (Morning.Cell cell : morning.grid()) {
            boolean isObjection = cell.state() == CellState.FAULT
                    || cell.state() == CellState.MISSING
                    || (cell.state() == CellState.WORSE && !acceptsRegressions);
            if (isObjection) {
                objections.add(cell.model() + " with " + cell.dataSet()
                        + cell.boardSerial().map(board -> " on " + board).orElse("") + ": "
                        + cell.state().label() + "; " + cell.reason());
            }
        }
        if (morning.grid().isEmpty()) {
            objections.add("nothing was planned");
        }
        return objections;
    }

    /** The runs that become baselines: of each network on each data set the first. */
    public List<String> runIds() {
        Map<String, String> runs = new LinkedHashMap<>();
        morning.grid()
                .forEach(cell ->
                        cell.runId().ifPresent(run -> runs.putIfAbsent(cell.model() + " " + cell.dataSet(), run)));
        return List.copyOf(runs.values());
    }
}
