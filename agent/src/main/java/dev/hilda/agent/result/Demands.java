// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.OptionalDouble;

/**
 * What was demanded of a run's figures.
 *
 * @param minAccuracy least share of right outputs, or area under the ROC curve, by the data set's metric
 * @param maxLatencyUs most microseconds that an inference may take
 */
public record Demands(OptionalDouble minAccuracy, OptionalDouble maxLatencyUs) {
    /** Any figures will do. */
    public static final Demands NONE = new Demands(OptionalDouble.empty(), OptionalDouble.empty());
}
