// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.CounterSource;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.NetworkFormatException;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.run.OutputTable.Row;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs do with the oracle's outputs of runs before them. */
class OracleOutputsTest {
    private static final int IMAGES = 12;

    @TempDir
    private Path folder;

    private final List<String> remarks = new ArrayList<>();

    @BeforeEach
    void makeImages() throws IOException {
        SmallNetwork.dataSet(folder, IMAGES, "top1");
    }

    private BuildCache cache() {
        return new BuildCache(folder.resolve("cache"));
    }

    /** A run with the cache; its result's document. */
    private JsonNode run() throws Exception {
        return run(Optional.empty());
    }

    private JsonNode run(Optional<Integer> limit) throws Exception {
        FakeBench bench = new FakeBench(
                FakeBoard.withNetwork(SmallNetwork.hello(), SmallNetwork.onBoard()),
                folder.resolve("results").resolve(String.valueOf(System.nanoTime())));
        NetworkTask task = NetworkPreparation.of(
                        OracleOutputsTest::opened,
                        Path.of("small.hilda"),
                        RunInputs.dataSet(folder.resolve("dataset.yaml"), limit),
                        Demands.NONE,
                        AnswerFiles.NONE,
                        new ProfileCatalog(folder).load("virtual-nucleo-h743zi"))
                .task(false, LineRates.FASTEST, CounterSource.NONE, Optional.of(cache()), remarks::add);
        try {
            new BoardRun<>(bench.request(), task, bench, new Heard<>(), new CancelToken()).run();
        } catch (BenchFailure failed) {
            assertEquals(FailureKind.PARITY, failed.kind());
        }
        return new ObjectMapper().readTree(bench.kept().get(0));
    }

