// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.kernel.Reach;
import dev.hilda.host.kernel.RowReads;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Blocks played turn by turn on sets of rows. */
class FusedBlockPropertyTest {
    @Property(tries = 300)
    void shouldComputeEachRowOnceAndHoldNoMoreThanIsStillRead(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.rows(seed);
        LayerSequence layers = LayerSequence.of(network);
        SplittableRandom random = new SplittableRandom(seed);
        int last = 1 + random.nextInt(network.layers().size() - 1);
        int rows = layers.rows(last).orElseThrow().outputRows();
        FusedBlock block = layers.block(0, last, 1 + random.nextInt(rows));
        Played played = new Played(block);
        for (int turn = 0; turn < block.turns(); turn++) {
            played.turn(turn);
        }
        assertEquals(rows, played.computed[last]);
        for (int position = 0; position <= last; position++) {
            assertEquals(played.computed[position], block.computedRows(position), "position " + position);
            assertTrue(
                    block.computedRows(position) <= block.reads().get(position).outputRows());
        }
        for (int position = 0; position < last; position++) {
            assertEquals(played.mostRows[position], block.bufferRows(position), "position " + position);
        }
        assertReach(block, played);
    }

    /** Of rows of different lengths. */
    private static void assertReach(FusedBlock block, Played played) {
        int inputRowBytes = 7;
        int outputRowBytes = 5;
        long behind = 0;
        long ahead = 0;
        for (int turn = 0; turn < block.turns(); turn++) {
            long written = (long) played.writtenBefore.get(turn) * outputRowBytes;
            behind = Math.max(behind, written - (long) played.firstRead.get(turn) * inputRowBytes);
            ahead = Math.max(ahead, (long) played.readUpTo.get(turn) * inputRowBytes - written);
        }
        assertEquals(new Reach(behind, ahead), block.reach(inputRowBytes, outputRowBytes));
    }

    /** Each layer computes what the next one asks for; a buffer's rows are those computed and still asked for. */
    private static final class Played {
        private final FusedBlock block;
        private final int[] computed;
        private final int[] mostRows;
        private final List<Integer> writtenBefore = new ArrayList<>();
        private final List<Integer> firstRead = new ArrayList<>();
        private final List<Integer> readUpTo = new ArrayList<>();

        private Played(FusedBlock block) {
            this.block = block;
            this.computed = new int[block.layers()];
            this.mostRows = new int[block.layers()];
        }

        private void turn(int turn) {
            int last = block.layers() - 1;
            int[] wanted = new int[block.layers()];
            wanted[last] = Math.min(block.reads().get(last).outputRows(), (turn + 1) * block.rowsPerTurn());
            for (int position = last; position > 0; position--) {
                wanted[position - 1] = block.reads().get(position).end(wanted[position]);
            }
            writtenBefore.add(computed[last]);
            RowReads first = block.reads().get(0);
            firstRead.add(first.first(computed[0]));
            readUpTo.add(first.end(wanted[0]));
            for (int position = 0; position < last; position++) {
                TreeSet<Integer> held = new TreeSet<>();
                int needed = block.reads().get(position + 1).first(computed[position + 1]);
                for (int row = needed; row < wanted[position]; row++) {
                    held.add(row);
                }
                mostRows[position] = Math.max(mostRows[position], held.size());
                int before = computed[position];
                assertTrue(needed <= before, () -> "rows from " + before + " on do not follow " + held);
            }
            for (int position = 0; position <= last; position++) {
                assertTrue(wanted[position] >= computed[position]);
                computed[position] = wanted[position];
            }
        }
    }
}
