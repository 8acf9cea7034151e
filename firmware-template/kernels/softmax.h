// SPDX-License-Identifier: Apache-2.0
// Softmax over the channels of each pixel, at most 2047: no sum overflows 32 bits.
#ifndef HILDA_SOFTMAX_H
#define HILDA_SOFTMAX_H

#include "codes.h"
#include "yield.h"

typedef struct Softmax {
    uint32_t height, width, channels;
} Softmax;

// exponentials: by the distance of a code to the pixel's largest.
KERNEL void softmax_pixel(uint32_t channels, uint32_t bits, const uint32_t *exponentials,
                          const uint8_t *input, uint8_t *output) {
    uint32_t largest = 0;
    for (uint32_t channel = 0; channel < channels; ++channel) {
        const uint32_t code = code_at(input, channel, bits);
        largest = code > largest ? code : largest;
    }
    uint32_t sum = 0;
    for (uint32_t channel = 0; channel < channels; ++channel) {
        sum += exponentials[largest - code_at(input, channel, bits)];
    }
    for (uint32_t channel = 0; channel < channels; ++channel) {
        const uint32_t exponential = exponentials[largest - code_at(input, channel, bits)];
        const uint32_t share = (256 * exponential + sum / 2) / sum;
        output[channel] = (uint8_t)(share > 255 ? 255 : share);
    }
}

KERNEL void softmax(const Softmax *layer, uint32_t bits, const uint32_t *exponentials, const uint8_t *input,
                    uint8_t *output) {
    for (uint32_t y = 0; y < layer->height; ++y) {
        for (uint32_t x = 0; x < layer->width; ++x) {
            softmax_pixel(layer->channels, bits, exponentials, input, output);
            input += pixel_bytes(layer->channels, bits);
            output += layer->channels;
        }
        inference_yield();
    }
}

#define SOFTMAX(a)                                                                                           \
    KERNEL void softmax_a##a(const Softmax *layer, const uint32_t *exponentials, const uint8_t *input,       \
                             uint8_t *output) {                                                              \
        softmax(layer, a, exponentials, input, output);                                                      \
    }
SOFTMAX(8)
SOFTMAX(4)
SOFTMAX(2)

#endif
