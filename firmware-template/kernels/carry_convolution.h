// SPDX-License-Identifier: Apache-2.0
// Convolution over all input channels with weights of several output channels, a set, in each 16-bit lane.
//
// Of 8 bits a lane holds 256·w1 + w0, so that SMLAD over two inputs adds 256·Σw1·x + Σw0·x; with the low
// bytes alone it adds Σw0·x, and the difference is 256·Σw1·x. Of 4 bits a lane holds four channels' codes,
// which are masked away one after the other. Sums may wrap: what can become of each channel decides which
// CarryLanes give it whole, and the host proves that from the weights.
//
// The windows of a tile of pixels are unpacked to scratch memory, in groups of four; then blocks of output
// channels go over all groups of the tile, so that each weight is read from flash once a tile. The input's
// zero point is in the bias; Σx corrects for weights whose stored codes are off their zero point.
#ifndef HILDA_CARRY_CONVOLUTION_H
#define HILDA_CARRY_CONVOLUTION_H

#include "carry_multiply.h"
#include "requantize.h"
#include "yield.h"

// Assembled for a layer: sets of output channels of a group, or of its pixel at column, from the first one's
// weights, starts and output on. Or, where it cannot make outputs: sums of those sets that it multiplies at
// once, of each pixel, at output.
typedef void CarryBlock(const uint32_t *weights, const uint32_t *column, const uint32_t *starts,
                        uint8_t *output, const uint32_t *x_sums, uint32_t sets);

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
#define HAS_ASSEMBLY 1
#define UNUSED __attribute__((unused))
// Begins a CarryBlock that is all instructions.
#define BLOCK(name)                                                                                          \
    __attribute__((naked, noinline)) static void name(                                                       \
        UNUSED const uint32_t *weights, UNUSED const uint32_t *column, UNUSED const uint32_t *starts,        \
        UNUSED uint8_t *output, UNUSED const uint32_t *x_sums, UNUSED uint32_t sets)
#define ASSEMBLED(function) (function)
#else
#define HAS_ASSEMBLY 0
#define ASSEMBLED(function) NULL
#endif

typedef struct CarryConvolution {
    WindowShape window;
    uint32_t input_channels;
    uint32_t input_zero_point;
    uint32_t output_channels;
    Requantization requantization;
    CarryLanes lanes;
    bool corrected;          // with Σx
    bool raised;             // all but a set's first channel, when sums are taken apart
    uint32_t tile_groups;    // of four pixels
    uint32_t block_sets;     // of output channels, whole multiples of the next
    uint32_t sets_at_once;   // that are multiplied with a pixel; 1 where there are several pixels
    CarryBlock *group_block; // NULL: none
    CarryBlock *pixel_block;
    bool stores_outputs; // they do
} CarryConvolution;

typedef struct CarryWeights {
    const uint32_t *codes; // of each two inputs, set after set, and two words more
    // Of each set, from the last channel down, what its sum starts with and, where corrected, its factor of
    // Σx; then, from the first channel up, its multipliers, if it has any, and, where raised, from the second
    // channel up, what of a bias is too much for a sum to carry.
    const uint32_t *starts;
    bool requantized;          // by multipliers; else the output is the accumulator, or counts thresholds
    const int32_t *thresholds; // of each output channel, one channel after the other; NULL: none
} CarryWeights;

// Of a set.
KERNEL uint32_t start_words(const CarryConvolution *layer, const CarryWeights *weights,
                            uint32_t weight_bits) {
    const uint32_t channels = set_channels(weight_bits);
    return channels * (1U + (layer->corrected ? 1U : 0U) + (weights->requantized ? 1U : 0U)) +
           (layer->raised ? channels - 1 : 0);
}

KERNEL CarrySums carry_start(const CarryConvolution *layer, uint32_t weight_bits, const uint32_t *start,
                             uint32_t x_sum) {
    CarrySums sums = {{0}};
    UNROLL(4)
    for (uint32_t n = set_channels(weight_bits); n-- > 0;) {
        sums.of[n] = *start++;
        if (layer->corrected) {
            sums.of[n] += *start++ * x_sum;
        }
    }
    return sums;
}

KERNEL int32_t carry_output(const CarryConvolution *layer, const CarryWeights *weights, uint32_t output_bits,
                            uint32_t channel, uint32_t accumulator, uint32_t multiplier) {
    if (weights->thresholds != NULL) {
        const int32_t *thresholds = weights->thresholds + channel * code_mask(output_bits);
        return reached_thresholds(accumulator, thresholds, output_bits);
    }
    return weights->requantized ? requantize(accumulator, (int32_t)multiplier, &layer->requantization)
                                : (int32_t)accumulator;
}

