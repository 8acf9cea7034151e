// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.Window;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.rewrite.Logits;
import dev.hilda.host.kernel.KernelCycles;
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.BitSearch;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.GraphCycles;
import dev.hilda.host.quantize.bits.LatencyAssignment;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.SearchLimits;
import dev.hilda.host.quantize.bits.Sensitivities;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SensitivityStudyTest {
    private static final Budget PLENTY = Budget.paper(1L << 40, 1L << 40);
    private static final StepProgress SILENT = (step, done, total) -> {};

    private final Random random = new Random(11);
    private final Graph graph = Logits.of(new SmallNetwork(random).network());
    private final CalibrationData images = new SmoothImages(random, 64);

    /** Measured alone from its node on, a tensor loses what the whole network loses with it. */
    @Test
    void shouldTellOfEachTensorWhatTheNetworkLosesByItAlone() {
        SensitivityStudy study = SensitivityStudy.of(graph, images, QuantizeOptions.DEFAULT, SILENT);
        Sensitivities told = study.sensitivities(true, SILENT);
        assertEquals(0, study.loss(bits(Overrides.NONE)), 1e-12);
        for (int bits : new int[] {4, 2}) {
            for (String node : told.weights().keySet()) {
                double loss = study.loss(bits(new Overrides(Map.of(node, bits), Map.of())));
                assertEquals(loss, told.ofWeights(node, bits), 1e-9 + 1e-6 * loss, node + " at " + bits);
                assertTrue(loss > 0, node);
            }
            for (String group : told.activations().keySet()) {
                double loss = study.loss(bits(new Overrides(Map.of(), Map.of(group, bits))));
                assertEquals(loss, told.ofActivation(group, bits), 1e-9 + 1e-6 * loss, group + " at " + bits);
                assertTrue(loss > 0, group);
            }
        }
        assertEquals(graph.weightedNodes().size(), told.weights().size());
        // The stem, the branch, their sum and its mean have one width.
        assertEquals(
                Map.of("stem", 1, "filtered", 1).keySet(), told.activations().keySet());
    }

    @Test
    void shouldFindBitsThatLoseNoMoreThanTheRulesAndFit() {
        BitAssignment eight = bits(Overrides.NONE);
        boolean isBetter = false;
        for (double part : new double[] {0.8, 0.65, 0.55}) {
            Budget budget = Budget.paper((long) (eight.roBytes() * part), (long) (eight.rwPeakBytes() * 0.7));
            BitAssignment rule =
                    MemoryDrivenAssignment.assign(graph, budget, QuantizationVariant.PC_ICN, Overrides.NONE);
            SensitivitySearch.Found found = new SensitivitySearch(
                            graph,
                            budget,
                            QuantizeOptions.DEFAULT,
                            Overrides.NONE,
                            BitSearch.SENSITIVITY,
                            SearchLimits.NONE)
                    .search(rule, images, SILENT);
            assertTrue(found.found() <= found.rule(), found::toString);
            assertTrue(found.bits().roBytes() <= budget.roBytes(), found::toString);
            assertTrue(found.bits().rwPeakBytes() <= budget.rwBytes(), found::toString);
            isBetter |= found.found() < 0.9 * found.rule();
        }
        assertTrue(isBetter, "bytes alone decide no worse");
    }

    @Test
    void shouldFindBitsOfFewerCyclesThatLoseNoMoreThanTheRules() {
        BitAssignment eight = bits(Overrides.NONE);
        boolean isFaster = false;
        for (double part : new double[] {0.8, 0.7, 0.6}) {
            Budget budget = Budget.paper((long) (eight.roBytes() * part), (long) (eight.rwPeakBytes() * 0.7));
            BitAssignment rule =
                    MemoryDrivenAssignment.assign(graph, budget, QuantizationVariant.PC_ICN, Overrides.NONE);
            SensitivitySearch.Found found =
                    search(budget, BitSearch.LATENCY, SearchLimits.NONE).search(rule, images, SILENT);
            assertEquals(cycles(rule), found.ruleCycles());
            assertEquals(cycles(found.bits()), found.foundCycles());
            assertTrue(found.foundCycles() <= found.ruleCycles(), found::toString);
            assertTrue(found.found() <= found.rule() * (1 + 1e-9), found::toString);
            assertTrue(found.bits().roBytes() <= budget.roBytes(), found::toString);
            assertTrue(found.bits().rwPeakBytes() <= budget.rwBytes(), found::toString);
            isFaster |= found.foundCycles() < found.ruleCycles();
        }
        assertTrue(isFaster, "bytes alone decide no worse");
    }

    @Test
    void shouldTradeLossForCyclesAsFarAsALossIsAllowed() {
        BitAssignment eight = bits(Overrides.NONE);
        SensitivitySearch.Found none =
                search(PLENTY, BitSearch.LATENCY, SearchLimits.NONE).search(eight, images, SILENT);
        assertEquals(eight, none.bits());
        long last = none.ruleCycles();
        for (double loss : new double[] {0.003, 0.012, 10}) {
            SearchLimits limits = new SearchLimits(OptionalLong.empty(), OptionalDouble.of(loss));
            SensitivitySearch.Found found =
                    search(PLENTY, BitSearch.LATENCY, limits).search(eight, images, SILENT);
            assertTrue(found.found() <= loss, found::toString);
            assertTrue(found.foundCycles() <= last, found::toString);
            last = found.foundCycles();
        }
        assertTrue(last < none.ruleCycles(), () -> "as many as at 8 bits: " + none);
    }

    @Test
    void shouldSayWhatIsLostAtTheLeastWhereThatIsMoreThanAllowed() {
        BitAssignment eight = bits(Overrides.NONE);
        Budget budget = Budget.paper((long) (eight.roBytes() * 0.55), eight.rwPeakBytes());
        BitAssignment rule = MemoryDrivenAssignment.assign(graph, budget, QuantizationVariant.PC_ICN, Overrides.NONE);
        SearchLimits none = new SearchLimits(OptionalLong.empty(), OptionalDouble.of(0));
        String message = String.valueOf(assertThrows(
                        QuantizationException.class,
                        () -> search(budget, BitSearch.LATENCY, none).search(rule, images, SILENT))
                .getMessage());
        assertTrue(
                message.matches("no bits were found that lose at most 0.0 nats: the least measured is 0\\.0\\d+"),
                message);
    }

    @Test
    void shouldKeepToACycleBudgetAndRefuseOneThatNoBitsMeet() {
        BitAssignment eight = bits(Overrides.NONE);
        long fewest = LatencyAssignment.of(graph, PLENTY, QuantizationVariant.PC_ICN, Overrides.NONE)
                .fastest()
                .map(this::cycles)
                .orElseThrow();
        SensitivitySearch.Found fastest =
                search(PLENTY, BitSearch.SENSITIVITY, cycles(fewest)).search(eight, images, SILENT);
        assertEquals(fewest, fastest.foundCycles());
        long between = (fewest + cycles(eight)) / 2;
        SensitivitySearch.Found found =
                search(PLENTY, BitSearch.SENSITIVITY, cycles(between)).search(eight, images, SILENT);
        assertTrue(found.foundCycles() <= between, found::toString);
        assertTrue(found.found() < fastest.found(), found::toString);
        assertEquals(
                eight,
                search(PLENTY, BitSearch.SENSITIVITY, cycles(cycles(eight)))
                        .search(eight, images, SILENT)
                        .bits());
        String message = String.valueOf(assertThrows(
                        QuantizationException.class,
                        () -> search(PLENTY, BitSearch.SENSITIVITY, cycles(fewest - 1))
                                .require(eight))
                .getMessage());
        assertEquals(
                "no bits within the budgets are estimated to take as few as " + (fewest - 1)
                        + " cycles: expected a bound of at least " + fewest,
                message);
    }

    private SensitivitySearch search(Budget budget, BitSearch search, SearchLimits limits) {
        return new SensitivitySearch(graph, budget, QuantizeOptions.DEFAULT, Overrides.NONE, search, limits);
    }

    private static SearchLimits cycles(long most) {
        return new SearchLimits(OptionalLong.of(most), OptionalDouble.empty());
    }

    private long cycles(BitAssignment bits) {
        return new GraphCycles(graph, KernelCycles.read()).of(bits);
    }

    @Test
    void shouldRefuseWhatItCannotTellLossesOf() {
        SensitivitySearch mixed = new SensitivitySearch(
                graph,
                PLENTY,
                QuantizeOptions.DEFAULT.withVariant(QuantizationVariant.MIX_PL),
                Overrides.NONE,
                BitSearch.SENSITIVITY,
                SearchLimits.NONE);
        String message = String.valueOf(assertThrows(
                        QuantizationException.class, () -> mixed.search(bits(Overrides.NONE), images, SILENT))
                .getMessage());
        assertTrue(message.endsWith("expected PC_ICN, PC_THRESHOLDS, PL_ICN or PL_FB, got MIX_PL"), message);
        Graph single = new Graph(
                "single",
                "image",
                SmallNetwork.INPUT,
                List.of(new Node(
                        "c",
                        new Operator.Convolution(
                                Window.of(8, 8),
                                new FloatTensor(List.of(1, 8, 8, 3), new float[192]),
                                FloatTensor.vector(new float[1]),
                                Optional.empty(),
                                Activation.NONE),
                        List.of("image"),
                        "y")),
                "y");
        SensitivitySearch regression = new SensitivitySearch(
                single, PLENTY, QuantizeOptions.DEFAULT, Overrides.NONE, BitSearch.SENSITIVITY, SearchLimits.NONE);
        BitAssignment eight = MemoryDrivenAssignment.assign(single, PLENTY, QuantizationVariant.PC_ICN, Overrides.NONE);
        message =
                String.valueOf(assertThrows(QuantizationException.class, () -> regression.search(eight, images, SILENT))
                        .getMessage());
        assertTrue(message.contains("output y has one"), message);
    }

    private BitAssignment bits(Overrides overrides) {
        return MemoryDrivenAssignment.assign(graph, PLENTY, QuantizationVariant.PC_ICN, overrides);
    }
}
