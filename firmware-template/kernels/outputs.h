// SPDX-License-Identifier: Apache-2.0
// A network's outputs as int32, whatever their bits.
#ifndef HILDA_OUTPUTS_H
#define HILDA_OUTPUTS_H

#include "codes.h"

KERNEL void read_outputs(const uint8_t *from, uint32_t pixels, uint32_t channels, uint32_t bits,
                         int32_t *to) {
    const uint32_t bytes = pixel_bytes(channels, bits);
    for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
        for (uint32_t channel = 0; channel < channels; ++channel) {
            *to++ = (int32_t)(bits == 32 ? load_word(from + 4 * channel) : code_at(from, channel, bits));
        }
        from += bytes;
    }
}

#endif
