// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * How long a layer takes.
 *
 * @param name as in the network
 * @param cyclesP50 median over all images
 */
public record LayerTime(String name, long cyclesP50, double latencyUsP50) {
    public static LayerTime of(String name, long medianCycles, long clockHz) {
        return new LayerTime(name, medianCycles, Rounding.micros(medianCycles, clockHz));
    }
}
