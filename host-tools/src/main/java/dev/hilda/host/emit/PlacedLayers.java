// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.NetworkPlan;
import java.util.List;

/** The layers of a network in C, with the addresses of their tensors. */
record PlacedLayers(IntegerNetwork network, NetworkPlan plan) {
    private static final String MOVE_HEADER = "move.h";

    LayerSource source(int index) {
        return plan.fusion().blockOf(index).map(block -> fused(index, block)).orElseGet(() -> whole(index));
    }

    private LayerSource whole(int index) {
        Layer layer = network.layers().get(index);
        List<String> inputsAt = layer.inputs().stream().map(this::readAt).toList();
        int output = layer.output();
        LayerSource kernel = KernelScheme.of(network, layer)
                .accept(new LayerSources(index, inputsAt, writtenAt(output), CallRows.ALL));
        return plan.arena().isMoved(output) ? kernel.andThen(MOVE_HEADER, move(output)) : kernel;
    }

    private LayerSource fused(int index, FusedBlock block) {
        Layer layer = network.layers().get(index);
        int input = layer.inputs().get(0);
        int output = layer.output();
        FusedRows rows = new FusedRows(block, index, rowBytes(input), rowBytes(output));
        List<String> inputsAt = List.of(rows.inputAt(readAt(input)));
        LayerSource kernel = KernelScheme.of(network, layer)
                .accept(new LayerSources(index, inputsAt, FusedRows.OUTPUT, CallRows.OF_TURN))
                .inTurns(FusedRows.HEADER, rows.statements(writtenAt(output)));
        return plan.arena().isMoved(output) ? kernel.andThen(MOVE_HEADER, rows.inLastTurn(move(output))) : kernel;
    }

    private int rowBytes(int tensor) {
        Tensor rows = network.tensors().get(tensor);
        return rows.shape().width() * rows.pixelBytes();
    }

    private String move(int tensor) {
        int bytes = network.tensors().get(tensor).packedBytes();
        int words = (bytes + ArenaPlan.ALIGNMENT_BYTES - 1) / ArenaPlan.ALIGNMENT_BYTES;
        return "    move_words(%s, %d, %s);\n".formatted(writtenAt(tensor), words, readAt(tensor));
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
        return at(plan.arena().readAt().get(tensor));
    }

    private String writtenAt(int tensor) {
        return at(plan.arena().writtenAt().get(tensor));
    }

    private static String at(int offset) {
        return "network_arena + " + offset;
    }
}
