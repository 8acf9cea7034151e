// SPDX-License-Identifier: Apache-2.0
// Convolution over all input channels; a fully connected layer has a kernel as large as its input.
//
// The window of an output pixel is unpacked into a column of 16-bit lanes, X − Zx, in the order KH,KW,I;
// padding is 0. Two columns are multiplied with the weights of two output channels at a time.
//
// Weights: one row of whole words per output channel, order KH,KW,I. Of the n = 32 / bits codes of a word,
// lanes of a pair lie n / 2 apart, codes 2k at position k and 2k + 1 at k + n / 2, so that one shift and mask
// unpacks a pair. The row ends with codes 0. The weights' zero point is taken from the sum of the column:
//     Φ' = B − Zw·Σx + Σ Wq·x
#ifndef HILDA_CONVOLUTION_H
#define HILDA_CONVOLUTION_H

#include "codes.h"
#include "requantize.h"
#include "window.h"
#include "yield.h"

typedef struct Convolution {
    WindowShape window;
    uint32_t input_channels;
    uint32_t input_zero_point;
    uint32_t output_channels;
    Requantization requantization;
} Convolution;

typedef struct ConvolutionWeights {
    const uint32_t *codes;
    const uint8_t *zero_points; // one per output channel
    const int32_t *bias;        // NULL: 0
    const int32_t *multipliers; // NULL: the output is the accumulator, or counts thresholds
    const int32_t *thresholds;  // of each output channel, one channel after the other; NULL: none
} ConvolutionWeights;

KERNEL uint32_t column_codes(const Convolution *layer) {
    return (uint32_t)(layer->window.kernel_height * layer->window.kernel_width) * layer->input_channels;
}

// Words of a row of weights.
KERNEL uint32_t row_words(const Convolution *layer, uint32_t weight_bits) {
    return (column_codes(layer) * weight_bits + 31) / 32;
}

// Lanes of a column: as many as a row of weights has codes.
KERNEL uint32_t column_lanes(const Convolution *layer, uint32_t weight_bits) {
    return row_words(layer, weight_bits) * (32 / weight_bits);
}

KERNEL uint16_t *clear_lanes(uint16_t *to, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        to[i] = 0;
    }
    return to + count;
}

KERNEL uint16_t *unpack_pixels(const Convolution *layer, uint32_t bits, const uint8_t *from, uint32_t pixels,
                               uint16_t *to) {
    const uint32_t channels = layer->input_channels;
    if (channels * bits % 8 == 0) {
        unpack_codes(from, pixels * channels, bits, layer->input_zero_point, to);
        return to + pixels * channels;
    }
    for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
        unpack_codes(from + pixel * pixel_bytes(channels, bits), channels, bits, layer->input_zero_point, to);
        to += channels;
    }
    return to;
}

// Unpacks the window of output pixel (y, x); returns the sum of its lanes.
KERNEL uint32_t fill_column(const Convolution *layer, uint32_t bits, const uint8_t *input, int32_t y,
                            int32_t x, uint32_t lanes, uint16_t *column) {
    const WindowShape *window = &layer->window;
    const uint32_t channels = layer->input_channels;
    const uint32_t bytes = pixel_bytes(channels, bits);
    const TapRange rows = rows_inside(window, y);
    const TapRange columns = columns_inside(window, x);
    uint16_t *to = clear_lanes(column, (uint32_t)(rows.first * window->kernel_width) * channels);
    for (int32_t row = rows.first; row < rows.end; ++row) {
        to = clear_lanes(to, (uint32_t)columns.first * channels);
        if (window->dilation_width == 1 && columns.first < columns.end) {
            const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, columns.first) * bytes;
            to = unpack_pixels(layer, bits, from, (uint32_t)(columns.end - columns.first), to);
        } else {
            for (int32_t tap = columns.first; tap < columns.end; ++tap) {
                const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, tap) * bytes;
                to = unpack_pixels(layer, bits, from, 1, to);
            }
        }
        to = clear_lanes(to, (uint32_t)(window->kernel_width - columns.end) * channels);
    }
    clear_lanes(to, (uint32_t)(column + lanes - to));
    uint32_t sum = 0;
    const uint8_t *pairs = __builtin_assume_aligned(column, 4);
    for (uint32_t lane = 0; lane < lanes; lane += 2) {
        sum = multiply_lanes(load_word(pairs + 2 * lane), 0x00010001U, sum);
    }
    return sum;
}

