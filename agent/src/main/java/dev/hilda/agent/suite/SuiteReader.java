// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.suite;

import dev.hilda.agent.folder.YamlFile;
import dev.hilda.agent.night.BoardCount;
import dev.hilda.agent.store.CronTime;
import dev.hilda.agent.suite.Suite.Model;
import dev.hilda.agent.verdict.Policy;
import dev.hilda.yaml.YamlSection;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the file of a suite strictly; paths in it are relative to its folder. */
public final class SuiteReader {
    private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}";
    private static final String A_NAME = "1 to 64 letters, digits, dots, hyphens or underscores";
    private static final long USUAL_MINUTES = 240;
    private static final long MOST_MINUTES = 7 * 24 * 60L;

    private final YamlSection root;
    private final Path folder;

    private SuiteReader(YamlSection root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /**
     * Reads a file.
     *
     * @throws dev.hilda.agent.board.BenchFailure of kind {@code configuration} with every problem
     */
    public static Suite read(Path file) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        return new YamlFile(file, "suite", "hilda suite init writes one")
                .read(root -> new SuiteReader(root, folder).suite());
    }

    private Suite suite() {
        String name = root.text("suite", NAME, A_NAME);
        Optional<String> pattern = root.optionalText("schedule", "\\S.*", "minute hour day month weekday");
        ZoneId zone = root.optionalText("time_zone", "\\S+", "a zone's name")
                .flatMap(this::zone)
                .orElse(ZoneId.systemDefault());
        long minutes = root.optionalInteger("deadline_minutes", "minutes", 1, MOST_MINUTES)
                .orElse(USUAL_MINUTES);
        Optional<String> pool = root.optionalText("pool", NAME, A_NAME);
        BoardCount boards = boards(root).orElse(BoardCount.ANY);
        List<Model> models = root.sections("models", "file").stream()
                .map(section -> model(section, pool, boards))
                .toList();
        Optional<Path> policy =
                root.optionalText("policy", "\\S.*", "a path of a policy").map(folder::resolve);
        root.finish();
        return new Suite(
                name,
                pattern.flatMap(text -> time(text, zone)),
                Duration.ofMinutes(minutes),
                policy.map(PolicyReader::read).orElse(Policy.USUAL),
                models);
    }

    private Optional<ZoneId> zone(String name) {
        try {
            return Optional.of(ZoneId.of(name));
        } catch (DateTimeException e) {
            root.wrong("time_zone", "a zone's name, as Europe/Vienna", name, "correct it");
            return Optional.empty();
        }
    }

    private Optional<CronTime> time(String pattern, ZoneId zone) {
        try {
            return Optional.of(new CronTime(pattern, zone));
        } catch (IllegalArgumentException e) {
            root.wrong(
                    "schedule",
                    "minute hour day-of-month month day-of-week, as 0 2 * * *",
                    pattern,
                    "correct it: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<BoardCount> boards(YamlSection section) {
        return section.keys().contains("boards")
                ? section.read("boards", BoardCount::parse, BoardCount.EXPECTED)
                : Optional.empty();
    }

    private Model model(YamlSection section, Optional<String> pool, BoardCount boards) {
        Path file = folder.resolve(section.text("file", "\\S.*", "a path of a bundle"));
        Path data = folder.resolve(section.text("data", "\\S.*", "a path of a data set"));
        Optional<String> board = section.optionalText("board", "[A-Za-z0-9]{1,31}", "an ST-Link's serial number");
        Optional<BoardCount> count = boards(section);
        if (board.isPresent() && count.isPresent()) {
            section.wrong("board", "one of board and boards", "both", "remove one");
        }
        OptionalLong limit = section.optionalInteger("limit", "images", 1, Integer.MAX_VALUE);
        Optional<String> ownPool = section.optionalText("pool", NAME, A_NAME);
        section.finish();
        return new Model(
                file,
                data,
                ownPool.or(() -> pool),
                count.orElse(boards),
                board,
                limit.isPresent() ? OptionalInt.of((int) limit.getAsLong()) : OptionalInt.empty());
    }
}
