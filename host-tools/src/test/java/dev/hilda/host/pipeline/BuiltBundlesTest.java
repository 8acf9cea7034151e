// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.ElfWriter;
import dev.hilda.agent.testing.RandomNetworks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles in the cache, from builders that give what a test says. */
class BuiltBundlesTest {
    private static final String KEY = "ab".repeat(32);

    @TempDir
    private Path folder;

    private final List<String> remarks = new ArrayList<>();
    private final List<BuildCache> compiled = new ArrayList<>();

    private BuiltBundles bundles() {
        return new BuiltBundles(new BuildCache(folder.resolve("cache")), remarks::add);
    }

    private BuiltBundles.Builder builder(Bundle bundle) {
        return (file, cache) -> {
            compiled.add(cache);
            bundle.write(file);
        };
    }

    private static Bundle bundle(long network, int flashBytes) {
        IntegerNetwork made = RandomNetworks.chain(network);
        byte[] elf = new ElfWriter(0x08000009L).load(0x08000000L, new byte[64]).toBytes();
        return new Bundle(
                new Provenance("m.onnx", "ab".repeat(32), "1", 1, "gcc", List.of(), List.of(), "b", "STM32H743ZIT6"),
                made,
                FirmwareImage.of("m.elf", elf),
                "a map",
                Reference.draw(made, 1, 1),
                new BundleReport(List.of(), List.of(), flashBytes, 0, Optional.empty(), 0, 0),
                OptionalDouble.empty());
    }

    @Test
    void shouldTellWhichPartsDiffer() throws Exception {
        bundles().get(KEY, builder(bundle(7, 80)));
        for (String other : List.of("network, reference outputs", "report")) {
            Bundle made = other.equals("report") ? bundle(7, 81) : bundle(8, 80);
            BenchFailure alarm =
                    assertThrows(BenchFailure.class, () -> bundles().rebuild(KEY, builder(made)));
            assertEquals(FailureKind.REPRODUCIBILITY, alarm.kind());
            assertTrue(alarm.actual().orElseThrow().endsWith("other than before: " + other), alarm.toString());
            assertTrue(alarm.attempted().contains("m.onnx"), alarm.toString());
        }
    }

    /** Nothing that was compiled before hides what compiling gives today. */
    @Test
    void shouldCompileAgainWhereItBuildsAgain() throws Exception {
        Path file = bundles().get(KEY, builder(bundle(7, 80)));
        byte[] bytes = Files.readAllBytes(file);
        assertEquals(file, bundles().rebuild(KEY, builder(bundle(7, 80))));
        assertEquals(2, compiled.size());
        Path made = compiled.get(0).folder("objects-1", objects -> {});
        assertTrue(made.startsWith(folder), made.toString());
        Path again = compiled.get(1).folder("objects-1", objects -> {});
        assertNotEquals(made, again);
        assertFalse(again.startsWith(folder), again.toString());
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    @Test
    void shouldBuildAnewWhatWasDamaged() throws Exception {
        Path file = bundles().get(KEY, builder(bundle(7, 80)));
        byte[] bytes = Files.readAllBytes(file);
        byte[] damaged = bytes.clone();
        damaged[bytes.length / 2]++;
        Files.write(file, damaged);
        assertEquals(file, bundles().get(KEY, builder(bundle(7, 80))));
        assertArrayEquals(bytes, Files.readAllBytes(file));
        assertEquals(2, compiled.size());
        assertTrue(remarks.get(0).startsWith("a bundle in the cache is damaged and is built anew"), remarks::toString);
    }

    @Test
    void shouldKeepNothingOfABuildThatFailed() throws Exception {
        BenchFailure failure = BenchFailure.of(FailureKind.BUILD, "build it").failure();
        BenchFailure thrown = assertThrows(
                BenchFailure.class,
                () -> bundles().get(KEY, (file, cache) -> {
                    bundle(7, 80).write(file);
                    throw failure;
                }));
        assertEquals(failure, thrown);
        bundles().get(KEY, builder(bundle(7, 80)));
        assertEquals(1, compiled.size());
        assertEquals(List.of(), remarks);
    }
}
