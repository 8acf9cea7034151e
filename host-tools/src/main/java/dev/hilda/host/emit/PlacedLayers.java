// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.ArenaPlan;
import java.util.List;

/** The layers of a network in C, with the addresses of their tensors. */
record PlacedLayers(IntegerNetwork network, ArenaPlan arena) {
    private static final String MOVE_HEADER = "move.h";

    LayerSource source(int index) {
        Layer layer = network.layers().get(index);
        List<String> inputsAt = layer.inputs().stream().map(this::readAt).toList();
        int output = layer.output();
        LayerSource kernel = KernelScheme.of(network, layer)
                .accept(new LayerSources(index, inputsAt, at(arena.writtenAt().get(output))));
        return arena.isMoved(output) ? kernel.andThen(MOVE_HEADER, move(output)) : kernel;
    }

    private String move(int tensor) {
        int bytes = network.tensors().get(tensor).packedBytes();
        int words = (bytes + ArenaPlan.ALIGNMENT_BYTES - 1) / ArenaPlan.ALIGNMENT_BYTES;
        return "    move_words(%s, %d, %s);\n".formatted(at(arena.writtenAt().get(tensor)), words, readAt(tensor));
    }

    /** Where each of the network's inputs is put. */
    List<String> inputs() {
        return network.inputs().stream().map(this::readAt).toList();
    }

    /** Where each of the network's outputs is in the end. */
    List<String> outputs() {
        return network.outputs().stream().map(this::readAt).toList();
    }

    private String readAt(int tensor) {
        return at(arena.readAt().get(tensor));
    }

    private static String at(int offset) {
        return "network_arena + " + offset;
    }
}
