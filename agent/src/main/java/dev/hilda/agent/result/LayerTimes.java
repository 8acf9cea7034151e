// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;

/** How long the layers take, in the order they run. */
public record LayerTimes(List<LayerTime> layers) {
    public LayerTimes {
        layers = List.copyOf(layers);
    }
}
