// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Tiles of pixels, weights of two output channels in a lane: {@code kernels/carry_convolution.h}. */
public record CarryConvolutionScheme(ConvolutionLayer layer, Tensor input, Tensor output, CarryTiles tiles)
        implements WeightedScheme {
    /** Bytes of weights that go over a single pixel between two calls of {@code inference_yield}. */
    private static final int BLOCK_BYTES = 32_768;

    @Override
    public String kernelName() {
        return "carry_convolution_a%d_w%d_o%d"
                .formatted(input.bits(), layer.weights().bits(), output.bits());
    }

    @Override
    public long scratchBytes() {
        return tiles.scratchBytes();
    }

    @Override
    public List<Reach> reach() {
        return tiles.reach(layer.window(), input, output);
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.under(layer.window(), input, output));
    }

    @Override
    public Optional<String> compromise() {
        return weights().compromise(layer.weights().bits());
    }

    /** What the kernel reads of the weights. */
    public CarryWeights weights() {
        return CarryWeights.of(layer, input, tiles, mostSetsAtOnce());
    }

    /** Of one pixel's inputs loads are shared: as many sums at a time as there are of a pixel with weights of 4 bits. */
    private int mostSetsAtOnce() {
        int inSet = CarryWeights.setChannels(layer.weights().bits());
        return isOnePixel()
                        && layer.weights().bits() == Byte.SIZE
                        && output.shape().channels() % (2 * inSet) == 0
                ? 2
                : 1;
    }

    /** Sets that go over a tile together: weights of one pixel need not stay in the cache. */
    public int blockSets(int setsAtOnce) {
        int sets = isOnePixel() ? BLOCK_BYTES / (tiles.columnPairs() * Integer.BYTES) : tiles.blockSets();
        return Math.max(1, sets / setsAtOnce) * setsAtOnce;
    }

    private boolean isOnePixel() {
        return output.shape().pixels() == 1;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.carryConvolution(this);
    }
}
