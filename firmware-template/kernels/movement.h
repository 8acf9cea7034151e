// SPDX-License-Identifier: Apache-2.0
// Pad and Reshape: codes move, none changes.
#ifndef HILDA_MOVEMENT_H
#define HILDA_MOVEMENT_H

#include "codes.h"
#include "yield.h"

typedef struct Pad {
    uint32_t input_height, input_width, channels;
    uint32_t top, bottom, left, right;
    uint32_t zero_point;
} Pad;

typedef struct Reshape {
    uint32_t input_pixels, input_channels;
    uint32_t output_pixels, output_channels;
} Reshape;

KERNEL uint8_t *fill_pixels(const Pad *layer, uint32_t bits, uint32_t pixels, uint8_t *to) {
    for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
        for (uint32_t channel = 0; channel < layer->channels; ++channel) {
            store_code(to, channel, bits, layer->zero_point);
        }
        to += pixel_bytes(layer->channels, bits);
    }
    return to;
}

KERNEL void pad(const Pad *layer, uint32_t bits, const uint8_t *input, uint8_t *output) {
    const uint32_t row_bytes = layer->input_width * pixel_bytes(layer->channels, bits);
    const uint32_t output_width = layer->left + layer->input_width + layer->right;
    output = fill_pixels(layer, bits, layer->top * output_width, output);
    for (uint32_t y = 0; y < layer->input_height; ++y) {
        output = fill_pixels(layer, bits, layer->left, output);
        __builtin_memcpy(output, input, row_bytes);
        input += row_bytes;
        output = fill_pixels(layer, bits, layer->right, output + row_bytes);
        inference_yield();
    }
    fill_pixels(layer, bits, layer->bottom * output_width, output);
}

// Input and output may be the same memory where the packing stays.
KERNEL void reshape(const Reshape *layer, uint32_t bits, const uint8_t *input, uint8_t *output) {
    const uint32_t input_bytes = pixel_bytes(layer->input_channels, bits);
    const uint32_t output_bytes = pixel_bytes(layer->output_channels, bits);
    const bool same_packing =
        layer->input_channels == layer->output_channels ||
        (layer->input_channels * bits % 8 == 0 && layer->output_channels * bits % 8 == 0);
    if (same_packing) {
        if (input != output) {
            __builtin_memcpy(output, input, layer->output_pixels * output_bytes);
        }
        return;
    }
    uint32_t input_channel = 0;
    for (uint32_t pixel = 0; pixel < layer->output_pixels; ++pixel) {
        for (uint32_t channel = 0; channel < layer->output_channels; ++channel) {
            store_code(output, channel, bits, code_at(input, input_channel, bits));
            if (++input_channel == layer->input_channels) {
                input_channel = 0;
                input += input_bytes;
            }
        }
        output += output_bytes;
    }
    inference_yield();
}

#define MOVEMENT(a)                                                                                          \
    KERNEL void pad_a##a(const Pad *layer, const uint8_t *input, uint8_t *output) {                          \
        pad(layer, a, input, output);                                                                        \
    }                                                                                                        \
    KERNEL void reshape_a##a(const Reshape *layer, const uint8_t *input, uint8_t *output) {                  \
        reshape(layer, a, input, output);                                                                    \
    }
MOVEMENT(8)
MOVEMENT(4)
MOVEMENT(2)

#endif
