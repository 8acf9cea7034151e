// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.TestBench.Outcome;
import dev.hilda.host.firmware.LinkMap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A MobileNetV1 of 96×96×3 whose activations take 55,296 bytes side by side, in 60% of that: its input alone has 27,648,
 * and one layer's result more than the budget.
 */
class FusedDeploymentIT {
    private static final String BOARD = "virtual-nucleo-h743zi";
    private static final long RAM_BYTES = 55_296 * 60 / 100;
    private static final String BUNDLE = "vww.hilda";
    private static final int IMAGES = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @BeforeAll
    static void requireData() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
    }

    @Test
    void shouldRunInLessRamThanALayerTakes() throws Exception {
        String budget = String.valueOf(RAM_BYTES);
        TestBench.assertFails(13, "quantize", "--fuse auto", quantize("--ram-budget", budget, "--fuse", "off"));
        JsonNode quantized = document(quantize("--ram-budget", budget));
        assertEquals(55_296, quantized.path("ram_alive_bytes").asLong(), quantized.toString());
        assertTrue(quantized.path("ram_bytes").asLong() <= RAM_BYTES, quantized.toString());
        assertArenaIsInDtcm(quantized);
        long recomputed = 0;
        for (JsonNode block : quantized.path("fused")) {
            recomputed += block.path("recomputed_macs").asLong();
        }
        assertTrue(recomputed <= 0.15 * quantized.path("macs").asLong(), quantized.toString());

        JsonNode result = run();
        assertTrue(result.path("passed").asBoolean(), result.toString());
        assertEquals(IMAGES, result.path("images").asInt(), result.toString());
        assertEquals(IMAGES, result.path("parity_matched").asInt(), result.toString());
        assertEquals(quantized.path("fused"), result.path("fused"));
        assertEquals(1, result.path("fused").size(), result.toString());
        long arena = result.path("arena_bytes").asLong();
        assertEquals(quantized.path("ram_bytes").asLong(), arena);
        assertTrue(result.path("arena_peak_bytes").asLong() > arena - arena / 100, result.toString());
        assertLayersAreTimed(quantized, result);
    }

    /** Beside what kernels work in, as the linker says too. */
    private void assertArenaIsInDtcm(JsonNode quantized) {
        assertEquals("DTCM", quantized.path("ram_memory").asText(), quantized.toString());
        LinkMap map = LinkMap.parse(Bundle.read(bench.folder().resolve(BUNDLE)).linkMap());
        List<AddressRange> arenas = map.pieces().stream()
                .filter(piece -> piece.name().equals(".bss.network_arena"))
                .map(LinkMap.Piece::range)
                .toList();
        assertEquals(1, arenas.size());
        assertEquals(quantized.path("ram_bytes").asLong(), arenas.get(0).sizeBytes());
        assertTrue(new AddressRange(0x20000000L, 128 << 10).contains(arenas.get(0)), arenas.toString());
    }

    /** Each layer has its cycles, of all its turns, and what the virtual board counted of them. */
    private static void assertLayersAreTimed(JsonNode quantized, JsonNode result) {
        int layers = quantized.path("layers").size();
        assertEquals(layers, result.path("layers").size());
        assertEquals(layers, result.path("layer_estimates").size());
        long sum = 0;
        for (int index = 0; index < layers; index++) {
            JsonNode layer = result.path("layers").path(index);
            long cycles = layer.path("cycles_p50").asLong();
            sum += cycles;
            assertEquals(quantized.path("layers").path(index).path("name"), layer.path("name"));
            assertTrue(cycles > 0, layer::toString);
            long estimated =
                    result.path("layer_estimates").path(index).path("cycles").asLong();
            assertEquals(cycles, estimated, 1000 + cycles / 50.0, layer::toString);
        }
        assertEquals(result.path("cycles_p50").asLong(), sum, sum / 1000.0);
    }

    private Outcome quantize(String... options) throws Exception {
        String model = TestData.path("models/vww01_mobilenetv1_025_int8.tflite").toString();
        String out = bench.folder().resolve(BUNDLE).toString();
        List<String> arguments = new ArrayList<>(List.of("quantize", model, "--board", BOARD, "-o", out, "--json"));
        arguments.addAll(List.of(options));
        return bench.hilda(PATIENCE, arguments);
    }

    private JsonNode run() throws Exception {
        bench.board("--fast-flash");
        Path data = TestDataSets.wakeWords(bench.folder());
        return document(bench.hilda(
                PATIENCE,
                List.of(
                        "run",
                        bench.folder().resolve(BUNDLE).toString(),
                        "--on",
                        BOARD,
                        "--data",
                        data.toString(),
                        "--limit",
                        String.valueOf(IMAGES),
                        "--no-publish",
                        "--json")));
    }

    private static JsonNode document(Outcome outcome) throws IOException {
        assertEquals(0, outcome.exitCode(), outcome.errText());
        return new ObjectMapper().readTree(outcome.out().get(outcome.out().size() - 1));
    }
}
