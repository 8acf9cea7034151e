// SPDX-License-Identifier: Apache-2.0
// Convolution with weights of 2 bits and no multiplications: what four weights and four inputs make is looked
// up.
//
// A byte of weights holds the codes of four neighbouring inputs (order KH,KW,I) of one output channel, from
// the low bits up. A table has an entry for each byte: Σ w·x for all pixels of a tile, in lanes of 16 bits,
// or of 8 where inputs have 2 bits. Entries of the tables of a pass lie side by side. Lanes are added up over
// a pass and then drained to sums, of 32 bits or of 16.
//
// Weights: bytes in the order pass, output channel, table; code 0 where inputs end; two bytes more are read.
// X and W are codes as stored. The bias has the terms of the input's zero point in it, padding is the zero
// point:
//     Φ' = B' − Zw·ΣX + ΣW·X,   B' = B − Zx·ΣW + K·Zw·Zx
// ΣX is the sum of one more channel, whose weights are all 1.
//
// A block is as many tiles as there is room for: all of its windows are read, then all of its passes made,
// then its outputs stored.
#ifndef HILDA_TABLE_CONVOLUTION_H
#define HILDA_TABLE_CONVOLUTION_H

#include "codes.h"
#include "requantize.h"
#include "table_lookup.h"
#include "window.h"
#include "yield.h"

typedef struct TableConvolution {
    WindowShape window;
    uint32_t input_channels;
    uint32_t input_zero_point;
    uint32_t output_channels;
    uint32_t tables;  // that one pass looks up in
    uint32_t passes;  // over all inputs
    uint32_t tiles;   // whole tiles of a block
    uint32_t joining; // pixels that the last block may have beyond them
    uint32_t small;   // pixels of a last tile of few: 4, or 2 with lanes of 16 bits; 0: none is smaller
    bool wide_sums;   // of 32 bits, else of 16
    bool copied;      // weights are copied to the scratch memory first
    Requantization requantization;
} TableConvolution;

typedef struct TableConvolutionWeights {
    const uint8_t *codes;
    const uint8_t *zero_points; // one per output channel; NULL: all 0
    const int32_t *bias;
    const int32_t *multipliers; // NULL: the output is the accumulator, or counts thresholds
    const int32_t *thresholds;  // of each output channel, one channel after the other; NULL: none
} TableConvolutionWeights;

// How the lanes of a tile lie.
typedef struct TableTile {
    uint32_t lane_bits;
    uint32_t words; // of an entry
} TableTile;

KERNEL TableTile whole_tile(uint32_t input_bits) {
    return (TableTile){.lane_bits = input_bits == 2 ? 8 : 16, .words = 4};
}

KERNEL TableTile small_tile(const TableConvolution *layer, uint32_t input_bits) {
    const uint32_t lane_bits = whole_tile(input_bits).lane_bits;
    return (TableTile){.lane_bits = lane_bits, .words = layer->small * lane_bits / 32};
}

KERNEL uint32_t tile_pixels(TableTile tile) { return tile.words * 32 / tile.lane_bits; }

// Inputs of a window, to whole bytes of weights.
KERNEL uint32_t table_inputs(const TableConvolution *layer) {
    const uint32_t taps = (uint32_t)(layer->window.kernel_height * layer->window.kernel_width);
    return (taps * layer->input_channels + 3) & ~3U;
}

KERNEL uint32_t table_channels(const TableConvolution *layer, const TableConvolutionWeights *weights) {
    return layer->output_channels + (weights->zero_points != NULL ? 1 : 0);
}

// Words of a channel's sums.
KERNEL uint32_t sum_words(const TableConvolution *layer, TableTile tile) {
    return layer->wide_sums || tile.lane_bits == 8 ? 2 * tile.words : tile.words;
}

// Where the byte of a pixel lies among those of an input: pairs of 16-bit lanes are spread by even_bytes()
// and odd_bytes().
KERNEL uint32_t lane_byte(TableTile tile, uint32_t pixel) {
    return tile.lane_bits == 8 || tile.words == 1 ? pixel
                                                  : (pixel & ~3U) | (pixel & 1) << 1 | (pixel >> 1 & 1);
}

