// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.host.memory.NetworkPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Turns an integer network into C that defines what {@code app/network.h} declares. The text depends on nothing but the
 * network and its plan.
 */
public final class NetworkEmitter {
    private static final String FOLDER = "network/";

    private final IntegerNetwork network;
    private final NetworkPlan plan;
    private final ArenaMemory arena;
    private final PlacedLayers placed;

    private NetworkEmitter(IntegerNetwork network, NetworkPlan plan, ArenaMemory arena) {
        this.network = network;
        this.plan = plan;
        this.arena = arena;
        this.placed = new PlacedLayers(network, plan);
    }

    /**
     * The sources of a network.
     *
     * @param plan where its tensors lie, and which layers are fused
     */
    public static GeneratedSources emit(IntegerNetwork network, NetworkPlan plan, ArenaMemory arena) {
        return new NetworkEmitter(network, plan, arena).emit();
    }

    /** With the arena in the memory of activations. */
    public static GeneratedSources emit(IntegerNetwork network, NetworkPlan plan) {
        return emit(network, plan, ArenaMemory.ACTIVATIONS);
    }

    private GeneratedSources emit() {
        Map<String, String> files = new TreeMap<>();
        List<List<String>> layers = new ArrayList<>();
        for (int index = 0; index < network.layers().size(); index++) {
            Layer layer = network.layers().get(index);
            String path = FOLDER + functionName(index, layer) + ".c";
            files.put(path, layerFile(index, layer, placed.source(index)));
            layers.add(List.of(path));
        }
        NetworkFiles shared = new NetworkFiles(network, plan, arena, functionNames());
        files.put(FOLDER + "layers.h", shared.header());
        files.put(FOLDER + "network.c", shared.definitions(placed.inputs(), placed.outputs()));
        return new GeneratedSources(files, layers);
    }

    private String layerFile(int index, Layer layer, LayerSource source) {
        return """
                // Generated from the network %s; layer %d, %s:
                // %s.
                #include "network/layers.h"

                %s
                %svoid network_%s(%s) {
                %s}
                """.formatted(
                        CNames.comment(network.name()),
                        index,
                        CNames.comment(layer.name()),
                        source.title(),
                        source.kernelHeaders().stream()
                                .map("#include \"kernels/%s\"\n"::formatted)
                                .collect(Collectors.joining()),
                        source.constants().isEmpty() ? "" : String.join("\n", source.constants()) + "\n",
                        functionName(index, layer),
                        source.parameter(),
                        source.body());
    }

    private List<String> functionNames() {
        List<Layer> layers = network.layers();
        return IntStream.range(0, layers.size())
                .mapToObj(index -> "network_" + functionName(index, layers.get(index)))
                .toList();
    }

    private static String functionName(int index, Layer layer) {
        String name = CNames.identifier(layer.name());
        return String.format("layer_%02d%s", index, name.isEmpty() ? "" : "_" + name);
    }
}
