// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Optional;

/**
 * How {@code kernels/carry_convolution.h} goes over a layer: shapes and bits decide.
 *
 * @param columnPairs of inputs in a pixel's column, with those that fill the last quad
 * @param pixelsAreWords whether the input's pixels are whole words, unpacked where they lie
 * @param tileGroups groups of four pixels that are unpacked at once
 * @param blockSets sets of output channels that go over a tile together
 */
public record CarryTiles(int columnPairs, boolean pixelsAreWords, int tileGroups, int blockSets) {
    public static final int GROUP_PIXELS = 4;

    private static final int WORD_BITS = 32;
    private static final int QUAD = 4;

    /** Weights that stay in the data cache, of 16 KB, while outputs go through it. */
    private static final int CACHED_BYTES = 8192;

    /** Enough to share the work that a tile takes, where its weights stay in the cache anyway. */
    private static final int FEW_GROUPS = 8;

    /**
     * As few tiles as fit, of much the same size, so that they take no more scratch memory than so many need. Empty where weights
     * have too few bits, or not a group of pixels fits.
     */
    static Optional<CarryTiles> of(int weightBits, int perChannel, Tensor input, Tensor output) {
        boolean pixelsAreWords = input.shape().channels() * input.bits() % WORD_BITS == 0;
        int columnPairs = (perChannel + QUAD - 1) / QUAD * 2;
        long groups = (output.shape().pixels() + GROUP_PIXELS - 1L) / GROUP_PIXELS;
        int setBytes = columnPairs * Integer.BYTES;
        int setChannels = Short.SIZE / weightBits;
        long weightBytes = (long) setBytes * ((output.shape().channels() + setChannels - 1) / setChannels);
        CarryTiles one = new CarryTiles(columnPairs, pixelsAreWords, 1, Math.max(1, CACHED_BYTES / setBytes));
        long fitting = (WeightedScheme.MOST_SCRATCH_BYTES - one.fixedBytes()) / one.groupBytes();
        if (weightBits < 4 || fitting < 1) {
            return Optional.empty();
        }
        long wanted = weightBytes <= CACHED_BYTES ? Math.min(groups, FEW_GROUPS) : groups;
        long most = Math.min(wanted, fitting);
        long tiles = (groups + most - 1) / most;
        long even = (groups + tiles - 1) / tiles;
        return Optional.of(new CarryTiles(columnPairs, pixelsAreWords, (int) even, one.blockSets));
    }

    long scratchBytes() {
        return fixedBytes() + tileGroups * groupBytes();
    }

    /** What is read beyond the last column, and a window's codes. */
    private long fixedBytes() {
        return 2 * GROUP_PIXELS * Integer.BYTES + (pixelsAreWords ? 0 : 2L * columnPairs);
    }

    /** Columns and their sums. */
    private long groupBytes() {
        return (long) GROUP_PIXELS * Integer.BYTES * (columnPairs + 1);
    }

    List<Reach> reach(Window window, Tensor input, Tensor output) {
        return List.of(new WindowReads(window, input, output).byBlocks(tileGroups * GROUP_PIXELS, 0));
    }

    KernelOutline outline(Window window, Tensor input, Tensor output) {
        return new KernelOutline(
                reach(window, input, output), Optional.of(RowReads.under(window, input, output)), scratchBytes());
    }

    /** Two inputs of each word of a column; those beyond a column's end fill it. */
    int[] order(int inputBits) {
        int bits = pixelsAreWords ? inputBits : Byte.SIZE;
        int inByte = Byte.SIZE / bits;
        int[] order = new int[2 * columnPairs];
        int at = 0;
        for (int word = 0; at < order.length; word += WORD_BITS / bits) {
            for (int first = word; first < word + inByte; first++) {
                for (int half = 0; half < 2; half++) {
                    order[at++] = first + half * inByte;
                    order[at++] = first + (half + 2) * inByte;
                }
            }
        }
        return order;
    }
}
