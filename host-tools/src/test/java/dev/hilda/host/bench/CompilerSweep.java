// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.bench.SweepFolder.Row;
import dev.hilda.host.emit.HostProgram;
import dev.hilda.host.firmware.Optimization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random networks on this machine and on a virtual board, each compiled as its seed says, against the oracle. {@code
 * .ci/compiler-sweep} runs it. Its name keeps it out of ordinary runs.
 */
@Tag("benchmark")
class CompilerSweep {
    /** Of one way to compile. More at a time take no less for each; fewer are lost when the sweep is ended. */
    private static final int CASES_PER_PROGRAM = 100;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    /** One way to run cases. */
    private interface Side {
        List<int[]> outputs(List<SweepCase> cases) throws IOException, InterruptedException;
    }

    @Test
    @Timeout(value = 7, unit = TimeUnit.DAYS)
    void sweep() throws Exception {
        String path = System.getProperty("hilda.sweep.folder", "");
        assumeTrue(!path.isEmpty(), "-Dhilda.sweep.folder=FOLDER");
        Path folder = Path.of(path);
        String alone = System.getProperty("hilda.sweep.case", "");
        SweepFolder kept = new SweepFolder(folder);
        if (!alone.isEmpty()) {
            SweepCase one = new SweepCase(Long.parseLong(alone));
            Path programs = Files.createDirectories(folder.resolve("case-" + one.seed()));
            List<Row> rows = run(List.of(one), programs);
            kept.add(rows);
            System.out.println(rows.get(0) + "\nits programs are in " + programs);
            assertEquals(List.of(), rows.stream().filter(row -> !row.isEqual()).toList());
            return;
        }
        List<SweepCase> cases =
                SweepCase.from(Long.getLong("hilda.sweep.first", 1), Integer.getInteger("hilda.sweep.cases", 5000));
        sweep(cases, kept);
        Map<Long, Row> rows = kept.rows();
        assertEquals(
                List.of(),
                cases.stream()
                        .map(each -> rows.get(each.seed()))
                        .filter(row -> row == null || !row.isEqual())
                        .toList());
    }

    private void sweep(List<SweepCase> cases, SweepFolder kept) throws IOException, InterruptedException {
        Map<Long, Row> before = kept.rows();
        List<SweepCase> left = cases.stream()
                .filter(each -> !before.containsKey(each.seed())
                        || !before.get(each.seed()).isAnswered())
                .toList();
        System.out.printf("%,d of %,d cases are done%n", cases.size() - left.size(), cases.size());
        long start = System.nanoTime();
        int done = 0;
        for (List<SweepCase> program : programs(left)) {
            Path folder = Files.createDirectories(bench.folder().resolve("programs"));
            long from = System.nanoTime();
            List<Row> rows = run(program, folder);
            delete(folder);
            kept.add(rows);
            done += program.size();
            rows.stream().filter(row -> !row.isEqual()).forEach(System.out::println);
            Duration eta = Duration.ofNanos((System.nanoTime() - start) / done * (left.size() - done));
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d cases in %.0f s; %,d of %,d done, %d min left%n",
                    program.get(0).optimization().label(),
                    program.size(),
                    (System.nanoTime() - from) / 1e9,
                    cases.size() - left.size() + done,
                    cases.size(),
                    eta.toMinutes());
        }
        report(cases, kept.rows());
    }

    /** All ways to compile in turn, so that a sweep that is ended has tried each. */
    private static List<List<SweepCase>> programs(List<SweepCase> cases) {
        int window = CASES_PER_PROGRAM * SweepCase.FLAGS.size();
        List<List<SweepCase>> programs = new ArrayList<>();
        for (int first = 0; first < cases.size(); first += window) {
            Map<Optimization, List<SweepCase>> byFlags = new TreeMap<>();
            for (SweepCase each : cases.subList(first, Math.min(cases.size(), first + window))) {
                byFlags.computeIfAbsent(each.optimization(), flags -> new ArrayList<>())
                        .add(each);
            }
            programs.addAll(byFlags.values());
        }
        return programs;
    }

    /** Runs cases that are compiled in one way. */
    private List<Row> run(List<SweepCase> cases, Path folder) throws IOException, InterruptedException {
        Optimization optimization = cases.get(0).optimization();
        Side host = some -> {
            Path program = Files.createTempDirectory(folder, "host");
            return HostProgram.build(program, networks(some), optimization)
                    .run(some.stream().map(SweepCase::input).toList());
        };
        Side board = some -> new BoardProgram(networks(some), folder.resolve("board"), optimization)
                .run(bench, List.of(some.stream().map(SweepCase::input).toList()))
                .get(0);
        List<String> onHost = verdicts(cases, host);
        List<String> onBoard = verdicts(cases, board);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            SweepCase each = cases.get(i);
            rows.add(new Row(each.seed(), optimization.label(), each.network().name(), onHost.get(i), onBoard.get(i)));
        }
        return rows;
    }

    /** What a side says of each case. Of cases that do not run together, each half by itself. */
    private static List<String> verdicts(List<SweepCase> cases, Side side) throws InterruptedException {
        try {
            List<int[]> outputs = side.outputs(cases);
            List<String> verdicts = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                verdicts.add(verdict(cases.get(i).expected(), outputs.get(i)));
            }
            return verdicts;
        } catch (IOException | RuntimeException | AssertionError failure) {
            if (cases.size() == 1) {
                return List.of(SweepFolder.FAILED + failure.getMessage());
            }
            System.out.printf("%d cases do not run together: %s%n", cases.size(), failure.getMessage());
            int half = cases.size() / 2;
            List<String> verdicts = new ArrayList<>(verdicts(cases.subList(0, half), side));
            verdicts.addAll(verdicts(cases.subList(half, cases.size()), side));
            return verdicts;
        }
    }

    private static String verdict(int[] expected, int[] actual) {
        int at = Arrays.mismatch(expected, actual);
        return at < 0
                ? SweepFolder.EQUAL
                : "different at %d of %d: expected %d, got %d".formatted(at, expected.length, expected[at], actual[at]);
    }

    private static List<IntegerNetwork> networks(List<SweepCase> cases) {
        return cases.stream().map(SweepCase::network).toList();
    }

    private static void report(List<SweepCase> cases, Map<Long, Row> rows) {
        for (Optimization optimization : SweepCase.FLAGS) {
            List<Row> of = cases.stream()
                    .filter(each -> each.optimization() == optimization)
                    .map(each -> rows.get(each.seed()))
                    .toList();
            long equal = of.stream().filter(row -> row != null && row.isEqual()).count();
            System.out.printf("%s: %,d of %,d equal on host and board%n", optimization.label(), equal, of.size());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
