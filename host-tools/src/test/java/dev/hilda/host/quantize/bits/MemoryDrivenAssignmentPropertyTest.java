// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.memory.FusionMode;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MemoryDrivenAssignmentPropertyTest {
    private static final long PLENTY = 1L << 40;
    private static final Pattern NEAREST = Pattern.compile("short by (\\d+); the nearest that would do is (\\d+)$");

    @Property(tries = 150)
    void shouldStayWithinBothBudgetsOrNameTheNearest(@ForAll long seed, @ForAll QuantizationVariant variant) {
        Random random = new Random(seed);
        Graph graph = ResidualGraphs.of(random, 5);
        BitAssignment eight = assign(graph, Budget.paper(PLENTY, PLENTY), variant);
        boolean isPaper = random.nextBoolean();
        RamModel ramModel = RamModel.values()[random.nextInt(2)];
        long ro = 1 + (long) (eight.roBytes() * random.nextDouble() * 1.2);
        long rw = 1 + (long) (eight.rwPeakBytes() * random.nextDouble() * 1.2);
        FusionMode fusion = FusionMode.values()[random.nextInt(3)];
        Budget budget = new Budget(ro, rw, ramModel, fusion, isPaper);
        try {
            BitAssignment bits = assign(graph, budget, variant);
            requireFit(graph, bits, budget);
            assertEquals(bits, assign(graph, budget, variant));
        } catch (BudgetException tooSmall) {
            requireNearest(graph, budget, variant, tooSmall);
        }
    }

    private static void requireFit(Graph graph, BitAssignment bits, Budget budget) {
        assertTrue(bits.roBytes() <= budget.roBytes());
        assertTrue(bits.rwPeakBytes() <= budget.rwBytes());
        boolean isByFormula = budget.isPaper() && budget.ramModel() == RamModel.PUBLISHED;
        if (!isByFormula) {
            assertTrue(bits.ram().arenaBytes() <= budget.rwBytes(), () -> bits.ram() + " of " + budget);
        }
        assertEquals(8, bits.activationBits().get(graph.input()));
        assertEquals(budget.isPaper() ? 8 : 32, bits.activationBits().get(graph.output()));
        for (Node node : graph.nodes()) {
            if (node.operator() instanceof Operator.Add) {
                node.inputs()
                        .forEach(input -> assertEquals(
                                bits.activationBits().get(node.output()),
                                bits.activationBits().get(input)));
            }
        }
    }

    /** The budget named in the message fits where the message says the given one is short, by what it says. */
    private static void requireNearest(
            Graph graph, Budget budget, QuantizationVariant variant, BudgetException tooSmall) {
        String message = String.valueOf(tooSmall.getMessage());
        Matcher nearest = NEAREST.matcher(message);
        assertTrue(nearest.find(), message);
        long needed = Long.parseLong(nearest.group(2));
        boolean isFlash = message.contains("flash");
        long given = isFlash ? budget.roBytes() : budget.rwBytes();
        assertEquals(needed - given, Long.parseLong(nearest.group(1)), message);
        Budget enough = isFlash
                ? new Budget(needed, budget.rwBytes(), budget.ramModel(), budget.fusion(), budget.isPaper())
                : new Budget(PLENTY, needed, budget.ramModel(), budget.fusion(), budget.isPaper());
        requireFit(graph, assign(graph, enough, variant), enough);
        Budget less = isFlash
                ? new Budget(needed - 1, budget.rwBytes(), budget.ramModel(), budget.fusion(), budget.isPaper())
                : new Budget(PLENTY, needed - 1, budget.ramModel(), budget.fusion(), budget.isPaper());
        assertThrows(BudgetException.class, () -> assign(graph, less, variant), message);
    }

    @Property(tries = 100)
    void shouldCutNoWeightMoreWhenFlashGrows(@ForAll long seed) {
        Random random = new Random(seed);
        Graph graph = ResidualGraphs.of(random, 5);
        BitAssignment eight = assign(graph, Budget.paper(PLENTY, PLENTY), QuantizationVariant.PC_ICN);
        long small = (long) (eight.roBytes() * (0.5 + 0.4 * random.nextDouble()));
        BitAssignment less;
        try {
            less = assign(graph, Budget.paper(small, PLENTY), QuantizationVariant.PC_ICN);
        } catch (BudgetException tooSmall) {
            return;
        }
        BitAssignment more = assign(graph, Budget.paper(small + small / 10, PLENTY), QuantizationVariant.PC_ICN);
        assertTrue(less.cuts().subList(0, more.cuts().size()).equals(more.cuts()));
    }

    @Property(tries = 100)
    void shouldKeepWhatTheUserFixes(@ForAll long seed) {
        Random random = new Random(seed);
        Graph graph = ResidualGraphs.of(random, 5);
        Node fixed =
                graph.weightedNodes().get(random.nextInt(graph.weightedNodes().size() - 1));
        Overrides overrides = new Overrides(Map.of(fixed.name(), 4), Map.of(fixed.name(), 4));
        BitAssignment eight = assign(graph, Budget.paper(PLENTY, PLENTY), QuantizationVariant.PC_ICN);
        try {
            Budget budget = Budget.paper(eight.roBytes() * 2 / 3, eight.rwPeakBytes() * 2 / 3);
            BitAssignment bits = MemoryDrivenAssignment.assign(graph, budget, QuantizationVariant.PC_ICN, overrides);
            assertEquals(4, bits.weightBits().get(fixed.name()));
            assertEquals(4, bits.activationBits().get(fixed.output()));
        } catch (BudgetException tooSmall) {
            assertTrue(String.valueOf(tooSmall.getMessage()).contains("short by"), tooSmall::toString);
        }
    }

    @Test
    void shouldNameCloseOnesForAnUnknownOverride() {
        Graph graph = ResidualGraphs.of(new Random(1), 5);
        String message = String.valueOf(assertThrows(
                        BudgetException.class,
                        () -> MemoryDrivenAssignment.assign(
                                graph,
                                Budget.paper(PLENTY, PLENTY),
                                QuantizationVariant.PC_ICN,
                                new Overrides(Map.of("Conv_0", 4), Map.of())))
                .getMessage());
        assertTrue(message.contains("Conv_0; close ones: conv0"), message);
    }

    private static BitAssignment assign(Graph graph, Budget budget, QuantizationVariant variant) {
        return MemoryDrivenAssignment.assign(graph, budget, variant, Overrides.NONE);
    }
}
