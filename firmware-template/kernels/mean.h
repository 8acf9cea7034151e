// SPDX-License-Identifier: Apache-2.0
// Averages over windows that lie wholly inside the input, requantized from the sum of codes.
#ifndef HILDA_MEAN_H
#define HILDA_MEAN_H

#include "codes.h"
#include "requantize.h"
#include "window.h"
#include "yield.h"

typedef struct Mean {
    WindowShape window; // without padding
    uint32_t channels;
    uint32_t input_zero_point;
    int32_t multiplier;
    Requantization requantization;
} Mean;

KERNEL uint32_t window_taps(const WindowShape *window) {
    return (uint32_t)window->kernel_height * (uint32_t)window->kernel_width;
}

// Sums of one to four channels under a window. quad: theirs in the window's first pixel.
KERNEL void sum_window(const Mean *layer, uint32_t bits, uint32_t count, const uint8_t *quad,
                       uint32_t sums[QUAD]) {
    const WindowShape *window = &layer->window;
    const uint32_t pixel = pixel_bytes(layer->channels, bits);
    const uint32_t column_step = (uint32_t)window->dilation_width * pixel;
    const uint32_t row_step = (uint32_t)window->dilation_height * (uint32_t)window->input_width * pixel;
    const bool fits_lanes = window_taps(window) <= 0xFFFF / code_mask(bits);
    QuadLanes lanes = {0, 0};
    for (int32_t row = 0; row < window->kernel_height; ++row) {
        const uint8_t *from = quad + (uint32_t)row * row_step;
        for (int32_t column = 0; column < window->kernel_width; ++column) {
            const uint32_t codes = load_quad(from + (uint32_t)column * column_step, count, bits);
            if (fits_lanes) {
                const QuadLanes spread = quad_lanes(codes, bits);
                lanes.even += spread.even;
                lanes.odd += spread.odd;
            } else {
                UNROLL(4)
                for (uint32_t i = 0; i < count; ++i) {
                    sums[i] += quad_code(codes, i, bits);
                }
            }
        }
    }
    if (fits_lanes) {
        sums[0] = lanes.even & 0xFFFF;
        sums[1] = lanes.odd & 0xFFFF;
        sums[2] = lanes.even >> 16;
        sums[3] = lanes.odd >> 16;
    }
}

KERNEL void mean_quad(const Mean *layer, uint32_t input_bits, uint32_t output_bits, uint32_t count,
                      const uint8_t *from, uint8_t *to) {
    uint32_t sums[QUAD] = {0};
    sum_window(layer, input_bits, count, from, sums);
    const uint32_t zero = window_taps(&layer->window) * layer->input_zero_point;
    uint32_t quad = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        const int32_t code = requantize(sums[i] - zero, layer->multiplier, &layer->requantization);
        quad |= (uint32_t)code << (i * output_bits);
    }
    store_quad(to, quad, count, output_bits);
}

KERNEL void mean(const Mean *layer, uint32_t input_bits, uint32_t output_bits, const uint8_t *input,
                 uint8_t *output) {
    const uint32_t whole = layer->channels / QUAD;
    const uint32_t rest = layer->channels % QUAD;
    for (int32_t y = 0; y < layer->window.output_height; ++y) {
        for (int32_t x = 0; x < layer->window.output_width; ++x) {
            const uint8_t *from = input + (uint32_t)tap_pixel(&layer->window, y, x, 0, 0) *
                                              pixel_bytes(layer->channels, input_bits);
            uint8_t *to = output;
            for (uint32_t quad = 0; quad < whole; ++quad) {
                mean_quad(layer, input_bits, output_bits, QUAD, from, to);
                from += quad_bytes(input_bits);
                to += quad_bytes(output_bits);
            }
            if (rest > 0) {
                mean_quad(layer, input_bits, output_bits, rest, from, to);
            }
            output += pixel_bytes(layer->channels, output_bits);
        }
        inference_yield();
    }
}

#define MEAN(a, o)                                                                                           \
    KERNEL void mean_a##a##_o##o(const Mean *layer, const uint8_t *input, uint8_t *output) {                 \
        mean(layer, a, o, input, output);                                                                    \
    }
#define MEAN_OUTPUTS(a) MEAN(a, 8) MEAN(a, 4) MEAN(a, 2)
MEAN_OUTPUTS(8)
MEAN_OUTPUTS(4)
MEAN_OUTPUTS(2)

#endif
