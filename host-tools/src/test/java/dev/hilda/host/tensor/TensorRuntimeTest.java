// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TensorRuntimeTest {
    @Test
    void shouldRefuseAMachineWithoutNatives() {
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> TensorRuntime.requireSupported("Linux", "aarch64"));
        assertEquals("Linux on aarch64", failure.actual().orElseThrow());
        assertThrows(BenchFailure.class, () -> TensorRuntime.requireSupported("Mac OS X", "x86_64"));
        TensorRuntime.requireSupported("Linux", "amd64");
    }

    @Test
    void shouldDifferentiateWithoutAWordOnStandardOutput() {
        String printed = standardOutputOf(() -> {
            TensorRuntime.start(System.getenv());
            SameDiff graph = SameDiff.create();
            SDVariable x = graph.var("x", Nd4j.createFromArray(1f, 2f, 3f));
            graph.setLossVariables(x.mul(x).sum("loss"));
            INDArray gradient = TensorRuntime.silently(() -> graph.calculateGradients(Map.of(), "x"))
                    .get("x");
            assertEquals(Nd4j.createFromArray(2f, 4f, 6f), gradient);
        });
        assertEquals("", printed);
    }

    @Test
    void shouldMuteOnlyTheThreadThatAskedForIt() {
        String printed = standardOutputOf(() -> {
            TensorRuntime.silently(() -> {
                System.out.println("noise");
                Thread other = new Thread(() -> System.out.print("result"));
                other.start();
                return joined(other);
            });
            System.out.print(" after");
        });
        assertEquals("result after", printed);
    }

    private static String standardOutputOf(Runnable work) {
        PrintStream original = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setOut(original);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static boolean joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return true;
    }
}