// Writes one or two neighbouring channels, the first of them even.
KERNEL void store_outputs(uint8_t *pixel, uint32_t channel, uint32_t count, const int32_t *values,
                          uint32_t bits) {
    if (bits == 32) {
        for (uint32_t i = 0; i < count; ++i) {
            store_word(pixel + 4 * (channel + i), (uint32_t)values[i]);
        }
    } else if (bits == 8) {
        for (uint32_t i = 0; i < count; ++i) {
            pixel[channel + i] = (uint8_t)values[i];
        }
    } else {
        const uint32_t codes = (uint32_t)values[0] | (count == 2 ? (uint32_t)values[1] << bits : 0);
        uint8_t *byte = pixel + channel * bits / 8;
        const uint32_t shift = channel * bits % 8;
        *byte = (uint8_t)(shift == 0 ? codes : *byte | codes << shift);
    }
}

// Pair of a word of weights, in lanes.
KERNEL uint32_t weight_lanes(uint32_t word, uint32_t pair, uint32_t bits, uint32_t mask) {
    if (bits == 8) {
        return pair == 0 ? even_bytes(word) : odd_bytes(word);
    }
    return (word >> (pair * bits)) & mask;
}

// Adds the products of one word of weights of each channel with the lanes of each pixel.
KERNEL void multiply_word(uint32_t weight_bits, uint32_t pixels, uint32_t channels, uint32_t mask,
                          const uint32_t *row, uint32_t row_step, const uint8_t *column, uint32_t column_step,
                          uint32_t accumulators[4]) {
    const uint32_t first_word = row[0];
    const uint32_t second_word = channels == 2 ? row[row_step] : 0;
    UNROLL(8)
    for (uint32_t pair = 0; pair < 16 / weight_bits; ++pair) {
        const uint32_t first = weight_lanes(first_word, pair, weight_bits, mask);
        const uint32_t second = weight_lanes(second_word, pair, weight_bits, mask);
        UNROLL(2)
        for (uint32_t p = 0; p < pixels; ++p) {
            const uint32_t inputs = load_word(column + 4 * pair + p * column_step);
            accumulators[p] = multiply_lanes(inputs, first, accumulators[p]);
            if (channels == 2) {
                accumulators[2 + p] = multiply_lanes(inputs, second, accumulators[2 + p]);
            }
        }
    }
}

// One or two pixels × one or two channels, the first of them even.
KERNEL void multiply_block(const Convolution *layer, const ConvolutionWeights *weights, uint32_t weight_bits,
                           uint32_t output_bits, uint32_t pixels, uint32_t channels, uint32_t channel,
                           const uint16_t *columns, const uint32_t *sums, uint8_t *output) {
    const uint32_t words = row_words(layer, weight_bits);
    const uint32_t lanes = column_lanes(layer, weight_bits);
    const uint32_t mask = in_register(code_mask(weight_bits) * 0x00010001U);
    const uint32_t *row = weights->codes + channel * words;
    const uint8_t *column = __builtin_assume_aligned(columns, 4);
    const uint8_t *end = column + 2 * lanes;
    uint32_t accumulators[4] = {0};
    UNROLL(4)
    for (uint32_t i = 0; i < 2 * channels; ++i) {
        const uint32_t bias = weights->bias == NULL ? 0 : (uint32_t)weights->bias[channel + i / 2];
        accumulators[i] = bias - (uint32_t)weights->zero_points[channel + i / 2] * sums[i % 2];
    }
    UNROLL(2)
    do {
        multiply_word(weight_bits, pixels, channels, mask, row, words, column, 2 * lanes, accumulators);
        ++row;
        column += 64 / weight_bits;
    } while (column != end);
    UNROLL(2)
    for (uint32_t p = 0; p < pixels; ++p) {
        int32_t values[2] = {0};
        UNROLL(2)
        for (uint32_t c = 0; c < channels; ++c) {
            const uint32_t accumulator = accumulators[2 * c + p];
            if (weights->thresholds != NULL) {
                const uint32_t first = (channel + c) * code_mask(output_bits);
                values[c] = reached_thresholds(accumulator, weights->thresholds + first, output_bits);
            } else {
                values[c] =
                    weights->multipliers == NULL
                        ? (int32_t)accumulator
                        : requantize(accumulator, weights->multipliers[channel + c], &layer->requantization);
            }
        }
        store_outputs(output + p * pixel_bytes(layer->output_channels, output_bits), channel, channels,
                      values, output_bits);
    }
}

