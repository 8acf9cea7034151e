package dev.hilda.host.emit;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.AveragePoolLayer;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.PadLayer;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.ReshapeLayer;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.memory.ArenaPlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns an integer network into C that defines what {@code app/network.h} declares. The text depends on nothing but the
 * network and the arena's offsets.
 */
public final class NetworkEmitter {
    private static final String FOLDER = "network/";

    private final IntegerNetwork network;
    private final ArenaPlan arena;

    private NetworkEmitter(IntegerNetwork network, ArenaPlan arena) {
        this.network = network;
        this.arena = arena;
    }

    /**
     * The sources of a network.
     *
     * @param arena where its tensors lie
     */
    public static GeneratedSources emit(IntegerNetwork network, ArenaPlan arena) {
        return new NetworkEmitter(network, arena).emit();
    }

    private GeneratedSources emit() {
        Map<String, String> files = new TreeMap<>();
        for (int index = 0; index < network.layers().size(); index++) {
            Layer layer = network.layers().get(index);
            LayerSource source = source(index, layer);
            files.put(FOLDER + functionName(index, layer) + ".c", layerFile(index, layer, source));
        }
        NetworkFiles shared = new NetworkFiles(network, arena.arenaBytes(), functionNames());
        files.put(FOLDER + "layers.h", shared.header());
        files.put(FOLDER + "network.c", shared.definitions(at(network.input()), at(network.output())));
        return new GeneratedSources(files);
    }

    private LayerSource source(int index, Layer layer) {
        Tensor input = network.inputOf(layer);
        Tensor output = network.outputOf(layer);
        String inputAt = at(layer.inputs().get(0));
        String outputAt = at(layer.output());
        if (layer instanceof ConvolutionLayer convolution) {
            return new WeightedLayers(index, input, output).convolution(convolution, inputAt, outputAt);
        } else if (layer instanceof DepthwiseLayer depthwise) {
            return new WeightedLayers(index, input, output).depthwise(depthwise, inputAt, outputAt);
        } else if (layer instanceof AddLayer add) {
            return new ElementwiseLayers(input, output)
                    .add(add, network.tensors().get(add.second()), inputAt, at(add.second()), outputAt);
        } else if (layer instanceof RescaleLayer rescale) {
            return new ElementwiseLayers(input, output).rescale(rescale, inputAt, outputAt);
        } else if (layer instanceof AveragePoolLayer pool) {
            return new PoolLayers(input, output).average(pool, inputAt, outputAt);
        } else if (layer instanceof MaxPoolLayer pool) {
            return new PoolLayers(input, output).maximum(pool, inputAt, outputAt);
        } else if (layer instanceof PadLayer pad) {
            return new MovementLayers(input, output).pad(pad, inputAt, outputAt);
        } else if (layer instanceof ReshapeLayer) {
            return new MovementLayers(input, output).reshape(inputAt, outputAt);
        } else if (layer instanceof SoftmaxLayer softmax) {
            return SoftmaxSource.of(index, softmax, input, output, inputAt, outputAt);
        }
        throw new IllegalStateException("no kernel for " + layer);
    }

    private String layerFile(int index, Layer layer, LayerSource source) {
        return """
                // Generated from the network %s; layer %d, %s:
                // %s.
                #include "network/layers.h"

                #include "kernels/%s"

                %svoid network_%s(void) {
                %s}
                """.formatted(
                        CNames.comment(network.name()),
                        index,
                        CNames.comment(layer.name()),
                        source.title(),
                        source.kernelHeader(),
                        source.constants().isEmpty() ? "" : String.join("\n", source.constants()) + "\n",
                        functionName(index, layer),
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

    /** Address of a tensor. */
    private String at(int tensor) {
        return "network_arena + " + arena.offsetBytes().get(tensor);
    }
}
