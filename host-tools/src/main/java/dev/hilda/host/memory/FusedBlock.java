// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.host.kernel.Reach;
import dev.hilda.host.kernel.RowReads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Consecutive layers, each of which reads only what the one before it writes, that take turns: in each, the last computes
 * some rows, and those before it what that needs and is not there yet. Of the tensors between them there are only those rows
 * that are still to be read, each computed once: buffers that begin with the first row that is needed.
 *
 * @param firstLayer index
 * @param rowsPerTurn of the last layer's output
 * @param reads of each layer
 * @param progress of each layer
 */
public record FusedBlock(int firstLayer, int rowsPerTurn, List<RowReads> reads, List<RowProgress> progress) {
    public FusedBlock {
        reads = List.copyOf(reads);
        progress = List.copyOf(progress);
    }

    /** Of layers that can be called for some rows alone. */
    static FusedBlock of(int firstLayer, List<RowReads> reads, int rowsPerTurn) {
        List<RowProgress> progress = new ArrayList<>();
        RowProgress later =
                RowProgress.of(rowsPerTurn, reads.get(reads.size() - 1).outputRows());
        progress.add(later);
        for (int position = reads.size() - 1; position > 0; position--) {
            later = later.before(reads.get(position));
            progress.add(later);
        }
        Collections.reverse(progress);
        return new FusedBlock(firstLayer, rowsPerTurn, reads, progress);
    }

    public int layers() {
        return reads.size();
    }

    /** Index. */
    public int lastLayer() {
        return firstLayer + layers() - 1;
    }

    public boolean contains(int layer) {
        return firstLayer <= layer && layer <= lastLayer();
    }

    public int turns() {
        int rows = reads.get(layers() - 1).outputRows();
        return (rows + rowsPerTurn - 1) / rowsPerTurn;
    }

    /** The first row of its input that a layer needs in a turn or later. */
    public int firstRowNeeded(int position, int turn) {
        return reads.get(position).first(progress.get(position).after(turn - 1));
    }

    /** Rows that a layer computes in all turns. */
    public int computedRows(int position) {
        int rows = 0;
        for (int turn = 0; turn < turns(); turn++) {
            rows += progress.get(position).after(turn) - progress.get(position).after(turn - 1);
        }
        return rows;
    }

    /**
     * Rows of the buffer behind a layer.
     *
     * @param position of a layer, not the last
     */
    public int bufferRows(int position) {
        int most = 0;
        for (int turn = 0; turn < turns(); turn++) {
            most = Math.max(most, progress.get(position).after(turn) - firstRowNeeded(position + 1, turn));
        }
        return most;
    }

    /** Rows that are moved within the buffer behind a layer. */
    int movedRows(int position) {
        int moved = 0;
        for (int turn = 1; turn < turns(); turn++) {
            int first = firstRowNeeded(position + 1, turn);
            boolean isMoved = first > firstRowNeeded(position + 1, turn - 1);
            moved += isMoved ? progress.get(position).after(turn - 1) - first : 0;
        }
        return moved;
    }

    /**
     * Of the input that the first layer reads, by what the last has written.
     *
     * @param inputRowBytes of a row of that input
     * @param outputRowBytes of a row of the block's output
     */
    Reach reach(long inputRowBytes, long outputRowBytes) {
        long behind = 0;
        long ahead = 0;
        for (int turn = 0; turn < turns(); turn++) {
            long written = progress.get(layers() - 1).after(turn - 1) * outputRowBytes;
            int readRows = reads.get(0).end(progress.get(0).after(turn));
            behind = Math.max(behind, written - firstRowNeeded(0, turn) * inputRowBytes);
            ahead = Math.max(ahead, readRows * inputRowBytes - written);
        }
        return new Reach(behind, ahead);
    }
}
