// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.kernel.RowReads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against all fusions of small networks, each weighed by itself. */
class FusionPlannerPropertyTest {
    private static final int CALL_BYTES = 200;

    @Property(tries = 60)
    void shouldNeedLeastOfAllFusions(@ForAll long seed) {
        LayerSequence layers = layers(seed);
        long least = all(layers).stream()
                .mapToLong(fusion -> peakBytes(layers, fusion))
                .min()
                .orElseThrow();
        NetworkPlan plan = FusionPlanner.plan(layers, FusionMode.SMALLEST, 0);
        long cheapest = all(layers).stream()
                .filter(fusion -> peakBytes(layers, fusion) == least)
                .mapToLong(fusion -> costBytes(layers, fusion))
                .min()
                .orElseThrow();
        // Of those that need as little, an arena may take more than its largest step does.
        int most = all(layers).stream()
                .filter(fusion -> peakBytes(layers, fusion) == least && costBytes(layers, fusion) == cheapest)
                .mapToInt(fusion -> NetworkPlan.of(layers, fusion).arena().arenaBytes())
                .max()
                .orElseThrow();
        assertTrue(plan.arena().arenaBytes() >= least, () -> least + " by " + plan);
        assertTrue(plan.arena().arenaBytes() <= most, () -> most + " by " + plan);
        assertTrue(
                plan.arena().arenaBytes()
                        <= NetworkPlan.of(layers, Fusion.NONE).arena().arenaBytes(),
                plan::toString);
        assertEquals(plan, FusionPlanner.plan(layers, FusionMode.SMALLEST, 0));
    }

    @Property(tries = 60)
    void shouldCostLeastOfAllThatFit(@ForAll long seed) {
        LayerSequence layers = layers(seed);
        NetworkPlan unfused = NetworkPlan.of(layers, Fusion.NONE);
        assertEquals(
                unfused,
                FusionPlanner.plan(layers, FusionMode.AUTO, unfused.arena().arenaBytes()));
        assertEquals(unfused, FusionPlanner.plan(layers, FusionMode.OFF, 0));
        long smallest =
                FusionPlanner.plan(layers, FusionMode.SMALLEST, 0).arena().arenaBytes();
        long budget =
                smallest + new SplittableRandom(seed).nextLong(unfused.arena().arenaBytes() - smallest + 1);
        NetworkPlan plan = FusionPlanner.plan(layers, FusionMode.AUTO, budget);
        assertTrue(plan.arena().arenaBytes() <= budget, () -> plan + " exceeds " + budget);
        Optional<Long> cheapest = all(layers).stream()
                .filter(fusion -> NetworkPlan.of(layers, fusion).arena().arenaBytes() <= budget)
                .map(fusion -> costBytes(layers, fusion))
                .min(Long::compare);
        // Where an arena takes more than its largest step, a fusion with smaller steps is taken before others are
        // tried.
        assertTrue(
                costBytes(layers, plan.fusion()) == cheapest.orElseThrow()
                        || all(layers).stream()
                                .anyMatch(fusion -> peakBytes(layers, fusion) <= budget
                                        && NetworkPlan.of(layers, fusion)
                                                        .arena()
                                                        .arenaBytes()
                                                > budget),
                () -> plan + " costs " + costBytes(layers, plan.fusion()) + " instead of " + cheapest);
    }

    @Property(tries = 60)
    void shouldPriceWhatIsDoneBesideTheRows(@ForAll long seed) {
        LayerSequence layers = layers(seed);
        for (Fusion fusion : all(layers)) {
            long sum = fusion.blocks().stream()
                    .mapToLong(block -> FusionPlanner.extraBytes(layers, block))
                    .sum();
            assertEquals(costBytes(layers, fusion), sum, fusion::toString);
        }
    }

    private static LayerSequence layers(long seed) {
        IntegerNetwork network = seed % 3 == 0 ? RandomNetworks.severalOutputs(seed) : RandomNetworks.rows(seed);
        return LayerSequence.of(network);
    }

    private static long peakBytes(LayerSequence layers, Fusion fusion) {
        return ArenaDemand.of(layers, fusion).leastBytes();
    }

    /** All ways to go on from a layer. */
    private static List<Fusion> all(LayerSequence layers) {
        List<Fusion> all = new ArrayList<>();
        extend(layers, 0, List.of(), all);
        return all;
    }

    private static void extend(LayerSequence layers, int first, List<FusedBlock> before, List<Fusion> all) {
        int count = layers.layers().size();
        if (first == count) {
            all.add(new Fusion(before));
            return;
        }
        extend(layers, first + 1, before, all);
        for (int last = first + 1; last < count; last++) {
            for (int rows = 1; rows < height(layers, last); rows *= 2) {
                FusedBlock block;
                try {
                    block = layers.block(first, last, rows);
                } catch (IllegalArgumentException impossible) {
                    return;
                }
                List<FusedBlock> with = new ArrayList<>(before);
                with.add(block);
                extend(layers, last + 1, with, all);
            }
        }
    }

    private static int height(LayerSequence layers, int layer) {
        return layers.tensors().get(layers.layers().get(layer).output()).shape().height();
    }

    /** Plays the turns. */
    private static long costBytes(LayerSequence layers, Fusion fusion) {
        long cost = 0;
        for (FusedBlock block : fusion.blocks()) {
            for (int turn = 0; turn < block.turns(); turn++) {
                for (int position = 0; position < block.layers(); position++) {
                    RowReads reads = block.reads().get(position);
                    cost += CALL_BYTES + (turn == 0 ? 0 : reads.repeatedBytes());
                    if (position + 1 < block.layers() && turn > 0) {
                        RowReads next = block.reads().get(position + 1);
                        int before =
                                next.first(block.progress().get(position + 1).after(turn - 2));
                        int now = next.first(block.progress().get(position + 1).after(turn - 1));
                        int kept = block.progress().get(position).after(turn - 1) - now;
                        int tensor = layers.layers()
                                .get(block.firstLayer() + position)
                                .output();
                        cost += now > before ? (long) kept * layers.rowBytes(tensor) : 0;
                    }
                }
            }
        }
        return cost;
    }
}
