// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.NetworkPlan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The bytes of arenas that nobody needs any more, or yet. */
final class DeadBytes {
    private final IntegerNetwork network;
    private final NetworkPlan plan;

    private DeadBytes(IntegerNetwork network, NetworkPlan plan) {
        this.network = network;
        this.plan = plan;
    }

    /** A layer's turn; a layer that is not fused has one. */
    private record Step(int layer, int turn) {}

    /** C of a function that spoils them, by the number of a case of a {@link NetworkBatch} and that of steps done. */
    static String poisoned(List<IntegerNetwork> networks, Function<IntegerNetwork, NetworkPlan> placement) {
        StringBuilder arenas = new StringBuilder();
        StringBuilder cases = new StringBuilder();
        for (int number = 0; number < networks.size(); number++) {
            IntegerNetwork network = networks.get(number);
            DeadBytes dead = new DeadBytes(network, placement.apply(network));
            arenas.append("extern uint8_t case_%d_arena[];\n".formatted(number));
            List<Step> steps = dead.steps();
            for (int done = 0; done <= steps.size(); done++) {
                BitSet after = dead.after(done == 0 ? new Step(-1, 0) : steps.get(done - 1));
                cases.append("    case %d: %s break;\n".formatted(number << 12 | done, poison(number, after)));
            }
        }
        return """
                #include <stdint.h>
                #include <string.h>

                %svoid case_poison(uint32_t number, uint32_t steps);
                void case_poison(uint32_t number, uint32_t steps) {
                    switch (number << 12 | steps) {
                %s    default: break;
                    }
                }
                """.formatted(arenas, cases);
    }

    private static String poison(int number, BitSet dead) {
        StringBuilder text = new StringBuilder();
        for (int from = dead.nextSetBit(0); from >= 0; from = dead.nextSetBit(dead.nextClearBit(from))) {
            text.append(
                    "memset(case_%d_arena + %d, 0xA5, %d); ".formatted(number, from, dead.nextClearBit(from) - from));
        }
        return text.toString();
    }

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        int layer = 0;
        while (layer < network.layers().size()) {
            Optional<FusedBlock> block = plan.fusion().blockOf(layer);
            int last = block.map(FusedBlock::lastLayer).orElse(layer);
            for (int turn = 0; turn < block.map(FusedBlock::turns).orElse(1); turn++) {
                for (int each = layer; each <= last; each++) {
                    steps.add(new Step(each, turn));
                }
            }
            layer = last + 1;
        }
        return steps;
    }

    private BitSet after(Step step) {
        BitSet dead = new BitSet();
        dead.set(0, plan.arena().arenaBytes());
        for (int tensor = 0; tensor < network.tensors().size(); tensor++) {
            Rows alive = alive(tensor, step);
            Tensor rows = network.tensors().get(tensor);
            int rowBytes = rows.shape().width() * rows.pixelBytes();
            int from = at(tensor, step) + (alive.from - alive.origin) * rowBytes;
            if (alive.to > alive.from) {
                dead.clear(from, from + (alive.to - alive.from) * rowBytes);
            }
        }
        return dead;
    }

    /** Before its last turn a block's result lies where it is written. */
    private int at(int tensor, Step step) {
        ArenaPlan arena = plan.arena();
        Optional<FusedBlock> writer = plan.fusion().blockOf(writer(tensor));
        boolean isBeingWritten = writer.isPresent()
                && writer.get().contains(step.layer)
                && !(step.layer == writer.get().lastLayer()
                        && step.turn == writer.get().turns() - 1);
        return (isBeingWritten ? arena.writtenAt() : arena.readAt()).get(tensor);
    }

    /** Rows from … to − 1, of which origin lies where the tensor does. */
    private record Rows(int origin, int from, int to) {
        static final Rows NONE = new Rows(0, 0, 0);
    }

    private Rows alive(int tensor, Step step) {
        int height = network.tensors().get(tensor).shape().height();
        int writer = writer(tensor);
        Optional<FusedBlock> running = plan.fusion().blockOf(step.layer);
        int written = height;
        if (writer > step.layer
                && running.filter(block -> block.contains(writer)).isEmpty()) {
            return Rows.NONE;
        }
        if (running.filter(block -> block.contains(writer)).isPresent()) {
            FusedBlock block = running.get();
            int position = writer - block.firstLayer();
            written = block.progress().get(position).after(step.layer >= writer ? step.turn : step.turn - 1);
        }
        int reader = lastReader(tensor);
        if (network.outputs().contains(tensor)) {
            return new Rows(0, 0, written);
        }
        Optional<FusedBlock> readingBlock = running.filter(block -> block.contains(reader));
        if (readingBlock.isEmpty() || onlyLater(readingBlock.get(), tensor)) {
            return reader > step.layer ? new Rows(0, 0, written) : Rows.NONE;
        }
        FusedBlock block = readingBlock.get();
        int position = reader - block.firstLayer();
        int needed = block.firstRowNeeded(position, step.layer >= reader ? step.turn + 1 : step.turn);
        // A buffer's rows are moved when the layer that writes it has its turn.
        int origin = block.contains(writer)
                ? block.firstRowNeeded(position, step.layer >= writer ? step.turn : step.turn - 1)
                : 0;
        boolean isLastRead = step.layer >= reader && step.turn == block.turns() - 1;
        return isLastRead ? Rows.NONE : new Rows(origin, Math.max(origin, needed), written);
    }

    /** A tensor that a later layer than the block's reads is needed whole. */
    private boolean onlyLater(FusedBlock block, int tensor) {
        return lastReader(tensor) > block.lastLayer();
    }

    private int writer(int tensor) {
        for (int layer = 0; layer < network.layers().size(); layer++) {
            if (network.layers().get(layer).output() == tensor) {
                return layer;
            }
        }
        return -1;
    }

    private int lastReader(int tensor) {
        int reader = -1;
        for (int layer = 0; layer < network.layers().size(); layer++) {
            reader = network.layers().get(layer).inputs().contains(tensor) ? layer : reader;
        }
        return reader;
    }
}
