// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.night.BoardCount;
import dev.hilda.agent.store.CronTime;
import dev.hilda.agent.suite.Suite.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of suites as people write them. */
class SuiteReaderTest {
    @TempDir
    private Path folder;

    private Suite read(String... lines) throws IOException {
        return SuiteReader.read(Files.write(folder.resolve("nightly.yaml"), List.of(lines)));
    }

    @Test
    void shouldHaveADefaultForAllButNamesAndFiles() throws IOException {
        Suite suite = read("suite: nightly", "models:", "  - {file: a.hilda, data: /srv/a.yaml}");
        assertEquals("nightly", suite.name());
        assertEquals(Optional.empty(), suite.schedule());
        assertEquals(Duration.ofHours(4), suite.deadline());
        assertEquals(
                List.of(new Model(
                        folder.resolve("a.hilda"),
                        Path.of("/srv/a.yaml"),
                        Optional.empty(),
                        BoardCount.ANY,
                        Optional.empty(),
                        OptionalInt.empty())),
                suite.models());
    }

    @Test
    void shouldReadEveryKey() throws IOException {
        Suite suite = read(
                "suite: nightly",
                "schedule: '30 2 * * 1-5'",
                "time_zone: Europe/Vienna",
                "deadline_minutes: 90",
                "pool: h7",
                "boards: each",
                "models:",
                "  - {file: a.hilda, data: a.yaml, limit: 7}",
                "  - {file: b.hilda, data: b.yaml, boards: 3, pool: h743}",
                "  - {file: c.hilda, data: c.yaml, board: 0033002A}");
        assertEquals(Optional.of(new CronTime("30 2 * * 1-5", ZoneId.of("Europe/Vienna"))), suite.schedule());
        assertEquals(Duration.ofMinutes(90), suite.deadline());
        assertEquals(
                List.of(BoardCount.EACH, new BoardCount(3), BoardCount.EACH),
                suite.models().stream().map(Model::boards).toList());
        assertEquals(
                List.of(Optional.of("h7"), Optional.of("h743"), Optional.of("h7")),
                suite.models().stream().map(Model::pool).toList());
        assertEquals(OptionalInt.of(7), suite.models().get(0).limit());
        assertEquals(Optional.of("0033002A"), suite.models().get(2).board());
    }

    @Test
    void shouldReadThePolicyBesideIt() throws IOException {
        String[] lines = {"suite: n", "policy: policy.yaml", "models: [{file: a.hilda, data: a.yaml}]"};
        assertThrows(BenchFailure.class, () -> read(lines));
        Files.writeString(folder.resolve("policy.yaml"), "significance: 0.001");
        assertEquals(0.001, read(lines).policy().significance());
    }

    @Test
    void shouldTellAllThatIsWrong() {
        BenchFailure failure = assertThrows(
                BenchFailure.class,
                () -> read(
                        "suite: a b",
                        "schedule: '61 2 * * *'",
                        "time_zone: Atlantis",
                        "deadline_minutes: 0",
                        "boards: some",
                        "colour: red",
                        "models:",
                        "  - {file: a.hilda}",
                        "  - {file: b.hilda, data: b.yaml, board: B1, boards: 2}"));
        assertEquals(FailureKind.CONFIGURATION, failure.kind());
        String text = String.valueOf(failure.getMessage());
        for (String line : List.of(
                "8 problems",
                "nightly.yaml:1: suite",
                "nightly.yaml:2: schedule",
                "nightly.yaml:3: time_zone",
                "nightly.yaml:4: deadline_minutes",
                "nightly.yaml:5: boards",
                "nightly.yaml:6: colour",
                "models.a.hilda.data",
                "models.b.hilda.board")) {
            assertTrue(text.contains(line), line + " in\n" + text);
        }
    }
}
