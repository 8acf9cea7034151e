// SPDX-License-Identifier: Apache-2.0
// Pairs of input rows and of weights, as depthwise_rows.h multiplies them. Each pair has a word for each
// column and channel: the upper row's code in its low lane, the lower row's in the high one, zero points
// where the window leaves the input. So one word of two weights makes two products of a window.
#ifndef HILDA_ROW_PAIRS_H
#define HILDA_ROW_PAIRS_H

#include "depthwise.h"

typedef struct DepthwiseRows {
    WindowShape window; // both strides are equal
    uint32_t channels;
    uint32_t input_zero_point;
    int32_t pairs; // of input rows to a band, 2 or 3
    int32_t quads_between_yields;
    Requantization requantization;
} DepthwiseRows;

// Loops in assembly take constants and all core registers but the stack pointer: neither -Og nor a frame
// pointer leaves them that.
#if defined(__ARM_FEATURE_DSP) && defined(__OPTIMIZE__) && !defined(HILDA_PORTABLE_LOOPS)
#define HAS_ASSEMBLY_LOOPS
#endif

// Scratch is declared as lanes of 16 bits.
typedef uint32_t __attribute__((may_alias)) LaneWord;

// What the windows of a channel are multiplied with.
typedef struct __attribute__((may_alias)) ChannelRows {
    struct {
        uint32_t upper; // the weights of the upper two rows
        uint32_t lower; // and of the lower two
    } columns[3];
    uint32_t bias; // less what the input's zero point adds
    int32_t multiplier;
} ChannelRows;

KERNEL uint32_t row_quads(const DepthwiseRows *layer) { return (layer->channels + QUAD - 1) / QUAD; }

// Columns of a pair: all that windows touch.
KERNEL int32_t pair_columns(const DepthwiseRows *layer) {
    return (layer->window.output_width - 1) * layer->window.stride_width + layer->window.kernel_width;
}

KERNEL uint32_t column_words(const DepthwiseRows *layer) { return QUAD * (uint32_t)layer->pairs; }

KERNEL uint32_t quad_words(const DepthwiseRows *layer) {
    return (uint32_t)pair_columns(layer) * column_words(layer);
}

// Output rows of a band.
KERNEL int32_t band_rows(const DepthwiseRows *layer) {
    return (layer->pairs - 1) * 2 / layer->window.stride_height;
}

// Pairs of input rows that so many output rows below each other read.
KERNEL int32_t band_pairs(const DepthwiseRows *layer, int32_t rows) {
    return 1 + (rows * layer->window.stride_height + 1) / 2;
}

// The weights of a column of a quad's windows, from its three rows.
KERNEL void pair_weights(QuadLanes first, QuadLanes second, QuadLanes third, uint32_t column,
                         ChannelRows *channels) {
    channels[0].columns[column].upper = low_lanes_of(first.even, second.even);
    channels[1].columns[column].upper = low_lanes_of(first.odd, second.odd);
    channels[2].columns[column].upper = high_lanes_of(first.even, second.even);
    channels[3].columns[column].upper = high_lanes_of(first.odd, second.odd);
    channels[0].columns[column].lower = low_lanes_of(second.even, third.even);
    channels[1].columns[column].lower = low_lanes_of(second.odd, third.odd);
    channels[2].columns[column].lower = high_lanes_of(second.even, third.even);
    channels[3].columns[column].lower = high_lanes_of(second.odd, third.odd);
}

KERNEL QuadLanes row_weight_lanes(const uint8_t *codes, uint32_t bits, QuadLanes zero_points) {
    const QuadLanes lanes = quad_lanes(load_quad(codes, QUAD, bits), bits);
    return (QuadLanes){.even = subtract_lanes(lanes.even, zero_points.even),
                       .odd = subtract_lanes(lanes.odd, zero_points.odd)};
}

KERNEL uint32_t bias_of_rows(const DepthwiseRows *layer, const ChannelRows *channel, uint32_t bias) {
    uint32_t sum = 0;
    for (uint32_t column = 0; column < 3; ++column) {
        sum = multiply_lanes(channel->columns[column].upper, 0x00010001U, sum);
        sum += (uint32_t)high_lane(channel->columns[column].lower);
    }
    return bias - layer->input_zero_point * sum;
}

KERNEL void unpack_rows(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t weight_bits,
                        ChannelRows *channels) {
    const uint8_t *codes = weights->codes;
    const uint32_t row = 3 * quad_bytes(weight_bits);
    for (uint32_t first = 0; first < layer->channels; first += QUAD) {
        const QuadLanes zero_points = quad_lanes(load_word(weights->zero_points + first), 8);
        for (uint32_t column = 0; column < 3; ++column) {
            pair_weights(row_weight_lanes(codes, weight_bits, zero_points),
                         row_weight_lanes(codes + row, weight_bits, zero_points),
                         row_weight_lanes(codes + 2 * row, weight_bits, zero_points), column,
                         channels + first);
            codes += quad_bytes(weight_bits);
        }
        codes += 2 * row;
    }
    for (uint32_t channel = 0; channel < layer->channels; ++channel) {
        const uint32_t bias = weights->bias == NULL ? 0 : (uint32_t)weights->bias[channel];
        channels[channel].bias = bias_of_rows(layer, &channels[channel], bias);
        channels[channel].multiplier = weights->multipliers == NULL ? 0 : weights->multipliers[channel];
    }
}

