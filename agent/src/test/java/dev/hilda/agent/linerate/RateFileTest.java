// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.linerate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.session.RateMemory.Known;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateFileTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Known BOTH = new Known(OptionalInt.of(1_000_000), OptionalInt.of(1_500_000));
    private static final Known CARRIED = new Known(OptionalInt.of(3_000_000), OptionalInt.empty());

    @TempDir
    private Path folder;

    @Test
    void shouldRememberEachStLinkByItself() {
        assertEquals(Known.NOTHING, memory("A", NOW).known());
        memory("A", NOW).keep(BOTH);
        memory("B", NOW).keep(CARRIED);
        assertEquals(BOTH, memory("A", NOW).known());
        assertEquals(CARRIED, memory("B", NOW).known());
        assertEquals(Known.NOTHING, memory("C", NOW).known());
    }

    @Test
    void shouldForgetAfterAWeek() {
        memory("A", NOW).keep(BOTH);
        assertEquals(
                BOTH, memory("A", NOW.plus(Duration.ofDays(7)).minusSeconds(1)).known());
        assertEquals(Known.NOTHING, memory("A", NOW.plus(Duration.ofDays(7))).known());
    }

    /** A bench that runs every night finds the same every night: its rates are tried again all the same. */
    @Test
    void shouldNotGrowYoungerByWhatItKnows() {
        memory("A", NOW).keep(BOTH);
        memory("A", NOW.plus(Duration.ofDays(6))).keep(BOTH);
        assertEquals(Known.NOTHING, memory("A", NOW.plus(Duration.ofDays(7))).known());
        memory("A", NOW.plus(Duration.ofDays(7))).keep(BOTH);
        assertEquals(BOTH, memory("A", NOW.plus(Duration.ofDays(13))).known());
        memory("A", NOW.plus(Duration.ofDays(13))).keep(CARRIED);
        assertEquals(CARRIED, memory("A", NOW.plus(Duration.ofDays(19))).known());
    }

    @Test
    void shouldKnowNothingFromADamagedFileAndReplaceIt() throws Exception {
        memory("A", NOW).keep(BOTH);
        for (String damaged :
                new String[] {"{\"A\": ", "[1]", "null", "{\"A\": null}", "{\"A\": {\"found_at\": \"yesterday\"}}", ""
                }) {
            Files.writeString(file(), damaged);
            assertEquals(Known.NOTHING, memory("A", NOW).known(), damaged);
            memory("A", NOW).keep(CARRIED);
            assertEquals(CARRIED, memory("A", NOW).known(), damaged);
        }
    }

    @Test
    void shouldNotFailWhereNothingCanBeWritten() throws Exception {
        Files.writeString(folder.resolve("state"), "a file where the folder should be");
        memory("A", NOW).keep(BOTH);
        assertEquals(Known.NOTHING, memory("A", NOW).known());
    }

    private Path file() {
        return folder.resolve("state/line-rates.json");
    }

    private RateFile memory(String serial, Instant now) {
        return new RateFile(file(), serial, Clock.fixed(now, ZoneOffset.UTC));
    }
}
