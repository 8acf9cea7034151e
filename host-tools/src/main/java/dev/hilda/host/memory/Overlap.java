// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import dev.hilda.host.kernel.Reach;

/**
 * Of a layer, a result that may be written over what is read there for the last time.
 *
 * @param output index of the tensor that the layer writes
 * @param input index of the one it reads, which nothing needs afterwards
 * @param distanceBytes at least so far below its input the output must begin, by {@link Reach#behindBytes()}; a multiple of
 *     {@link ArenaPlan#ALIGNMENT_BYTES}
 */
public record Overlap(int output, int input, int distanceBytes) {
    public Overlap {
        if (output == input || distanceBytes < 0 || distanceBytes % ArenaPlan.ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException(
                    "tensor " + output + " " + distanceBytes + " bytes below tensor " + input);
        }
    }
}