// index: a constant.
KERNEL void store_two(LaneWord *to, uint32_t index, uint32_t first, uint32_t second) {
#ifdef HAS_ASSEMBLY_LOOPS
    __asm__ volatile("strd %1, %2, [%0, %3]" : : "r"(to), "r"(first), "r"(second), "i"(4 * index) : "memory");
#else
    to[index] = first;
    to[index + 1] = second;
#endif
}

// The quads of two pixels as words of a pair.
KERNEL void store_row_pair(uint32_t upper, uint32_t lower, uint32_t bits, LaneWord *to, uint32_t index) {
    const uint32_t first = low_lanes_of(upper, lower);
    if (bits == 8) {
        const uint32_t second = high_lanes_of(upper, lower);
        store_two(to, index, even_bytes(first), odd_bytes(first));
        store_two(to, index + 2, even_bytes(second), odd_bytes(second));
    } else {
        const uint32_t mask = in_register(code_mask(bits) * 0x00010001U);
        store_two(to, index, first & mask, (first >> bits) & mask);
        store_two(to, index + 2, (first >> (2 * bits)) & mask, (first >> (3 * bits)) & mask);
    }
}

// A row of the input; outside of it, all pixels are one of zero points.
typedef struct PackedRow {
    const uint8_t *pixel;
    uint32_t step;
} PackedRow;

KERNEL uint32_t next_quad(const uint8_t **pixel, uint32_t count, uint32_t bits) {
    const uint32_t quad = load_quad(*pixel, count, bits);
    *pixel += quad_bytes(bits);
    return quad;
}

// A quad of a column: the pair `kept` becomes the first one, where `first` is 1, and so many pairs follow.
KERNEL void pack_quad(uint32_t bits, int32_t first, int32_t end, const LaneWord *kept, uint32_t count,
                      const uint8_t **pixels, LaneWord *to) {
    if (first == 1) {
        store_two(to, 0, kept[0], kept[1]);
        store_two(to, 2, kept[2], kept[3]);
    }
    UNROLL(2)
    for (int32_t pair = first; pair < end; ++pair) {
        const uint32_t upper = next_quad(pixels + 2 * (pair - first), count, bits);
        const uint32_t lower = next_quad(pixels + 2 * (pair - first) + 1, count, bits);
        store_row_pair(upper, lower, bits, to, QUAD * (uint32_t)pair);
    }
}

// All quads of a column. kept: of its first quad.
KERNEL void pack_column(const DepthwiseRows *layer, uint32_t bits, int32_t first, int32_t end,
                        const LaneWord *kept, const uint8_t **pixels, LaneWord *to) {
    const uint32_t last = layer->channels % QUAD;
    const LaneWord *const whole = to + layer->channels / QUAD * quad_words(layer);
    for (; to != whole; to += quad_words(layer)) {
        pack_quad(bits, first, end, kept, QUAD, pixels, to);
        kept += quad_words(layer);
    }
    if (last != 0) {
        pack_quad(bits, first, end, kept, last, pixels, to);
    }
}

// Input rows from y on as the pairs from `first` to end − 1, of those rows below rows_end.
KERNEL void pack_rows(const DepthwiseRows *layer, uint32_t bits, int32_t first, int32_t end, int32_t kept,
                      int32_t y, int32_t rows_end, const uint8_t *input, const uint8_t *outside,
                      LaneWord *pairs) {
    const WindowShape *window = &layer->window;
    const uint32_t bytes = pixel_bytes(layer->channels, bits);
    const int32_t count = 2 * (end - first);
    PackedRow rows[4];
    UNROLL(4)
    for (int32_t row = 0; row < count; ++row) {
        const bool inside = y + row >= 0 && y + row < rows_end;
        rows[row].pixel = inside ? input + (uint32_t)((y + row) * window->input_width) * bytes : outside;
        rows[row].step = inside ? bytes : 0;
    }
    for (int32_t column = 0; column < pair_columns(layer); ++column) {
        const int32_t x = column - window->pad_left;
        const bool inside = x >= 0 && x < window->input_width;
        const uint8_t *pixels[4];
        UNROLL(4)
        for (int32_t row = 0; row < count; ++row) {
            pixels[row] = inside ? rows[row].pixel : outside;
            rows[row].pixel += inside ? rows[row].step : 0;
        }
        pack_column(layer, bits, first, end, pairs + QUAD * (uint32_t)kept, pixels, pairs);
        pairs += column_words(layer);
    }
    inference_yield();
}

#endif
