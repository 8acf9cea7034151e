// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightedLayer;
import java.util.Optional;

/** A kernel of a layer with weights. Sums and their order are of no matter to what is proved of it: they wrap until the last. */
public sealed interface WeightedScheme extends KernelScheme
        permits ConvolutionScheme,
                CarryConvolutionScheme,
                TableConvolutionScheme,
                OuterConvolutionScheme,
                DepthwiseRowsScheme,
                DepthwiseScheme {
    /** What firmware has for kernels to work in: {@code NETWORK_SCRATCH_BYTES}. */
    long MOST_SCRATCH_BYTES = 110_592;

    WeightedLayer layer();

    Tensor input();

    @Override
    default Optional<String> objection() {
        return Int32.objection(layer(), input());
    }

    @Override
    default Constants constants() {
        return Constants.of(layer());
    }
}