// Writes count codes, each step bytes above the one before it; returns where the next goes.
KERNEL uint8_t *spread_codes(const uint8_t *from, uint32_t count, uint32_t bits, uint32_t step, uint8_t *to) {
    const uint32_t per_byte = 8 / bits;
    const uint32_t whole = count / per_byte;
    UNROLL(4)
    for (uint32_t i = 0; i < whole; ++i) {
        const uint32_t byte = from[i];
        UNROLL(4)
        for (uint32_t code = 0; code < per_byte; ++code) {
            *to = (uint8_t)((byte >> (code * bits)) & code_mask(bits));
            to += step;
        }
    }
    for (uint32_t i = whole * per_byte; i < count; ++i) {
        *to = (uint8_t)code_at(from, i, bits);
        to += step;
    }
    return to;
}

KERNEL uint8_t *spread_code(uint32_t code, uint32_t count, uint32_t step, uint8_t *to) {
    for (uint32_t i = 0; i < count; ++i) {
        *to = (uint8_t)code;
        to += step;
    }
    return to;
}

KERNEL uint8_t *spread_pixels(const TableConvolution *layer, uint32_t bits, const uint8_t *from,
                              uint32_t pixels, uint32_t step, uint8_t *to) {
    const uint32_t channels = layer->input_channels;
    if (channels * bits % 8 == 0) {
        return spread_codes(from, pixels * channels, bits, step, to);
    }
    for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
        to = spread_codes(from + pixel * pixel_bytes(channels, bits), channels, bits, step, to);
    }
    return to;
}

// The window of output pixel (y, x), a byte for each input.
KERNEL void spread_window(const TableConvolution *layer, uint32_t bits, const uint8_t *input, int32_t y,
                          int32_t x, uint32_t step, uint8_t *to) {
    const WindowShape *window = &layer->window;
    const uint32_t channels = layer->input_channels;
    const uint32_t bytes = pixel_bytes(channels, bits);
    const uint32_t zero_point = layer->input_zero_point;
    const TapRange rows = rows_inside(window, y);
    const TapRange columns = columns_inside(window, x);
    const uint8_t *end = to + table_inputs(layer) * step;
    to = spread_code(zero_point, (uint32_t)(rows.first * window->kernel_width) * channels, step, to);
    for (int32_t row = rows.first; row < rows.end; ++row) {
        to = spread_code(zero_point, (uint32_t)columns.first * channels, step, to);
        if (window->dilation_width == 1 && columns.first < columns.end) {
            const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, columns.first) * bytes;
            to = spread_pixels(layer, bits, from, (uint32_t)(columns.end - columns.first), step, to);
        } else {
            for (int32_t tap = columns.first; tap < columns.end; ++tap) {
                const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, tap) * bytes;
                to = spread_pixels(layer, bits, from, 1, step, to);
            }
        }
        to = spread_code(zero_point, (uint32_t)(window->kernel_width - columns.end) * channels, step, to);
    }
    while (to != end) { // rows below the input, and inputs whose weights are 0
        *to = (uint8_t)zero_point;
        to += step;
    }
}

// The windows of count pixels from the given one on.
KERNEL void fill_tile(const TableConvolution *layer, TableTile tile, uint32_t bits, const uint8_t *input,
                      uint32_t pixel, uint32_t count, uint8_t *inputs) {
    const uint32_t width = (uint32_t)layer->window.output_width;
    const uint32_t step = tile_pixels(tile);
    uint32_t y = pixel / width;
    uint32_t x = pixel % width;
    for (uint32_t i = 0; i < step; ++i) {
        uint8_t *to = inputs + lane_byte(tile, i);
        if (i < count) {
            spread_window(layer, bits, input, (int32_t)y, (int32_t)x, step, to);
        } else {
            spread_code(0, table_inputs(layer), step, to); // lanes must not overflow
        }
        if (++x == width) {
            x = 0;
            ++y;
        }
    }
}

