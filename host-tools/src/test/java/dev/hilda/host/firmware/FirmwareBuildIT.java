package dev.hilda.host.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirmwareBuildIT {
    private static final ProfileCatalog CATALOG = new ProfileCatalog(Path.of("/nonexistent"));

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

    private FirmwareBuild build(String cache) {
        return new FirmwareBuild(new BuildCache(folder.resolve(cache)), announced::add);
    }

    private static BoardProfile profile(String name) {
        return CATALOG.load(name);
    }
}
