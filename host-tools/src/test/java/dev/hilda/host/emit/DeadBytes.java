// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.Lifetime;
import dev.hilda.host.memory.Liveness;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/** The bytes of arenas that nobody needs any more, or yet. */
final class DeadBytes {
    private DeadBytes() {}

    /** C of a function that spoils them, by the number of a case of a {@link NetworkBatch} and that of layers done. */
    static String poisoned(List<IntegerNetwork> networks, Function<IntegerNetwork, ArenaPlan> placement) {
        StringBuilder arenas = new StringBuilder();
        StringBuilder cases = new StringBuilder();
        for (int number = 0; number < networks.size(); number++) {
            IntegerNetwork network = networks.get(number);
            arenas.append("extern uint8_t case_%d_arena[];\n".formatted(number));
            for (int layers = 0; layers <= network.layers().size(); layers++) {
                cases.append("    case %d: %s break;\n"
                        .formatted(
                                number << 8 | layers, poison(number, dead(network, placement.apply(network), layers))));
            }
        }
        return """
                #include <stdint.h>
                #include <string.h>

                %svoid case_poison(uint32_t number, uint32_t layers);
                void case_poison(uint32_t number, uint32_t layers) {
                    switch (number << 8 | layers) {
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

    private static BitSet dead(IntegerNetwork network, ArenaPlan plan, int layers) {
        BitSet dead = new BitSet();
        dead.set(0, plan.arenaBytes());
        List<Lifetime> lifetimes = Liveness.of(network);
        for (int tensor = 0; tensor < lifetimes.size(); tensor++) {
            boolean isThere = network.inputs().contains(tensor);
            for (int layer = 0; layer < layers; layer++) {
                isThere |= network.layers().get(layer).output() == tensor;
            }
            if (isThere && lifetimes.get(tensor).lastStep() >= layers) {
                int from = plan.readAt().get(tensor);
                dead.clear(from, from + lifetimes.get(tensor).bytes());
            }
        }
        return dead;
    }
}
