// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

/**
 * Consecutive layers that take turns, so that of the tensors between them there are but a few rows.
 *
 * @param firstLayer by its place among the network's layers, from 0 on
 * @param lastLayer likewise
 * @param rowsPerTurn of the last layer's output
 * @param turns of each layer
 * @param bufferBytes of the rows between them
 * @param recomputedMacs of rows that are computed more than once
 */
public record FusedLayers(
        int firstLayer, int lastLayer, int rowsPerTurn, int turns, long bufferBytes, long recomputedMacs) {}
