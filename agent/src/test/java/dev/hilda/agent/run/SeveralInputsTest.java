// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.session.RunReport;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a network with two inputs, of 3 values in 4 bits and of 2 in 8. */
class SeveralInputsTest {
    private static final IntegerNetwork TWO = SmallNetwork.twoInputs();
    private static final List<Tensor> INPUTS = TWO.inputTensors();
    private static final int IMAGES = 20;

    @TempDir
    private Path folder = Path.of("");

    private static RunReport.Answers run(DataSet images) throws InterruptedException {
        return SmallNetwork.run(SmallNetwork.onBoard(TWO), SmallNetwork.deployment(TWO), images, state -> {})
                .report()
                .answers()
                .orElseThrow();
    }

    @Test
    void shouldDrawEachInputOfASeed() throws Exception {
        DataSet drawn = RunInputs.seeded(7, IMAGES).of(INPUTS);
        assertEquals(IMAGES, run(drawn).parity().matched());
        List<Tensor> alike = List.of(INPUTS.get(1), INPUTS.get(1));
        DataSet same = DataSets.seeded(alike, 7, 1);
        byte[] codes = same.sample(0).codes(alike);
        assertNotEquals(List.of(codes[0], codes[1]), List.of(codes[2], codes[3]));
        assertArrayEquals(
                Arrays.copyOf(codes, 2),
                DataSets.seeded(alike.subList(0, 1), 7, 1).sample(0).codes(alike.subList(0, 1)));
    }

    @Test
    void shouldTakeAnArrayForEachInput() throws Exception {
        ByteBuffer wide = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        wide.asFloatBuffer().put(new float[] {0, 1, -1, 2.5f});
        List<Path> files = List.of(
                array("narrow.npy", "|u1", "(2, 3)", new byte[] {8, 9, 7, 0, 1, 15}),
                array("wide.npy", "<f4", "(2, 2)", wide.array()));
        RunInputs arrays = RunInputs.arrays(files);
        arrays.requireFit(InputSlot.of(INPUTS), NetworkOutput.of(TWO));
        DataSet images = arrays.of(INPUTS);
        assertEquals(2, run(images).parity().matched());
        Sample second = images.sample(1);
        byte[] codes = second.codes(INPUTS);
        assertArrayEquals(new byte[] {0, 1, 15, 98, 105}, codes);
        assertArrayEquals(new int[] {98, 105, 84, 86, 114}, Oracle.of(TWO).runCodes(new int[] {0, 1, 15, 98, 105}));
        BenchFailure one = assertThrows(
                BenchFailure.class,
                () -> RunInputs.arrays(files.subList(0, 1)).requireFit(InputSlot.of(INPUTS), NetworkOutput.of(TWO)));
        assertTrue(one.expected().orElseThrow().contains("narrow 1x1x3, wide 1x1x2"), one::toString);
        assertThrows(
                DataSetException.class,
                () -> RunInputs.arrays(List.of(files.get(1), files.get(0)))
                        .requireFit(InputSlot.of(INPUTS), NetworkOutput.of(TWO)));
    }

    @Test
    void shouldRefuseAPicture() throws IOException {
        Path picture = Files.createFile(folder.resolve("a.png"));
        LonePicture lone = new LonePicture(picture, remark -> {});
        List<InputSlot> pictures =
                List.of(new InputSlot("a", new TensorShape(8, 8, 3)), new InputSlot("b", new TensorShape(8, 8, 3)));
        assertThrows(BenchFailure.class, () -> lone.requireFit(pictures, List.of()));
        lone.requireFit(pictures.subList(0, 1), List.of());
    }

    /** The YAML lists the inputs in another order than the network has them. */
    @Test
    void shouldRunOnADataSetOfBoth() throws Exception {
        Files.write(folder.resolve("narrow.bin"), new byte[] {0, 1, 2, 3, 4, 5});
        Files.write(folder.resolve("wide.bin"), new byte[] {10, 20, 30, 40});
        Path yaml = Files.writeString(folder.resolve("dataset.yaml"), """
                name: both
                layout: raw
                inputs:
                  - {name: wide, data: wide.bin, dtype: u8, shape: [2]}
                  - {name: narrow, data: narrow.bin, dtype: u8, shape: [3]}
                labels: [1, 0]
                metric: top1
                """);
        RunInputs set = RunInputs.dataSet(yaml, Optional.empty());
        set.requireFit(InputSlot.of(INPUTS), NetworkOutput.of(TWO));
        DataSet images = set.of(INPUTS);
        assertArrayEquals(
                new byte[] {11, 12, 13, (byte) 160, (byte) 180},
                images.sample(1).codes(INPUTS));
        RunReport.Answers answers = run(images);
        assertEquals(2, answers.parity().matched());
        assertEquals(2, answers.accuracy().classification().orElseThrow().images());
        assertTrue(DataReading.of(images, INPUTS).inputs().isPresent());
        assertThrows(
                DataSetException.class,
                () -> set.requireFit(InputSlot.of(INPUTS.subList(0, 1)), NetworkOutput.of(TWO)));
    }

    private Path array(String name, String descr, String shape, byte[] values) throws IOException {
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        String padded = header + " ".repeat(64 - 10 - 1 - header.length() % 54 + 54) + "\n";
        ByteBuffer file =
                ByteBuffer.allocate(10 + padded.length() + values.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        file.putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .put(values);
        return Files.write(folder.resolve(name), file.array());
    }
}
