// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.List;
import java.util.Optional;

/** Which of a network's layers are fused: blocks that do not overlap, in the order of execution. */
public record Fusion(List<FusedBlock> blocks) {
    public static final Fusion NONE = new Fusion(List.of());

    public Fusion {
        blocks = List.copyOf(blocks);
        int free = 0;
        for (FusedBlock block : blocks) {
            if (block.firstLayer() < free) {
                throw new IllegalArgumentException("layer " + block.firstLayer() + " in two blocks");
            }
            free = block.lastLayer() + 1;
        }
    }

    public Optional<FusedBlock> blockOf(int layer) {
        return blocks.stream().filter(block -> block.contains(layer)).findFirst();
    }

    /** The planner's step at which a layer runs: a block is one. */
    int stepOf(int layer) {
        int step = layer;
        for (FusedBlock block : blocks) {
            if (layer >= block.firstLayer()) {
                step -= Math.min(layer, block.lastLayer()) - block.firstLayer();
            }
        }
        return step;
    }
}
