// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Rows by rows against the taps of each window, one by one. */
class RowReadsTest {
    @Property(tries = 500)
    void shouldHoldAllTapsAndNoMoreThanTheLinesBetweenThem(@ForAll long seed) {
        Random random = new Random(seed);
        int inputRows = 1 + random.nextInt(20);
        int kernel = 1 + random.nextInt(5);
        int stride = 1 + random.nextInt(4);
        int dilation = 1 + random.nextInt(3);
        int span = (kernel - 1) * dilation + 1;
        int padTop = random.nextInt(span);
        int padBottom = Math.max(random.nextInt(span), span - inputRows - padTop);
        Window window = new Window(kernel, 1, stride, 1, dilation, 1, padTop, padBottom, 0, 0);
        TensorShape shape = new TensorShape(inputRows, 1, 1);
        int outputRows = window.outputShape(shape, 1).height();
        RowReads reads = RowReads.under(window, tensor(shape), tensor(window.outputShape(shape, 1)));
        assertEquals(0, reads.end(0));
        for (int row = 0; row < outputRows; row++) {
            TreeSet<Integer> later = taps(window, inputRows, row, outputRows);
            TreeSet<Integer> before = taps(window, inputRows, 0, row + 1);
            assertTrue(later.isEmpty() || reads.first(row) <= later.first(), () -> reads + " needs " + later);
            assertTrue(before.isEmpty() || reads.end(row + 1) > before.last(), () -> reads + " needs " + before);
            assertTrue(reads.first(row) <= reads.end(row), () -> reads + " skips rows that nobody computes");
            if (dilation == 1 && outputRows > 1 && !later.isEmpty() && !before.isEmpty()) {
                assertEquals(later.first(), reads.first(row), reads::toString);
                int skipped = Math.max(0, stride - kernel);
                assertEquals(Math.min(inputRows, before.last() + 1 + skipped), reads.end(row + 1), reads::toString);
            }
        }
    }

    /** Input rows under output rows from … to − 1. */
    private static TreeSet<Integer> taps(Window window, int inputRows, int from, int to) {
        TreeSet<Integer> rows = new TreeSet<>();
        for (int y = from; y < to; y++) {
            for (int tap = 0; tap < window.kernelHeight(); tap++) {
                int row = y * window.strideHeight() + tap * window.dilationHeight() - window.padTop();
                if (row >= 0 && row < inputRows) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static Tensor tensor(TensorShape shape) {
        return new Tensor("t", shape, 8, 0, 1);
    }

    @Example
    void shouldBeKnownOfKernelsThatGoRowByRow() {
        Set<Operator> whole = new TreeSet<>();
        for (Operator operator : Operator.values()) {
            IntegerNetwork network = RandomNetworks.layer(operator, new Precision(8, 8, 8), 1);
            int last = network.layers().size() - 1;
            KernelScheme scheme = KernelScheme.of(network, network.layers().get(last));
            if (scheme.rowReads().isEmpty()) {
                whole.add(operator);
            }
        }
        List<Operator> expected = List.of(
                Operator.ADD,
                Operator.SUM,
                Operator.PRODUCT,
                Operator.CONCATENATION,
                Operator.GATHER,
                Operator.INTERPOLATE,
                Operator.PAD,
                Operator.RESHAPE);
        assertEquals(new TreeSet<>(expected), whole);
    }
}
