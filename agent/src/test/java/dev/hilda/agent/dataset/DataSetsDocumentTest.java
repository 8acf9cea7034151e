// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/datasets.md} is true: its examples open, and it lists the keys that are read, no more and no fewer. */
class DataSetsDocumentTest {
    private static final Path DOCUMENT = Path.of("docs", "datasets.md");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern KEY_ROW = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\|");
    private static final Pattern EXPECTED_KEYS = Pattern.compile("expected: one of ([a-z0-9_, ]+)");

    @TempDir
    private Path folder;

    @Test
    void shouldOpenEveryExample() throws IOException {
        makeData();
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (String example : examples()) {
            DataSet set = DataSets.open(Files.writeString(folder.resolve("set.yaml"), example));
            set.sample(set.size() - 1).reals();
            sizes.put(set.name(), set.size());
        }
        assertEquals(
                Map.of(
                        "flowers",
                        2,
                        "cifar10-test",
                        2,
                        "photos",
                        1,
                        "keywords",
                        3,
                        "machine-sounds",
                        4,
                        "faces",
                        3,
                        "shapes-for-calibration",
                        200),
                sizes);
    }

    @Test
    void shouldReadTheExamplesPhotoByItsOwnMapping() throws IOException {
        makeData();
        String photos = examples().stream()
                .filter(example -> example.contains("name: photos"))
                .findFirst()
                .orElseThrow();
        DataSet set = DataSets.open(Files.writeString(folder.resolve("set.yaml"), photos));
        assertEquals(7, set.sample(0).label().orElseThrow());
        assertEquals(1.0, set.sample(0).reals()[0], 1e-6, "255 of a network for -1 to 1");
    }

    @Test
    void shouldListEveryKeyThatIsReadAndNoOther() throws IOException {
        makeData();
        TreeSet<String> documented = new TreeSet<>(
                KEY_ROW.matcher(document()).results().map(row -> row.group(1)).toList());
        TreeSet<String> read = new TreeSet<>();
        for (String example : examples()) {
            read.addAll(keysThatAreRead(example));
        }
        assertEquals(documented, read);
    }

    /** A key that no layout has makes the reader tell all that it knows of. */
    private Set<String> keysThatAreRead(String example) throws IOException {
        Path yaml = Files.writeString(folder.resolve("set.yaml"), example + "no_such_key: 1\n");
        String message = String.valueOf(
                assertThrows(DataSetException.class, () -> DataSets.open(yaml)).getMessage());
        Optional<MatchResult> expected =
                EXPECTED_KEYS.matcher(message).results().findFirst();
        assertTrue(expected.isPresent(), message);
        return Arrays.stream(expected.get().group(1).trim().split(", ", -1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> examples() throws IOException {
        return EXAMPLE.matcher(document())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String document() throws IOException {
        return Files.readString(DOCUMENT);
    }

    private void makeData() throws IOException {
        Files.write(folder.resolve("images.bin"), new byte[2 * 32 * 32 * 3]);
        Files.write(folder.resolve("labels.bin"), new byte[] {3, 9});
        Path photos = Files.createDirectories(folder.resolve("photos"));
        BufferedImage photo = new BufferedImage(200, 180, BufferedImage.TYPE_INT_RGB);
        photo.createGraphics().fillRect(0, 0, 200, 180); // white
        ImageIO.write(photo, "png", photos.resolve("a.png").toFile());
        for (String name : new String[] {"daisy", "tulip"}) {
            Path flowers = Files.createDirectories(folder.resolve("flowers").resolve(name));
            ImageIO.write(photo, "png", flowers.resolve("1.png").toFile());
        }
        Files.writeString(folder.resolve("labels.csv"), "file,class\na.png,7\n");
        Files.write(folder.resolve("features.npy"), NumpyFiles.zeroes("<f4", "(3, 49, 10, 1)", 3 * 490 * 4));
        Files.write(folder.resolve("images.npy"), NumpyFiles.zeroes("|u1", "(3, 64, 64, 3)", 3 * 64 * 64 * 3));
        Files.write(folder.resolve("poses.npy"), NumpyFiles.zeroes("<f4", "(3, 3)", 3 * 3 * 4));
        Files.write(folder.resolve("labels.npy"), NumpyFiles.zeroes("<i8", "(3,)", 3 * 8));
        Path clips = Files.createDirectories(folder.resolve("clips"));
        for (int clip = 0; clip < 4; clip++) {
            Files.write(clips.resolve("clip" + clip + ".bin"), new byte[640 * 4]);
        }
    }
}
