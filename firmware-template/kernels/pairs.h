// SPDX-License-Identifier: Apache-2.0
// Sum and Product: two operands element by element, either of which may be broadcast.
#ifndef HILDA_PAIRS_H
#define HILDA_PAIRS_H

#include "codes.h"
#include "requantize.h"
#include "yield.h"

typedef struct Operand {
    uint32_t row_bytes;   // from a row to the next; 0: all are one
    uint32_t pixel_bytes; // from a pixel to the next; 0: all are one
    bool one_channel;     // which stands for all
    int32_t multiplier;   // of a sum
    int32_t zero_point;   // of a product
} Operand;

typedef struct Pair {
    uint32_t height, width, channels;
    Operand first, second;
    bool multiplies;
    int32_t multiplier; // of the product
    // Of a sum: right shift, addend, low and high.
    Requantization requantization;
} Pair;

KERNEL int32_t combine(const Pair *layer, uint32_t first, uint32_t second) {
    const Requantization *to = &layer->requantization;
    if (layer->multiplies) {
        const int32_t product =
            ((int32_t)first - layer->first.zero_point) * ((int32_t)second - layer->second.zero_point);
        return requantize((uint32_t)product, layer->multiplier, to);
    }
    const uint32_t sum = (uint32_t)to->addend + (uint32_t)layer->first.multiplier * first +
                         (uint32_t)layer->second.multiplier * second;
    return clamp((int32_t)sum >> to->right_shift, to->low, to->high);
}

// The first count codes of a quad of a pixel.
KERNEL uint32_t operand_quad(const Operand *operand, const uint8_t *pixel, uint32_t quad, uint32_t count,
                             uint32_t bits) {
    if (operand->one_channel) {
        const uint32_t once_each = bits == 8 ? 0x01010101U : bits == 4 ? 0x1111U : 0x55U;
        return code_at(pixel, 0, bits) * once_each;
    }
    return load_quad(pixel + quad * quad_bytes(bits), count, bits);
}

// One to four codes.
KERNEL void pair_quad(const Pair *layer, uint32_t first_bits, uint32_t second_bits, uint32_t output_bits,
                      const uint8_t *first, const uint8_t *second, uint8_t *output, uint32_t quad,
                      uint32_t count) {
    const uint32_t first_quad = operand_quad(&layer->first, first, quad, count, first_bits);
    const uint32_t second_quad = operand_quad(&layer->second, second, quad, count, second_bits);
    uint32_t codes = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        const int32_t code =
            combine(layer, quad_code(first_quad, i, first_bits), quad_code(second_quad, i, second_bits));
        codes |= (uint32_t)code << (i * output_bits);
    }
    store_quad(output + quad * quad_bytes(output_bits), codes, count, output_bits);
}

KERNEL void pair(const Pair *layer, uint32_t first_bits, uint32_t second_bits, uint32_t output_bits,
                 const uint8_t *first, const uint8_t *second, uint8_t *output) {
    const uint32_t whole = layer->channels / QUAD;
    const uint32_t rest = layer->channels % QUAD;
    for (uint32_t y = 0; y < layer->height; ++y) {
        const uint8_t *first_pixel = first + y * layer->first.row_bytes;
        const uint8_t *second_pixel = second + y * layer->second.row_bytes;
        for (uint32_t x = 0; x < layer->width; ++x) {
            for (uint32_t quad = 0; quad < whole; ++quad) {
                pair_quad(layer, first_bits, second_bits, output_bits, first_pixel, second_pixel, output,
                          quad, QUAD);
            }
            if (rest > 0) {
                pair_quad(layer, first_bits, second_bits, output_bits, first_pixel, second_pixel, output,
                          whole, rest);
            }
            first_pixel += layer->first.pixel_bytes;
            second_pixel += layer->second.pixel_bytes;
            output += pixel_bytes(layer->channels, output_bits);
        }
        inference_yield();
    }
}

#define PAIR(name, a, b, o)                                                                                  \
    KERNEL void name##_a##a##_a##b##_o##o(const Pair *layer, const uint8_t *first, const uint8_t *second,    \
                                          uint8_t *output) {                                                 \
        pair(layer, a, b, o, first, second, output);                                                         \
    }
#define PAIR_OUTPUTS(name, a, b) PAIR(name, a, b, 8) PAIR(name, a, b, 4) PAIR(name, a, b, 2)
#define PAIR_INPUTS(name, a) PAIR_OUTPUTS(name, a, 8) PAIR_OUTPUTS(name, a, 4) PAIR_OUTPUTS(name, a, 2)
PAIR_INPUTS(sum, 8)
PAIR_INPUTS(sum, 4)
PAIR_INPUTS(sum, 2)
PAIR_INPUTS(product, 8)
PAIR_INPUTS(product, 4)
PAIR_INPUTS(product, 2)

#endif
