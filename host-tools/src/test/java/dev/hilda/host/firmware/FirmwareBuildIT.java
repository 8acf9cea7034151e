// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirmwareBuildIT {
    private static final ProfileCatalog CATALOG = new ProfileCatalog(Path.of("/nonexistent"));

    @TempDir
    private static Path networks;

    @TempDir
    private Path folder;

    private final List<String> announced = new ArrayList<>();

    @Test
    void shouldGiveTheSameBytesInWhateverFolder() throws Exception {
        FirmwareImage one = build("one").baseFirmware(profile("virtual-nucleo-h743zi"));
        FirmwareImage other = build("another/longer name").baseFirmware(profile("virtual-nucleo-h743zi"));
        assertEquals(one.sha256(), other.sha256());
        assertEquals(2, announced.size());
        String text = new String(one.elf().toArray(), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(folder.toString()), "the file names the folder it was built in");
    }

    @Test
    void shouldBuildOnce() throws Exception {
        FirmwareBuild build = build("one");
        build.baseFirmware(profile("virtual-nucleo-h743zi"));
        build.baseFirmware(profile("virtual-nucleo-h743zi"));
        assertEquals(1, announced.size());
    }

    @Test
    void shouldCompileTheTemplateOnceForAllNetworks() throws Exception {
        Path cache = folder.resolve("one");
        build("one").baseFirmware(profile("virtual-nucleo-h743zi"));
        Map<String, String> generated = Map.of("network/network.c", source(64, 8, ""));
        build("one").network(profile("virtual-nucleo-h743zi"), "test", generated, "ab".repeat(32));
        assertEquals(
                Map.of("objects", List.of(18L), "firmware", List.of(0L, 2L)),
                Map.of("objects", compilerRuns(cache, "objects"), "firmware", compilerRuns(cache, "firmware")));
    }

    /** How many files were compiled for each folder of a kind, from the logs beside the folders. */
    private static List<Long> compilerRuns(Path cache, String kind) throws IOException {
        List<Long> runs = new ArrayList<>();
        try (Stream<Path> logs = Files.list(cache)) {
            for (Path log : logs.filter(file -> file.getFileName().toString().matches(kind + "-.*[.]log"))
                    .toList()) {
                runs.add(Files.readAllLines(log).stream()
                        .filter(line -> line.contains(" -c "))
                        .count());
            }
        }
        runs.sort(Comparator.naturalOrder());
        return runs;
    }

    @Test
    void shouldGiveTheVirtualBoardTheSameFirmwareAsTheRealOne() throws Exception {
        assertEquals(
                build("one").baseFirmware(profile("nucleo-h743zi2")).sha256(),
                build("one").baseFirmware(profile("virtual-nucleo-h743zi")).sha256());
    }

    @Test
    void shouldNameTheChipsThereIsAPortFor() {
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> build("one").baseFirmware(profile("nucleo-f446re")));
        assertEquals(FailureKind.BUILD, failure.kind());
        assertTrue(failure.expected().orElseThrow().contains("STM32H743"), failure.getMessage());
    }

    @Test
    void shouldLinkANetwork() throws Exception {
        NetworkFirmware firmware = network(64);
        AddressRange flash = new AddressRange(0x08000000L, 2 << 20);
        AddressRange axi = new AddressRange(0x24000000L, 512 << 10);
        assertEquals(64, firmware.linkMap().bytesOf("network/network.o", axi));
        assertTrue(firmware.linkMap().bytesOf("network/network.o", flash) >= 32);
        assertTrue(firmware.linkMap().bytesOf("app/inference.o", flash) > 100);
        assertEquals(0, firmware.linkMap().bytesOf("app/base_network.o", flash));
        long inFlash = firmware.linkMap().pieces().stream()
                .filter(piece -> flash.contains(piece.range()))
                .mapToLong(piece -> piece.range().sizeBytes())
                .sum();
        long image = firmware.image().sizeBytes();
        assertTrue(inFlash > image * 0.9 && inFlash <= image, inFlash + " of " + image + " bytes");
        assertTrue(new String(firmware.image().elf().toArray(), StandardCharsets.ISO_8859_1)
                .contains("\u00ab".repeat(32)));
    }

    /** Beside a C file of the same name; its size is that of its own object. */
    @Test
    void shouldAssembleAndLinkAnAssemblyFile() throws Exception {
        String assembly = """
                    .syntax unified
                    .thumb
                    .section .text.seven, "ax", %progbits
                    .global seven
                    .thumb_func
                seven:
                    movs r0, #7
                    bx lr
                """;
        String source = source(64, 8, "uint8_t seven(void); scratch[1] = seven();");
        NetworkFirmware firmware = network(
                profile("virtual-nucleo-h743zi"), Map.of("network/network.c", source, "network/network.S", assembly));
        AddressRange flash = new AddressRange(0x08000000L, 2 << 20);
        assertEquals(4, firmware.bytesOf("network/network.S", flash));
        assertEquals(
                firmware.linkMap().bytesOf("network/network.o", flash), firmware.bytesOf("network/network.c", flash));
    }

    @Test
    void shouldHoldWhatTheLimitsLeaveToANetwork() throws Exception {
        FirmwareLimits limits = FirmwareLimits.read();
        assertEquals(200 << 10, limits.stagingBytes());
        LinkMap map = network(64, limits.scratchBytes()).linkMap();
        AddressRange dtcm = new AddressRange(0x20000000L, 128 << 10);
        assertEquals(limits.scratchBytes(), map.bytesOf("network/network.o", dtcm));
    }

    @Test
    void shouldHoldAnArenaBesideWhatKernelsWorkInUpToTheLastByte() throws Exception {
        FirmwareLimits limits = FirmwareLimits.read();
        BoardProfile board = profile("virtual-nucleo-h743zi");
        int arenaBytes = 50_016;
        long scratchBytes = limits.dataBytes(board) - arenaBytes;
        assertEquals(ArenaMemory.DATA, ArenaMemory.of(arenaBytes, scratchBytes, limits.dataBytes(board)));
        String source = source(arenaBytes, scratchBytes, "").replace("IN_ACTIVATION_MEMORY", "IN_DATA_MEMORY");
        LinkMap map = network(board, Map.of("network/network.c", source)).linkMap();
        AddressRange dtcm = new AddressRange(0x20000000L, 128 << 10);
        assertEquals(arenaBytes + scratchBytes, map.bytesOf("network/network.o", dtcm));
        assertEquals("DTCM", ArenaMemory.DATA.nameOn(board));
    }

    @Test
    void shouldSayWhichMemoryIsTooSmall() {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> network(600 << 10));
        assertEquals(FailureKind.BUILD, failure.kind());
        assertEquals("an image within AXI_SRAM", failure.expected().orElseThrow());
        assertEquals("90112 bytes too many", failure.actual().orElseThrow());
        assertTrue(failure.remedy().orElseThrow().contains("--requantize"), failure.getMessage());
    }

    @Test
    void shouldLinkWhereAChangedProfileSays() throws Exception {
        BoardProfile changed = ChangedProfile.of(
                "origin: 0x24000000\n    size_bytes: 524288", "origin: 0x24020000\n    size_bytes: 131072",
                "origin: 0x20000000\n    size_bytes: 131072", "origin: 0x20000000\n    size_bytes: 65536",
                "ram_bytes: 524288", "ram_bytes: 131072");
        NetworkFirmware firmware = network(changed, 64, 8, "");
        requireLine("AXI_SRAM +0x0*24020000 +0x0*20000", firmware.map());
        AddressRange moved = new AddressRange(0x24020000L, 64);
        assertEquals(64, firmware.linkMap().bytesOf("network/network.o", moved));
        requireLine(" +0x0*20010000 +stack_top = .*", firmware.map());
        BenchFailure failure = assertThrows(BenchFailure.class, () -> network(changed, 200 << 10, 8, ""));
        assertEquals("73728 bytes too many", failure.actual().orElseThrow());
    }

    @Test
    void shouldRefuseMemoryForDmaThatThePortCannotProtect() {
        BoardProfile changed = ChangedProfile.of("size_bytes: 32768", "size_bytes: 65536");
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> build("one").baseFirmware(changed));
        assertTrue(String.valueOf(failure.getMessage()).contains("makes 32K of DMA_BUFFERS"), failure.getMessage());
    }

    @Test
    void shouldCheckWhatWasLinkedAgainstTheProfile() throws Exception {
        LinkMap map = network(64).linkMap();
        LinkMap beyond = new LinkMap(
                List.of(new LinkMap.Section(".text", new AddressRange(0x08000000L, (2 << 20) + 12), 0x08000000L)),
                map.pieces());
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> RegionCheck.requireFits(beyond, profile("virtual-nucleo-h743zi"), "net"));
        assertTrue(String.valueOf(failure.getMessage()).contains("12 bytes beyond FLASH"), failure.getMessage());
    }

    @Test
    void shouldRefuseALayerThatNeedsMoreStackThanThereIs() throws Exception {
        long others = network(64).stackBytes();
        BenchFailure failure = assertThrows(BenchFailure.class, () -> network(64, 8, """
                        volatile uint8_t local[20000];
                        local[step] = 1;
                        scratch[1] = local[0];
                        """));
        assertEquals(FailureKind.BUILD, failure.kind());
        String needed = failure.expected().orElseThrow().replaceAll("at least (\\d+) bytes of stack.*", "$1");
        assertTrue(Long.parseLong(needed) >= 20000 && Long.parseLong(needed) <= 20000 + others + 16, needed);
        assertEquals("16384 bytes, 0x2001c000-0x2001ffff", failure.actual().orElseThrow());
    }

    @Test
    void shouldRefuseAStackInAMemoryThatIsNotForIt() throws Exception {
        BoardProfile board = profile("virtual-nucleo-h743zi");
        NetworkFirmware firmware = network(64);
        Path elf = folder.resolve("linked.elf");
        Files.write(elf, firmware.image().elf().toArray());
        String elsewhere = firmware.map()
                .replaceAll("0x0*2001c000( +stack_bottom = )", "0x24010000$1")
                .replaceAll("0x0*20020000( +stack_top = )", "0x24014000$1");
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> StackCheck.requireFits(elf, elsewhere, firmware.linkMap(), board, "net"));
        assertEquals("16384 bytes, 0x24010000-0x24013fff", failure.actual().orElseThrow());
    }

    @Test
    void shouldRefuseALayerThatCallsThroughAPointer() {
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> network(64, 8, "void (*volatile call)(void) = 0; call();"));
        assertTrue(String.valueOf(failure.getMessage()).contains("bound the firmware's stack"), failure.getMessage());
        assertTrue(failure.actual().orElseThrow().matches("network_run_step: blx? r\\d+"), failure.getMessage());
    }

    private NetworkFirmware network(int arenaBytes) throws InterruptedException {
        return network(arenaBytes, 8);
    }

    private NetworkFirmware network(int arenaBytes, long scratchBytes) throws InterruptedException {
        return network(arenaBytes, scratchBytes, "");
    }

    private NetworkFirmware network(int arenaBytes, long scratchBytes, String layerBody) throws InterruptedException {
        return network(profile("virtual-nucleo-h743zi"), arenaBytes, scratchBytes, layerBody);
    }

    private NetworkFirmware network(BoardProfile board, int arenaBytes, long scratchBytes, String layerBody)
            throws InterruptedException {
        return network(board, Map.of("network/network.c", source(arenaBytes, scratchBytes, layerBody)));
    }

    private NetworkFirmware network(BoardProfile board, Map<String, String> generated) throws InterruptedException {
        return new FirmwareBuild(new BuildCache(networks), announced::add)
                .network(board, "test", generated, "ab".repeat(32));
    }

    private static String source(int arenaBytes, long scratchBytes, String layerBody) {
        return """
                #include "app/network.h"
                #include "port/placement.h"
                const NetworkDescription network_description = {4, 1, 1, 1, %1$d};
                IN_ACTIVATION_MEMORY uint8_t network_arena[%1$d];
                static uint8_t scratch[%2$d];
                void network_write_input(const uint8_t *input) {
                    network_arena[0] = input[0];
                }
                uint32_t network_layer_of(uint32_t step) { return step; }
                void network_run_step(uint32_t step) {
                    %3$s
                    scratch[step] = 1;
                }
                void network_read_output(int32_t *output) {
                    output[0] = network_arena[0] + scratch[0];
                }
                """.formatted(arenaBytes, scratchBytes, layerBody);
    }

    private static void requireLine(String pattern, String map) {
        assertTrue(map.lines().anyMatch(line -> line.matches(pattern)), pattern);
    }

    private FirmwareBuild build(String cache) {
        return new FirmwareBuild(new BuildCache(folder.resolve(cache)), announced::add);
    }

    private static BoardProfile profile(String name) {
        return CATALOG.load(name);
    }
}
