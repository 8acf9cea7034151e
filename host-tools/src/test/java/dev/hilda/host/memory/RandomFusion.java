// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.agent.network.IntegerNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Any blocks that a network allows, of any number of rows a turn. */
public final class RandomFusion {
    private RandomFusion() {}

    /** With at least one block, where any two layers can be fused. */
    public static Fusion of(IntegerNetwork network, SplittableRandom random) {
        LayerSequence layers = LayerSequence.of(network);
        Fusion fusion = Fusion.NONE;
        for (int attempt = 0; attempt < 20 && fusion.blocks().isEmpty(); attempt++) {
            fusion = any(layers, random);
        }
        return fusion;
    }

    private static Fusion any(LayerSequence layers, SplittableRandom random) {
        List<FusedBlock> blocks = new ArrayList<>();
        int count = layers.layers().size();
        int first = 0;
        while (first < count) {
            int last = first;
            while (last + 1 < count && canFollow(layers, last + 1) && random.nextInt(4) > 0) {
                last++;
            }
            if (last > first && layers.rows(first).isPresent()) {
                int rows = layers.rows(last).orElseThrow().outputRows();
                int rowsPerTurn = random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(rows);
                blocks.add(layers.block(first, last, rowsPerTurn));
            }
            first = last + 1;
        }
        return new Fusion(blocks);
    }

    private static boolean canFollow(LayerSequence layers, int layer) {
        return layers.rows(layer).isPresent() && layers.rows(layer - 1).isPresent() && layers.continues(layer);
    }
}
