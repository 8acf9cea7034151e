// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.testing.TestRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasedBoardsTest {
    private static final String SERIAL = "0033002A";

    @TempDir
    private Path folder;

    private Store store;
    private Leases leases;
    private LeasedBoards boards;

    @BeforeEach
    void open() {
        store = Store.open(
                folder.resolve("hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
        leases = store.leases();
        boards = new LeasedBoards(leases, "hilda 1 of ada@here", Set.of("ada"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private BoardAccess.Hold take() {
        RunRequest request = TestRequests.of(SERIAL, ResultStore.NONE, boards);
        return boards.take(request, new CancelToken());
    }

    @Test
    void shouldHaveABoardForItselfAndGiveItBack() {
        try (BoardAccess.Hold held = take()) {
            assertTrue(
                    leases.take(SERIAL, "agent", "job", Duration.ofSeconds(9)).isEmpty(), held::toString);
        }
        assertTrue(leases.take(SERIAL, "agent", "job", Duration.ofSeconds(9)).isPresent());
    }

    @Test
    void shouldSayWhoRunsAJobThere() {
        assertTrue(leases.take(SERIAL, "lab-1", "job", Duration.ofMinutes(1)).isPresent());

        BenchFailure failure = assertThrows(BenchFailure.class, this::take);

        assertTrue(failure.actual().orElseThrow().startsWith("lab-1 has it for a job until 2"), failure.toString());
    }

    /** A program that was killed could not give its board back; the next one need not wait until its lease ends. */
    @Test
    void shouldTakeTheBoardOfAKilledProgramOfTheSameUserAndHost() throws Exception {
        Process killed = new ProcessBuilder("true").start();
        killed.waitFor();
        String elsewhere = "hilda " + killed.pid() + " of ada@elsewhere";
        assertTrue(leases.take(SERIAL, elsewhere, "run", Duration.ofMinutes(1)).isPresent());
        assertThrows(BenchFailure.class, this::take);
        leases.holder(SERIAL).orElseThrow().release();

        String alive = "hilda " + ProcessHandle.current().pid() + " of ada@here";
        assertTrue(leases.take(SERIAL, alive, "run", Duration.ofMinutes(1)).isPresent());
        assertThrows(BenchFailure.class, this::take);
        leases.holder(SERIAL).orElseThrow().release();

        assertTrue(leases.take(SERIAL, "hilda " + killed.pid() + " of ada@here", "run", Duration.ofMinutes(1))
                .isPresent());
        try (BoardAccess.Hold held = take()) {
            assertEquals(
                    "hilda 1 of ada@here", leases.holder(SERIAL).orElseThrow().holder(), held::toString);
        }
    }

    @Test
    void shouldLeaveAReservedBoardToWhoeverReservedIt() {
        assertTrue(leases.take(SERIAL, "bob", Lease.RESERVATION, "gdb", Duration.ofMinutes(1))
                .isPresent());
        BenchFailure failure = assertThrows(BenchFailure.class, this::take);
        assertTrue(
                failure.actual().orElseThrow().contains("bob has it for a reservation, \"gdb\""), failure.toString());

        leases.holder(SERIAL).orElseThrow().release();
        assertTrue(leases.take(SERIAL, "ada", Lease.RESERVATION, "", Duration.ofMinutes(1))
                .isPresent());
        take().close();
        assertEquals("ada", leases.holder(SERIAL).orElseThrow().holder());
        assertFalse(leases.holder(SERIAL).orElseThrow().purpose().isEmpty());
    }
}
