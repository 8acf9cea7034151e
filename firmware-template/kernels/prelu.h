// SPDX-License-Identifier: Apache-2.0
// A rectifier with a slope for each channel, requantized.
#ifndef HILDA_PRELU_H
#define HILDA_PRELU_H

#include "codes.h"
#include "requantize.h"
#include "yield.h"

typedef struct Prelu {
    uint32_t height, width, channels;
    int32_t input_zero_point;
    int32_t multiplier; // of codes from the zero point on
    Requantization requantization;
} Prelu;

// One to four codes. multipliers: of theirs below the zero point.
KERNEL void prelu_quad(const Prelu *layer, uint32_t input_bits, uint32_t output_bits, uint32_t count,
                       const int32_t *multipliers, const uint8_t *from, uint8_t *to) {
    const uint32_t codes = load_quad(from, count, input_bits);
    uint32_t quad = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        const int32_t difference = (int32_t)quad_code(codes, i, input_bits) - layer->input_zero_point;
        const int32_t multiplier = difference < 0 ? multipliers[i] : layer->multiplier;
        const int32_t code = requantize((uint32_t)difference, multiplier, &layer->requantization);
        quad |= (uint32_t)code << (i * output_bits);
    }
    store_quad(to, quad, count, output_bits);
}

// multipliers: by channel.
KERNEL void prelu(const Prelu *layer, uint32_t input_bits, uint32_t output_bits, const int32_t *multipliers,
                  const uint8_t *input, uint8_t *output) {
    const uint32_t whole = layer->channels / QUAD;
    const uint32_t rest = layer->channels % QUAD;
    for (uint32_t y = 0; y < layer->height; ++y) {
        for (uint32_t x = 0; x < layer->width; ++x) {
            const uint8_t *from = input;
            uint8_t *to = output;
            for (uint32_t quad = 0; quad < whole; ++quad) {
                prelu_quad(layer, input_bits, output_bits, QUAD, multipliers + quad * QUAD, from, to);
                from += quad_bytes(input_bits);
                to += quad_bytes(output_bits);
            }
            if (rest > 0) {
                prelu_quad(layer, input_bits, output_bits, rest, multipliers + whole * QUAD, from, to);
            }
            input += pixel_bytes(layer->channels, input_bits);
            output += pixel_bytes(layer->channels, output_bits);
        }
        inference_yield();
    }
}

#define PRELU(a, o)                                                                                          \
    KERNEL void prelu_a##a##_o##o(const Prelu *layer, const int32_t *multipliers, const uint8_t *input,      \
                                  uint8_t *output) {                                                         \
        prelu(layer, a, o, multipliers, input, output);                                                      \
    }
#define PRELU_OUTPUTS(a) PRELU(a, 8) PRELU(a, 4) PRELU(a, 2)
PRELU_OUTPUTS(8)
PRELU_OUTPUTS(4)
PRELU_OUTPUTS(2)

#endif
