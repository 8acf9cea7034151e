// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

/** A kernel that goes from codes to codes with nothing but its tensors. */
public sealed interface CodeScheme extends KernelScheme
        permits AddScheme,
                SumScheme,
                ProductScheme,
                ConcatenationScheme,
                RescaleScheme,
                AveragePoolScheme,
                MeanScheme,
                MaxPoolScheme,
                PadScheme,
                ReshapeScheme {
    @Override
    default Constants constants() {
        return Constants.NONE;
    }

    @Override
    default long scratchBytes() {
        return 0;
    }
}
