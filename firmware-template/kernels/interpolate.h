// SPDX-License-Identifier: Apache-2.0
// Interpolate: weighted means of four codes, two rows and two columns of one channel (INTEGER.md,
// Interpolate).
#ifndef HILDA_INTERPOLATE_H
#define HILDA_INTERPOLATE_H

#include "codes.h"
#include "yield.h"

#define INTERPOLATE_ONE 1024U
#define INTERPOLATE_WEIGHT_BITS 20U
#define INTERPOLATE_CORNERS 4U

// Where a row or column of the output lies in the input: the part of the upper one is fraction/1024.
typedef struct InterpolatePosition {
    uint16_t lower, upper;
    uint16_t fraction;
} InterpolatePosition;

typedef struct Interpolate {
    uint32_t input_width, channels;
    uint32_t output_height, output_width;
    uint32_t tie_threshold;
} Interpolate;

typedef struct InterpolateCorners {
    const uint8_t *pixels[INTERPOLATE_CORNERS];
    uint32_t weights[INTERPOLATE_CORNERS]; // of which the sum is 2^20
} InterpolateCorners;

// One to four codes from a byte on.
KERNEL void interpolate_quad(const Interpolate *layer, const InterpolateCorners *corners, uint32_t bits,
                             uint32_t count, uint32_t byte, uint8_t *to) {
    uint32_t quads[INTERPOLATE_CORNERS];
    UNROLL(4)
    for (uint32_t corner = 0; corner < INTERPOLATE_CORNERS; ++corner) {
        quads[corner] = load_quad(corners->pixels[corner] + byte, count, bits);
    }
    uint32_t quad = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        uint32_t sum = 0;
        UNROLL(4)
        for (uint32_t corner = 0; corner < INTERPOLATE_CORNERS; ++corner) {
            sum += corners->weights[corner] * quad_code(quads[corner], i, bits);
        }
        const uint32_t tie = sum < layer->tie_threshold << INTERPOLATE_WEIGHT_BITS ? 1 : 0;
        const uint32_t half = 1U << (INTERPOLATE_WEIGHT_BITS - 1);
        quad |= (sum + half - tie) >> INTERPOLATE_WEIGHT_BITS << (i * bits);
    }
    store_quad(to + byte, quad, count, bits);
}

KERNEL void interpolate_pixel(const Interpolate *layer, const InterpolateCorners *corners, uint32_t bits,
                              uint8_t *to) {
    const uint32_t whole = layer->channels / QUAD;
    const uint32_t rest = layer->channels % QUAD;
    for (uint32_t quad = 0; quad < whole; ++quad) {
        interpolate_quad(layer, corners, bits, QUAD, quad * quad_bytes(bits), to);
    }
    if (rest > 0) {
        interpolate_quad(layer, corners, bits, rest, whole * quad_bytes(bits), to);
    }
}

KERNEL void interpolate(const Interpolate *layer, const InterpolatePosition *rows,
                        const InterpolatePosition *columns, uint32_t bits, const uint8_t *input,
                        uint8_t *output) {
    const uint32_t bytes = pixel_bytes(layer->channels, bits);
    for (uint32_t y = 0; y < layer->output_height; ++y) {
        const uint8_t *lower_row = input + rows[y].lower * layer->input_width * bytes;
        const uint8_t *upper_row = input + rows[y].upper * layer->input_width * bytes;
        const uint32_t down = rows[y].fraction;
        for (uint32_t x = 0; x < layer->output_width; ++x) {
            const uint32_t left = columns[x].lower * bytes;
            const uint32_t right = columns[x].upper * bytes;
            const uint32_t across = columns[x].fraction;
            const InterpolateCorners corners = {
                .pixels = {lower_row + left, lower_row + right, upper_row + left, upper_row + right},
                .weights =
                    {
                        (INTERPOLATE_ONE - down) * (INTERPOLATE_ONE - across),
                        (INTERPOLATE_ONE - down) * across,
                        down * (INTERPOLATE_ONE - across),
                        down * across,
                    },
            };
            interpolate_pixel(layer, &corners, bits, output);
            output += bytes;
        }
        inference_yield();
    }
}

#define INTERPOLATE(a)                                                                                       \
    KERNEL void interpolate_a##a(const Interpolate *layer, const InterpolatePosition *rows,                  \
                                 const InterpolatePosition *columns, const uint8_t *input,                   \
                                 uint8_t *output) {                                                          \
        interpolate(layer, rows, columns, a, input, output);                                                 \
    }
INTERPOLATE(8)
INTERPOLATE(4)
INTERPOLATE(2)

#endif
