// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Layer;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.agent.testing.RandomNetworks.Operator;
import dev.hilda.agent.testing.RandomNetworks.Precision;
import dev.hilda.host.bench.TestBench;
import dev.hilda.host.emit.HostProgram.Checked;
import dev.hilda.host.kernel.DepthwiseRowsScheme;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.kernel.Reach;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.NetworkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kernel over one of its inputs, as near as its {@link Reach} says, and nearer. */
class InPlaceIT {
    private static final int LAYERS_OF_EACH = 4;
    private static final int NEARER_OF_EACH = 12;
    private static final int LAYERS_BY_ROWS = 8;
    /** Of the output, so that an input may also begin below it. */
    private static final int OUTPUT_AT = 16;

    /** Copies by memcpy, which the compiler and the sanitizer refuse where its places overlap. */
    private static final List<Operator> COPIES =
            List.of(Operator.CONCATENATION, Operator.GATHER, Operator.PAD, Operator.RESHAPE);

    @TempDir
    Path folder;

    /**
     * A layer alone.
     *
     * @param network whose inputs are all tensors but the result
     * @param input the index of the tensor that dies under the result
     * @param behindBytes what the kernel says of it
     */
    private record Case(Operator operator, IntegerNetwork network, int input, int behindBytes) {
        /** The result over the input; all others beside both. */
        ArenaPlan plan(int nearerBytes) {
            int count = network.tensors().size();
            int output = network.layers().get(0).output();
            int inputAt = OUTPUT_AT + aligned(behindBytes - nearerBytes);
            int end = aligned(Math.max(end(output, OUTPUT_AT), end(input, inputAt)));
            List<Integer> offsets = new ArrayList<>();
            for (int tensor = 0; tensor < count; tensor++) {
                if (tensor == output || tensor == input) {
                    offsets.add(tensor == output ? OUTPUT_AT : inputAt);
                } else {
                    offsets.add(end);
                    end = aligned(end(tensor, end));
                }
            }
            return new ArenaPlan(end, offsets);
        }

        private int end(int tensor, int offset) {
            return offset + network.tensors().get(tensor).packedBytes();
        }

        private static int aligned(int bytes) {
            return (bytes + ArenaPlan.ALIGNMENT_BYTES - 1) & -ArenaPlan.ALIGNMENT_BYTES;
        }

        /** How much nearer than allowed the input comes next: a byte, where offsets of whole words allow that. */
        boolean isOneByteFromAWord() {
            return behindBytes % ArenaPlan.ALIGNMENT_BYTES == 1;
        }
    }

    @BeforeAll
    static void requireCompiler() {
        TestBench.requireTool("gcc");
    }

    @Test
    void shouldWriteOverWhatTheyNoLongerRead() throws Exception {
        long seed = System.nanoTime();
        List<Case> cases = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (Operator operator : Operator.values()) {
            for (int i = 0; i < LAYERS_OF_EACH; i++) {
                cases.addAll(cases(operator, random));
            }
        }
        assertEquals(List.of(), different(cases, 0, seed, Checked.SANITIZED), "seed " + seed);
    }

    /** Of one seed, as chance may draw inputs that hide the difference. */
    @Test
    void shouldBeNoFartherThanTheyMust() throws Exception {
        List<Case> cases = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (Operator operator : Operator.values()) {
            // A softmax would read beyond its table, a vector is read before anything is written.
            if (!COPIES.contains(operator) && operator != Operator.SOFTMAX && operator != Operator.FULLY_CONNECTED) {
                cases.addAll(oneByteNearer(operator, random));
            }
        }
        List<String> different = different(cases, 1, 1, Checked.PLAIN);
        TreeSet<String> unharmed = new TreeSet<>();
        cases.forEach(each -> unharmed.add(each.operator().name().toLowerCase()));
        unharmed.removeIf(operator -> different.stream().anyMatch(name -> name.contains(", " + operator + "_a")));
        assertEquals(new TreeSet<>(), unharmed);
    }

