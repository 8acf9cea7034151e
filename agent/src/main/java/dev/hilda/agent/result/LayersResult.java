// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;

/**
 * How long each layer of a network took; as JSON one object, which {@code layers-1.schema.json} describes.
 *
 * @param model name of the network
 * @param modelHash as in its hello
 * @param layers in the order they run
 */
public record LayersResult(
        RunIdentity run, String model, String modelHash, long images, long coreClockHz, List<LayerTime> layers) {
    /** Value of the field {@code schema}. */
    public static final String SCHEMA = "hilda/layers/1";

    private record Body(String model, String modelHash, long images, long coreClockHz, List<LayerTime> layers) {}

    public LayersResult {
        layers = List.copyOf(layers);
    }

    public String toJson() {
        return FlatDocument.of(SCHEMA)
                .add(run)
                .add(new Body(model, modelHash, images, coreClockHz, layers))
                .toJson();
    }
}