// A channel's sums before the first pass. Of two neighbouring lanes the first one's sum has the second one's
// in its upper half until it is read.
KERNEL uint32_t *begin_channel(uint32_t words, uint32_t bias, uint32_t *sums) {
    const uint32_t even = bias + (bias << 16);
    UNROLL(8)
    for (uint32_t i = 0; i < words; ++i) {
        sums[i] = i % 2 == 0 ? even : bias;
    }
    return sums + words;
}

KERNEL void begin_sums(const TableConvolution *layer, const TableConvolutionWeights *weights, TableTile tile,
                       uint32_t *sums) {
    const uint32_t words = sum_words(layer, tile);
    UNROLL(2)
    for (uint32_t channel = 0; channel < layer->output_channels; ++channel) {
        sums = begin_channel(words, layer->wide_sums ? (uint32_t)weights->bias[channel] : 0, sums);
    }
    if (weights->zero_points != NULL) {
        begin_channel(words, 0, sums);
    }
}

// The sums of the pixels of one word of lanes.
KERNEL void read_sums(const TableConvolution *layer, TableTile tile, uint32_t word, const uint32_t *sums,
                      uint32_t *pixels) {
    if (tile.lane_bits == 8) {
        const uint32_t odd = sums[2 * word + 1];
        const uint32_t even = sums[2 * word] - (odd << 8);
        pixels[0] = even & 0xFFFF;
        pixels[1] = odd & 0xFFFF;
        pixels[2] = even >> 16;
        pixels[3] = odd >> 16;
    } else if (layer->wide_sums) {
        pixels[1] = sums[2 * word + 1];
        pixels[0] = sums[2 * word] - (pixels[1] << 16);
    } else {
        pixels[0] = sums[word] & 0xFFFF;
        pixels[1] = sums[word] >> 16;
    }
}

KERNEL int32_t table_output(const TableConvolution *layer, const TableConvolutionWeights *weights,
                            uint32_t output_bits, uint32_t channel, uint32_t accumulator) {
    if (weights->thresholds != NULL) {
        return reached_thresholds(accumulator, weights->thresholds + channel * code_mask(output_bits),
                                  output_bits);
    }
    if (weights->multipliers == NULL) {
        return (int32_t)accumulator;
    }
    return requantize(accumulator, weights->multipliers[channel], &layer->requantization);
}

// One to four channels of all pixels of a tile, of which count are stored.
KERNEL void store_quads(const TableConvolution *layer, const TableConvolutionWeights *weights, TableTile tile,
                        uint32_t output_bits, uint32_t channel, uint32_t channels, bool is_whole,
                        uint32_t count, const uint32_t *sums, uint8_t *output) {
    const uint32_t words = sum_words(layer, tile);
    const uint32_t lanes = 32 / tile.lane_bits;
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    const uint32_t *own = sums + channel * words;
    const uint32_t *all = sums + layer->output_channels * words;
    for (uint32_t word = 0; word < tile.words && (is_whole || word * lanes < count); ++word) {
        uint32_t inputs[4] = {0};
        uint32_t quads[4] = {0};
        if (weights->zero_points != NULL) {
            read_sums(layer, tile, word, all, inputs);
        }
        UNROLL(4)
        for (uint32_t i = 0; i < channels; ++i) {
            uint32_t accumulators[4];
            read_sums(layer, tile, word, own + i * words, accumulators);
            const uint32_t bias = layer->wide_sums ? 0 : (uint32_t)weights->bias[channel + i];
            const uint32_t zero_point = weights->zero_points == NULL ? 0 : weights->zero_points[channel + i];
            UNROLL(4)
            for (uint32_t lane = 0; lane < lanes; ++lane) {
                const uint32_t accumulator = accumulators[lane] + bias - zero_point * inputs[lane];
                const int32_t value = table_output(layer, weights, output_bits, channel + i, accumulator);
                if (output_bits != 32) {
                    quads[lane] |= (uint32_t)value << (i * output_bits);
                } else if (is_whole || word * lanes + lane < count) {
                    store_word(output + lane * bytes + 4 * (channel + i), (uint32_t)value);
                }
            }
        }
        if (output_bits != 32) {
            UNROLL(4)
            for (uint32_t lane = 0; lane < lanes; ++lane) {
                if (is_whole || word * lanes + lane < count) {
                    store_quad(output + lane * bytes + channel / QUAD * quad_bytes(output_bits), quads[lane],
                               channels, output_bits);
                }
            }
        }
        output += lanes * bytes;
    }
}

