// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.dataset.NpyArray;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.measure.Ranking;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.ReferenceResult;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerLogTest {
    private static final int IMAGES = 12;
    private static final int OUTPUTS = 3;

    @TempDir
    private Path folder;

    private DataSet images;

    @BeforeEach
    void open() throws IOException {
        images = SmallNetwork.dataSet(folder, IMAGES, "top1");
    }

    private RunResult run(FakeNetwork network, Optional<Path> predictions, Optional<Path> reference) throws Exception {
        return SmallNetwork.result(
                network,
                images,
                new RunAims(
                        Demands.NONE,
                        OptionalLong.empty(),
                        OptionalInt.empty(),
                        false,
                        predictions,
                        reference.map(ReferenceOutputs::read)));
    }

    /** What the network makes of each image; its outputs are real numbers already. */
    private List<int[]> expected() {
        Oracle oracle = Oracle.of(SmallNetwork.NETWORK);
        List<int[]> outputs = new ArrayList<>();
        for (Sample sample : images) {
            outputs.add(oracle.run(sample.codes(8, 1, 0)));
        }
        return outputs;
    }

    private Path reference(List<int[]> outputs, float addedToFirst) throws IOException {
        ByteBuffer values =
                ByteBuffer.allocate(outputs.size() * OUTPUTS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int[] row : outputs) {
            for (int output : row) {
                values.putFloat(values.position() == 0 ? output + addedToFirst : output);
            }
        }
        byte[] header = NpyArray.float32Header(outputs.size(), OUTPUTS);
        byte[] all = ByteBuffer.allocate(header.length + values.capacity())
                .put(header)
                .put(values.array())
                .array();
        return Files.write(folder.resolve("outputs.npy"), all);
    }

    @Test
    void shouldWriteATableOfWhatTheBoardMadeOfEachInput() throws Exception {
        Path file = folder.resolve("predictions.csv");
        run(SmallNetwork.onBoard(), Optional.of(file), Optional.empty());
        List<String> lines = Files.readAllLines(file);
        assertEquals("index,sample,input_sha256,label,prediction,cycles,score_0,score_1,score_2", lines.get(0));
        assertEquals(IMAGES + 1, lines.size());
        Sample sample = images.sample(5);
        int[] outputs = expected().get(5);
        assertEquals(
                String.join(
                        ",",
                        "5",
                        sample.id(),
                        Sha256.hex(sample.codes(8, 1, 0)),
                        "" + sample.label().orElseThrow(),
                        "" + Ranking.first(outputs),
                        "315",
                        "" + (float) outputs[0],
                        "" + (float) outputs[1],
                        "" + (float) outputs[2]),
                lines.get(6));
    }

    @Test
    void shouldWriteTheScoresAsAnArrayThatIsReadAgain() throws Exception {
        Path file = folder.resolve("scores.npy");
        run(SmallNetwork.onBoard(), Optional.of(file), Optional.empty());
        NpyArray read = NpyArray.read(file);
        assertEquals(List.of(IMAGES, OUTPUTS), read.extents());
        int[] outputs = expected().get(7);
        assertArrayEquals(new double[] {outputs[0], outputs[1], outputs[2]}, read.row(7));
    }

    /** Rows of answers there were are a whole array, however the run ends. */
    @Test
    void shouldWriteWhatWasAnsweredBeforeAnImageThatCannotBeRead() throws Exception {
        Files.write(folder.resolve("images.bin"), new byte[5 * 4]);
        Path file = folder.resolve("scores.npy");
        run(SmallNetwork.onBoard(), Optional.of(file), Optional.empty());
        assertEquals(List.of(5, OUTPUTS), NpyArray.read(file).extents());
    }

    @Test
    void shouldFindNoDifferenceFromItself() throws Exception {
        ReferenceResult found = run(SmallNetwork.onBoard(), Optional.empty(), Optional.of(reference(expected(), 0)))
                .reference()
                .orElseThrow();
        assertEquals(IMAGES, found.referenceAgreementImages());
        assertEquals(0, found.referenceMaxError());
        assertTrue(found.referenceSqnrDb().isEmpty());
        assertEquals(List.of(), found.referenceWorst());
    }

    @Test
    void shouldMeasureTheDifferenceFromAReference() throws Exception {
        RunResult result = run(SmallNetwork.onBoard(), Optional.empty(), Optional.of(reference(expected(), 1000)));
        ReferenceResult found = result.reference().orElseThrow();
        assertEquals("outputs.npy", found.referenceFile());
        assertEquals(1000, found.referenceMaxError());
        assertEquals(1000 / Math.sqrt(IMAGES * OUTPUTS), found.referenceRmsError(), 1e-9);
        assertEquals(1, found.referenceWorst().size());
        assertEquals(0, found.referenceWorst().get(0).image());
        assertTrue(found.referenceSqnrDbOutputs().get(0).isPresent());
        assertTrue(found.referenceSqnrDbOutputs().get(1).isEmpty());
        assertEquals(result, RunResult.parse(result.toJson()));
        assertTrue(result.toJson().contains(",null,null]"), result::toJson);
    }

    @Test
    void shouldRefuseAReferenceForOtherInputsOrOutputs() throws Exception {
        ReferenceOutputs reference = ReferenceOutputs.read(reference(expected().subList(0, 4), 0));
        BenchFailure few = assertThrows(BenchFailure.class, () -> reference.requireInputs(images));
        assertTrue(few.remedy().orElseThrow().contains("--limit 4"), few::toString);
        reference.requireInputs(images.limit(4));
        reference.requireOutputs(outputs(OUTPUTS));
        assertThrows(BenchFailure.class, () -> reference.requireOutputs(outputs(4)));
    }

    /** So many in two tensors. */
    private static List<NetworkOutput> outputs(int numbers) {
        return List.of(
                new NetworkOutput("first", TensorShape.vector(1)),
                new NetworkOutput("second", TensorShape.vector(numbers - 1)));
    }

    @Test
    void shouldRefuseAFileOfPredictionsThatCannotBeWritten() {
        assertThrows(
                BenchFailure.class, () -> PredictionFile.requireWritable(folder.resolve("nowhere/predictions.csv")));
        assertThrows(BenchFailure.class, () -> PredictionFile.requireWritable(folder));
        PredictionFile.requireWritable(folder.resolve("predictions.csv"));
    }

    /** As {@code hilda invoke} does it: real numbers, or codes of either kind, in; real numbers out. */
    @Test
    void shouldComputeAnArrayFromAnArrayOfNumbersOrCodes() throws Exception {
        byte[] signed = {-128, 127, 0, 5, 1, 2, 3, 4};
        byte[] unsigned = new byte[signed.length];
        ByteBuffer reals = ByteBuffer.allocate(signed.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < signed.length; index++) {
            unsigned[index] = (byte) (signed[index] + 128);
            reals.putFloat(signed[index] + 128 + 0.25f);
        }
        List<Path> inputs = List.of(
                array("f4.npy", "<f4", reals.array()),
                array("u1.npy", "|u1", unsigned),
                array("i1.npy", "|i1", signed));
        int[] expected = Oracle.of(SmallNetwork.NETWORK).run(Arrays.copyOfRange(unsigned, 4, 8));
        for (Path input : inputs) {
            RunInputs array = RunInputs.arrays(List.of(input));
            array.requireFit(slots(4), outputs(OUTPUTS));
            images = array.of(SmallNetwork.NETWORK.inputTensors());
            Path output = folder.resolve("y.npy");
            run(SmallNetwork.onBoard(), Optional.of(output), Optional.empty());
            NpyArray computed = NpyArray.read(output);
            assertEquals(List.of(2, OUTPUTS), computed.extents());
            assertArrayEquals(new double[] {expected[0], expected[1], expected[2]}, computed.row(1), input.toString());
        }
        assertThrows(
                DataSetException.class,
                () -> RunInputs.arrays(inputs.subList(0, 1)).requireFit(slots(3), outputs(OUTPUTS)));
    }

    private static List<InputSlot> slots(int elements) {
        return List.of(new InputSlot("x", TensorShape.vector(elements)));
    }

    /** Two inputs of four values. */
    private Path array(String name, String descr, byte[] values) throws IOException {
        String header = new String(NpyArray.float32Header(2, 4), StandardCharsets.ISO_8859_1).replace("<f4", descr);
        byte[] start = header.getBytes(StandardCharsets.ISO_8859_1);
        return Files.write(
                folder.resolve(name),
                ByteBuffer.allocate(start.length + values.length)
                        .put(start)
                        .put(values)
                        .array());
    }
}
