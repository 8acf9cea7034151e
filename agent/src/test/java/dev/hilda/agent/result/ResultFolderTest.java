// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {
    @TempDir
    private Path folder;

    private static SelfTestResult result(String board, Optional<BoardResult> said) {
        return new SelfTestResult(
                new RunIdentity("70dd5cee", Instant.EPOCH, "bench", board, "VIRT1", Timing.ESTIMATED),
                Outcome.passed(Duration.ZERO),
                "c0".repeat(32),
                SmallNetwork.SETUP,
                Optional.empty(),
                said,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void shouldKeepAResultAsItIsInAFileNamedByItsRun() throws IOException {
        Path results = folder.resolve("not/there");
        SelfTestResult result = result("virtual-nucleo", Optional.empty());
        String file = new ResultFolder(results).save(result);
        assertEquals(results.resolve("selftest-virtual-nucleo-70dd5cee.json").toString(), file);
        assertEquals(result.toJson() + "\n", Files.readString(Path.of(file)));
    }

    @Test
    void shouldStayInItsFolderWhateverABoardIsCalled() throws IOException {
        String file = new ResultFolder(folder).save(result("../a board", Optional.empty()));
        assertEquals(folder.resolve("selftest-..-a-board-70dd5cee.json").toString(), file);
    }

    @Test
    void shouldRemarkWhatTheBoardShouldBeLookedAtFor() {
        BoardResult said = new BoardResult(480_000_000, "00", "0.1.0", List.of("it has crashed before"));
        assertEquals(said.remarks(), result("b", Optional.of(said)).remarks());
        assertEquals(List.of(), result("b", Optional.empty()).remarks());
    }

    @Test
    void shouldHaveNoTwoPartsOfOneField() {
        FlatDocument document = FlatDocument.of("hilda/progress/1").add(new RunProgress.Step("images", 1, 2));
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> document.add(new RunProgress.Step("images", 1, 2)));
        assertEquals("two parts have the field step", refusal.getMessage());
    }
}
