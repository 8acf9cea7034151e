// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.Fusion;

/** Which layer runs when: layers one after the other, those of a block in turns. */
record StepSource(Fusion fusion, int layers) {
    int count() {
        return layers
                + fusion.blocks().stream()
                        .mapToInt(block -> block.layers() * (block.turns() - 1))
                        .sum();
    }

    /** Statements of a function from a step to its layer. */
    String layerOf() {
        StringBuilder text = new StringBuilder();
        int layer = 0;
        for (FusedBlock block : fusion.blocks()) {
            int first = firstStep(block);
            if (block.firstLayer() > layer) {
                text.append(before(first, less(first - block.firstLayer())));
            }
            String position = first == 0 ? "step" : "(step - " + first + ")";
            String fused = position + " % " + block.layers();
            text.append(before(
                    first + block.layers() * block.turns(),
                    block.firstLayer() == 0 ? fused : block.firstLayer() + " + " + fused));
            layer = block.lastLayer() + 1;
        }
        return text + "    return %s;\n".formatted(less(count() - layers));
    }

    /** The argument of a fused layer's function, of a step of it. */
    String turn(FusedBlock block) {
        int first = firstStep(block);
        String since = first == 0 ? "step" : "(step - " + first + ")";
        return "(int32_t)(%s / %d)".formatted(since, block.layers());
    }

    private int firstStep(FusedBlock block) {
        return block.firstLayer()
                + fusion.blocks().stream()
                        .filter(earlier -> earlier.firstLayer() < block.firstLayer())
                        .mapToInt(earlier -> earlier.layers() * (earlier.turns() - 1))
                        .sum();
    }

    private static String before(int step, String layer) {
        return "    if (step < %d) {\n        return %s;\n    }\n".formatted(step, layer);
    }

    private static String less(int steps) {
        return steps == 0 ? "step" : "step - " + steps;
    }
}
