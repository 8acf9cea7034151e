// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.BundleReport.LayerReport;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import dev.hilda.host.quantize.bits.RamModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class QuantizeOutputTest {
    /** With weights of 255 the fewest inputs whose sums leave what a shared lane has for them. */
    private static final int MANY = 259;

    private static final String REASON = "output channels are multiplied one by one";

    @Test
    void shouldNameEachLayersKernel() throws Exception {
        QuantizeOutput output = output(MANY, 4);
        String text = output.text();
        assertEquals(
                2,
                text.lines().filter(line -> line.endsWith(" carry_convolution")).count(),
                text);
        JsonNode layers = layers(output);
        assertEquals("carry_convolution_a8_w8_o8", layers.get(0).path("scheme").textValue());
        assertTrue(layers.get(0).path("slower_because").asText().startsWith(REASON), layers.toString());
        assertFalse(layers.get(1).has("slower_because"), layers.toString());
    }

    @Test
    void shouldTellOfLayersThatAreSlowerForOneReasonTogether() throws Exception {
        List<String> lines = output(MANY, MANY + 1, 4).text().lines().toList();
        int at = lines.indexOf("  slower    layer0, layer1:");
        assertTrue(at > 0, lines.toString());
        assertTrue(lines.get(at + 1).strip().startsWith(REASON), lines.toString());
        assertEquals(
                1, lines.stream().filter(line -> line.startsWith("  slower")).count());
    }

    @Test
    void shouldSaySlowerOfNoneWhereNoneIs() {
        String text = output(4, 4).text();
        assertFalse(text.contains("slower"), text);
    }

    private static JsonNode layers(QuantizeOutput output) throws Exception {
        return new ObjectMapper().readTree(output.json()).path("layers");
    }

    /** Of layers of so many inputs, with weights all at their highest codes, or at their zero points where they are few. */
    private static QuantizeOutput output(int... inputs) {
        List<Tensor> tensors = new ArrayList<>();
        List<Layer> layers = new ArrayList<>();
        List<LayerReport> reports = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            tensors.add(new Tensor("t" + i, TensorShape.vector(inputs[i]), 8, 0, 1));
            int channels = i + 1 < inputs.length ? inputs[i + 1] : 4;
            layers.add(layer("layer" + i, i, inputs[i], channels));
            reports.add(new LayerReport("layer" + i, 8, 8, 8, 1, 2, 3, 4));
        }
        tensors.add(new Tensor("out", TensorShape.vector(4), 8, 0, 1));
        IntegerNetwork network = new IntegerNetwork("n", tensors, layers, 0, inputs.length);
        Bundle bundle = new Bundle(
                new Provenance(
                        "n.tflite",
                        "c0".repeat(32),
                        "0.1.0",
                        1,
                        "gcc",
                        List.of("-O2"),
                        List.of(),
                        "virtual-nucleo-h743zi",
                        "STM32H743ZIT6"),
                network,
                new FirmwareImage(
                        "n.elf",
                        Bytes.of(new byte[] {1}),
                        List.of(new FirmwareImage.Segment(new AddressRange(0x08000000, 1), Bytes.of(new byte[1]))),
                        0x08000001),
                "",
                new Reference(List.of()),
                new BundleReport(reports, List.of(), 0, 0, Optional.empty(), 0, 0),
                OptionalDouble.empty());
        return new QuantizeOutput(
                bundle,
                Path.of("n.hilda"),
                Optional.empty(),
                RamModel.PUBLISHED,
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static Layer layer(String name, int input, int inputs, int channels) {
        byte[] codes = new byte[inputs * channels];
        Arrays.fill(codes, (byte) 255);
        int[] zeroPoints = new int[channels];
        Arrays.fill(zeroPoints, inputs < MANY ? 255 : 0);
        int[] multipliers = new int[channels];
        Arrays.fill(multipliers, 1);
        return new ConvolutionLayer(
                name,
                input,
                input + 1,
                Window.of(1, 1),
                new WeightCodes(8, codes, zeroPoints),
                Ints.of(new int[channels]),
                new Requantization(Ints.of(multipliers), 0, 1, 1, 0, 255));
    }
}