// A set of a pixel, or what there is of the last one. rest: its multipliers, if it has any, and what raises
// it.
KERNEL void carry_store(const CarryConvolution *layer, const CarryWeights *weights, uint32_t weight_bits,
                        uint32_t output_bits, uint32_t channel, const uint32_t *rest, CarrySums sums,
                        uint8_t *pixel) {
    const CarrySums apart = channel_sums(layer->lanes, weight_bits, sums);
    const uint32_t *raises = rest + (weights->requantized ? set_channels(weight_bits) : 0);
    for (uint32_t n = 0; n < set_channels(weight_bits) && channel + n < layer->output_channels; ++n) {
        const uint32_t multiplier = weights->requantized ? rest[n] : 0;
        const uint32_t sum = apart.of[n] + (layer->raised && n > 0 ? raises[n - 1] : 0);
        const int32_t value = carry_output(layer, weights, output_bits, channel + n, sum, multiplier);
        if (output_bits == 32) {
            store_word(pixel + 4 * (channel + n), (uint32_t)value);
        } else {
            store_code(pixel, channel + n, output_bits, (uint32_t)value);
        }
    }
}

// Sums of a pixel, of sets that are multiplied at once, each with so many words of starts.
KERNEL void carry_pixel(const CarryConvolution *layer, uint32_t weight_bits, uint32_t pairs, uint32_t words,
                        const uint32_t *codes, const uint32_t *column, const uint32_t *start,
                        const uint32_t *x_sum, CarrySums *sums) {
    const uint32_t at_once = layer->sets_at_once;
    if (layer->pixel_block != NULL) {
        layer->pixel_block(codes, column, start, (uint8_t *)sums, x_sum, at_once);
        return;
    }
    for (uint32_t set = 0; set < at_once; ++set) {
        sums[set] = multiply_pixel(layer->lanes, weight_bits, pairs, at_once, codes + set, column,
                                   carry_start(layer, weight_bits, start + set * words, *x_sum));
    }
}

// Output channels channel … end − 1, whole sets, of one to four pixels of a group.
KERNEL void carry_channels(const CarryConvolution *layer, const CarryWeights *weights, uint32_t weight_bits,
                           uint32_t output_bits, uint32_t channel, uint32_t end, uint32_t pixels,
                           uint32_t pairs, const uint32_t *column, const uint32_t *x_sums, uint8_t *output) {
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    const uint32_t words = start_words(layer, weights, weight_bits);
    const uint32_t at_once = layer->sets_at_once;
    for (; channel < end; channel += at_once * set_channels(weight_bits)) {
        const uint32_t *codes = weights->codes + channel / set_channels(weight_bits) * pairs;
        const uint32_t *start = weights->starts + channel / set_channels(weight_bits) * words;
        const uint32_t *rest = start + set_channels(weight_bits) * (layer->corrected ? 2U : 1U);
        CarrySums sums[GROUP]; // of pixels, or of a pixel's sets
        if (layer->group_block != NULL && pixels == GROUP) {
            layer->group_block(codes, column, start, (uint8_t *)sums, x_sums, 1);
        } else {
            for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
                carry_pixel(layer, weight_bits, pairs, words, codes, column + pixel, start, x_sums + pixel,
                            sums + pixel * at_once);
            }
        }
        for (uint32_t i = 0; i < pixels * at_once; ++i) {
            carry_store(layer, weights, weight_bits, output_bits,
                        channel + i % at_once * set_channels(weight_bits), rest + i % at_once * words,
                        sums[i], output + i / at_once * bytes);
        }
    }
}

// A tile in scratch memory: columns, then sums, then room for a window's codes.
typedef struct CarryTile {
    uint32_t *columns;
    uint32_t *sums;
    uint8_t *gathered;
} CarryTile;

KERNEL CarryTile carry_tile(const CarryConvolution *layer, const Columns *columns, uint32_t *scratch) {
    CarryTile tile = {.columns = scratch};
    tile.sums = scratch + layer->tile_groups * GROUP * column_pairs(columns) + 2 * GROUP;
    tile.gathered = (uint8_t *)(tile.sums + layer->tile_groups * GROUP);
    return tile;
}

// Unpacks the windows of output pixels first … first + pixels − 1.
KERNEL void carry_fill(const CarryConvolution *layer, const Columns *columns, uint32_t first, uint32_t pixels,
                       const uint8_t *input, const CarryTile *tile) {
    const uint32_t width = (uint32_t)layer->window.output_width;
    const uint32_t pairs = column_pairs(columns);
    int32_t y = (int32_t)(first / width);
    int32_t x = (int32_t)(first % width);
    uint32_t *column = tile->columns;
    if (!pixels_are_words(columns)) {
        store_word(tile->gathered + 2 * pairs - 4, 0);
    }
    for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
        const uint32_t sum = fill_pixel(columns, input, y, x, tile->gathered, column + pixel % GROUP);
        if (layer->corrected) {
            tile->sums[pixel] = sum;
        }
        if (++x == (int32_t)width) {
            x = 0;
            ++y;
        }
        if (pixel % GROUP == GROUP - 1) {
            column += GROUP * pairs;
            inference_yield();
        }
    }
}

