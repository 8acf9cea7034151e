// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.ConvolutionLayer;
import dev.hilda.agent.network.Tensor;
import java.util.List;
import java.util.Optional;

/** Tiles of pixels, weights of two output channels in a lane: {@code kernels/carry_convolution.h}. */
public record CarryConvolutionScheme(ConvolutionLayer layer, Tensor input, Tensor output, CarryTiles tiles)
        implements WeightedScheme {
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
        return CarryWeights.of(layer, input, tiles);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.carryConvolution(this);
    }
}
