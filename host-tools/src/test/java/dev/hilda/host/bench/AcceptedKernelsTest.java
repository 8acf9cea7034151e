// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptedKernelsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldRefuseMoreThanTwoPercentMore() throws IOException {
        Path file = folder.resolve("accepted.json");
        AcceptedKernels.read(file).accept(List.of(timing("E", 1000), timing("F", 500)), file);
        AcceptedKernels accepted = AcceptedKernels.read(file);

        assertEquals(List.of(), accepted.worse(List.of(timing("E", 1020), timing("F", 100), timing("new", 9999))));
        assertEquals(
                List.of("E 8/4/8 middle: 1021 instructions, accepted are 1000 (+2.1 %)"),
                accepted.worse(List.of(timing("E", 1021))));
    }

    @Test
    void shouldKeepWhatWasNotTimed() throws IOException {
        Path file = folder.resolve("accepted.json");
        AcceptedKernels.read(file).accept(List.of(timing("E", 1000), timing("F", 500)), file);
        AcceptedKernels.read(file).accept(List.of(timing("E", 900)), file);

        assertEquals("{\n  \"E 8/4/8 middle\" : 900,\n  \"F 8/4/8 middle\" : 500\n}\n", Files.readString(file));
    }

    @Test
    void shouldRefuseWhatIsNoFileOfIts() throws IOException {
        Path file = Files.writeString(folder.resolve("accepted.json"), "{");
        assertThrows(IOException.class, () -> AcceptedKernels.read(file));
        Path inFile = file.resolve("in-a-file.json");
        AcceptedKernels none = AcceptedKernels.read(folder.resolve("none.json"));
        assertThrows(IOException.class, () -> none.accept(List.of(timing("E", 1)), inFile));
        Path inNewFolder = folder.resolve("new/accepted.json");
        none.accept(List.of(timing("E", 1)), inNewFolder);
        assertEquals(
                1,
                AcceptedKernels.read(inNewFolder).worse(List.of(timing("E", 2))).size());
    }

    @Test
    void shouldCompareWithTheBestPeerAtItsBits() {
        KernelPeers peers = KernelPeers.read();
        KernelPeers.Peer best = peers.best("E", new KernelBits(8, 4, 8)).orElseThrow();
        assertEquals("CMix-NN", best.engine());
        assertEquals(1.0, best.ratio(58_400_000));
        assertEquals(0.5, best.ratio(29_200_000));
        assertEquals(
                "TinyEngine int",
                peers.best("C", new KernelBits(8, 8, 8)).orElseThrow().engine());
        assertEquals(Optional.empty(), peers.best("other", new KernelBits(8, 4, 8)));
    }

    private static KernelTiming timing(String layer, long instructions) {
        return new KernelTiming(
                layer,
                8,
                4,
                8,
                "middle",
                OptionalLong.of(instructions),
                OptionalLong.of(58_400_000),
                1,
                OptionalLong.of(1),
                OptionalLong.of(1),
                1,
                1,
                "convolution_a8_w4_o8",
                1,
                Optional.empty(),
                OptionalDouble.empty(),
                true);
    }
}
