// SPDX-License-Identifier: Apache-2.0
// Convolution with weights of 4 or 2 bits by packed outer products: one multiplication makes the products of
// two pixels and two output channels.
//
// Activations of two pixels are x0 + x1·2^s in a word, weights of two channels w0 + w1·2^2s: their product
// has four in lanes of s = 16 − (weight bits / 2) bits, which are added up in 64 bits over a chunk of inputs
// and drained before any can overflow: chunk is proved from the weights.
//
// Weights: pairs of output channels, of each whole words in the order of inputs (KH,KW,I): of a pair of codes
// the second channel's is below the first one's, so that a rotation brings them to both ends of a word. Codes
// are 0 where inputs or channels end. X and W are codes as stored. The bias has the terms of the input's zero
// point in it, padding is the zero point:
//     Φ' = B' − Zw·ΣX + ΣW·X,   B' = B − Zx·ΣW + K·Zw·Zx
//
// A block is as many pixels as there is room for: all of its windows are read, then pairs of channels
// computed one after the other, so that weights are read once a block.
#ifndef HILDA_OUTER_CONVOLUTION_H
#define HILDA_OUTER_CONVOLUTION_H

#include "codes.h"
#include "outer_product.h"
#include "requantize.h"
#include "window.h"
#include "yield.h"

typedef struct OuterConvolution {
    WindowShape window;
    uint32_t input_channels;
    uint32_t input_zero_point;
    uint32_t output_channels;
    uint32_t chunk; // inputs, whole loops of them or all
    uint32_t block; // pixels, a multiple of 8
    Requantization requantization;
} OuterConvolution;

typedef struct OuterConvolutionWeights {
    const uint32_t *codes;
    const uint8_t *zero_points; // one per output channel; NULL: all 0
    const int32_t *bias;
    const int32_t *multipliers; // NULL: the output is the accumulator, or counts thresholds
    const int32_t *thresholds;  // of each output channel, one channel after the other; NULL: none
} OuterConvolutionWeights;

// Inputs of a window, to whole steps of outer products.
KERNEL uint32_t outer_inputs(const OuterConvolution *layer) {
    const uint32_t taps = (uint32_t)(layer->window.kernel_height * layer->window.kernel_width);
    return (taps * layer->input_channels + OUTER_STEP - 1) & ~(OUTER_STEP - 1);
}

// Where the codes of a pixel go: every GROUP_WORDS-th word has one of them, in its lower or its upper lane.
typedef struct PixelLanes {
    uint32_t *to;
    uint32_t shift; // 0: the first pixel of a word, which also clears the second one's lane
    uint32_t sum;
} PixelLanes;

KERNEL void put_code(PixelLanes *lanes, uint32_t code) {
    *lanes->to = lanes->shift == 0 ? code : *lanes->to | code << lanes->shift;
    lanes->to += GROUP_WORDS;
    lanes->sum += code;
}

KERNEL void put_codes(PixelLanes *lanes, const uint8_t *from, uint32_t count, uint32_t bits) {
    const uint32_t per_byte = 8 / bits;
    const uint32_t whole = count / per_byte;
    UNROLL(4)
    for (uint32_t i = 0; i < whole; ++i) {
        const uint32_t byte = from[i];
        UNROLL(4)
        for (uint32_t code = 0; code < per_byte; ++code) {
            put_code(lanes, (byte >> (code * bits)) & code_mask(bits));
        }
    }
    for (uint32_t i = whole * per_byte; i < count; ++i) {
        put_code(lanes, code_at(from, i, bits));
    }
}

KERNEL void put_same(PixelLanes *lanes, uint32_t count, uint32_t code) {
    for (uint32_t i = 0; i < count; ++i) {
        put_code(lanes, code);
    }
}

KERNEL void put_pixels(PixelLanes *lanes, const OuterConvolution *layer, uint32_t bits, const uint8_t *from,
                       uint32_t pixels) {
    const uint32_t channels = layer->input_channels;
    if (channels * bits % 8 == 0) {
        put_codes(lanes, from, pixels * channels, bits);
        return;
    }
    for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
        put_codes(lanes, from + pixel * pixel_bytes(channels, bits), channels, bits);
    }
}

