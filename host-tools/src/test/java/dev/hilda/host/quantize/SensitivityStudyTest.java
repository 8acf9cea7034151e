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
import dev.hilda.host.quantize.bits.BitAssignment;
import dev.hilda.host.quantize.bits.Budget;
import dev.hilda.host.quantize.bits.MemoryDrivenAssignment;
import dev.hilda.host.quantize.bits.Overrides;
import dev.hilda.host.quantize.bits.QuantizationVariant;
import dev.hilda.host.quantize.bits.Sensitivities;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
                            graph, budget, QuantizeOptions.DEFAULT, Overrides.NONE)
                    .search(rule, images, SILENT);
            assertTrue(found.found() <= found.rule(), found::toString);
            assertTrue(found.bits().roBytes() <= budget.roBytes(), found::toString);
            assertTrue(found.bits().rwPeakBytes() <= budget.rwBytes(), found::toString);
            isBetter |= found.found() < 0.9 * found.rule();
        }
        assertTrue(isBetter, "bytes alone decide no worse");
    }

    @Test
    void shouldRefuseWhatItCannotTellLossesOf() {
        SensitivitySearch mixed = new SensitivitySearch(
                graph, PLENTY, QuantizeOptions.DEFAULT.withVariant(QuantizationVariant.MIX_PL), Overrides.NONE);
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
        SensitivitySearch regression = new SensitivitySearch(single, PLENTY, QuantizeOptions.DEFAULT, Overrides.NONE);
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