KERNEL void convolve_tile(const CarryConvolution *layer, const CarryWeights *weights, uint32_t weight_bits,
                          uint32_t output_bits, uint32_t pixels, uint32_t pairs, const CarryTile *tile,
                          uint8_t *output) {
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    const uint32_t sets = (layer->output_channels - 1) / set_channels(weight_bits) + 1;
    for (uint32_t set = 0; set < sets; set += layer->block_sets) {
        const uint32_t count = sets - set < layer->block_sets ? sets - set : layer->block_sets;
        const uint32_t channel = set * set_channels(weight_bits);
        const uint32_t *codes = weights->codes + set * pairs;
        const uint32_t *starts = weights->starts + set * start_words(layer, weights, weight_bits);
        for (uint32_t pixel = 0; pixel < pixels; pixel += GROUP) {
            const uint32_t *column = tile->columns + pixel * pairs;
            const uint32_t *x_sums = tile->sums + pixel;
            const uint32_t inside = pixels - pixel < GROUP ? pixels - pixel : GROUP;
            uint8_t *to = output + pixel * bytes;
            if (layer->stores_outputs && layer->group_block != NULL && inside == GROUP) {
                layer->group_block(codes, column, starts, to + channel * output_bits / 8, x_sums, count);
            } else if (layer->stores_outputs && layer->pixel_block != NULL) {
                for (uint32_t i = 0; i < inside; ++i) {
                    layer->pixel_block(codes, column + i, starts, to + i * bytes + channel * output_bits / 8,
                                       x_sums + i, count);
                }
            } else {
                carry_channels(layer, weights, weight_bits, output_bits, channel,
                               channel + count * set_channels(weight_bits), inside, pairs, column, x_sums,
                               to);
            }
            inference_yield();
        }
    }
}

// scratch: of a word for each pair of a column and pixel of a tile, two of a group behind them, a word for
// each pixel, and, where pixels are not whole words, the codes of a window; aligned to 16 bytes.
KERNEL void carry_convolution(const CarryConvolution *layer, const CarryWeights *weights, uint32_t input_bits,
                              uint32_t weight_bits, uint32_t output_bits, const uint8_t *input,
                              uint8_t *output, uint16_t *scratch) {
    const Columns columns = {
        .window = &layer->window,
        .channels = layer->input_channels,
        .bits = input_bits,
        .padding = layer->input_zero_point,
        .summed = layer->corrected,
    };
    const uint32_t count = (uint32_t)(layer->window.output_height * layer->window.output_width);
    const uint32_t bytes = pixel_bytes(layer->output_channels, output_bits);
    const CarryTile tile = carry_tile(layer, &columns, (uint32_t *)__builtin_assume_aligned(scratch, 16));
    for (uint32_t first = 0; first < count; first += GROUP * layer->tile_groups) {
        const uint32_t left = count - first;
        const uint32_t pixels = left < GROUP * layer->tile_groups ? left : GROUP * layer->tile_groups;
        carry_fill(layer, &columns, first, pixels, input, &tile);
        convolve_tile(layer, weights, weight_bits, output_bits, pixels, column_pairs(&columns), &tile,
                      output + first * bytes);
    }
}

#define CARRY_CONVOLUTION(a, w, o)                                                                           \
    KERNEL void carry_convolution_a##a##_w##w##_o##o(const CarryConvolution *layer,                          \
                                                     const CarryWeights *weights, const uint8_t *input,      \
                                                     uint8_t *output, uint16_t *scratch) {                   \
        carry_convolution(layer, weights, a, w, o, input, output, scratch);                                  \
    }
#define CARRY_CONVOLUTION_OUTPUTS(a, w)                                                                      \
    CARRY_CONVOLUTION(a, w, 8)                                                                               \
    CARRY_CONVOLUTION(a, w, 4) CARRY_CONVOLUTION(a, w, 2) CARRY_CONVOLUTION(a, w, 32)
#define CARRY_CONVOLUTION_WEIGHTS(a) CARRY_CONVOLUTION_OUTPUTS(a, 8) CARRY_CONVOLUTION_OUTPUTS(a, 4)
CARRY_CONVOLUTION_WEIGHTS(8)
CARRY_CONVOLUTION_WEIGHTS(4)
CARRY_CONVOLUTION_WEIGHTS(2)

#endif
