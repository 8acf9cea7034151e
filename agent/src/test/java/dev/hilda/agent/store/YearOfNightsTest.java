// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.AddressRange;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.FirmwareImage.Segment;
import dev.hilda.agent.board.FlashErases;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.jobs.JobEnd;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.jobs.JobState;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.SilentPublisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.run.Attendance;
import dev.hilda.agent.run.BenchPorts;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.KeptImages;
import dev.hilda.agent.run.RunRequest;
import dev.hilda.agent.store.JobTable.Runner;
import dev.hilda.agent.store.JobTable.Ticket;
import dev.hilda.agent.testing.TestRequests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * What a year of nights costs the flash of boards: five models each night through the real choice of jobs, memory of images and
 * count of erases, on chips that are made up. The expected numbers are reckoned by hand, in {@code docs/agent.md}.
 */
@Tag("full")
class YearOfNightsTest {
    private static final int NIGHTS = 365;
    private static final long FLASH = 0x08000000L;
    private static final long SECTOR_BYTES = 128 * 1024;

    /** Bytes of flash of the five networks' real firmware at 8 bits for the STM32H743. */
    private static final Map<String, Integer> MODELS = new LinkedHashMap<>();

    static {
        MODELS.put("ad01", 300_376);
        MODELS.put("ic01", 116_136);
        MODELS.put("kws01", 66_368);
        MODELS.put("shapes", 65_424);
        MODELS.put("vww01", 295_200);
    }

