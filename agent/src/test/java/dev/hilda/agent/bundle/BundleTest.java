// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.ElfWriter;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.profile.ProfileCatalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldRefuseAPipeAndAFolder() throws Exception {
        Path pipe = folder.resolve("pipe.hilda");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        for (Path file : List.of(pipe, folder, Path.of("/dev/zero"))) {
            BenchFailure failure = assertThrows(BenchFailure.class, () -> Bundle.read(file));
            assertEquals(FailureKind.BUNDLE, failure.kind());
            assertEquals("a folder, a pipe or a device", failure.actual().orElseThrow());
        }
    }

    @Test
    void shouldReadWhatItWrote() {
        Bundle bundle = bundle();
        Bundle read = Bundle.read(written("one.hilda"));
        assertEquals(bundle.network(), read.network());
        assertEquals(bundle.provenance(), read.provenance());
        assertEquals(bundle.reference(), read.reference());
        assertEquals(bundle.report(), read.report());
        assertEquals(OptionalDouble.of(0.0625), read.calibratedClipping());
        assertEquals(bundle.linkMap(), read.linkMap());
        assertEquals(bundle.image().sha256(), read.image().sha256());
        assertEquals(bundle.modelHash(), read.modelHash());
        assertEquals(bundle.sha256(), read.sha256());
        Reference.Probe probe = read.reference().probes().get(0);
        int[] output = Oracle.of(read.network()).run(probe.input().toArray());
        assertArrayEquals(probe.output().toArray(), output);
    }

    /** Of an older bundle too, whose manifest lacks what was added since: its bytes are its own. */
    @Test
    void shouldSayTheHashOfItsFile() throws Exception {
        Path file = written("one.hilda");
        assertEquals(Sha256.hex(Files.readAllBytes(file)), Bundle.read(file).sha256());
        Bundle now = bundle();
        Provenance origin = now.provenance();
        Provenance old = new Provenance(
                origin.modelFile(),
                origin.modelSha256(),
                origin.toolVersion(),
                origin.seed(),
                origin.toolchain(),
                List.of(),
                List.of(),
                origin.board(),
                origin.mcu());
        new Bundle(
                        old,
                        now.network(),
                        now.image(),
                        now.linkMap(),
                        now.reference(),
                        now.report(),
                        OptionalDouble.empty())
                .write(file);
        assertEquals(Sha256.hex(Files.readAllBytes(file)), Bundle.read(file).sha256());
        assertEquals(List.of(), Bundle.read(file).provenance().compilerFlags());
        assertEquals(OptionalDouble.empty(), Bundle.read(file).calibratedClipping());
    }

    @Test
    void shouldWriteTheSameBytesTwice() throws Exception {
        byte[] first = Files.readAllBytes(written("one.hilda"));
        Files.createDirectory(folder.resolve("elsewhere"));
        assertArrayEquals(first, Files.readAllBytes(written("elsewhere/two.hilda")));
    }

    @Test
    void shouldKeepTheEarlierBundleWhereItCannotWriteTheNewOne() throws Exception {
        Path file = folder.resolve("n".repeat(240) + ".hilda"); // no room for a longer name beside it
        Files.writeString(file, "earlier");
        BenchFailure failure = assertThrows(BenchFailure.class, () -> bundle().write(file));
        assertEquals(FailureKind.BUNDLE, failure.kind());
        assertEquals("earlier", Files.readString(file));
    }

    @Test
    void shouldTouchNoOtherFile() throws Exception {
        Path other = Files.writeString(folder.resolve("one.hilda.part"), "other");
        Path file = written("one.hilda");
        assertEquals("other", Files.readString(other));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(Set.of(other, file), files.collect(Collectors.toSet()));
        }
    }

    @Test
    void shouldReadReportsFromBeforeKernelsMemoryWasCounted() {
        String report = new String(BundleDocuments.write(bundle().report()), StandardCharsets.UTF_8);
        String first = report.replaceAll(",\\s*\"scratch_bytes\" : \\d+", "")
                .replaceAll(",\\s*\"arena_memory\" : \"\\w+\"", "");
        assertEquals(-1, first.indexOf("scratch_bytes"), first);
        BundleReport read = BundleDocuments.report(first.getBytes(StandardCharsets.UTF_8));
        assertEquals(0, read.scratchBytes());
        assertEquals(Optional.empty(), read.arenaMemory());
        assertEquals(78, read.layers().get(0).ramBytes());
    }

    @Test
    void shouldTellWhichLayersAreFusedAndNothingWhereNoneAre() {
        BundleReport report = bundle().report();
        assertEquals(report, BundleDocuments.report(BundleDocuments.write(report)));
        BundleReport unfused = new BundleReport(report.layers(), List.of(), 80, 1000, Optional.empty(), 2000, 0);
        String text = new String(BundleDocuments.write(unfused), StandardCharsets.UTF_8);
        assertEquals(-1, text.indexOf("fused"), text);
        assertEquals(unfused, BundleDocuments.report(BundleDocuments.write(unfused)));
    }

    @Test
    void shouldWriteDocumentsAsTheirSchemasSay() throws Exception {
        Map<String, byte[]> parts = unzip(Files.readAllBytes(written("one.hilda")));
        assertEquals(Set.of(), problems("bundle-manifest-1", get(parts, "manifest.json")));
        assertEquals(Set.of(), problems("bundle-report-1", get(parts, "report.json")));
    }

    @Test
    void shouldMeetDamageWithOneMessage() throws Exception {
        byte[] bytes = Files.readAllBytes(written("one.hilda"));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = bytes.clone();
            int at = random.nextInt(bytes.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            byte[] file = i % 4 == 0 ? Arrays.copyOf(bytes, at) : damaged;
            Path path = Files.write(folder.resolve("damaged.hilda"), file);
            try {
                assertEquals(bundle().network(), Bundle.read(path).network(), "seed " + seed);
            } catch (BenchFailure failure) {
                assertEquals(FailureKind.BUNDLE, failure.kind(), "seed " + seed);
            }
        }
    }

    @Test
    void shouldFindADamagedByteOfEveryPart() throws Exception {
        for (String name : unzip(Files.readAllBytes(written("one.hilda"))).keySet()) {
            Map<String, byte[]> parts = unzip(Files.readAllBytes(folder.resolve("one.hilda")));
            byte[] content = get(parts, name);
            content[content.length / 2] ^= 4;
            String message = String.valueOf(failure(parts).getMessage());
            // A manifest with another hash in it blames the part that it describes.
            assertTrue(message.contains(name) || name.equals("manifest.json"), message);
        }
    }

    @Test
    void shouldRefuseAZipBombBeforeItFillsMemory() throws Exception {
        Map<String, byte[]> parts = unzip(Files.readAllBytes(written("one.hilda")));
        parts.put("report.json", new byte[60_000_000]);
        BenchFailure failure = failure(parts);
        assertEquals("report.json of at most 1048576 bytes", failure.expected().orElseThrow());
    }

    @Test
    void shouldRefuseAnUnknownSchemaVersion() throws Exception {
        Map<String, byte[]> parts = unzip(Files.readAllBytes(written("one.hilda")));
        String manifest = new String(get(parts, "manifest.json"), StandardCharsets.UTF_8);
        parts.put(
                "manifest.json",
                manifest.replace("hilda/bundle/1", "hilda/bundle/2").getBytes(StandardCharsets.UTF_8));
        String actual = failure(parts).actual().orElseThrow();
        assertTrue(actual.contains("'hilda/bundle/2'") && actual.contains("'hilda/bundle/1'"), actual);
    }

    @Test
    void shouldRefuseOtherFilesAndNone() throws Exception {
        Map<String, byte[]> parts = unzip(Files.readAllBytes(written("one.hilda")));
        parts.put("extra", new byte[1]);
        assertEquals(FailureKind.BUNDLE, failure(parts).kind());
        BenchFailure absent = assertThrows(BenchFailure.class, () -> Bundle.read(folder.resolve("absent.hilda")));
        assertEquals("no such file", absent.actual().orElseThrow());
        Path text = Files.writeString(folder.resolve("text.hilda"), "not a zip");
        assertEquals(
                FailureKind.BUNDLE,
                assertThrows(BenchFailure.class, () -> Bundle.read(text)).kind());
    }

    @Test
    void shouldRunOnBoardsOfItsChipOnly() {
        ProfileCatalog catalog = new ProfileCatalog(Path.of("/nonexistent"));
        bundle().requireBoard(catalog.load("virtual-nucleo-h743zi"));
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> bundle().requireBoard(catalog.load("nucleo-f446re")));
        assertEquals(FailureKind.BUNDLE, failure.kind());
        assertTrue(failure.actual().orElseThrow().contains("virtual-nucleo-h743zi"), failure.toString());
    }

    private BenchFailure failure(Map<String, byte[]> parts) throws IOException {
        Path path = Files.write(folder.resolve("changed.hilda"), zip(parts));
        BenchFailure failure = assertThrows(BenchFailure.class, () -> Bundle.read(path));
        assertEquals(FailureKind.BUNDLE, failure.kind());
        return failure;
    }

    private Path written(String name) {
        Path file = folder.resolve(name);
        bundle().write(file);
        return file;
    }

    @Test
    void shouldSayInWhatAnotherDiffers() {
        Bundle bundle = bundle();
        assertEquals(Set.of(), bundle.unlike(Bundle.read(written("one.hilda"))));
        assertEquals(Set.of("link map"), bundle.unlike(with(bundle, bundle.provenance(), bundle.image(), "other")));
        FirmwareImage image = FirmwareImage.of(
                "hilda.elf",
                new ElfWriter(0x08000009L).load(0x08000000L, new byte[96]).toBytes());
        assertEquals(
                Set.of("firmware image", "link map"), bundle.unlike(with(bundle, bundle.provenance(), image, "other")));
        Provenance before = bundle.provenance();
        Provenance after = new Provenance(
                "other.tflite",
                before.modelSha256(),
                before.toolVersion(),
                before.seed(),
                before.toolchain(),
                before.compilerFlags(),
                before.quantizeArguments(),
                before.board(),
                before.mcu());
        assertEquals(Set.of("provenance"), bundle.unlike(with(bundle, after, bundle.image(), bundle.linkMap())));
    }

    private static Bundle with(Bundle bundle, Provenance provenance, FirmwareImage image, String linkMap) {
        return new Bundle(
                provenance,
                bundle.network(),
                image,
                linkMap,
                bundle.reference(),
                bundle.report(),
                bundle.calibratedClipping());
    }

    private static Bundle bundle() {
        IntegerNetwork network = RandomNetworks.chain(7);
        byte[] elf = new ElfWriter(0x08000009L)
                .load(0x08000000L, new byte[64])
                .load(0x08000050L, new byte[16])
                .toBytes();
        BundleReport report = new BundleReport(
                List.of(new BundleReport.LayerReport("layer0", 8, 4, 8, 1234, 56, 78, 90)),
                List.of(new FusedLayers(0, 3, 2, 12, 4000, 0)),
                80,
                1000,
                Optional.of("DTCM"),
                2000,
                0);
        return new Bundle(
                new Provenance(
                        "model.tflite",
                        "ab".repeat(32),
                        "0.1.0",
                        5,
                        "gcc 12",
                        List.of("-O2", "-g"),
                        List.of("--ram-budget=1000"),
                        "virtual-nucleo-h743zi",
                        "STM32H743ZIT6"),
                network,
                FirmwareImage.of("hilda.elf", elf),
                "Linker script and memory map\n",
                Reference.draw(network, 5, 3),
                report,
                OptionalDouble.of(0.0625));
    }

    private static Map<String, byte[]> unzip(byte[] bytes) throws IOException {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                parts.put(entry.getName(), zip.readAllBytes());
            }
        }
        return parts;
    }

    private static byte[] zip(Map<String, byte[]> parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] get(Map<String, byte[]> parts, String name) {
        byte[] content = parts.get(name);
        return content == null ? new byte[1] : content;
    }

    private static Set<?> problems(String schema, byte[] document) throws IOException {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        try (InputStream in = BundleTest.class.getResourceAsStream(schema + ".schema.json")) {
            if (in == null) {
                throw new IOException("no " + schema);
            }
            JsonSchema parsed = factory.getSchema(in);
            return parsed.validate(new ObjectMapper().readTree(document));
        }
    }
}
