// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Tensor;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How {@code kernels/table_convolution.h} goes through a layer: the cheapest way for which there is scratch memory, by
 * shapes and bits alone.
 *
 * @param tables that a pass looks up in
 * @param passes over all inputs of a window
 * @param tiles whole tiles of a block
 * @param joining pixels that the last block may have beyond them
 * @param copied weights are read from scratch memory
 */
record TablePlan(TableShape shape, int tables, int passes, int tiles, int joining, boolean copied) {
    static final int LEAST_TABLES = 4;

    /** Entries are stepped through by four of them: offsets of at most 1020 bytes. */
    private static final int MOST_TABLES = 15;

    private static final int MOST_TILES = 16;
    private static final int ENTRIES = 256;
    private static final int ENTRY_BYTES = 16;
    private static final int LINE_BYTES = 32;

    /** Counted on the virtual board. */
    private static final double LOOKUP_CYCLES = 5;

    private static final double DRAIN_CYCLES = 14;
    private static final double TABLE_CYCLES = 1_200;
    private static final double LINE_CYCLES = 14;

    /**
     * What of a layer matters here.
     *
     * @param inputs of a window
     * @param channels of the output
     */
    record TableShape(int inputs, int inputBits, int channels, int pixels) {
        /** Pixels of a tile with tables of smaller entries. */
        static final int SMALL_TILE = 4;

        static TableShape of(int perChannel, Tensor input, Tensor output) {
            return new TableShape(
                    perChannel,
                    input.bits(),
                    output.shape().channels(),
                    output.shape().pixels());
        }

        /** Bytes of a channel's weights, of four inputs each. */
        int groups() {
            return (inputs + 3) / 4;
        }

        int tilePixels() {
            return inputBits == 2 ? 16 : 8;
        }

        /** Pixels of a last tile of few; 0: none. */
        int smallTile() {
            int rest = pixels % tilePixels();
            if (rest == 0 || rest > SMALL_TILE) {
                return 0;
            }
            return inputBits == 2 || rest > SMALL_TILE / 2 ? SMALL_TILE : SMALL_TILE / 2;
        }

        /** Lanes of 16 bits do not hold a channel's sum. */
        boolean hasWideSums() {
            return 3L * Bits.highestCode(inputBits) * 4 * groups() > 0xFFFF;
        }

        /** One channel more adds up the inputs. */
        int rows() {
            return channels + 1;
        }

        long bytesOfPixel() {
            return 4L * groups() + rows() * (hasWideSums() ? 4L : 2L);
        }
    }

    /** Empty where there is too little scratch memory, or the layer is too small to have tables. */
    static Optional<TablePlan> of(TableShape shape) {
        if (shape.groups() < LEAST_TABLES) {
            return Optional.empty();
        }
        return IntStream.rangeClosed(LEAST_TABLES, MOST_TABLES)
                .boxed()
                .flatMap(tables -> plans(shape, tables))
                .filter(plan -> plan.scratchBytes() <= WeightedScheme.MOST_SCRATCH_BYTES)
                .min(Comparator.comparingDouble(TablePlan::cycles));
    }

    /** As few passes as with so many tables, of as few tables. */
    private static Stream<TablePlan> plans(TableShape shape, int mostTables) {
        int passes = (shape.groups() + mostTables - 1) / mostTables;
        int tables = Math.max(LEAST_TABLES, (shape.groups() + passes - 1) / passes);
        return IntStream.rangeClosed(1, MOST_TILES)
                .boxed()
                .flatMap(tiles -> IntStream.of(0, shape.smallTile())
                        .distinct()
                        .boxed()
                        .flatMap(joining -> Stream.of(false, true)
                                .map(copied -> new TablePlan(shape, tables, passes, tiles, joining, copied))));
    }

    /** Pixels of a block but the last. */
    int blockPixels() {
        return tiles * shape.tilePixels();
    }

    long weightBytes() {
        return (long) passes * tables * shape.rows();
    }

    long scratchBytes() {
        long copiedBytes = copied ? (weightBytes() + 3) / 4 * 4 + 4 : 0;
        return (long) tables * ENTRIES * ENTRY_BYTES + copiedBytes + (blockPixels() + joining) * shape.bytesOfPixel();
    }

    /** For choosing among plans of one layer. */
    private double cycles() {
        int blocks = Math.max(1, (shape.pixels() - joining + blockPixels() - 1) / blockPixels());
        double tilesInAll = Math.ceil(shape.pixels() / (double) shape.tilePixels());
        double chunk = shape.inputBits() == 2 ? Math.min(tables, 7) : tables;
        double drains = Math.ceil(tables / chunk);
        double pass = tables * TABLE_CYCLES + shape.rows() * (tables * LOOKUP_CYCLES + drains * DRAIN_CYCLES);
        return tilesInAll * passes * pass + weightBytes() / (double) LINE_BYTES * LINE_CYCLES * (copied ? 1.2 : blocks);
    }
}
