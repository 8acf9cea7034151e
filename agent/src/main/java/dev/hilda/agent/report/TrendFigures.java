// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.report;

import dev.hilda.agent.report.Morning.Trend;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What the last night that had a figure had. */
record TrendFigures(Trend trend) {
    OptionalDouble lastAccuracy() {
        return trend.points().stream()
                .flatMapToDouble(point -> point.accuracy().stream())
                .reduce((before, last) -> last);
    }

    OptionalLong lastCycles() {
        return trend.points().stream()
                .flatMapToLong(point -> point.cyclesP50().stream())
                .reduce((before, last) -> last);
    }
}