// The window of output pixel (y, x); returns the sum of its codes.
KERNEL uint32_t put_window(const OuterConvolution *layer, uint32_t bits, const uint8_t *input, int32_t y,
                           int32_t x, uint32_t shift, uint32_t *to) {
    const WindowShape *window = &layer->window;
    const uint32_t channels = layer->input_channels;
    const uint32_t bytes = pixel_bytes(channels, bits);
    const uint32_t zero_point = layer->input_zero_point;
    const TapRange rows = rows_inside(window, y);
    const TapRange columns = columns_inside(window, x);
    PixelLanes lanes = {.to = to, .shift = shift, .sum = 0};
    put_same(&lanes, (uint32_t)(rows.first * window->kernel_width) * channels, zero_point);
    for (int32_t row = rows.first; row < rows.end; ++row) {
        put_same(&lanes, (uint32_t)columns.first * channels, zero_point);
        if (window->dilation_width == 1 && columns.first < columns.end) {
            const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, columns.first) * bytes;
            put_pixels(&lanes, layer, bits, from, (uint32_t)(columns.end - columns.first));
        } else {
            for (int32_t tap = columns.first; tap < columns.end; ++tap) {
                const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, tap) * bytes;
                put_pixels(&lanes, layer, bits, from, 1);
            }
        }
        put_same(&lanes, (uint32_t)(window->kernel_width - columns.end) * channels, zero_point);
    }
    const uint32_t below = (uint32_t)((window->kernel_height - rows.end) * window->kernel_width) * channels;
    put_same(&lanes, below, zero_point);
    const uint32_t sum = lanes.sum;
    put_same(&lanes, (uint32_t)(to + outer_inputs(layer) * GROUP_WORDS - lanes.to) / GROUP_WORDS, 0);
    return sum;
}

// The windows of count pixels from the given one on, and the sums of their codes.
KERNEL void fill_groups(const OuterConvolution *layer, uint32_t input_bits, uint32_t weight_bits,
                        const uint8_t *input, uint32_t pixel, uint32_t count, uint32_t *words,
                        uint32_t *sums) {
    const uint32_t width = (uint32_t)layer->window.output_width;
    const uint32_t group_words = outer_inputs(layer) * GROUP_WORDS;
    int32_t y = (int32_t)(pixel / width);
    int32_t x = (int32_t)(pixel % width);
    for (uint32_t i = 0; i < count; ++i) {
        uint32_t *to = words + i / GROUP_PIXELS * group_words + i % GROUP_PIXELS / 2;
        if (i % 2 == 0) {
            sums[i] = put_window(layer, input_bits, input, y, x, 0, to);
        } else {
            sums[i] = put_window(layer, input_bits, input, y, x, outer_lane_bits(weight_bits), to);
        }
        if (++x == (int32_t)width) {
            x = 0;
            ++y;
        }
    }
}

// One or two channels, the first of them even, and what their outputs are made with.
typedef struct ChannelPair {
    uint32_t channel;
    uint32_t count;
    uint32_t zero_points[2];
    uint32_t bias[2];
    int32_t multipliers[2];
} ChannelPair;

KERNEL ChannelPair channel_pair(const OuterConvolutionWeights *weights, uint32_t channel, uint32_t count) {
    ChannelPair pair = {.channel = channel, .count = count};
    UNROLL(2)
    for (uint32_t i = 0; i < count; ++i) {
        pair.zero_points[i] = weights->zero_points == NULL ? 0 : weights->zero_points[channel + i];
        pair.bias[i] = (uint32_t)weights->bias[channel + i];
        pair.multipliers[i] = weights->multipliers == NULL ? 0 : weights->multipliers[channel + i];
    }
    return pair;
}

KERNEL int32_t outer_output(const OuterConvolution *layer, const OuterConvolutionWeights *weights,
                            uint32_t output_bits, const ChannelPair *pair, uint32_t i, uint32_t accumulator) {
    if (weights->thresholds != NULL) {
        const uint32_t first = (pair->channel + i) * code_mask(output_bits);
        return reached_thresholds(accumulator, weights->thresholds + first, output_bits);
    }
    if (weights->multipliers == NULL) {
        return (int32_t)accumulator;
    }
    return requantize(accumulator, pair->multipliers[i], &layer->requantization);
}

// Stores a pixel's outputs of a pair of channels. to: where its first one's lies.
KERNEL void store_pair(const OuterConvolution *layer, const OuterConvolutionWeights *weights,
                       uint32_t output_bits, const ChannelPair *pair, uint32_t input_sum,
                       const uint32_t *sums, uint8_t *to) {
    uint32_t values[2] = {0};
    UNROLL(2)
    for (uint32_t i = 0; i < pair->count; ++i) {
        const uint32_t accumulator = sums[2 * i] + pair->bias[i] - pair->zero_points[i] * input_sum;
        values[i] = (uint32_t)outer_output(layer, weights, output_bits, pair, i, accumulator);
    }
    if (output_bits == 32) {
        store_word(to, values[0]);
        if (pair->count == 2) {
            store_word(to + 4, values[1]);
        }
    } else if (output_bits == 8) {
        to[0] = (uint8_t)values[0];
        if (pair->count == 2) {
            to[1] = (uint8_t)values[1];
        }
    } else {
        const uint32_t codes = values[0] | values[1] << output_bits;
        const uint32_t shift = pair->channel * output_bits % 8;
        *to = (uint8_t)(shift == 0 ? codes : *to | codes << shift);
    }
}

