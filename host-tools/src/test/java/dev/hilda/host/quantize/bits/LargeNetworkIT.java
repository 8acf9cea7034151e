// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.host.bench.MobileNetV1;
import dev.hilda.host.bench.RandomWeights;
import dev.hilda.host.emit.NetworkEmitter;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.NetworkFirmware;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
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
        Graph graph = MobileNetV1.of(MODEL);
        long started = System.nanoTime();
        BitAssignment bits = MemoryDrivenAssignment.assign(
                graph, Budget.paper(1_900_000, 512_000), QuantizationVariant.PC_ICN, Overrides.NONE);
        IntegerNetwork network = Lowering.lower(RandomWeights.of(graph, bits, 1));
        NetworkFirmware firmware = new FirmwareBuild(new BuildCache(folder), line -> {})
                .network(
                        profile,
                        MODEL,
                        NetworkEmitter.emit(network, NetworkPlan.unfused(network))
                                .files(),
                        NetworkFile.sha256(network));
        long millis = (System.nanoTime() - started) / 1_000_000;
        System.err.printf(
                "%s: %d ms from graph to ELF of %d bytes%n",
                MODEL, millis, firmware.image().sizeBytes());
        assertTrue(
                firmware.image().sizeBytes() > 1_500_000,
                "bytes: " + firmware.image().sizeBytes());
    }
}
