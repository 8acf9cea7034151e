// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.BundleReport.LayerReport;
import dev.hilda.agent.bundle.FusedLayers;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.host.emit.GeneratedSources;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.MemoryReport;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sizes of a network on a board, from the linker's map. */
final class SizeReport {
    private final GeneratedSources sources;
    private final NetworkFirmware firmware;
    private final List<AddressRange> flash;

    private SizeReport(GeneratedSources sources, NetworkFirmware firmware, BoardProfile profile) {
        this.sources = sources;
        this.firmware = firmware;
        this.flash = AddressRange.memoriesOf(profile, MemoryRole.CODE);
    }

    static BundleReport of(
            QuantizedModel model,
            GeneratedSources sources,
            ArenaMemory arena,
            NetworkFirmware firmware,
            BoardProfile profile) {
        SizeReport sizes = new SizeReport(sources, firmware, profile);
        return new BundleReport(
                sizes.layers(model.network(), model.graph()),
                fused(model),
                firmware.image().sizeBytes(),
                model.plan().arena().arenaBytes(),
                Optional.of(arena.nameOn(profile)),
                sizes.ramBytes(),
                firmware.stackBytes());
    }

    private static List<FusedLayers> fused(QuantizedModel model) {
        LayerSequence layers = LayerSequence.of(model.network());
        return model.plan().fusion().blocks().stream()
                .map(block -> new FusedLayers(
                        block.firstLayer(),
                        block.lastLayer(),
                        block.rowsPerTurn(),
                        block.turns(),
                        layers.bufferBytes(block),
                        recomputedMacs(model, block)))
                .toList();
    }

    private static long recomputedMacs(QuantizedModel model, FusedBlock block) {
        List<Node> nodes = model.graph().nodes();
        long macs = 0;
        for (int position = 0; position < block.layers(); position++) {
            Node node = nodes.get(block.firstLayer() + position);
            int rows = block.reads().get(position).outputRows();
            macs += model.graph().macs(node) / rows * Math.max(0, block.computedRows(position) - rows);
        }
        return macs;
    }

    private List<LayerReport> layers(IntegerNetwork network, Graph graph) {
        MemoryReport memory = MemoryReport.of(network);
        Map<String, Node> nodes = graph.nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        List<LayerReport> rows = new ArrayList<>();
        for (int index = 0; index < network.layers().size(); index++) {
            Layer layer = network.layers().get(index);
            Node node = nodes.get(layer.name());
            rows.add(new LayerReport(
                    layer.name(),
                    network.inputOf(layer).bits(),
                    KernelScheme.of(network, layer).constants().weightBits(),
                    network.outputOf(layer).bits(),
                    node == null ? 0 : graph.macs(node),
                    flashBytes(sources.layers().get(index)),
                    memory.layers().get(index).ramBytes(),
                    memory.layers().get(index).scratchBytes()));
        }
        return rows;
    }

    private long flashBytes(List<String> sources) {
        return sources.stream()
                .flatMap(source -> flash.stream().map(region -> firmware.bytesOf(source, region)))
                .mapToLong(Long::longValue)
                .sum();
    }

    private long ramBytes() {
        return firmware.linkMap().sections().stream()
                .filter(section -> !isInFlash(section.range()))
                .mapToLong(section -> section.range().sizeBytes())
                .sum();
    }

    private boolean isInFlash(AddressRange range) {
        return flash.stream().anyMatch(region -> region.contains(range));
    }
}
