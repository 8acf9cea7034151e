// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.BoardState;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.result.RunProgress;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.TestRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A bench in memory, which writes down what is said. One run at a time. */
final class FakeBench implements BenchPorts {
    final FakeBoard board;

    /** Each state the first time it is said; a status said again changes nothing. */
    final List<BoardState> states = new ArrayList<>();

    final List<String> published = new ArrayList<>();
    final List<String> readBack = new ArrayList<>();

    /** Of each result that was kept. */
    final List<List<ImageOutcome>> outcomes = new ArrayList<>();

    /** Likewise. */
    final List<FlashWear> wear = new ArrayList<>();

    boolean closed;

    /** Runs before each result is published. */
    Runnable broker = () -> {};

    Flasher flasher = (image, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5));

    private final Path results;
    private BoardAccess access = BoardAccess.GIVEN;

    FakeBench(FakeBoard board, Path results) {
        this.board = board;
        this.results = results;
    }

    RunRequest request() {
        return TestRequests.of("VIRT1", this::keep, access);
    }

    /** Others may want the board, too. */
    FakeBench sharing(BoardAccess by) {
        access = by;
        return this;
    }

    /** As a store does that numbers results, in files. */
    private ResultStore.Kept keep(Result result, List<ImageOutcome> images, FlashWear worn) throws IOException {
        Result numbered = result.withRun(result.run().numbered(kept().size() + 1L));
        Path file = results.resolve(result.run().runId());
        Files.createDirectories(results);
        Files.writeString(file, numbered.toJson());
        outcomes.add(images);
        wear.add(worn);
        return new ResultStore.Kept(numbered, file.toString());
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

    /** A flasher whose probe was reached, whatever comes of it. */
    @Override
    public Flasher flasher(RunRequest request) {
        return new Flasher() {
            @Override
            public Report flash(FirmwareImage image, Progress progress) throws InterruptedException {
                return flasher.flash(image, progress);
            }

            @Override
            public Optional<String> probeFirmware() {
                return Optional.of("V3J1");
            }

            @Override
            public FlashErases erases() {
                return flasher.erases();
            }
        };
    }

    @Override
    public BoardLink link(RunRequest request) {
        return board.link();
    }

    @Override
    public BoardLink linkAgain(RunRequest request) {
        return board.link();
    }

    @Override
    public String flasherVersion() {
        return "Open On-Chip Debugger 9";
    }

    @Override
    public Publisher publisher(Topics topics, Consumer<String> remarks) {
        return new Written(topics);
    }

    private final class Written implements Publisher {
        private final Topics topics;

        private Written(Topics topics) {
            this.topics = topics;
        }

        @Override
        public void boardState(BoardState state) {
            if (!states.contains(state)) {
                states.add(state);
            }
        }

        @Override
        public void progress(RunProgress progress) {}

        @Override
        public void result(Result result) {
            broker.run();
            published.add(result.toJson());
        }

        @Override
        public Optional<String> readBack(Result result) {
            readBack.add(result.toJson());
            return Optional.of(topics.latest(Topics.levelOf(result.subject())));
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
