// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelException;
import dev.hilda.host.frontend.tflite.TfliteReader;
import dev.hilda.host.frontend.tflite.TfliteRuntime;
import dev.hilda.host.frontend.tflite.TfliteRuntime.Codes;
import dev.hilda.host.ir.rewrite.Canonical;
import dev.hilda.host.lower.Lowering;
import dev.hilda.host.lower.LoweringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each layer of the integer cases, fed with what TensorFlow Lite had there: errors of other layers hide nothing. */
class TfliteLayersTest {
    private static final int LEAST_LAYERS = 40;

    private final List<String> wrong = new ArrayList<>();
    private int compared;

    @Test
    void shouldDifferByAtMostOneCodeOnTensorFlowLitesOwnInputs() throws Exception {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
        assumeTrue(TfliteRuntime.isPresent(), TfliteRuntime.ABSENT);
        List<String> rows = Files.readAllLines(TestData.path("cases/cases.csv"));
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            if (!cells[2].equals("0")) {
                compare(cells[0], Integer.parseInt(cells[2]));
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(compared >= LEAST_LAYERS, compared + " layers compared");
    }

    private void compare(String name, int inputs) throws IOException, InterruptedException {
        Path file = TestData.path("cases/" + name + ".tflite");
        Optional<IntegerNetwork> network = network(file);
        if (network.isEmpty()) {
            return;
        }
        byte[] stored = Files.readAllBytes(TestData.path("cases/" + name + ".in0.bin"));
        byte[] first = Arrays.copyOf(stored, stored.length / inputs);
        List<String> tensors =
                network.get().tensors().stream().map(Tensor::name).toList();
        List<Codes> trace = TfliteRuntime.trace(file, List.of(first), tensors).get(0);
        Oracle oracle = Oracle.of(network.get());
        int[][] codes = trace.stream().map(Codes::values).toArray(int[][]::new);
        for (int index = 0; index < network.get().layers().size(); index++) {
            Layer layer = network.get().layers().get(index);
            if (isThere(network.get(), layer, codes)) {
                compared++;
                int difference = largestDifference(oracle.runLayer(index, codes), codes[layer.output()]);
                if (difference > 1) {
                    wrong.add(name + ": " + layer.name() + " off by " + difference);
                }
            }
        }
    }

    /** Of files that are kept as they are; refusals are the business of TfliteCasesTest. */
    private static Optional<IntegerNetwork> network(Path file) {
        try {
            ImportedModel model = new TfliteReader().read(file);
            return model.quantized().map(quantized -> Lowering.lower(Canonical.of(quantized)));
        } catch (ModelException | LoweringException refused) {
            return Optional.empty();
        }
    }

    private static boolean isThere(IntegerNetwork network, Layer layer, int[][] codes) {
        List<Integer> tensors = new ArrayList<>(layer.inputs());
        tensors.add(layer.output());
        return tensors.stream()
                .allMatch(tensor -> codes[tensor].length
                        == network.tensors().get(tensor).shape().elements());
    }

    private static int largestDifference(int[] actual, int[] expected) {
        int largest = 0;
        for (int index = 0; index < expected.length; index++) {
            largest = Math.max(largest, Math.abs(actual[index] - expected[index]));
        }
        return largest;
    }
}
