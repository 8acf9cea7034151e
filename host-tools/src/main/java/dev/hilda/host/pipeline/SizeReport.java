package dev.hilda.host.pipeline;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.BundleReport.LayerReport;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.host.firmware.LinkMap;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.memory.MemoryReport;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.MemoryRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sizes of a network on a board, from the linker's map. */
final class SizeReport {
    private final LinkMap map;
    private final List<AddressRange> flash;

    private SizeReport(LinkMap map, BoardProfile profile) {
        this.map = map;
        this.flash = AddressRange.memoriesOf(profile, MemoryRole.CODE);
    }

    static BundleReport of(QuantizedModel model, NetworkFirmware firmware, BoardProfile profile) {
        SizeReport sizes = new SizeReport(firmware.linkMap(), profile);
        return new BundleReport(
                sizes.layers(model.network(), model.graph()),
                firmware.image().sizeBytes(),
                model.arena().arenaBytes(),
                sizes.ramBytes(),
                firmware.stackBytes());
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
                    weightBits(layer),
                    network.outputOf(layer).bits(),
                    node == null ? 0 : graph.macs(node),
                    flashBytes(index),
                    memory.layers().get(index).ramBytes(),
                    memory.layers().get(index).scratchBytes()));
        }
        return rows;
    }

    private static int weightBits(Layer layer) {
        if (layer instanceof ConvolutionLayer convolution) {
            return convolution.weights().bits();
        }
        return layer instanceof DepthwiseLayer depthwise ? depthwise.weights().bits() : 0;
    }

    /** The emitter gives each layer a file of its own, named after its index. */
    private long flashBytes(int index) {
        String prefix = String.format("network/layer_%02d", index);
        return map.pieces().stream()
                .filter(piece ->
                        piece.object().equals(prefix + ".o") || piece.object().startsWith(prefix + "_"))
                .filter(piece -> isInFlash(piece.range()))
                .mapToLong(piece -> piece.range().sizeBytes())
                .sum();
    }

    private long ramBytes() {
        return map.sections().stream()
                .filter(section -> !isInFlash(section.range()))
                .mapToLong(section -> section.range().sizeBytes())
                .sum();
    }

    private boolean isInFlash(AddressRange range) {
        return flash.stream().anyMatch(region -> region.contains(range));
    }
}
