// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.MaxPoolLayer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.NetworkPlan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkEmitterTest {
    @Test
    void shouldWriteOneFilePerLayerAndTwoMore() {
        GeneratedSources sources = emit("conv/Relu6;a", Requantization.RAW);

        assertEquals(
                Set.of("network/layer_00_conv_relu6_a.c", "network/layers.h", "network/network.c"),
                sources.files().keySet());
        assertEquals(List.of("network/layer_00_conv_relu6_a.c", "network/network.c"), sources.compiled());
        assertEquals(List.of(List.of("network/layer_00_conv_relu6_a.c")), sources.layers());
    }

    @Test
    void shouldCallTheKernelOfTheBits() {
        assertTrue(
                layer(emit("conv", Requantization.RAW)).contains("    carry_convolution_a8_w4_o32(&layer, &weights,"));
    }

    @Test
    void shouldWriteConstantsOfTheLayer() {
        Requantization lowest = new Requantization(Ints.of(Integer.MIN_VALUE, -7), 3, 0, 5, Integer.MIN_VALUE, 9);

        String text = layer(emit("conv", lowest));

        // Of a set of four channels two are there.
        assertTrue(text.replaceAll("\\s+", " ").contains(" 0x80000000, 0xfffffff9, 0x00000000, 0x00000000, };"), text);
        assertTrue(
                text.contains("{.left_shift = 3, .right_shift = 0, .addend = 5, .low = INT32_MIN, .high = 9}"), text);
        assertTrue(text.contains(".stride_height = 2, .stride_width = 1,"), text);
    }

    @Test
    void shouldReadAccumulatorsOfARawLayer() {
        String text = layer(emit("conv", Requantization.RAW));

        assertTrue(text.contains("{layer_00_weights, layer_00_starts, false, NULL}"), text);
        assertFalse(text.contains("multipliers"), text);
    }

    @Test
    void shouldLetNoNameOutOfItsComment() {
        for (String path : List.of("network/network.c", "network/layers.h")) {
            String text = emit("conv", Requantization.RAW).text(path);
            assertTrue(text.startsWith("// Generated from the network a_b__ c_.\n"), text);
        }
    }

    /** Layers 1 and 2 of four, in three turns: steps 1 to 6. */
    @Test
    void shouldLetFusedLayersTakeTurns() {
        IntegerNetwork network = chainOfFour();
        LayerSequence layers = LayerSequence.of(network);
        NetworkPlan plan = NetworkPlan.of(layers, new Fusion(List.of(layers.block(1, 2, 2))));

        String text = NetworkEmitter.emit(network, plan).text("network/network.c");

        assertTrue(text.contains("    .layer_count = 4,\n    .step_count = 8,\n"), text);
        assertTrue(text.contains("""
                        uint32_t network_layer_of(uint32_t step) {
                            if (step < 1) {
                                return step;
                            }
                            if (step < 7) {
                                return 1 + (step - 1) % 2;
                            }
                            return step - 4;
                        }
                        """), text);
        assertTrue(text.contains("network_layer_00_a();"), text);
        assertTrue(text.contains("network_layer_02_c((int32_t)((step - 1) / 2));"), text);
    }

    @Test
    void shouldPutTheArenaWhereItIsTold() {
        IntegerNetwork network = chainOfFour();
        NetworkPlan plan = NetworkPlan.unfused(network);
        for (ArenaMemory memory : ArenaMemory.values()) {
            String text = NetworkEmitter.emit(network, plan, memory).text("network/network.c");
            String macro = memory == ArenaMemory.DATA ? "IN_DATA_MEMORY" : "IN_ACTIVATION_MEMORY";
            assertTrue(text.contains("\n" + macro + " uint8_t network_arena[36];\n"), text);
        }
    }

    /** Of 6 rows. */
    private static IntegerNetwork chainOfFour() {
        List<Tensor> tensors = IntStream.range(0, 5)
                .mapToObj(index -> new Tensor("t" + index, new TensorShape(6, 2, 3), 8, 0, 1))
                .toList();
        List<Layer> layers = IntStream.range(0, 4)
                .mapToObj(index -> (Layer)
                        new MaxPoolLayer("abcd".substring(index, index + 1), index, index + 1, Window.of(1, 1), 0, 255))
                .toList();
        return new IntegerNetwork("chain", tensors, layers, 0, 4);
    }

    @Test
    void shouldCompileAssemblyToo() {
        GeneratedSources sources = new GeneratedSources(Map.of("a.S", "", "b.c", "", "c.h", ""), List.of());

        assertEquals(List.of("a.S", "b.c"), sources.compiled());
    }

    private static String layer(GeneratedSources sources) {
        return sources.text("network/layer_00_conv.c");
    }

    /** A convolution 1×2, stride 2×1, of 3×3×1 to 2×2×2. */
    private static GeneratedSources emit(String layerName, Requantization requantization) {
        Tensor input = new Tensor("in", new TensorShape(3, 3, 1), 8, 0, 1);
        Tensor output = new Tensor("out", new TensorShape(2, 2, 2), 32, 0, 1);
        Window window = new Window(1, 2, 2, 1, 1, 1, 0, 0, 0, 0);
        WeightCodes weights = new WeightCodes(4, new byte[] {1, 2, 3, 4}, new int[] {7, 8});
        ConvolutionLayer layer = new ConvolutionLayer(layerName, 0, 1, window, weights, Ints.of(1, 2), requantization);
        IntegerNetwork network = new IntegerNetwork("a\nb\\\\ c\"", List.of(input, output), List.of(layer), 0, 1);
        return NetworkEmitter.emit(network, new NetworkPlan(Fusion.NONE, new ArenaPlan(48, List.of(0, 16))));
    }
}
