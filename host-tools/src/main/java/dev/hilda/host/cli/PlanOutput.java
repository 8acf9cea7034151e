// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.cli.TextTable;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.kernel.KernelCycles;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.RamUse;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.Cut;
import dev.hilda.host.quantize.bits.GraphCycles;
import dev.hilda.host.quantize.bits.RamModel;
import dev.hilda.profile.BoardProfile;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The bits that a board's memory decides, for people and as JSON. */
record PlanOutput(Graph graph, BitAssignment bits, RamModel ramModel, BoardProfile board) {
    String text() {
        TextTable table = new TextTable("layer", "in", "weights", "out", "MACs");
        for (Node node : graph.nodes()) {
            Integer weights = bits.weightBits().get(node.name());
            table.add(
                    node.name(),
                    String.valueOf(bits.activationBits().get(node.inputs().get(0))),
                    weights == null ? "" : weights.toString(),
                    QuantizeOutput.bits(
                            Objects.requireNonNull(bits.activationBits().get(node.output()))),
                    TextTable.number(graph.macs(node)));
        }
        return table
                + String.format(
                        Locale.ROOT,
                        "%,d bytes of weights and parameters, %,d bytes of activations at %s (%s); %d cuts%n"
                                + "RAM: %s%n"
                                + "%,d cycles estimated%n"
                                + "%s"
                                + "for %s, verified on %s",
                        bits.roBytes(),
                        bits.rwPeakBytes(),
                        bits.rwPeakNode(),
                        ramModel.label(),
                        bits.cuts().size(),
                        QuantizeOutput.ram(
                                bits.ram().aliveBytes(),
                                bits.ram().arenaBytes(),
                                arenaMemory(),
                                bits.ram().scratchBytes()),
                        estimatedCycles(),
                        fused(),
                        board.name(),
                        board.verifiedOn())
                + (board.firmwarePort().isPresent() ? "" : ", which the firmware does not run on: no port to its chip");
    }

    private long estimatedCycles() {
        return new GraphCycles(graph, KernelCycles.read()).of(bits);
    }

    /** Of firmware for the board, where there is any. */
    private Optional<String> arenaMemory() {
        RamUse ram = bits.ram();
        return board.firmwarePort()
                .map(port -> ArenaMemory.of(
                        ram.arenaBytes(),
                        ram.scratchBytes(),
                        FirmwareLimits.read().dataBytes(board)))
                .map(memory -> memory.nameOn(board));
    }

    private String fused() {
        return bits.ram().plan().fusion().blocks().stream()
                .map(block -> String.format(
                        Locale.ROOT,
                        "Fused: %s to %s, %d turns of %d rows%n",
                        name(block.firstLayer()),
                        name(block.lastLayer()),
                        block.turns(),
                        block.rowsPerTurn()))
                .collect(Collectors.joining());
    }

    private String name(int layer) {
        return graph.nodes().get(layer).name();
    }

    String json() {
        ObjectNode document = new ObjectMapper().createObjectNode();
        document.put("model", graph.name());
        document.put("board", board.name());
        document.put("verified_on", board.verifiedOn().toString());
        document.put("has_firmware_port", board.firmwarePort().isPresent());
        ArrayNode layers = document.putArray("layers");
        for (Node node : graph.nodes()) {
            ObjectNode row = layers.addObject();
            row.put("name", node.name());
            row.put("q_in", bits.activationBits().get(node.inputs().get(0)));
            row.put("q_w", bits.weightBits().get(node.name()));
            row.put("q_out", bits.activationBits().get(node.output()));
            row.put("macs", graph.macs(node));
        }
        ArrayNode cuts = document.putArray("cuts");
        for (Cut cut : bits.cuts()) {
            ObjectNode row = cuts.addObject();
            row.put("kind", cut.kind().name().toLowerCase(Locale.ROOT));
            row.put("target", cut.target());
            row.put("from_bits", cut.fromBits());
            row.put("to_bits", cut.toBits());
        }
        ArrayNode fused = document.putArray("fused");
        for (FusedBlock block : bits.ram().plan().fusion().blocks()) {
            ObjectNode row = fused.addObject();
            row.put("first_layer", name(block.firstLayer()));
            row.put("last_layer", name(block.lastLayer()));
            row.put("rows_per_turn", block.rowsPerTurn());
            row.put("turns", block.turns());
        }
        document.put("macs", graph.macs());
        document.put("ro_bytes", bits.roBytes());
        document.put("rw_peak_bytes", bits.rwPeakBytes());
        document.put("rw_peak_layer", bits.rwPeakNode());
        document.put("ram_model", ramModel.label());
        document.put("ram_bytes", bits.ram().arenaBytes());
        arenaMemory().ifPresent(memory -> document.put("ram_memory", memory));
        document.put("ram_alive_bytes", bits.ram().aliveBytes());
        document.put("scratch_bytes", bits.ram().scratchBytes());
        document.put("estimated_cycles", estimatedCycles());
        return document.toString();
    }
}
