// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.yaml.Problem;
import dev.hilda.yaml.ProblemLog;
import dev.hilda.yaml.YamlDocument;
import dev.hilda.yaml.YamlSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A file that somebody has written by hand: everything that is wrong with it is told at once, each problem with its line.
 *
 * @param path where it is
 * @param what it is to be, for people: {@code configuration}
 * @param remedy where it cannot be read
 */
public record YamlFile(Path path, String what, String remedy) {
    private static final long MAX_FILE_BYTES = 1 << 20;

    /**
     * Reads it.
     *
     * @param reader makes something of the document; what is wrong it tells the document's sections
     * @throws BenchFailure of kind {@link FailureKind#CONFIGURATION} with every problem
     */
    public <T> T read(Function<YamlSection, T> reader) {
        byte[] content = content();
        ProblemLog log = new ProblemLog(path.toString(), what, content);
        Optional<YamlSection> root = YamlDocument.read(content, log);
        if (root.isEmpty() && log.count() == 0) {
            log.addAt(what, "keys and values", "an empty file", "write some");
        }
        Optional<T> read = log.count() == 0 ? root.map(reader) : Optional.empty();
        if (log.count() > 0) {
            throw refused(log.sorted());
        }
        return read.orElseThrow();
    }

    private byte[] content() {
        try {
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw unreadable("more than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw unreadable(e.toString());
        }
    }

    private BenchFailure unreadable(String actual) {
        return BenchFailure.of(FailureKind.CONFIGURATION, "read " + path)
                .expected("a YAML file that this user may read")
                .actual(actual)
                .remedy(remedy)
                .failure();
    }

    private BenchFailure refused(List<Problem> problems) {
        String lines = problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        return BenchFailure.of(FailureKind.CONFIGURATION, "use the " + what + " " + path)
                .actual((problems.size() == 1 ? "1 problem" : problems.size() + " problems") + "\n" + lines)
                .remedy("correct them; nothing was started")
                .failure();
    }
}
