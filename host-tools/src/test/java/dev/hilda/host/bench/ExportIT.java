// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.FusedLayers;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.process.ChildProcess;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.emit.LibraryName;
import dev.hilda.host.export.CExport;
import dev.hilda.host.memory.FusionMode;
import dev.hilda.host.memory.FusionPlanner;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.pipeline.FakeCompiler;
import dev.hilda.host.pipeline.ModelPipeline;
import dev.hilda.host.pipeline.OpenedModel;
import dev.hilda.host.pipeline.QuantizeRequest;
import dev.hilda.host.quantize.CalibrationMethod;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exported C in programs that have nothing else of HILDA, on this machine and on a Cortex-M7, against the oracle. */
class ExportIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** As those of KernelParityIT. */
    private static final String STRICT = "-O1;-Wall;-Wextra;-Wconversion;-Wshadow;-Werror;"
            + "-fsanitize=address,undefined;-fno-sanitize=null,object-size;-fno-sanitize-recover=all;"
            + "--param=asan-instrumentation-with-call-threshold=0";

    private static final int CALIBRATION_IMAGES = 8;
    private static final int FLASH_BYTES = 40_000;
    private static final int RAM_BYTES = 10_000;

    private static final IntegerNetwork NETWORK =
            RandomNetworks.layer(Operator.FULLY_CONNECTED, new Precision(8, 4, Tensor.INT32_BITS), 3);
    private static final IntegerNetwork SEVERAL_OUTPUTS = RandomNetworks.severalOutputs(3);
    /** Of which two blocks are fused where least RAM is wanted. */
    private static final IntegerNetwork FUSED = RandomNetworks.rows(27);

    private static final int OUTPUTS = SEVERAL_OUTPUTS.answerElements();

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldEqualTheOracleInAHostProgram() throws Exception {
        ExportedProgram program = new ExportedProgram(bench.folder());
        networks().forEach(program::add);
        program.add(FUSED, smallest(FUSED));
        Path folder = program.host(STRICT);
        cmake(folder, List.of());
        Run run = run(folder, "build/program");
        assertEquals("0 wrong", run.text());
        assertEquals(0, run.exitCode());
    }

    @Test
    void shouldEqualTheOracleInABareFirmware() throws Exception {
        ExportedProgram program = new ExportedProgram(bench.folder());
        networks().forEach(program::add);
        program.add(FUSED, smallest(FUSED));
        Path folder = program.firmware();
        cmake(folder, List.of("-DCMAKE_TOOLCHAIN_FILE=toolchain.cmake", "-DNETWORKS=" + program.cmakeList()));
        String symbols = run(folder, "arm-none-eabi-nm", "build/firmware.elf").text();
        VirtualBoard board = bench.board("--fast-flash");
        Run run = openOcd(
                folder,
                board,
                "program build/firmware.elf verify",
                "reset halt",
                "bp " + address(symbols, "finished") + " 2 hw",
                "resume",
                "wait_halt 60000",
                "echo \"verdict [mdw " + address(symbols, "verdict") + "]\"",
                "shutdown");
        assertTrue(run.text().contains(": 600d0000"), run.text());
    }

    @Test
    void shouldExportABundle() throws Exception {
        Path folder = bench.folder();
        String bundle = folder.resolve("net.hilda").toString();
        bundle(SEVERAL_OUTPUTS).write(Path.of(bundle));
        String target = folder.resolve("c").toString();
        TestBench.Outcome exported = bench.hilda("export", bundle, "--c", target, "--name", "mine");
        assertEquals(0, exported.exitCode(), exported.errText());
        assertTrue(
                exported.out().get(0).startsWith("Exported net.hilda to " + target + ": "),
                exported.out().get(0));
        cmake(Path.of(target), List.of());
        Run example = run(Path.of(target), "build/mine_example");
        assertEquals(0, example.exitCode(), example.text());
        assertTrue(example.text().endsWith("0 of " + OUTPUTS + " outputs are wrong"), example.text());

        TestBench.Outcome again = bench.hilda("export", bundle, "--c", target);
        TestBench.assertFails(11, "bundle", "add --force", again);
        TestBench.Outcome forced = bench.hilda("export", bundle, "--c", target, "--name", "mine", "--force", "--json");
        assertEquals(0, forced.exitCode(), forced.errText());
        JsonNode document =
                new ObjectMapper().readTree(forced.out().get(forced.out().size() - 1));
        assertEquals("mine_network.h", document.path("header").asText());
        assertEquals(
                SEVERAL_OUTPUTS.inputTensor().bits(),
                document.path("input").path("bits").asInt());
        assertEquals(SEVERAL_OUTPUTS.outputs().size(), document.path("outputs").size());
        TestBench.assertFails(2, "usage", "--name", bench.hilda("export", bundle, "--c", target, "--name", "4x"));
    }

    /** The library is planned as the firmware. */
    @Test
    void shouldFuseWhatTheBundlesFirmwareFuses() throws Exception {
        NetworkPlan plan = smallest(FUSED);
        List<FusedLayers> fused = plan.fusion().blocks().stream()
                .map(block -> new FusedLayers(
                        block.firstLayer(), block.lastLayer(), block.rowsPerTurn(), block.turns(), 0, 0))
                .toList();
        assertFalse(fused.isEmpty());
        String bundle = bench.folder().resolve("fused.hilda").toString();
        bundle(FUSED, fused).write(Path.of(bundle));
        String target = bench.folder().resolve("c").toString();
        TestBench.Outcome exported = bench.hilda("export", bundle, "--c", target, "--json");
        assertEquals(0, exported.exitCode(), exported.errText());
        JsonNode document =
                new ObjectMapper().readTree(exported.out().get(exported.out().size() - 1));
        CExport expected = CExport.of(FUSED, plan, ExportedProgram.PROVENANCE, LibraryName.of(FUSED.name()));
        assertEquals(
                expected.staticRamBytes(), document.path("static_ram_bytes").asLong());
        CExport unfused =
                CExport.of(FUSED, NetworkPlan.unfused(FUSED), ExportedProgram.PROVENANCE, LibraryName.of(FUSED.name()));
        assertTrue(expected.staticRamBytes() < unfused.staticRamBytes(), expected + " and " + unfused);
    }

    private static NetworkPlan smallest(IntegerNetwork network) {
        return FusionPlanner.plan(LayerSequence.of(network), FusionMode.SMALLEST, 0);
    }

    private static Bundle bundle(IntegerNetwork network) throws InterruptedException {
        return bundle(network, List.of());
    }

    private static Bundle bundle(IntegerNetwork network, List<FusedLayers> fused) throws InterruptedException {
        return new Bundle(
                ExportedProgram.PROVENANCE,
                network,
                Firmware.base(),
                "a map",
                Reference.draw(network, 1, 2),
                new BundleReport(List.of(), fused, 0, 0, Optional.empty(), 0, 0),
                OptionalDouble.empty());
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void shouldEqualTheOracleOnManyKindsOfLayers() throws Exception {
        ExportedProgram program = new ExportedProgram(bench.folder());
        LongStream.range(10, 22).mapToObj(RandomNetworks::chain).forEach(program::add);
        Path folder = program.host(STRICT);
        cmake(folder, List.of());
        assertEquals("0 wrong", run(folder, "build/program").text());
    }

    /** One that fits a page, one of several kinds of layers, and the one that the demo ships. */
    private List<IntegerNetwork> networks() throws Exception {
        return List.of(NETWORK, RandomNetworks.severalOutputs(13), shapes());
    }

    private IntegerNetwork shapes() throws IOException, InterruptedException {
        QuantizeRequest request = new QuantizeRequest(
                resource("/dev/hilda/host/demo/shapes.tflite"),
                VirtualBoard.PROFILE,
                Budget.paper(FLASH_BYTES, RAM_BYTES),
                Optional.of(resource("/dev/hilda/agent/dataset/shapes-calibration.yaml")),
                CALIBRATION_IMAGES,
                CalibrationMethod.MSE,
                QuantizationVariant.PC_ICN,
                BitSearch.MEMORY_DRIVEN,
                Optional.empty(),
                false);
        return new ModelPipeline(new FakeCompiler(), "0.1.0")
                .bundle(OpenedModel.of(request), Progress.SILENT)
                .bundle()
                .network();
    }

    /** As a file: here the product is a jar. */
    private Path resource(String name) throws IOException {
        Path file = bench.folder().resolve(name.substring(name.lastIndexOf('/') + 1));
        try (InputStream stream = Objects.requireNonNull(ExportIT.class.getResourceAsStream(name), name)) {
            Files.copy(stream, file);
        }
        return file;
    }

    private static void cmake(Path folder, List<String> definitions) throws InterruptedException {
        List<String> configure = new ArrayList<>(List.of("cmake", "-S", ".", "-B", "build"));
        configure.addAll(definitions);
        assertSucceeds(run(folder, configure.toArray(new String[0])));
        assertSucceeds(run(folder, "cmake", "--build", "build", "-j", "2"));
    }

    private static void assertSucceeds(Run run) {
        assertEquals(0, run.exitCode(), run.text());
    }

    private static Run openOcd(Path folder, VirtualBoard board, String... commands) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("openocd", "-f", "interface/stlink-dap.cfg"));
        List<String> tcl = new ArrayList<>(List.of(
                "transport select dapdirect_swd",
                "st-link backend tcp " + board.stLinkPort(),
                "source [find target/stm32h7x_dual_bank.cfg]",
                "adapter serial " + board.serial(),
                "gdb_port disabled; tcl_port disabled; telnet_port disabled"));
        tcl.addAll(Arrays.asList(commands));
        tcl.forEach(line -> command.addAll(List.of("-c", line)));
        return run(folder, command.toArray(new String[0]));
    }

    private static String address(String symbols, String name) {
        String line = symbols.lines()
                .filter(symbol -> symbol.endsWith(" " + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no symbol " + name + " in " + symbols));
        return String.format(Locale.ROOT, "0x%08x", Long.parseLong(line.substring(0, 8), 16) & ~1L);
    }

    private record Run(int exitCode, String text) {}

    private static Run run(Path folder, String... command) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        List<String> resolved = new ArrayList<>(List.of(command));
        if (resolved.get(0).startsWith("build/")) {
            resolved.set(0, folder.resolve(resolved.get(0)).toString());
        }
        try (ChildProcess child = ChildProcess.start(resolved, folder)) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!child.outputEnded() && System.nanoTime() < deadline) {
                child.nextLine(Duration.ofMillis(200)).ifPresent(lines::add);
            }
            return new Run(child.exitCode(Duration.ofSeconds(5)).orElse(-1), String.join("\n", lines));
        }
    }
}
