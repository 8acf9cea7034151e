// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BoardChoiceTest {
    private static final BoardProfile PROFILE =
            new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");
    private static final AttachedBoard A = board("A");
    private static final AttachedBoard B = board("B");

    @Test
    void shouldTakeTheOnlyBoard() {
        assertEquals(A, choose(Optional.empty(), A));
    }

    @Test
    void shouldTakeTheBoardNamedBySerial() {
        assertEquals(B, choose(Optional.of("B"), A, B));
    }

    @Test
    void shouldListSeveralBoardsInOneMessage() {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> choose(Optional.empty(), A, B));
        assertEquals(FailureKind.BENCH, failure.kind());
        assertEquals(
                "2 boards attached:\nA  virtual  /dev/pts/1\nB  virtual  /dev/pts/1",
                failure.actual().orElseThrow());
        assertEquals("--serial A or --serial B", failure.remedy().orElseThrow());
    }

    @Test
    void shouldSayWhatIsThereWhenTheSerialIsNot() {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> choose(Optional.of("C"), A));
        assertEquals(
                "an attached board with ST-Link serial C", failure.expected().orElseThrow());
        assertTrue(failure.actual().orElseThrow().contains("A  virtual"));
        assertEquals(
                "attach that board, or correct the number; hilda devices lists what is attached",
                failure.remedy().orElseThrow());
    }

    @Test
    void shouldPassOnWhatCouldNotBeRead() {
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> BoardChoice.choose(PROFILE, Optional.empty(), new Findings(List.of(), List.of("x.json: bad"))));
        assertEquals("none\nx.json: bad", failure.actual().orElseThrow());
    }

    private static AttachedBoard choose(Optional<String> serial, AttachedBoard... boards) {
        return BoardChoice.choose(PROFILE, serial, new Findings(List.of(boards), List.of()));
    }

    private static AttachedBoard board(String serial) {
        return new AttachedBoard(
                serial,
                "virtual",
                new ProbeBackend.Tcp(1),
                Optional.of(Path.of("/dev/pts/1")),
                OptionalLong.empty(),
                Optional.empty());
    }
}