// Pixels of count words, or less, and a pair of channels.
KERNEL void convolve_words(const OuterConvolution *layer, const OuterConvolutionWeights *weights,
                           uint32_t weight_bits, uint32_t output_bits, const ChannelPair *pair,
                           uint32_t count, uint32_t pixels, const uint32_t *codes, const uint32_t *words,
                           const uint32_t *input_sums, uint8_t *output) {
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    uint32_t sums[4 * GROUP_WORDS];
    multiply_group(weight_bits, count, outer_inputs(layer), layer->chunk, codes, words, sums);
    if (pixels == 2 * count) {
        UNROLL(8)
        for (uint32_t i = 0; i < 2 * count; ++i) {
            store_pair(layer, weights, output_bits, pair, input_sums[i], sums + i / 2 * 4 + i % 2,
                       output + i * bytes);
        }
        return;
    }
    for (uint32_t i = 0; i < pixels; ++i) {
        store_pair(layer, weights, output_bits, pair, input_sums[i], sums + i / 2 * 4 + i % 2,
                   output + i * bytes);
    }
}

// All pixels of a block and one or two channels.
KERNEL void convolve_pair(const OuterConvolution *layer, const OuterConvolutionWeights *weights,
                          uint32_t weight_bits, uint32_t output_bits, uint32_t channel, uint32_t channels,
                          uint32_t count, uint32_t *codes, const uint32_t *words, const uint32_t *input_sums,
                          uint8_t *output) {
    const uint32_t inputs = outer_inputs(layer);
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    const ChannelPair pair = channel_pair(weights, channel, channels);
    spread_pair(weight_bits, inputs, weights->codes + channel / 2 * pair_words(inputs, weight_bits), codes);
    output += channel * output_bits / 8;
    const uint32_t rest = count % GROUP_PIXELS;
    const uint32_t last = rest != 0 && rest <= GROUP_PIXELS / 2 ? count - rest : count;
    for (uint32_t pixel = 0; pixel < last; pixel += GROUP_PIXELS) {
        const uint32_t pixels = last - pixel < GROUP_PIXELS ? last - pixel : GROUP_PIXELS;
        convolve_words(layer, weights, weight_bits, output_bits, &pair, GROUP_WORDS, pixels, codes, words,
                       input_sums + pixel, output + pixel * bytes);
        words += inputs * GROUP_WORDS;
    }
    if (last < count) {
        convolve_words(layer, weights, weight_bits, output_bits, &pair, GROUP_WORDS / 2, rest, codes, words,
                       input_sums + last, output + last * bytes);
    }
    inference_yield();
}

// scratch: a pair of channels' weights, a word for each input; of a block the words of its pixels' inputs,
// and the sum of each pixel's.
KERNEL void outer_convolution(const OuterConvolution *layer, const OuterConvolutionWeights *weights,
                              uint32_t input_bits, uint32_t weight_bits, uint32_t output_bits,
                              const uint8_t *input, uint8_t *output, uint16_t *scratch) {
    const uint32_t inputs = outer_inputs(layer);
    const uint32_t pixels = (uint32_t)(layer->window.output_height * layer->window.output_width);
    const uint32_t even_channels = layer->output_channels & ~1U;
    uint32_t *codes = __builtin_assume_aligned(scratch, 8);
    uint32_t *words = codes + inputs;
    uint32_t *sums = words + inputs * (layer->block / 2);
    for (uint32_t pixel = 0; pixel < pixels; pixel += layer->block) {
        const uint32_t count = pixels - pixel < layer->block ? pixels - pixel : layer->block;
        uint8_t *to = output + pixel * pixel_bytes(layer->output_channels, output_bits);
        fill_groups(layer, input_bits, weight_bits, input, pixel, count, words, sums);
        inference_yield();
        for (uint32_t channel = 0; channel < even_channels; channel += 2) {
            convolve_pair(layer, weights, weight_bits, output_bits, channel, 2, count, codes, words, sums,
                          to);
        }
        if (even_channels < layer->output_channels) {
            convolve_pair(layer, weights, weight_bits, output_bits, even_channels, 1, count, codes, words,
                          sums, to);
        }
    }
}

#define OUTER_CONVOLUTION(a, w, o)                                                                           \
    KERNEL void outer_convolution_a##a##_w##w##_o##o(                                                        \
        const OuterConvolution *layer, const OuterConvolutionWeights *weights, const uint8_t *input,         \
        uint8_t *output, uint16_t *scratch) {                                                                \
        outer_convolution(layer, weights, a, w, o, input, output, scratch);                                  \
    }
#define OUTER_CONVOLUTION_OUTPUTS(a, w)                                                                      \
    OUTER_CONVOLUTION(a, w, 8)                                                                               \
    OUTER_CONVOLUTION(a, w, 4) OUTER_CONVOLUTION(a, w, 2) OUTER_CONVOLUTION(a, w, 32)
OUTER_CONVOLUTION_OUTPUTS(4, 4)
OUTER_CONVOLUTION_OUTPUTS(2, 4)
OUTER_CONVOLUTION_OUTPUTS(8, 2)
OUTER_CONVOLUTION_OUTPUTS(4, 2)
OUTER_CONVOLUTION_OUTPUTS(2, 2)

#endif
