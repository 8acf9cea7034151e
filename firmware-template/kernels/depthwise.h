// SPDX-License-Identifier: Apache-2.0
// Depthwise convolution: output channel o reads input channel o / multiplier.
//
// Weights: quads (codes.h) of output channels in the order O/4,KH,KW, 4 · bits each; a last quad is filled
// with codes 0. A layer first unpacks them, less their zero points, to lanes: two words per quad, as
// quad_lanes() orders them.
#ifndef HILDA_DEPTHWISE_H
#define HILDA_DEPTHWISE_H

#include "codes.h"
#include "requantize.h"
#include "window.h"
#include "yield.h"

typedef struct Depthwise {
    WindowShape window;
    uint32_t input_channels;
    uint32_t input_zero_point;
    uint32_t output_channels;
    Requantization requantization;
} Depthwise;

typedef struct DepthwiseWeights {
    const uint8_t *codes;
    const uint8_t *zero_points; // one per output channel, as many as make whole quads
    const int32_t *bias;        // one per output channel; NULL: 0
    const int32_t *multipliers; // NULL: the output is the accumulator, or counts thresholds
    const int32_t *thresholds;  // of each output channel, one channel after the other; NULL: none
} DepthwiseWeights;

KERNEL uint32_t depthwise_taps(const Depthwise *layer) {
    return (uint32_t)(layer->window.kernel_height * layer->window.kernel_width);
}

KERNEL void unpack_depthwise_weights(const Depthwise *layer, const DepthwiseWeights *weights,
                                     uint32_t weight_bits, uint8_t *unpacked) {
    const uint8_t *from = weights->codes;
    for (uint32_t channel = 0; channel < layer->output_channels; channel += QUAD) {
        const QuadLanes zero_points = quad_lanes(load_word(weights->zero_points + channel), 8);
        for (uint32_t tap = 0; tap < depthwise_taps(layer); ++tap) {
            const QuadLanes codes = quad_lanes(load_quad(from, QUAD, weight_bits), weight_bits);
            store_word(unpacked, subtract_lanes(codes.even, zero_points.even));
            store_word(unpacked + 4, subtract_lanes(codes.odd, zero_points.odd));
            from += quad_bytes(weight_bits);
            unpacked += 8;
        }
    }
}

KERNEL uint32_t channel_multiplier(const Depthwise *layer) {
    return layer->output_channels / layer->input_channels;
}

// What count output channels from the given one on read of a pixel; with a multiplier of 1, pixel points to
// them.
KERNEL QuadLanes depthwise_inputs(const Depthwise *layer, uint32_t bits, const uint8_t *pixel,
                                  uint32_t channel, uint32_t count) {
    const uint32_t multiplier = channel_multiplier(layer);
    QuadLanes lanes;
    if (multiplier == 1) {
        lanes = quad_lanes(load_quad(pixel, count, bits), bits);
    } else if (multiplier % QUAD == 0) {
        lanes.even = code_at(pixel, channel / multiplier, bits) * 0x00010001U;
        lanes.odd = lanes.even;
    } else {
        uint32_t codes[QUAD] = {0};
        for (uint32_t i = 0; i < count; ++i) {
            codes[i] = code_at(pixel, (channel + i) / multiplier, bits);
        }
        lanes.even = codes[0] | codes[2] << 16;
        lanes.odd = codes[1] | codes[3] << 16;
    }
    if (layer->input_zero_point != 0) {
        const uint32_t zero_points = both_lanes((int32_t)layer->input_zero_point);
        lanes.even = subtract_lanes(lanes.even, zero_points);
        lanes.odd = subtract_lanes(lanes.odd, zero_points);
    }
    return lanes;
}

KERNEL void store_depthwise(const Depthwise *layer, const DepthwiseWeights *weights, uint32_t output_bits,
                            uint32_t channel, uint32_t count, const uint32_t *accumulators, uint8_t *pixel) {
    uint32_t quad = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t sum =
            accumulators[i] + (weights->bias == NULL ? 0 : (uint32_t)weights->bias[channel + i]);
        int32_t value;
        if (weights->thresholds != NULL) {
            const uint32_t first = (channel + i) * code_mask(output_bits);
            value = reached_thresholds(sum, weights->thresholds + first, output_bits);
        } else {
            value = weights->multipliers == NULL
                        ? (int32_t)sum
                        : requantize(sum, weights->multipliers[channel + i], &layer->requantization);
        }
        if (output_bits == 32) {
            store_word(pixel + 4 * (channel + i), (uint32_t)value);
        } else {
            quad |= (uint32_t)value << (i * output_bits);
        }
    }
    if (output_bits != 32) {
        store_quad(pixel + channel / QUAD * quad_bytes(output_bits), quad, count, output_bits);
    }
}

// Adds one tap's products to the accumulators of a quad.
KERNEL void multiply_tap(QuadLanes inputs, const uint8_t *weights, uint32_t *accumulators) {
    const uint32_t even = load_word(weights);
    const uint32_t odd = load_word(weights + 4);
    accumulators[0] = multiply_low_lanes(inputs.even, even, accumulators[0]);
    accumulators[1] = multiply_low_lanes(inputs.odd, odd, accumulators[1]);
    accumulators[2] = multiply_high_lanes(inputs.even, even, accumulators[2]);
    accumulators[3] = multiply_high_lanes(inputs.odd, odd, accumulators[3]);
}

