// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.bench.MobileNetV1;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.FusionMode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which activations of MobileNetV1 are cut when their results may lie over what they are made of. */
class PlannedAssignmentsTest {
    private static final long PLENTY = 1L << 40;

    @Test
    void shouldCutNothingThatFitsOverlapped() {
        assertEquals(List.of(), cuts("224_0.5", 512_000));
        assertEquals(List.of(), cuts("192_0.75", 512_000));
        assertEquals(List.of(), cuts("160_1.0", 512_000));
        assertEquals(List.of("L3.out: 8 > 4"), cuts("224_1.0", 512_000));
        assertEquals(List.of("L3.out: 8 > 4"), cuts("192_0.75", 256_000));
    }

    @Test
    void shouldFuseBeforeItCuts() {
        for (String model : List.of("224_1.0", "192_0.75")) {
            long ramBytes = model.equals("224_1.0") ? 512_000 : 256_000;
            BitAssignment bits = assign(model, planned(ramBytes).with(FusionMode.AUTO));
            assertEquals(List.of(), bits.cuts(), model);
            assertTrue(bits.ram().arenaBytes() <= ramBytes, bits.ram()::toString);
            assertEquals(bits.ram().arenaBytes(), bits.ram().plan().arena().arenaBytes());
            assertEquals(1, bits.ram().plan().fusion().blocks().size(), bits.ram()::toString);
        }
        BitAssignment roomy = assign("192_0.75", planned(512_000).with(FusionMode.AUTO));
        assertEquals(Fusion.NONE, roomy.ram().plan().fusion());
    }

    @Test
    void shouldCutWhatIsLeftToCutAfterFusing() {
        BitAssignment fused = assign("224_1.0", planned(201_000).with(FusionMode.AUTO));
        BitAssignment unfused = assign("224_1.0", planned(201_000));
        assertTrue(fused.ram().arenaBytes() <= 201_000, fused.ram()::toString);
        assertTrue(fused.cuts().size() > 0, fused.cuts()::toString);
        assertTrue(fused.cuts().size() < unfused.cuts().size(), fused.cuts() + " and " + unfused.cuts());
    }

    /** Not with what is fused at 8 bits, but with what that leaves at 2, which is nothing. */
    @Test
    void shouldFitWhereverItFitsWithoutFusion() {
        BitAssignment fused = assign("192_0.75", planned(192 * 192 * 3).with(FusionMode.AUTO));
        BitAssignment unfused = assign("192_0.75", planned(192 * 192 * 3));
        assertEquals(192 * 192 * 3, fused.ram().arenaBytes());
        assertEquals(unfused.cuts(), fused.cuts());
    }

    /** Whatever the rule counts by, the plan is the smallest there is where that is asked for. */
    @Test
    void shouldFuseInTheSmallestWayWhereAsked() {
        BitAssignment published =
                assign("192_0.75", Budget.paper(PLENTY, PLENTY).with(FusionMode.SMALLEST));
        BitAssignment planned = assign("192_0.75", planned(PLENTY).with(FusionMode.SMALLEST));
        assertEquals(published.ram(), planned.ram());
        assertTrue(planned.ram().arenaBytes() < 192 * 192 * 3 * 2, planned.ram()::toString);
        assertTrue(planned.rwPeakBytes() <= planned.ram().arenaBytes(), planned.ram()::toString);
        assertEquals(96 * 96 * (24 + 48), planned.ram().aliveBytes());
    }

    private static Budget planned(long ramBytes) {
        return Budget.paper(PLENTY, ramBytes).with(RamModel.PLANNED);
    }

    /** L3 makes 96·96 pixels of 48 channels of as many of 24: all that its result takes. */
    @Test
    void shouldTellBothPeaksWhateverTheModel() {
        BitAssignment planned = assign("192_0.75", Budget.paper(PLENTY, 512_000).with(RamModel.PLANNED));
        assertEquals(96 * 96 * 48, planned.ram().arenaBytes());
        assertEquals(96 * 96 * (24 + 48), planned.ram().aliveBytes());
        assertEquals(planned.ram().arenaBytes(), planned.rwPeakBytes());
        assertEquals("L3", planned.rwPeakNode());
        // Of each of 768 channels 32 bytes of weights, three pairs of rows in eight columns and a zero point.
        assertEquals(768 * (32 + 3 * 8 * 4 + 1), planned.ram().scratchBytes());
        BitAssignment published = assign("192_0.75", Budget.paper(PLENTY, PLENTY));
        assertEquals(planned.ram(), published.ram());
        assertEquals(96 * 96 * (24 + 48), published.rwPeakBytes());
    }

    /** L3 makes 96 channels of 48 × 48 pixels in place of its 48: no window reads behind what is written. */
    @Test
    void shouldNeedNoMoreThanTheLargestLayer() {
        BitAssignment bits = assign("192_0.75", Budget.paper(PLENTY, 256_000).with(RamModel.PLANNED));
        assertEquals(48 * 48 * 96, bits.ram().arenaBytes());
        assertTrue(bits.ram().arenaBytes() < bits.ram().aliveBytes() * 0.52);
    }

    /** 64 pixels of 8 channels, then of 64, which fit at 2 bits; what they are made of is in nobody's way at 8. */
    @Test
    void shouldCutNothingThatDoesNotHelp() {
        TensorShape input = new TensorShape(8, 8, 3);
        List<Node> nodes = List.of(
                new Node("narrow", convolution(1, 3, 8), List.of("x"), "a"),
                new Node("wide", convolution(1, 8, 64), List.of("a"), "b"),
                new Node("narrower", convolution(1, 64, 2), List.of("b"), "c"),
                new Node("logits", convolution(8, 2, 10), List.of("c"), "y"));
        Budget budget = Budget.paper(PLENTY, 64 * 20).with(RamModel.PLANNED);
        BitAssignment bits = MemoryDrivenAssignment.assign(
                new Graph("bottle", "x", input, nodes, "y"), budget, QuantizationVariant.PC_ICN, Overrides.NONE);
        assertEquals(
                List.of(new Cut(Cut.Kind.ACTIVATION, "b", 8, 4), new Cut(Cut.Kind.ACTIVATION, "b", 4, 2)), bits.cuts());
    }

    private static Operator convolution(int kernel, int inputs, int outputs) {
        return new Operator.Convolution(
                Window.of(kernel, kernel),
                new FloatTensor(
                        List.of(outputs, kernel, kernel, inputs), new float[outputs * kernel * kernel * inputs]),
                FloatTensor.vector(new float[outputs]),
                Optional.empty(),
                Activation.NONE);
    }

    private static List<String> cuts(String model, long ramBytes) {
        return assign(model, Budget.paper(PLENTY, ramBytes).with(RamModel.PLANNED)).cuts().stream()
                .map(cut -> cut.target() + ": " + cut.fromBits() + " > " + cut.toBits())
                .toList();
    }

    private static BitAssignment assign(String model, Budget budget) {
        return MemoryDrivenAssignment.assign(MobileNetV1.of(model), budget, QuantizationVariant.PC_ICN, Overrides.NONE);
    }
}
