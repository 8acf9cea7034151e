package dev.hilda.agent.run;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.publish.Announcer;
import dev.hilda.agent.publish.ResultFolder;
import dev.hilda.agent.publish.RunIdentity;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A bench in memory, which writes down what is said. One run at a time. */
final class FakeBench implements BenchPorts {
    final FakeBoard board;

    /** Each word the first time it is said; a status said again changes nothing. */
    final List<String> statuses = new ArrayList<>();

    final List<String> published = new ArrayList<>();
    final List<String> readBack = new ArrayList<>();
    boolean layersPublished;
    boolean closed;

    /** Runs before each result is published. */
    Runnable broker = () -> {};

    Flasher flasher = (image, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5));

    private final Path results;

    FakeBench(FakeBoard board, Path results) {
        this.board = board;
        this.results = results;
    }

    RunRequest request() {
        return new RunRequest(
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                new AttachedBoard("VIRT1", "fake", new ProbeBackend.Tcp(1), Optional.empty(), OptionalLong.empty()),
                "bench",
                SessionPatience.STANDARD,
                new ResultFolder(results));
    }

    /** Each document in the folder of results. */
    List<String> kept() throws IOException {
        if (!Files.exists(results)) {
            return List.of();
        }
        List<String> documents = new ArrayList<>();
        try (Stream<Path> files = Files.list(results)) {
            for (Path file : files.toList()) {
                documents.add(Files.readString(file).strip());
            }
        }
        return documents;
    }

    @Override
    public Flasher flasher(RunRequest request) {
        return flasher;
    }

    @Override
    public BoardLink link(RunRequest request) {
        return board.link();
    }

    @Override
    public Announcer announcer(Topics topics, Consumer<String> remarks) {
        return new Written();
    }

    private final class Written implements Announcer {
        @Override
        public void boardStatus(String word) {
            if (!statuses.contains(word)) {
                statuses.add(word);
            }
        }

        @Override
        public void progress(RunIdentity run, String step, long done, long total) {}

        @Override
        public void result(RunIdentity run, String model, String document) {
            broker.run();
            published.add(document);
        }

        @Override
        public void layers(RunIdentity run, String model, String document) {
            layersPublished = true;
        }

        @Override
        public void readBack(String model, String document) {
            readBack.add(document);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
