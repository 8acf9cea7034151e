// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedDataSetTest {
    private static final long PLENTY = 1 << 20;

    private static final String LABELLED = """
        name: 'wörter "and" \\ marks'
        layout: raw
        data: values.bin
        dtype: i8
        shape: [1, 2, 1]
        values: {scale: 0.1, offset: -0.3333333333333333}
        labels: [2, 0, 1]
        label_offset: 1
        classes: [grün, "a, b", c]
        metric: top5
        """;

    private static final String SEVERAL = """
        name: two
        layout: raw
        output: scores
        inputs:
          - {name: left, data: values.bin, dtype: u8, shape: [2], values: {scale: 0.5, offset: -1}}
          - {name: right, data: more.bin, dtype: f32, shape: [1]}
        """;

    private static final String OVERLAPPING = """
        name: windows
        layout: raw
        data: values.bin
        dtype: u8
        shape: [4]
        window: 2
        metric: mse
        """;

    private static final String DRAWN = "{name: drawn, layout: shapes, split: calibration, count: 5, metric: top1}";

    @TempDir
    private Path folder;

    private DataSet open(String yaml) throws IOException {
        Files.write(folder.resolve("values.bin"), new byte[] {1, 2, -3, 4, 5, 127});
        Files.write(folder.resolve("more.bin"), new byte[] {0, 0, -128, 63, 0, 0, 0, 64, 0, 0, 64, 64});
        return DataSets.open(Files.writeString(folder.resolve("set.yaml"), yaml));
    }

    private Path pack(DataSet set, String name) throws IOException {
        Path file = folder.resolve(name);
        PackedDataSet.write(set, file);
        return file;
    }

    private DataSet unpacked(Path file) throws IOException {
        return DataSets.open(PackedDataSet.unpack(file, Files.createTempDirectory(folder, "unpacked"), PLENTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {LABELLED, SEVERAL, OVERLAPPING, DRAWN})
    void shouldBeTheSameSetElsewhere(String yaml) throws IOException {
        DataSet set = open(yaml);

        DataSet again = unpacked(pack(set, "set.zip"));

        assertAll(
                () -> assertEquals(set.sha256(), again.sha256()),
                () -> assertEquals(
                        set.stream().map(Sample::sha256).toList(),
                        again.stream().map(Sample::sha256).toList()),
                () -> assertEquals(set.name(), again.name()),
                () -> assertEquals(set.classes(), again.classes()),
                () -> assertEquals(set.classNames(), again.classNames()),
                () -> assertEquals(set.judgedOutput(), again.judgedOutput()),
                () -> assertEquals(set.isJudged(), again.isJudged()),
                () -> assertEquals(set.shapes(), again.shapes()),
                () -> assertEquals(
                        set.parts().stream().map(DataSet::mapping).toList(),
                        again.parts().stream().map(DataSet::mapping).toList()));
        if (set.isJudged()) {
            assertEquals(set.metric(), again.metric());
        }
    }

    /** What is stored by its hash is stored once. */
    @Test
    void shouldGiveTheSameBytesAnywhere() throws IOException {
        DataSet set = open(LABELLED);
        byte[] here = Files.readAllBytes(pack(set, "here.zip"));
        TimeZone zone = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            assertArrayEquals(here, Files.readAllBytes(pack(set, "there.zip")));
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void shouldPackOnlyWhatALimitLeaves() throws IOException {
        assertEquals(2, unpacked(pack(open(LABELLED).limit(2), "set.zip")).size());
    }

    @Test
    void shouldRefuseMoreThanTheLimit() throws IOException {
        Path file = pack(open(DRAWN), "set.zip");
        Path target = Files.createDirectory(folder.resolve("small"));

        DataSetException refusal = assertThrows(DataSetException.class, () -> PackedDataSet.unpack(file, target, 1000));

        assertTrue(String.valueOf(refusal.getMessage()).contains("limit for uploads"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../dataset.yaml", "/tmp/dataset.yaml", "a/dataset.yaml", "input-0.bin.sh", "input-.bin"})
    void shouldWriteNothingOutsideOfItsFolder(String name) throws IOException {
        Path file = folder.resolve("hostile.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write("name: x".getBytes(StandardCharsets.UTF_8));
        }
        Path target = Files.createDirectory(folder.resolve("target"));

        assertThrows(DataSetException.class, () -> PackedDataSet.unpack(file, target, PLENTY));

        try (var left = Files.list(target)) {
            assertEquals(0, left.count());
        }
        assertFalse(Files.exists(folder.resolve("dataset.yaml")));
    }

    @Test
    void shouldRefuseWhatDescribesNothing() throws IOException {
        Path file = Files.write(folder.resolve("noise.zip"), new byte[] {1, 2, 3});
        Path target = Files.createDirectory(folder.resolve("target"));

        assertThrows(DataSetException.class, () -> PackedDataSet.unpack(file, target, PLENTY));
    }
}
