// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.host.emit.NetworkEmitter;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.Rounding;
import dev.hilda.host.ir.WeightQuantization;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.memory.ArenaPlanner;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A network as large as the board: MobileNetV1 0.75 for 224×224 pixels, with random weights, from graph to firmware. */
@Tag("full")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class LargeNetworkIT {
    private static final String MODEL = "224_0.75";

    @TempDir
    private Path folder;

    @Test
    void shouldBecomeFirmwareThatFits() throws Exception {
        BoardProfile profile = new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");
        Graph graph = MobileNets.of(MODEL);
        long started = System.nanoTime();
        BitAssignment bits = MemoryDrivenAssignment.assign(
                graph, Budget.paper(1_900_000, 512_000), QuantizationVariant.PC_ICN, Overrides.NONE);
        IntegerNetwork network = Lowering.lower(randomCodes(graph, bits, new Random(1)));
        NetworkFirmware firmware = new FirmwareBuild(new BuildCache(folder), line -> {})
                .network(
                        profile,
                        MODEL,
                        NetworkEmitter.emit(network, ArenaPlanner.plan(network)).files(),
                        NetworkFile.sha256(network));
        long millis = (System.nanoTime() - started) / 1_000_000;
        System.err.printf(
                "%s: %d ms from graph to ELF of %d bytes%n",
                MODEL, millis, firmware.image().sizeBytes());
        assertTrue(
                firmware.image().sizeBytes() > 1_500_000,
                "bytes: " + firmware.image().sizeBytes());
    }

    private static QuantizedGraph randomCodes(Graph graph, BitAssignment bits, Random random) {
        Map<String, ActivationQuantization> activations = new LinkedHashMap<>();
        for (String value : graph.values()) {
            int width = Objects.requireNonNull(bits.activationBits().get(value));
            boolean isLogits = value.equals(graph.output());
            activations.put(
                    value,
                    isLogits
                            ? new ActivationQuantization(32, 1e-4, 0, Rounding.HALF_UP)
                            : new ActivationQuantization(width, 6.0 / ((1 << width) - 1), 0, Rounding.HALF_UP));
        }
        Map<String, WeightQuantization> weights = new LinkedHashMap<>();
        for (Node node : graph.weightedNodes()) {
            Operator.Weighted operator = (Operator.Weighted) node.operator();
            int width = Objects.requireNonNull(bits.weightBits().get(node.name()));
            byte[] codes = new byte[operator.weights().size()];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = (byte) random.nextInt(1 << width);
            }
            int channels = operator.outputChannels();
            int[] zeroPoints = new int[channels];
            Arrays.fill(zeroPoints, 1 << (width - 1));
            double[] scales = new double[channels];
            Arrays.setAll(scales, channel -> 0.01 + 0.01 * random.nextDouble());
            weights.put(
                    node.name(),
                    new WeightQuantization(
                            new WeightCodes(width, codes, zeroPoints), scales, Ints.of(new int[channels])));
        }
        return new QuantizedGraph(graph, activations, weights);
    }
}