// The taps of a window within an input.
typedef struct Taps {
    TapRange rows;
    TapRange columns;
    bool all;
} Taps;

// One to four output channels of pixel (y, x). unpacked: the weights of their quad.
KERNEL void depthwise_quad(const Depthwise *layer, const DepthwiseWeights *weights, uint32_t input_bits,
                           uint32_t output_bits, uint32_t channel, uint32_t count, int32_t y, int32_t x,
                           Taps taps, const uint8_t *unpacked, const uint8_t *input, uint8_t *pixel) {
    const WindowShape *window = &layer->window;
    const uint32_t bytes = pixel_bytes(layer->input_channels, input_bits);
    uint32_t accumulators[QUAD] = {0};
    if (channel_multiplier(layer) == 1) {
        input += channel / QUAD * quad_bytes(input_bits);
    }
    if (taps.all) {
        const uint8_t *origin = address_in_register(input + (uint32_t)tap_pixel(window, y, x, 0, 0) * bytes);
        UNROLL(5)
        for (int32_t row = 0; row < window->kernel_height; ++row) {
            UNROLL(5)
            for (int32_t column = 0; column < window->kernel_width; ++column) {
                const int32_t pixels =
                    row * window->dilation_height * window->input_width + column * window->dilation_width;
                const uint8_t *from = origin + (uint32_t)pixels * bytes;
                multiply_tap(depthwise_inputs(layer, input_bits, from, channel, count),
                             unpacked + 8 * (row * window->kernel_width + column), accumulators);
            }
        }
    } else {
        for (int32_t row = taps.rows.first; row < taps.rows.end; ++row) {
            for (int32_t column = taps.columns.first; column < taps.columns.end; ++column) {
                const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, column) * bytes;
                multiply_tap(depthwise_inputs(layer, input_bits, from, channel, count),
                             unpacked + 8 * (row * window->kernel_width + column), accumulators);
            }
        }
    }
    store_depthwise(layer, weights, output_bits, channel, count, accumulators, pixel);
}

// All channels of pixel (y, x).
KERNEL void depthwise_pixel(const Depthwise *layer, const DepthwiseWeights *weights, uint32_t input_bits,
                            uint32_t output_bits, int32_t y, int32_t x, Taps taps, const uint8_t *unpacked,
                            const uint8_t *input, uint8_t *pixel) {
    const uint32_t whole = layer->output_channels & ~(QUAD - 1);
    for (uint32_t channel = 0; channel < whole; channel += QUAD) {
        depthwise_quad(layer, weights, input_bits, output_bits, channel, QUAD, y, x, taps, unpacked, input,
                       pixel);
        unpacked += 8 * depthwise_taps(layer);
    }
    if (whole < layer->output_channels) {
        depthwise_quad(layer, weights, input_bits, output_bits, whole, layer->output_channels - whole, y, x,
                       taps, unpacked, input, pixel);
    }
}

// lanes: 4 per tap and quad of output channels, aligned to 8 bytes.
KERNEL void depthwise(const Depthwise *layer, const DepthwiseWeights *weights, uint32_t input_bits,
                      uint32_t weight_bits, uint32_t output_bits, const uint8_t *input, uint8_t *output,
                      uint16_t *lanes) {
    const WindowShape *window = &layer->window;
    uint8_t *unpacked = __builtin_assume_aligned(lanes, 8);
    unpack_depthwise_weights(layer, weights, weight_bits, unpacked);
    for (int32_t y = 0; y < window->output_height; ++y) {
        Taps taps = {.rows = rows_inside(window, y), .all = false};
        for (int32_t x = 0; x < window->output_width; ++x) {
            taps.columns = columns_inside(window, x);
            if (covers(taps.rows, window->kernel_height) && covers(taps.columns, window->kernel_width)) {
                depthwise_pixel(layer, weights, input_bits, output_bits, y, x, (Taps){.all = true}, unpacked,
                                input, output);
            } else {
                depthwise_pixel(layer, weights, input_bits, output_bits, y, x, taps, unpacked, input, output);
            }
            output += pixel_bytes(layer->output_channels, output_bits);
        }
        inference_yield();
    }
}

#define DEPTHWISE(a, w, o)                                                                                   \
    KERNEL void depthwise_a##a##_w##w##_o##o(const Depthwise *layer, const DepthwiseWeights *weights,        \
                                             const uint8_t *input, uint8_t *output, uint16_t *lanes) {       \
        depthwise(layer, weights, a, w, o, input, output, lanes);                                            \
    }
#define DEPTHWISE_OUTPUTS(a, w) DEPTHWISE(a, w, 8) DEPTHWISE(a, w, 4) DEPTHWISE(a, w, 2) DEPTHWISE(a, w, 32)
#define DEPTHWISE_WEIGHTS(a) DEPTHWISE_OUTPUTS(a, 8) DEPTHWISE_OUTPUTS(a, 4) DEPTHWISE_OUTPUTS(a, 2)
DEPTHWISE_WEIGHTS(8)
DEPTHWISE_WEIGHTS(4)
DEPTHWISE_WEIGHTS(2)

#endif