KERNEL void store_pixels(const TableConvolution *layer, const TableConvolutionWeights *weights,
                         TableTile tile, uint32_t output_bits, bool is_whole, uint32_t count,
                         const uint32_t *sums, uint8_t *output) {
    const uint32_t whole = layer->output_channels & ~(QUAD - 1);
    for (uint32_t channel = 0; channel < whole; channel += QUAD) {
        store_quads(layer, weights, tile, output_bits, channel, QUAD, is_whole, count, sums, output);
    }
    if (whole < layer->output_channels) {
        store_quads(layer, weights, tile, output_bits, whole, layer->output_channels - whole, is_whole, count,
                    sums, output);
    }
}

// The first pixels of a tile, at most count.
KERNEL void store_tile(const TableConvolution *layer, const TableConvolutionWeights *weights, TableTile tile,
                       uint32_t output_bits, uint32_t count, const uint32_t *sums, uint8_t *output) {
    if (count >= tile_pixels(tile)) {
        store_pixels(layer, weights, tile, output_bits, true, count, sums, output);
    } else {
        store_pixels(layer, weights, tile, output_bits, false, count, sums, output);
    }
}

// Channels between two calls of inference_yield().
#define TABLE_CHANNELS 512U

// One pass of a tile.
KERNEL void add_pass(const TableConvolution *layer, TableTile tile, uint32_t channels, uint32_t pass,
                     const uint8_t *codes, const uint8_t *inputs, uint32_t *sums, uint32_t *tables) {
    const uint32_t per_table = 4 * tile_pixels(tile);
    const uint32_t left = table_inputs(layer) / 4 - pass * layer->tables;
    for (uint32_t table = 0; table < layer->tables; ++table) {
        uint32_t *entries = tables + table * tile.words;
        if (table < left) {
            build_table(tile.lane_bits, tile.words, layer->tables,
                        inputs + (pass * layer->tables + table) * per_table, entries);
        } else {
            clear_first_entry(tile.words, entries);
        }
    }
    codes += pass * channels * layer->tables;
    for (uint32_t channel = 0; channel < channels; channel += TABLE_CHANNELS) {
        const uint32_t count = channels - channel < TABLE_CHANNELS ? channels - channel : TABLE_CHANNELS;
        add_lookups(tile.lane_bits, tile.words, layer->tables, layer->wide_sums, count,
                    codes + channel * layer->tables, tables, sums + channel * sum_words(layer, tile));
        inference_yield();
    }
}

// Where a block works.
typedef struct TableScratch {
    uint32_t *tables;
    uint8_t *inputs;
    uint32_t *sums;
} TableScratch;

