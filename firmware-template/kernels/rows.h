// SPDX-License-Identifier: Apache-2.0
// Fused layers take turns: in each, a layer computes those rows that the next layer needs for its own rows of
// that turn. Between two layers lies a buffer of the rows that the later one has yet to read.
#ifndef HILDA_ROWS_H
#define HILDA_ROWS_H

#include "requantize.h"
#include "words.h"

typedef struct FusedLayer {
    // Rows of its output after turn t: per_turn · t + first_turn, within low and high.
    int32_t per_turn, first_turn, low, high;
    // The input rows under its output row y begin with stride · y − pad_top.
    int32_t stride, pad_top, input_height;
} FusedLayer;

// What a layer computes in a turn.
typedef struct TurnRows {
    int32_t first, count; // rows of its output
    int32_t input_first;  // the first row that it reads, or that a later turn does
    int32_t input_height; // from there on
    int32_t pad_top;      // above there
} TurnRows;

// Before the first turn there are none.
KERNEL int32_t rows_after(const FusedLayer *layer, int32_t turn) {
    return turn < 0 ? 0 : clamp(layer->per_turn * turn + layer->first_turn, layer->low, layer->high);
}

// The first row of its input that a layer needs in a turn or later.
KERNEL int32_t first_row_needed(const FusedLayer *layer, int32_t turn) {
    return clamp(rows_after(layer, turn - 1) * layer->stride - layer->pad_top, 0, layer->input_height);
}

KERNEL TurnRows turn_rows(const FusedLayer *layer, int32_t turn) {
    const int32_t first = rows_after(layer, turn - 1);
    const int32_t input_first = first_row_needed(layer, turn);
    return (TurnRows){
        .first = first,
        .count = rows_after(layer, turn) - first,
        .input_first = input_first,
        .input_height = layer->input_height - input_first,
        .pad_top = layer->pad_top + input_first - first * layer->stride,
    };
}

// Bytes to a lower address, of any alignment; the two places may overlap.
KERNEL void move_down(const uint8_t *from, uint32_t bytes, uint8_t *to) {
    const uint32_t whole = bytes & ~3U;
    for (uint32_t at = 0; at < whole; at += 4) {
        store_word(to + at, load_word(from + at));
    }
    for (uint32_t at = whole; at < bytes; ++at) {
        to[at] = from[at];
    }
}

// Where a layer's rows go in a buffer, once those that the next layer needs no more have made room.
KERNEL uint8_t *free_rows(const FusedLayer *next, const TurnRows *rows, int32_t turn, uint32_t row_bytes,
                          uint8_t *buffer) {
    const int32_t kept = first_row_needed(next, turn);
    const uint32_t dropped = (uint32_t)(kept - first_row_needed(next, turn - 1)) * row_bytes;
    const uint32_t kept_bytes = (uint32_t)(rows->first - kept) * row_bytes;
    if (dropped != 0) {
        move_down(buffer + dropped, kept_bytes, buffer);
    }
    return buffer + kept_bytes;
}

#endif