    private static DeploymentSource.Opened opened(Path file, BoardProfile profile) {
        return new DeploymentSource.Opened(
                InputSlot.of(SmallNetwork.NETWORK),
                NetworkOutput.of(SmallNetwork.NETWORK),
                () -> SmallNetwork.DEPLOYMENT);
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(folder.resolve("cache"))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder.resolve("cache"))) {
            return all.filter(file -> file.endsWith("outputs.bin")).toList();
        }
    }

    private String key(Path file) {
        return folder.resolve("cache").relativize(file).getName(0).toString().replace("oracle-", "");
    }

    private OutputTable read(Path file) throws IOException {
        return OutputTable.read(Files.readAllBytes(file), key(file), SmallNetwork.NETWORK.answerElements(), IMAGES);
    }

    /** Changes a row of the file, and its checksum with it. */
    private void change(Path file, int row, Row with) throws IOException {
        OutputTable table = read(file);
        List<Row> rows = new ArrayList<>(table.rows());
        rows.set(row, with);
        Files.write(file, new OutputTable(table.columns(), rows).toBytes(key(file)));
    }

    private static Ints wrong(Ints outputs) {
        int[] wrong = outputs.toArray();
        wrong[0]++;
        return Ints.of(wrong);
    }

    @Test
    void shouldSayTheSameWithTheOutputsOfARunBefore() throws Exception {
        JsonNode cold = run();
        byte[] kept = Files.readAllBytes(files().get(0));
        JsonNode warm = run();
        Set<String> differing = new TreeSet<>();
        cold.fieldNames().forEachRemaining(name -> {
            if (!cold.get(name).equals(warm.get(name))) {
                differing.add(name);
            }
        });
        // The fake board's clock is the host's.
        Set<String> ofTime = Set.of(
                "run_id",
                "time",
                "run_host_ms",
                "images_host_ms",
                "images_per_second",
                "board_idle_cycles",
                "board_uptime_cycles",
                "cycles_over_ideal",
                "cycles_per_image",
                "wire_utilisation");
        differing.removeAll(ofTime);
        assertEquals(Set.of(), differing);
        assertEquals(IMAGES, warm.path("parity_matched").asInt());
        assertArrayEquals(kept, Files.readAllBytes(files().get(0)));
        assertEquals(List.of(), remarks);
    }

    /** Else the run would not differ from what they say. */
    @Test
    void shouldCompareWithTheOutputsOfARunBefore() throws Exception {
        run();
        Path file = files().get(0);
        Row row = read(file).rows().get(3);
        change(file, 3, new Row(row.inputSha256(), wrong(row.outputs())));
        assertEquals(IMAGES - 1, run().path("parity_matched").asInt());
    }

    @Test
    void shouldNoticeEveryBitThatWasAltered() throws Exception {
        run();
        byte[] good = Files.readAllBytes(files().get(0));
        String key = key(files().get(0));
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] altered = good.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(
                    IOException.class,
                    () -> OutputTable.read(altered, key, SmallNetwork.NETWORK.answerElements(), IMAGES));
        }
    }

    @Test
    void shouldComputeAnewWhatIsDamagedAndSaySo() throws Exception {
        run();
        Path file = files().get(0);
        byte[] good = Files.readAllBytes(file);
        byte[] altered = good.clone();
        altered[good.length - 40]++;
        Files.write(file, altered);
        assertEquals(IMAGES, run().path("parity_matched").asInt());
        assertEquals(1, remarks.size());
        assertTrue(remarks.get(0).startsWith("the oracle's outputs in the cache are damaged and are computed anew:"));
        assertArrayEquals(good, Files.readAllBytes(file), "it is whole again");

        Files.delete(file);
        assertEquals(IMAGES, run().path("parity_matched").asInt());
        assertEquals(2, remarks.size());
        assertArrayEquals(good, Files.readAllBytes(file));
    }

    @Test
    void shouldUseAnInputsOutputsForNoOther() throws Exception {
        run();
        Path file = files().get(0);
        byte[] good = Files.readAllBytes(file);
        Row row = read(file).rows().get(5);
        change(file, 5, new Row("00".repeat(32), wrong(row.outputs())));
        assertEquals(IMAGES, run().path("parity_matched").asInt());
        assertArrayEquals(good, Files.readAllBytes(file));
    }

    @Test
    void shouldKeepOutputsOfEachImageSetApart() throws Exception {
        run();
        byte[] images = Files.readAllBytes(folder.resolve("images.bin"));
        images[images.length - 1]++;
        Files.write(folder.resolve("images.bin"), images);
        run();
        run(Optional.of(5));
        assertEquals(3, files().size());
        assertEquals(3, new HashSet<>(files().stream().map(this::key).toList()).size());
    }

    /** Every network file that can be read and differs in a byte: any weight, shape or factor. */
    @Test
    void shouldHaveAnotherKeyForAnyOtherNetworkDataSetOrOracle() throws Exception {
        byte[] document = NetworkFile.write(SmallNetwork.NETWORK);
        Set<String> keys = new HashSet<>(Set.of(OracleOutputs.key(SmallNetwork.NETWORK, "data", "stamp")));
        int networks = 1;
        for (int at = 0; at < document.length; at++) {
            byte[] other = document.clone();
            other[at]++;
            try {
                keys.add(OracleOutputs.key(NetworkFile.read(other), "data", "stamp"));
                networks++;
            } catch (NetworkFormatException invalid) {
                // No network.
            }
        }
        assertTrue(networks > 20, networks + " networks");
        assertEquals(networks, keys.size());
        keys.add(OracleOutputs.key(SmallNetwork.NETWORK, "other data", "stamp"));
        keys.add(OracleOutputs.key(SmallNetwork.NETWORK, "data", "another stamp"));
        assertEquals(networks + 2, keys.size());
    }

    @Test
    void shouldKnowAnOracleByItsCode() throws Exception {
        Path root = Path.of(OracleStamp.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path copy = folder.resolve("classes");
        Path archive = folder.resolve("agent.jar");
        try (FileSystem jar = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            for (String part : List.of("oracle", "network", "dataset")) {
                copy(root, "dev/hilda/agent/" + part, copy);
                copy(root, "dev/hilda/agent/" + part, jar.getPath("/"));
            }
            assertEquals(OracleStamp.OF_THIS_PROGRAM.orElseThrow(), OracleStamp.of(jar.getPath("/")));
        }
        assertEquals(OracleStamp.OF_THIS_PROGRAM.orElseThrow(), OracleStamp.of(copy));
        Path step = copy.resolve("dev/hilda/agent/oracle/SoftmaxStep.class");
        byte[] code = Files.readAllBytes(step);
        code[code.length / 2]++;
        Files.write(step, code);
        assertNotEquals(OracleStamp.OF_THIS_PROGRAM.orElseThrow(), OracleStamp.of(copy));
    }

    private static void copy(Path root, String part, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(part))) {
            files.forEach(file -> {
                try {
                    Path target = to.resolve(root.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void shouldRunWhereTheCacheCannotBeUsed() throws Exception {
        Files.writeString(folder.resolve("cache"), "a file, not a folder");
        assertEquals(IMAGES, run().path("parity_matched").asInt());
    }
}
