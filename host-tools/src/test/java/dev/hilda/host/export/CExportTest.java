// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.emit.LibraryName;
import dev.hilda.host.memory.NetworkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CExportTest {
    private static final Provenance PROVENANCE = new Provenance(
            "a*/\nmodel.tflite", "ab".repeat(32), "9.8.7", 5, "gcc", List.of(), List.of(), "board", "STM32H743ZIT6");
    private static final IntegerNetwork POOL = RandomNetworks.layer(Operator.MAX_POOL, new Precision(4, 8, 4), 5);

    @TempDir
    private Path folder;

    @Test
    void shouldBringTheKernelsOfItsLayersAndNoOther() {
        assertEquals(
                Set.of(
                        "CMakeLists.txt",
                        "main.c",
                        "net_network.h",
                        "net_network.c",
                        "net_weights.h",
                        "net_example.h",
                        "kernels/INTEGER.md",
                        "kernels/codes.h",
                        "kernels/outputs.h",
                        "kernels/pooling.h",
                        "kernels/requantize.h",
                        "kernels/window.h",
                        "kernels/words.h",
                        "kernels/yield.h"),
                export(POOL).files().keySet());
    }

    @Test
    void shouldRefuseANetworkWithSeveralInputs() {
        IntegerNetwork two = RandomNetworks.severalInputs(5);
        BenchFailure refused = assertThrows(BenchFailure.class, () -> export(two));
        assertEquals(two.inputs().size() + " inputs", refused.actual().orElseThrow());
    }

    @Test
    void shouldNumberSeveralOutputs() {
        IntegerNetwork two = RandomNetworks.severalOutputs(5);
        String header = export(two).files().getOrDefault("net_network.h", "");
        int first = 0;
        for (int index = 0; index < two.outputs().size(); index++) {
            Tensor output = two.outputTensors().get(index);
            String macros = "#define NET_OUTPUT" + index;
            assertTrue(header.contains(macros + "_FIRST " + first + "U\n"), header);
            assertTrue(header.contains(macros + "_COUNT " + output.shape().elements() + "U\n"), header);
            assertTrue(header.contains(macros + "_ZERO_POINT " + output.zeroPoint() + "\n"), header);
            first += output.shape().elements();
        }
        assertTrue(header.contains("#define NET_OUTPUT_COUNT " + first + "U\n"), header);
    }

    @Test
    void shouldIncludeOnlyWhatItBrings() {
        Map<String, String> files = export(RandomNetworks.chain(12)).files();
        files.forEach((path, text) -> text.lines()
                .filter(line -> line.startsWith("#include \""))
                .map(line -> line.substring("#include \"".length(), line.length() - 1))
                .forEach(included -> assertTrue(
                        files.containsKey(included) || files.containsKey("kernels/" + included),
                        path + " includes " + included)));
    }

    @Test
    void shouldSayInEachFileUnderWhichLicenceItIs() {
        export(POOL).files().forEach((path, text) -> {
            if (!path.endsWith(".md")) {
                assertTrue(text.lines().findFirst().orElse("").endsWith("SPDX-License-Identifier: Apache-2.0"), path);
            }
        });
    }

    @Test
    void shouldSayWhatInputAndOutputMean() {
        String header = export(POOL).files().getOrDefault("net_network.h", "");
        assertTrue(header.contains("// A byte holds 2 codes of 4 bits, the first in the lowest"), header);
        assertTrue(
                header.contains("#define NET_INPUT_BYTES " + POOL.inputTensor().packedBytes() + "U"), header);
        assertTrue(header.contains("#define NET_INPUT_CODE_MAX 15\n"), header);
        assertTrue(
                header.contains(
                        "#define NET_INPUT_ZERO_POINT " + POOL.inputTensor().zeroPoint() + "\n"),
                header);
        assertTrue(
                header.contains(
                        "#define NET_INPUT_SCALE " + (float) POOL.inputTensor().scale() + "f\n"),
                header);
        int outputs = POOL.outputTensor().shape().elements();
        assertTrue(header.contains("#define NET_OUTPUT_COUNT " + outputs + "U"), header);
        assertTrue(header.contains("void net_output(int32_t output[NET_OUTPUT_COUNT]);"), header);
        assertTrue(header.contains("made from a_/_model.tflite; SHA-256 abab"), header);
        assertFalse(header.contains("*/"), "a name in the model ends no comment");
    }

    @Test
    void shouldHaveNothingGlobalButItsThreeFunctions() {
        String source = export(RandomNetworks.chain(12)).files().getOrDefault("net_network.c", "");
        List<String> globals = source.lines()
                .filter(line -> line.matches("[a-z_].*"))
                .filter(line -> !line.startsWith("static "))
                .toList();
        assertEquals(3, globals.size(), globals.toString());
        assertTrue(globals.stream().allMatch(line -> line.matches("\\w+ \\*?net_(input|run|output)\\(.*")), source);
    }

    @Test
    void shouldNameALibraryAfterItsNetwork() {
        assertEquals("shapes", LibraryName.of("Shapes").prefix());
        assertEquals("model_0_5_160", LibraryName.of("0.5-160").prefix());
        assertEquals("model", LibraryName.of("…").prefix());
    }

    @Test
    void shouldWriteIntoANewOrEmptyFolder() throws IOException {
        export(POOL).write(folder, false);
        export(POOL).write(folder.resolve("new/one"), false);
        try (Stream<Path> kernels = Files.list(folder.resolve("new/one/kernels"))) {
            assertEquals(8, kernels.count());
        }
    }

    @Test
    void shouldWriteOverFilesOnlyWhereForced() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "mine");
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> export(POOL).write(folder, false));
        assertEquals("a folder with files", failure.actual().orElseThrow());
        export(POOL).write(folder, true);
        assertTrue(Files.exists(folder.resolve("main.c")));
        assertEquals("mine", Files.readString(other));
        assertThrows(BenchFailure.class, () -> export(POOL).write(other, true));
        assertThrows(BenchFailure.class, () -> export(POOL).write(other.resolve("below"), false));
    }

    private static CExport export(IntegerNetwork network) {
        return CExport.of(network, NetworkPlan.unfused(network), PROVENANCE, new LibraryName("net"));
    }
}
