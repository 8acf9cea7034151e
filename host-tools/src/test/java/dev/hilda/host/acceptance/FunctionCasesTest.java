// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hilda.agent.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks with functions of each value, against the outputs that TensorFlow Lite gave. */
class FunctionCasesTest {
    @BeforeAll
    static void requireData() {
        assumeTrue(TestData.isPresent(), TestData.ABSENT);
    }

    /** @param layers that requantize: each may be a code off */
    @ParameterizedTest
    @CsvSource("c16_sigmoid_head, 2")
    void shouldDifferByAtMostACodeALayer(String name, int layers) throws IOException {
        ImportedNetwork network = ImportedNetwork.of(TestData.path("cases/" + name + ".tflite"));
        byte[] inputs = Files.readAllBytes(TestData.path("cases/" + name + ".in0.bin"));
        byte[] recorded = Files.readAllBytes(TestData.path("cases/" + name + ".out0.bin"));
        int size = network.network().inputTensor().shape().elements();
        int outputs = network.network().outputTensor().shape().elements();
        assertEquals(inputs.length / size, recorded.length / outputs);
        for (int index = 0; index < inputs.length / size; index++) {
            int[] output = network.ofInt8(Arrays.copyOfRange(inputs, index * size, (index + 1) * size));
            for (int element = 0; element < outputs; element++) {
                int reference = recorded[index * outputs + element];
                assertEquals(reference, output[element] - 128, layers, "input " + index + ", output " + element);
            }
        }
    }
}
