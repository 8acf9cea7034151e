// SPDX-License-Identifier: Apache-2.0
// Gather: chosen rows, columns and channels; codes move, none changes.
#ifndef HILDA_GATHER_H
#define HILDA_GATHER_H

#include "codes.h"
#include "yield.h"

// Neighbouring indices along an axis.
typedef struct GatherRun {
    uint16_t first;
    uint16_t count;
} GatherRun;

typedef struct Gather {
    uint32_t input_width, input_channels;
    uint32_t output_channels;
    uint32_t row_runs, column_runs, channel_runs;
    bool whole_pixels; // whether all channels are taken, in their order
    bool of_bytes;     // whether runs of channels begin and end at bytes, in the input and in the output
} Gather;

typedef struct GatherRuns {
    const GatherRun *rows, *columns, *channels;
} GatherRuns;

KERNEL void gather_channels(const Gather *layer, const GatherRun *channels, uint32_t bits,
                            const uint8_t *from, uint8_t *to) {
    uint32_t channel = 0;
    for (uint32_t run = 0; run < layer->channel_runs; ++run) {
        const uint32_t first = channels[run].first;
        const uint32_t count = channels[run].count;
        if (layer->of_bytes) {
            __builtin_memcpy(to + channel * bits / 8, from + first * bits / 8, pixel_bytes(count, bits));
            channel += count;
        } else {
            for (uint32_t i = 0; i < count; ++i) {
                store_code(to, channel++, bits, code_at(from, first + i, bits));
            }
        }
    }
}

// Returns where the next row begins.
KERNEL uint8_t *gather_row(const Gather *layer, const GatherRuns *runs, uint32_t bits, const uint8_t *row,
                           uint8_t *output) {
    const uint32_t input_bytes = pixel_bytes(layer->input_channels, bits);
    const uint32_t output_bytes = pixel_bytes(layer->output_channels, bits);
    for (uint32_t run = 0; run < layer->column_runs; ++run) {
        const uint8_t *from = row + runs->columns[run].first * input_bytes;
        const uint32_t count = runs->columns[run].count;
        if (layer->whole_pixels) {
            __builtin_memcpy(output, from, count * input_bytes);
            output += count * output_bytes;
        } else {
            for (uint32_t pixel = 0; pixel < count; ++pixel) {
                gather_channels(layer, runs->channels, bits, from, output);
                from += input_bytes;
                output += output_bytes;
            }
        }
    }
    return output;
}

KERNEL void gather(const Gather *layer, const GatherRuns *runs, uint32_t bits, const uint8_t *input,
                   uint8_t *output) {
    const uint32_t row_bytes = layer->input_width * pixel_bytes(layer->input_channels, bits);
    for (uint32_t run = 0; run < layer->row_runs; ++run) {
        const uint8_t *row = input + runs->rows[run].first * row_bytes;
        for (uint32_t i = 0; i < runs->rows[run].count; ++i) {
            output = gather_row(layer, runs, bits, row, output);
            row += row_bytes;
            inference_yield();
        }
    }
}

#define GATHER(a)                                                                                            \
    KERNEL void gather_a##a(const Gather *layer, const GatherRuns *runs, const uint8_t *input,               \
                            uint8_t *output) {                                                               \
        gather(layer, runs, a, input, output);                                                               \
    }
GATHER(8)
GATHER(4)
GATHER(2)

#endif