// Output pixels (y, x) … (y, x + pixels − 1).
KERNEL void convolve_pixels(const Convolution *layer, const ConvolutionWeights *weights, uint32_t input_bits,
                            uint32_t weight_bits, uint32_t output_bits, uint32_t pixels, int32_t y, int32_t x,
                            const uint8_t *input, uint8_t *output, uint16_t *columns) {
    const uint32_t lanes = column_lanes(layer, weight_bits);
    uint32_t sums[2] = {0};
    for (uint32_t p = 0; p < pixels; ++p) {
        sums[p] = fill_column(layer, input_bits, input, y, x + (int32_t)p, lanes, columns + p * lanes);
    }
    const uint32_t even_channels = layer->output_channels & ~1U;
    for (uint32_t channel = 0; channel < even_channels; channel += 2) {
        multiply_block(layer, weights, weight_bits, output_bits, pixels, 2, channel, columns, sums, output);
    }
    if (even_channels < layer->output_channels) {
        multiply_block(layer, weights, weight_bits, output_bits, pixels, 1, even_channels, columns, sums,
                       output);
    }
}

// columns: 2 · column_lanes() lanes, aligned to 4 bytes.
KERNEL void convolution(const Convolution *layer, const ConvolutionWeights *weights, uint32_t input_bits,
                        uint32_t weight_bits, uint32_t output_bits, const uint8_t *input, uint8_t *output,
                        uint16_t *columns) {
    const int32_t width = layer->window.output_width;
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    for (int32_t y = 0; y < layer->window.output_height; ++y) {
        int32_t x = 0;
        for (; x + 1 < width; x += 2) {
            convolve_pixels(layer, weights, input_bits, weight_bits, output_bits, 2, y, x, input, output,
                            columns);
            output += 2 * bytes;
            if (x % 64 == 62) { // a row may be the whole layer
                inference_yield();
            }
        }
        if (x < width) {
            convolve_pixels(layer, weights, input_bits, weight_bits, output_bits, 1, y, x, input, output,
                            columns);
            output += bytes;
        }
        inference_yield();
    }
}

#define CONVOLUTION(a, w, o)                                                                                 \
    KERNEL void convolution_a##a##_w##w##_o##o(const Convolution *layer, const ConvolutionWeights *weights,  \
                                               const uint8_t *input, uint8_t *output, uint16_t *columns) {   \
        convolution(layer, weights, a, w, o, input, output, columns);                                        \
    }
#define CONVOLUTION_OUTPUTS(a, w)                                                                            \
    CONVOLUTION(a, w, 8) CONVOLUTION(a, w, 4) CONVOLUTION(a, w, 2) CONVOLUTION(a, w, 32)
#define CONVOLUTION_WEIGHTS(a) CONVOLUTION_OUTPUTS(a, 8) CONVOLUTION_OUTPUTS(a, 4) CONVOLUTION_OUTPUTS(a, 2)
CONVOLUTION_WEIGHTS(8)
CONVOLUTION_WEIGHTS(4)
CONVOLUTION_WEIGHTS(2)

#endif
