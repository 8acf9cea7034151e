// SPDX-License-Identifier: Apache-2.0
// Any function of one code, by a table of the output's codes.
#ifndef HILDA_LOOKUP_H
#define HILDA_LOOKUP_H

#include "codes.h"
#include "yield.h"

typedef struct Lookup {
    uint32_t height, width, channels;
} Lookup;

// One to four codes.
KERNEL void lookup_quad(const uint8_t *table, uint32_t input_bits, uint32_t output_bits, uint32_t count,
                        const uint8_t *from, uint8_t *to) {
    const uint32_t codes = load_quad(from, count, input_bits);
    uint32_t quad = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        quad |= (uint32_t)table[quad_code(codes, i, input_bits)] << (i * output_bits);
    }
    store_quad(to, quad, count, output_bits);
}

// table: by input code. Where no pixel has unused bits, a row is one long pixel.
KERNEL void lookup(const Lookup *layer, uint32_t input_bits, uint32_t output_bits, const uint8_t *table,
                   const uint8_t *input, uint8_t *output) {
    const uint32_t narrowest = input_bits < output_bits ? input_bits : output_bits;
    const bool dense = layer->channels * narrowest % 8 == 0;
    const uint32_t pixels = dense ? 1 : layer->width;
    const uint32_t channels = dense ? layer->width * layer->channels : layer->channels;
    const uint32_t whole = channels / QUAD;
    const uint32_t rest = channels % QUAD;
    for (uint32_t y = 0; y < layer->height; ++y) {
        for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
            const uint8_t *from = input;
            uint8_t *to = output;
            for (uint32_t quad = 0; quad < whole; ++quad) {
                lookup_quad(table, input_bits, output_bits, QUAD, from, to);
                from += quad_bytes(input_bits);
                to += quad_bytes(output_bits);
            }
            if (rest > 0) {
                lookup_quad(table, input_bits, output_bits, rest, from, to);
            }
            input += pixel_bytes(channels, input_bits);
            output += pixel_bytes(channels, output_bits);
        }
        inference_yield();
    }
}

#define LOOKUP(a, o)                                                                                         \
    KERNEL void lookup_a##a##_o##o(const Lookup *layer, const uint8_t *table, const uint8_t *input,          \
                                   uint8_t *output) {                                                        \
        lookup(layer, a, o, table, input, output);                                                           \
    }
#define LOOKUP_OUTPUTS(a) LOOKUP(a, 8) LOOKUP(a, 4) LOOKUP(a, 2)
LOOKUP_OUTPUTS(8)
LOOKUP_OUTPUTS(4)
LOOKUP_OUTPUTS(2)

#endif
