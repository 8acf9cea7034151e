// SPDX-License-Identifier: Apache-2.0
// Add and Rescale: Y = clamp((A + m₁·X₁ + m₂·X₂) >> s, lo, hi), code by code.
#ifndef HILDA_ELEMENTWISE_H
#define HILDA_ELEMENTWISE_H

#include "codes.h"
#include "requantize.h"
#include "yield.h"

typedef struct Elementwise {
    uint32_t height, width, channels;
    int32_t first_multiplier;
    int32_t second_multiplier; // 0: one operand
    int32_t addend;
    uint32_t right_shift;
    int32_t low;
    int32_t high;
} Elementwise;

// One to four codes, those at channel of three pixels.
KERNEL void elementwise_quad(const Elementwise *layer, uint32_t first_bits, uint32_t second_bits,
                             uint32_t output_bits, const uint8_t *first, const uint8_t *second,
                             uint8_t *output, uint32_t channel, uint32_t count) {
    const uint32_t quad_index = channel / QUAD;
    const uint32_t first_quad = load_quad(first + quad_index * quad_bytes(first_bits), count, first_bits);
    const uint32_t second_quad =
        second == NULL ? 0 : load_quad(second + quad_index * quad_bytes(second_bits), count, second_bits);
    uint32_t quad = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        uint32_t sum = (uint32_t)layer->addend +
                       (uint32_t)layer->first_multiplier * quad_code(first_quad, i, first_bits);
        if (second != NULL) {
            sum += (uint32_t)layer->second_multiplier * quad_code(second_quad, i, second_bits);
        }
        const int32_t value = clamp((int32_t)sum >> layer->right_shift, layer->low, layer->high);
        if (output_bits == 32) {
            store_word(output + 4 * (channel + i), (uint32_t)value);
        } else {
            quad |= (uint32_t)value << (i * output_bits);
        }
    }
    if (output_bits != 32) {
        store_quad(output + quad_index * quad_bytes(output_bits), quad, count, output_bits);
    }
}

// second is NULL for one operand. Where no pixel has unused bits, a row is one long pixel.
KERNEL void elementwise(const Elementwise *layer, uint32_t first_bits, uint32_t second_bits,
                        uint32_t output_bits, const uint8_t *first, const uint8_t *second, uint8_t *output) {
    const uint32_t narrowest = first_bits < second_bits ? first_bits : second_bits;
    const bool dense = layer->channels * (narrowest < output_bits ? narrowest : output_bits) % 8 == 0;
    const uint32_t pixels = dense ? 1 : layer->width;
    const uint32_t channels = dense ? layer->width * layer->channels : layer->channels;
    const uint32_t whole = channels & ~(QUAD - 1);
    for (uint32_t y = 0; y < layer->height; ++y) {
        for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
            for (uint32_t channel = 0; channel < whole; channel += QUAD) {
                elementwise_quad(layer, first_bits, second_bits, output_bits, first, second, output, channel,
                                 QUAD);
            }
            if (whole < channels) {
                elementwise_quad(layer, first_bits, second_bits, output_bits, first, second, output, whole,
                                 channels - whole);
            }
            first += pixel_bytes(channels, first_bits);
            if (second != NULL) {
                second += pixel_bytes(channels, second_bits);
            }
            output += pixel_bytes(channels, output_bits);
        }
        inference_yield();
    }
}

#define ADD(a, b, o)                                                                                         \
    KERNEL void add_a##a##_a##b##_o##o(const Elementwise *layer, const uint8_t *first,                       \
                                       const uint8_t *second, uint8_t *output) {                             \
        elementwise(layer, a, b, o, first, second, output);                                                  \
    }
#define RESCALE(a, o)                                                                                        \
    KERNEL void rescale_a##a##_o##o(const Elementwise *layer, const uint8_t *input, uint8_t *output) {       \
        elementwise(layer, a, 8, o, input, NULL, output);                                                    \
    }
#define ADD_OUTPUTS(a, b) ADD(a, b, 8) ADD(a, b, 4) ADD(a, b, 2) ADD(a, b, 32)
#define ELEMENTWISE(a)                                                                                       \
    ADD_OUTPUTS(a, 8)                                                                                        \
    ADD_OUTPUTS(a, 4) ADD_OUTPUTS(a, 2) RESCALE(a, 8) RESCALE(a, 4) RESCALE(a, 2) RESCALE(a, 32)
ELEMENTWISE(8)
ELEMENTWISE(4)
ELEMENTWISE(2)

#endif
