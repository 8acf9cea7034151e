// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.PackedDataSet;
import dev.hilda.failure.ExplainedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Configurations and data sets with damage, by accident or design: each is read or refused with a reason. */
@Timeout(600)
class HostileFilesTest {
    private static final long MOST_BYTES = 1 << 20;
    private static final List<String> LINES = List.of(
            "\t- x",
            "boards: &a [*a, *a]",
            "x: &x [1,1]\ny: [*x,*x,*x]",
            "bench: !!java.net.URL [\"http://x\"]",
            "---",
            "...",
            "boards: []",
            "boards: {}",
            "listen: {port: 99999999999999999999}",
            "listen: {host: '\\0'}",
            "? [a, b] : c",
            "limits: {cache_bytes: 0x7fffffffffffffff}",
            "mqtt: {url: 'mqtt://a:b@[::1'}",
            "store: {file: '\\u0000'}",
            "<<: 1",
            "store: {url: 'jdbc:postgresql://h/d?sslmode=off&socketFactory=x', user: u, password_file: /dev/zero}",
            "mqtt: {url: mqtts://h, password_file: /dev/zero, ca: /dev/zero, certificate: /, key: /}",
            "patience: 3",
            "listen: {host: 0.0.0.0, keystore: /dev/zero, keystore_password_file: /proc/self/mem}",
            "[".repeat(3000),
            "bench: " + "a".repeat(5000));

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("hilda.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void shouldReadConfigurationsOrSayWhatIsWrong() throws Exception {
        configurations(300);
    }

    @Test
    void shouldUnpackDataSetsOrSayWhatIsWrong() throws Exception {
        dataSets(40);
    }

    @Test
    @Tag("full")
    void shouldReadMoreOfBoth() throws Exception {
        configurations(20_000);
        dataSets(4000);
    }

    private void configurations(int count) throws Exception {
        System.out.println("HostileFilesTest -Dhilda.seed=" + seed);
        byte[] example;
        try (InputStream text = BenchAgent.class.getResourceAsStream("/dev/hilda/agent/cli/bench.yaml")) {
            example = text.readAllBytes();
        }
        Path file = folder.resolve("bench.yaml");
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] content = random.nextBoolean() ? lines(example) : bytes(example);
            Files.write(file, content);
            try {
                assertFalse(ConfigurationReader.read(file, "host", Set.of("nucleo-h743zi"))
                        .boards()
                        .isEmpty());
            } catch (BenchFailure refusal) {
                refused++;
                assertEquals(FailureKind.CONFIGURATION, refusal.kind(), "seed " + seed);
                assertFalse(String.valueOf(refusal.getMessage()).contains("Exception"), "seed " + seed + refusal);
            } catch (RuntimeException defect) {
                throw new AssertionError("seed " + seed + "\n" + new String(content, StandardCharsets.UTF_8), defect);
            }
        }
        assertTrue(refused > count / 10, refused + " refused");
    }

    private byte[] lines(byte[] example) {
        List<String> lines = new ArrayList<>(
                new String(example, StandardCharsets.UTF_8).lines().toList());
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(4)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
                // What the example shows as a comment.
                case 2 -> lines.set(at, lines.get(at).replaceFirst("# ", ""));
                default -> lines.add(at, LINES.get(random.nextInt(LINES.size())));
            }
        }
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] bytes(byte[] whole) {
        byte[] changed = whole.clone();
        for (int i = random.nextInt(6); i >= 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
    }

    private void dataSets(int count) throws Exception {
        System.out.println("HostileFilesTest -Dhilda.seed=" + seed);
        Path place = Files.createDirectories(folder.resolve("sets"));
        Path whole = place.resolve("whole.zip");
        PackedDataSet.write(DataSets.shipped("shapes-calibration").limit(3), whole);
        byte[] packed = Files.readAllBytes(whole);
        Path file = place.resolve("data.zip");
        int refused = 0;
        for (int i = 0; i < count; i++) {
            Files.write(file, bytes(packed));
            Path into = Files.createDirectory(place.resolve("into"));
            try {
                DataSet set = DataSets.open(PackedDataSet.unpack(file, into, MOST_BYTES));
                for (int index = 0; index < set.size(); index++) {
                    set.sample(index);
                }
            } catch (ExplainedException | IOException refusal) {
                refused++;
            } catch (RuntimeException defect) {
                throw new AssertionError("seed " + seed, defect);
            }
            remove(into);
            assertEquals(Set.of("data.zip", "whole.zip"), names(place), "seed " + seed);
        }
        assertTrue(refused > count / 10, refused + " refused");
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    private static void remove(Path tree) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = new ArrayList<>(walk.toList());
        }
        Collections.reverse(paths);
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