    /** In memory, as thousands of commits are waited for else. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir(factory = InMemory.class)
    private Path folder;

    /** Where there is such a folder. */
    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "hilda-nights")
                    : Files.createTempDirectory("hilda-nights");
        }
    }

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Map<String, String> inFlash = new HashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(open);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /** Boards whose chips hold what they were given; no line, as nothing is run. */
    private final class MadeUpBoards implements BenchPorts {
        @Override
        public Flasher flasher(RunRequest request) {
            String serial = request.board().stLinkSerial();
            List<Long> erased = new ArrayList<>();
            return new Flasher() {
                @Override
                public Report flash(FirmwareImage image, Progress progress) {
                    List<Long> sectors = LongStream.iterate(
                                    FLASH,
                                    sector -> sector < FLASH + image.sizeBytes(),
                                    sector -> sector + SECTOR_BYTES)
                            .boxed()
                            .toList();
                    erased.addAll(sectors);
                    inFlash.put(serial, image.sha256());
                    return new Report(image.sizeBytes(), sectors.size(), Duration.ZERO);
                }

                @Override
                public Report flashUnlessThere(FirmwareImage image, Progress progress) {
                    return image.sha256().equals(inFlash.get(serial))
                            ? new Report(image.sizeBytes(), 0, Duration.ZERO)
                            : flash(image, progress);
                }

                @Override
                public FlashErases erases() {
                    return new FlashErases(Optional.of("chip " + serial), erased);
                }
            };
        }

        @Override
        public String flasherVersion() {
            return "none";
        }

        @Override
        public BoardLink link(RunRequest request) {
            throw new AssertionError("nothing is run");
        }

        @Override
        public BoardLink linkAgain(RunRequest request) {
            throw new AssertionError("nothing is run");
        }

        @Override
        public Publisher publisher(Topics topics, Consumer<String> remarks) {
            return new SilentPublisher();
        }
    }

    private static FirmwareImage image(String model) {
        int bytes = MODELS.getOrDefault(model, 0);
        return new FirmwareImage(
                model,
                Bytes.of(model.getBytes(StandardCharsets.UTF_8)),
                List.of(new Segment(new AddressRange(FLASH, bytes), Bytes.of(new byte[bytes]))),
                FLASH + 9);
    }

    /** A year with so many boards; the erases of each sector, by board. */
    private Map<String, List<Long>> year(int boardCount, Attendance attendance) throws Exception {
        Path file = folder.resolve(boardCount + attendance.name()).resolve("hilda.db");
        Map<String, String> environment =
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Store store = Store.open(file, "test", environment, remark -> {});
        open.add(store);
        Database database = Database.open(StoreAddress.of(file), environment);
        open.add(database);
        // Nights have no length, so no job gets old.
        QueueOptions options = new QueueOptions(
                "agent", false, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO, Duration.ofHours(9));
        JobRuns runs = new JobRuns(database, options);
        for (String content : MODELS.keySet()) {
            // As bundles; the first is the data set too.
            store.contents(ContentLimits.DEFAULT).put(Files.writeString(folder.resolve("content"), content));
        }
        MadeResults results = new MadeResults(folder);
        KeptImages ports = new KeptImages(new MadeUpBoards(), store.flashes(), attendance);
        List<String> boards = new ArrayList<>();
        for (int board = 1; board <= boardCount; board++) {
            boards.add("B" + board);
            runs.enter("pool", "B" + board);
        }
        for (int night = 0; night < NIGHTS; night++) {
            night(store, runs, results, ports, boards);
        }
        return erases(database);
    }

    private void night(Store store, JobRuns runs, MadeResults results, KeptImages ports, List<String> boards)
            throws Exception {
        List<Job> jobs = new ArrayList<>();
        for (String model : MODELS.keySet()) {
            jobs.add(store.jobs()
                    .submit(new JobOrder(
                            "pool",
                            "nights",
                            model,
                            image(model).sha256(),
                            image("ad01").sha256(),
                            OptionalInt.empty())));
        }
        int ended = 0;
        while (ended < jobs.size()) {
            Map<Job, Lease> begun = new LinkedHashMap<>();
            Collections.shuffle(boards, random);
            for (String board : boards) {
                Lease lease = store.leases()
                        .take(board, "agent", "job", Duration.ofHours(1))
                        .orElseThrow();
                Optional<Job> job = runs.start("pool", new Ticket(board, 1), lease);
                if (job.isPresent()) {
                    begun.put(job.get(), lease);
                } else {
                    lease.release();
                }
            }
            assertTrue(!begun.isEmpty(), "seed " + seed + ": jobs wait for boards that leave them to others");
            for (Map.Entry<Job, Lease> each : begun.entrySet()) {
                run(runs, results, ports, each.getKey(), each.getValue());
                ended++;
            }
        }
        for (Job job : jobs) {
            assertEquals(
                    JobState.PASSED, store.jobs().find(job.id()).orElseThrow().state());
        }
    }

    private static void run(JobRuns runs, MadeResults results, KeptImages ports, Job job, Lease lease)
            throws Exception {
        FirmwareImage image = image(job.order().name());
        RunRequest request = TestRequests.of(lease.board(), ResultStore.NONE, BoardAccess.GIVEN);
        Flasher flasher = ports.flasher(request);
        flasher.flash(image, Progress.SILENT);
        Runner runner = new Runner(job.id(), lease.board(), lease.fence());
        runs.results(runner)
                .save(results.run("bench", lease.board(), image.sha256()), List.of(), request.wear(flasher.erases()));
        runs.finish(runner, JobEnd.passed("it"));
        lease.release();
    }

    private static Map<String, List<Long>> erases(Database database) throws Exception {
        Map<String, List<Long>> erases = new TreeMap<>();
        database.each(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT board_serial, erases FROM v_wear ORDER BY board_serial, sector_address")) {
                return Rows.list(
                        query,
                        row -> erases.computeIfAbsent(row.getString(1), board -> new ArrayList<>())
                                .add(row.getLong(2)));
            }
        });
        return erases;
    }

    /** Boards alike in what they bore; which of them did is left to chance. */
    private static List<List<Long>> sorted(Map<String, List<Long>> erases) {
        return erases.values().stream()
                .sorted((one, other) -> Arrays.compare(
                        one.stream().mapToLong(Long::longValue).toArray(),
                        other.stream().mapToLong(Long::longValue).toArray()))
                .toList();
    }

    private static String row(String what, List<List<Long>> boards) {
        return String.format(
                Locale.ROOT,
                "| %s | %s |",
                what,
                boards.stream()
                        .collect(Collectors.groupingBy(board -> board, LinkedHashMap::new, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(each -> (boards.size() == 1 ? "" : each.getValue() + " boards: ")
                                + each.getKey().stream()
                                        .map(erases -> String.format(Locale.ROOT, "%,d", erases))
                                        .collect(Collectors.joining(" / ")))
                        .collect(Collectors.joining("; ")));
    }

    /**
     * ad01 and vww01 lie in three sectors, the others in one. One board that is always flashed: five erases a night of the first
     * sector, two of the next ones. One that keeps its image begins each night with the one it ended with, so it is spared one
     * flash of five: of vww01, which comes last, in the second night and every other one from there; of shapes, which comes last
     * in those, in the others. Five boards that are always flashed have one model each. Five that keep them are flashed once.
     */
    @Test
    void shouldSpareTheFlashOfBoardsThatKeepTheirImages() throws Exception {
        List<String> table = new ArrayList<>();
        List<List<Long>> one = sorted(year(1, Attendance.ATTENDED));
        assertEquals(List.of(List.of(1825L, 730L, 730L)), one);
        table.add(row("one board, always flashed", one));
        List<List<Long>> oneKept = sorted(year(1, Attendance.UNATTENDED));
        long first = 5 + 364 * 4;
        long next = 2 + 182 * 1 + 182 * 2;
        assertEquals(List.of(List.of(first, next, next)), oneKept);
        table.add(row("one board, image kept", oneKept));
        List<Long> small = List.of(365L);
        List<Long> large = List.of(365L, 365L, 365L);
        List<List<Long>> five = sorted(year(5, Attendance.ATTENDED));
        assertEquals(List.of(small, small, small, large, large), five);
        table.add(row("five boards, always flashed", five));
        List<Long> once = List.of(1L);
        List<Long> onceLarge = List.of(1L, 1L, 1L);
        List<List<Long>> fiveKept = sorted(year(5, Attendance.UNATTENDED));
        assertEquals(List.of(once, once, once, onceLarge, onceLarge), fiveKept, "seed " + seed);
        table.add(row("five boards, image kept", fiveKept));

        String shown = String.join("\n", table);
        System.out.println(shown);
        String documentation = Files.readString(Path.of("..", "agent", "docs", "agent.md"), StandardCharsets.UTF_8);
        assertTrue(documentation.contains(shown), () -> "docs/agent.md must show\n" + shown);
    }
}