    /** Both kernels of depthwise layers share an operator: of one of them, by rows, cases that lie apart. */
    @Test
    void shouldKeepDepthwiseRowsNoFartherThanTheyMust() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        List<Case> apart = new ArrayList<>();
        List<Case> nearer = new ArrayList<>();
        while (apart.size() < LAYERS_BY_ROWS || nearer.size() < NEARER_OF_EACH) {
            for (Case each : cases(Operator.DEPTHWISE, random)) {
                boolean isByRows =
                        KernelScheme.of(each.network(), each.network().layers().get(0)) instanceof DepthwiseRowsScheme;
                if (isByRows && each.behindBytes() > 0 && apart.size() < LAYERS_BY_ROWS) {
                    apart.add(each);
                }
                if (isByRows && each.isOneByteFromAWord() && nearer.size() < NEARER_OF_EACH) {
                    nearer.add(each);
                }
            }
        }
        assertEquals(List.of(), different(apart, 0, 3, Checked.SANITIZED));
        assertFalse(different(nearer, 1, 3, Checked.PLAIN).isEmpty());
    }

    /** What ends a sanitized program, or its compiler, cannot share a program with others. */
    @Test
    void shouldKeepCopiesNoFartherThanTheyMust() throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        List<Operator> refused = new ArrayList<>(COPIES);
        refused.add(Operator.SOFTMAX);
        for (Operator operator : refused) {
            boolean isHarmed = false;
            for (Case each : oneByteNearer(operator, random)) {
                try {
                    isHarmed |=
                            !different(List.of(each), 1, 2, Checked.SANITIZED).isEmpty();
                } catch (AssertionError refusal) {
                    isHarmed = true;
                }
                if (isHarmed) {
                    break;
                }
            }
            assertTrue(isHarmed, operator + " may lie a byte nearer");
        }
    }

    private static List<Case> oneByteNearer(Operator operator, SplittableRandom random) {
        List<Case> nearer = new ArrayList<>();
        while (nearer.size() < NEARER_OF_EACH) {
            cases(operator, random).stream().filter(Case::isOneByteFromAWord).forEach(nearer::add);
        }
        return nearer;
    }

    /** One for each input of a random layer. */
    private static List<Case> cases(Operator operator, SplittableRandom random) {
        List<Precision> precisions = Precision.all();
        Precision precision = precisions.get(random.nextInt(precisions.size()));
        IntegerNetwork drawn = RandomNetworks.layer(operator, precision, random.nextLong());
        Layer last = drawn.layers().get(drawn.layers().size() - 1);
        List<Integer> inputs = IntStream.range(0, drawn.tensors().size())
                .filter(tensor -> tensor != last.output())
                .boxed()
                .toList();
        List<Reach> reach = KernelScheme.of(drawn, last).reach();
        Map<Integer, Integer> behind = new HashMap<>();
        for (int position = 0; position < reach.size(); position++) {
            behind.merge(last.inputs().get(position), (int) reach.get(position).behindBytes(), Math::max);
        }
        List<Case> cases = new ArrayList<>();
        behind.forEach((input, bytes) -> {
            IntegerNetwork alone = new IntegerNetwork(
                    drawn.name() + "_over_" + input, drawn.tensors(), List.of(last), inputs, List.of(last.output()));
            cases.add(new Case(operator, alone, input, bytes));
        });
        return cases;
    }

    private List<String> different(List<Case> cases, int nearerBytes, long seed, Checked checked)
            throws IOException, InterruptedException {
        Map<String, NetworkPlan> plans = new HashMap<>();
        cases.forEach(each -> plans.put(each.network().name(), new NetworkPlan(Fusion.NONE, each.plan(nearerBytes))));
        Path program = Files.createTempDirectory(folder, "program");
        List<IntegerNetwork> networks = cases.stream().map(Case::network).toList();
        return HostProgram.build(program, networks, network -> plans.get(network.name()), checked)
                .different(seed);
    }
}