// count output pixels from the given one on.
KERNEL void convolve_block(const TableConvolution *layer, const TableConvolutionWeights *weights,
                           uint32_t input_bits, uint32_t output_bits, const uint8_t *codes, uint32_t pixel,
                           uint32_t count, const uint8_t *input, uint8_t *output, TableScratch scratch) {
    const TableTile whole = whole_tile(input_bits);
    const TableTile small = small_tile(layer, input_bits);
    const uint32_t pixels = tile_pixels(whole);
    const uint32_t channels = table_channels(layer, weights);
    const uint32_t input_step = table_inputs(layer) * pixels;
    const uint32_t sum_step = channels * sum_words(layer, whole);
    const uint32_t rest = count % pixels;
    const bool has_small = rest != 0 && rest <= layer->small;
    const uint32_t tiles = count / pixels + (rest != 0 && !has_small ? 1 : 0);
    for (uint32_t tile = 0; tile < tiles; ++tile) {
        fill_tile(layer, whole, input_bits, input, pixel + tile * pixels, count - tile * pixels,
                  scratch.inputs + tile * input_step);
        begin_sums(layer, weights, whole, scratch.sums + tile * sum_step);
    }
    if (has_small) {
        fill_tile(layer, small, input_bits, input, pixel + tiles * pixels, rest,
                  scratch.inputs + tiles * input_step);
        begin_sums(layer, weights, small, scratch.sums + tiles * sum_step);
    }
    for (uint32_t pass = 0; pass < layer->passes; ++pass) {
        for (uint32_t tile = 0; tile < tiles; ++tile) {
            add_pass(layer, whole, channels, pass, codes, scratch.inputs + tile * input_step,
                     scratch.sums + tile * sum_step, scratch.tables);
        }
        if (has_small) {
            add_pass(layer, small, channels, pass, codes, scratch.inputs + tiles * input_step,
                     scratch.sums + tiles * sum_step, scratch.tables);
        }
    }
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    for (uint32_t tile = 0; tile < tiles; ++tile) {
        store_tile(layer, weights, whole, output_bits, count - tile * pixels, scratch.sums + tile * sum_step,
                   output + tile * pixels * bytes);
        inference_yield();
    }
    if (has_small) {
        store_tile(layer, weights, small, output_bits, rest, scratch.sums + tiles * sum_step,
                   output + tiles * pixels * bytes);
    }
}

KERNEL void copy_words(const uint8_t *from, uint32_t bytes, uint32_t *to) {
    UNROLL(8)
    for (uint32_t i = 0; i < bytes; i += 4) {
        *to++ = load_word(from + i);
    }
}

// scratch: entries of 16 bytes of all tables, weights where they are copied, inputs and sums of a block's
// pixels.
KERNEL void table_convolution(const TableConvolution *layer, const TableConvolutionWeights *weights,
                              uint32_t input_bits, uint32_t output_bits, const uint8_t *input,
                              uint8_t *output, uint16_t *scratch) {
    const uint32_t block = layer->tiles * tile_pixels(whole_tile(input_bits));
    const uint32_t pixels = (uint32_t)(layer->window.output_height * layer->window.output_width);
    const uint32_t code_bytes = layer->passes * table_channels(layer, weights) * layer->tables;
    const uint8_t *codes = weights->codes;
    TableScratch in = {.tables = __builtin_assume_aligned(scratch, 8)};
    uint32_t *next = in.tables + layer->tables * TABLE_ENTRIES * 4;
    if (layer->copied) {
        copy_words(codes, code_bytes, next);
        codes = (const uint8_t *)next;
        next += (code_bytes + 3) / 4 + 1;
    }
    in.inputs = (uint8_t *)next;
    in.sums = next + table_inputs(layer) * (block + layer->joining) / 4;
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    for (uint32_t pixel = 0; pixel < pixels;) {
        const uint32_t left = pixels - pixel;
        const uint32_t count = left <= block + layer->joining ? left : block;
        convolve_block(layer, weights, input_bits, output_bits, codes, pixel, count, input, output, in);
        output += count * bytes;
        pixel += count;
    }
}

#define TABLE_CONVOLUTION(a, o)                                                                              \
    KERNEL void table_convolution_a##a##_w2_o##o(const TableConvolution *layer,                              \
                                                 const TableConvolutionWeights *weights,                     \
                                                 const uint8_t *input, uint8_t *output, uint16_t *scratch) { \
        table_convolution(layer, weights, a, o, input, output, scratch);                                     \
    }
#define TABLE_CONVOLUTION_OUTPUTS(a)                                                                         \
    TABLE_CONVOLUTION(a, 8) TABLE_CONVOLUTION(a, 4) TABLE_CONVOLUTION(a, 2) TABLE_CONVOLUTION(a, 32)
TABLE_CONVOLUTION_OUTPUTS(8)
TABLE_CONVOLUTION_OUTPUTS(4)
TABLE_CONVOLUTION_OUTPUTS(2)

#endif
