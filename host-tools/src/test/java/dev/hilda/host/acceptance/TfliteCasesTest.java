// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.lower.LoweringException;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Small files, each made after a fault of some importer, against the outputs that TensorFlow Lite gave for them. Integer
 * outputs may differ by a code for each layer that rounds, float ones by 1e-4 of the largest output, and quantized to 8 bits
 * they keep 35 dB; what is not imported is refused for the reason that is told here. The table of outcomes is left in {@code target/tflite-cases.md}.
 */
class TfliteCasesTest {
    private static final double FLOAT_TOLERANCE = 1e-4;

    /** With weights of int8, TensorFlow Lite rounds activations to int8 as it goes. */
    private static final Map<String, Double> TOLERANCES = Map.of("c11_hybrid", 0.02);

    /** Signal to noise of our own 8 bits, calibrated on these few inputs, against the recorded outputs. */
    private static final double LEAST_DECIBELS = 35;

    /** What the message says of a case. */
    private static final Map<String, String> REFUSED = new TreeMap<>(Map.ofEntries(
            Map.entry("c08b_softmax_2100", "softmax takes at most 2047 channels"),
            Map.entry("c08d_softmax_0p0039_scale", "a softmax output with scale 1/256"),
            Map.entry("c12_16x8", "tensor in of INT16"),
            Map.entry("c22_acc_near_int32", "may accumulate 2369141824"),
            Map.entry("c24_batch4", "an input of batch size 1"),
            Map.entry("c30_pool_other_scale", "an output of the input's scale")));

    @Test
    void shouldGiveTensorFlowLitesOutputsOrAReason() throws IOException {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        Map<String, String> refused = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        StringBuilder table = new StringBuilder("| case | outcome |\n|---|---|\n");
        List<String> rows = Files.readAllLines(TestData.path("cases/cases.csv"));
        for (String row : rows.subList(1, rows.size())) {
            Case tried = Case.of(row);
            Outcome outcome;
            try {
                outcome = tried.outcome();
            } catch (ModelException | LoweringException refusal) {
                outcome = new Outcome(
                        "refused: " + String.valueOf(refusal.getMessage()).replaceAll("\\s+", " "), true);
                refused.put(tried.name, outcome.text);
            }
            table.append("| %s | %s |\n".formatted(tried.name, outcome.text));
            if (!outcome.isRight) {
                wrong.add(tried.name + ": " + outcome.text);
            }
        }
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("tflite-cases.md"), table);
        assertEquals(List.of(), wrong);
        assertEquals(REFUSED.keySet(), refused.keySet());
        refused.forEach((name, text) -> assertTrue(text.contains(REFUSED.getOrDefault(name, "?")), name + ": " + text));
    }

    private record Outcome(String text, boolean isRight) {}

    /** A row of the list of cases. */
    private record Case(String name, int inputs, int inputShift, int outputShift) {
        static Case of(String row) {
            String[] cells = row.split(",", -1);
            return new Case(cells[0], Integer.parseInt(cells[2]), shift(cells[3]), shift(cells[4]));
        }

        /** From stored bytes to codes. */
        private static int shift(String tensor) {
            return tensor.startsWith("uint8") ? 0 : 128;
        }

        Outcome outcome() throws IOException {
            ImportedModel model = new TfliteReader().read(TestData.path("cases/" + name + ".tflite"));
            if (inputs == 0) {
                return new Outcome("imported; TensorFlow Lite refuses it", true);
            }
            Optional<QuantizedGraph> quantized = model.quantized();
            return quantized.isPresent() ? codes(Lowering.lower(Canonical.of(quantized.get()))) : reals(model.graph());
        }

        private Outcome codes(IntegerNetwork network) throws IOException {
            Oracle oracle = Oracle.of(network);
            byte[] in = Files.readAllBytes(TestData.path("cases/" + name + ".in0.bin"));
            int size = in.length / inputs;
            int outputs = network.answerElements();
            int largest = 0;
            int unequal = 0;
            for (int index = 0; index < inputs; index++) {
                int[] output = oracle.runCodes(codes(in, index * size, size, inputShift));
                int[] expected = recorded(network, index);
                assertEquals(expected.length, output.length, name);
                for (int i = 0; i < outputs; i++) {
                    int difference = Math.abs(output[i] - expected[i]);
                    largest = Math.max(largest, difference);
                    unequal += difference > 0 ? 1 : 0;
                }
            }
            int layers = network.layers().size();
            String text =
                    "%d of %d codes off, by up to %d; %d layers".formatted(unequal, inputs * outputs, largest, layers);
            return new Outcome(text, largest <= layers);
        }

        /** What TensorFlow Lite answered to an input: one output after the other. */
        private int[] recorded(IntegerNetwork network, int index) throws IOException {
            int[] answer = new int[0];
            for (int output = 0; output < network.outputs().size(); output++) {
                byte[] stored = Files.readAllBytes(TestData.path("cases/" + name + ".out" + output + ".bin"));
                int count = stored.length / inputs;
                int filled = answer.length;
                answer = Arrays.copyOf(answer, filled + count);
                System.arraycopy(codes(stored, index * count, count, outputShift), 0, answer, filled, count);
            }
            return answer;
        }

        private static int[] codes(byte[] stored, int from, int count, int shift) {
            int[] codes = new int[count];
            for (int i = 0; i < count; i++) {
                codes[i] = (stored[from + i] + shift) & 0xFF;
            }
            return codes;
        }

        private Outcome reals(Graph graph) throws IOException {
            FloatBuffer in = floats(name + ".in0.bin");
            FloatBuffer recorded = floats(name + ".out0.bin");
            float[] values = new float[in.remaining()];
            in.get(values);
            float[] result = new FloatExecutor(Canonical.of(graph))
                    .run(new Batch(graph.inputShape(), inputs, values), (value, activations) -> {})
                    .values();
            assertEquals(recorded.remaining(), result.length, name);
            double largest = 0;
            double error = 0;
            for (int index = 0; index < result.length; index++) {
                largest = Math.max(largest, Math.abs(recorded.get(index)));
                error = Math.max(error, Math.abs(recorded.get(index) - result[index]));
            }
            double decibels = EightBits.decibels(Logits.of(Canonical.of(graph)), values, recorded);
            String text = String.format(
                    Locale.ROOT, "off by up to %.1e, largest output %.2g; in 8 bits %.1f dB", error, largest, decibels);
            boolean isRight = error <= TOLERANCES.getOrDefault(name, FLOAT_TOLERANCE) * largest;
            return new Outcome(text, isRight && decibels >= LEAST_DECIBELS);
        }
    }

    private static FloatBuffer floats(String file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(TestData.path("cases/" + file)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }
}
