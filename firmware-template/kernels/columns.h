// SPDX-License-Identifier: Apache-2.0
// Windows of output pixels unpacked to 16-bit lanes, four pixels side by side: of each two inputs, the word
// of the first pixel, then those of the three others. Padding holds the input's zero point.
//
// Of a word of n codes, those that lie two bytes apart are a pair; the order of pairs follows from how a word
// is unpacked (unpack_pairs), and weights are stored in it. Where pixels are no whole words, a window's codes
// are first gathered to bytes, in the order KH,KW,I.
#ifndef HILDA_COLUMNS_H
#define HILDA_COLUMNS_H

#include "codes.h"
#include "window.h"

#include <string.h>

#define GROUP 4U

typedef struct Columns {
    const WindowShape *window;
    uint32_t channels;
    uint32_t bits;
    uint32_t padding;
} Columns;

KERNEL uint32_t window_codes(const Columns *columns) {
    return (uint32_t)(columns->window->kernel_height * columns->window->kernel_width) * columns->channels;
}

// Words of a pixel's column: whole quads.
KERNEL uint32_t column_pairs(const Columns *columns) { return (window_codes(columns) + 3) / 4 * 2; }

KERNEL bool pixels_are_words(const Columns *columns) { return columns->channels * columns->bits % 32 == 0; }

// Lanes of a word of codes; returns where the next word's go.
KERNEL uint32_t *unpack_pairs(uint32_t word, uint32_t bits, uint32_t *to) {
    const uint32_t mask = code_mask(bits) * 0x01010101U;
    UNROLL(4)
    for (uint32_t shift = 0; shift < 8; shift += bits) {
        const uint32_t bytes = bits == 8 ? word : (word >> shift) & mask;
        to[0] = even_bytes(bytes);
        to[GROUP] = odd_bytes(bytes);
        to += 2 * GROUP;
    }
    return to;
}

KERNEL uint32_t *unpack_words(const uint8_t *from, uint32_t bytes, uint32_t bits, uint32_t *to) {
    UNROLL(4)
    for (uint32_t at = 0; at < bytes; at += 4) {
        to = unpack_pairs(load_word(from + at), bits, to);
    }
    return to;
}

KERNEL uint32_t *pad_column(const Columns *columns, uint32_t pixels, uint32_t *to) {
    const uint32_t padding = both_lanes((int32_t)columns->padding);
    for (uint32_t pair = 0; pair < pixels * columns->channels / 2; ++pair) {
        *to = padding;
        to += GROUP;
    }
    return to;
}

// Of pixels that are whole words.
KERNEL void unpack_window(const Columns *columns, const uint8_t *input, int32_t y, int32_t x, TapRange rows,
                          TapRange taps, uint32_t *to) {
    const WindowShape *window = columns->window;
    const uint32_t bytes = pixel_bytes(columns->channels, columns->bits);
    to = pad_column(columns, (uint32_t)(rows.first * window->kernel_width), to);
    for (int32_t row = rows.first; row < rows.end; ++row) {
        to = pad_column(columns, (uint32_t)taps.first, to);
        if (window->dilation_width == 1 && taps.first < taps.end) {
            const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, taps.first) * bytes;
            to = unpack_words(from, (uint32_t)(taps.end - taps.first) * bytes, columns->bits, to);
        } else {
            for (int32_t tap = taps.first; tap < taps.end; ++tap) {
                const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, tap) * bytes;
                to = unpack_words(from, bytes, columns->bits, to);
            }
        }
        to = pad_column(columns, (uint32_t)(window->kernel_width - taps.end), to);
    }
    pad_column(columns, (uint32_t)((window->kernel_height - rows.end) * window->kernel_width), to);
}

// Without bytes beyond them: whole words, the last of which may overlap the one before.
KERNEL void copy_codes(const uint8_t *from, uint32_t count, uint8_t *to) {
    if (count < 4) {
        for (uint32_t i = 0; i < count; ++i) {
            to[i] = from[i];
        }
        return;
    }
    UNROLL(8)
    for (uint32_t i = 0; i + 4 <= count; i += 4) {
        store_word(to + i, load_word(from + i));
    }
    store_word(to + count - 4, load_word(from + count - 4));
}

KERNEL void gather_pixels(const Columns *columns, const uint8_t *from, uint32_t pixels, uint8_t *to) {
    const uint32_t channels = columns->channels;
    if (columns->bits == 8) {
        copy_codes(from, pixels * channels, to);
        return;
    }
    for (uint32_t pixel = 0; pixel < pixels; ++pixel) {
        for (uint32_t channel = 0; channel < channels; ++channel) {
            *to++ = (uint8_t)code_at(from, channel, columns->bits);
        }
        from += pixel_bytes(channels, columns->bits);
    }
}

// A window's codes as bytes; padding is there where taps are outside.
KERNEL void gather_window(const Columns *columns, const uint8_t *input, int32_t y, int32_t x, TapRange rows,
                          TapRange taps, uint8_t *to) {
    const WindowShape *window = columns->window;
    const uint32_t bytes = pixel_bytes(columns->channels, columns->bits);
    const uint32_t row_codes = (uint32_t)window->kernel_width * columns->channels;
    if (!covers(rows, window->kernel_height) || !covers(taps, window->kernel_width)) {
        memset(to, (int)columns->padding, window_codes(columns));
    }
    for (int32_t row = rows.first; row < rows.end; ++row) {
        uint8_t *at = to + (uint32_t)row * row_codes;
        if (window->dilation_width == 1 && covers(taps, window->kernel_width)) {
            const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, 0) * bytes;
            gather_pixels(columns, from, (uint32_t)window->kernel_width, at);
        } else {
            for (int32_t tap = taps.first; tap < taps.end; ++tap) {
                const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, tap) * bytes;
                gather_pixels(columns, from, 1, at + (uint32_t)tap * columns->channels);
            }
        }
    }
}

// The window of output pixel (y, x). gathered: two words more than a window has codes, the last ones 0.
KERNEL void fill_pixel(const Columns *columns, const uint8_t *input, int32_t y, int32_t x, uint8_t *gathered,
                       uint32_t *to) {
    const TapRange rows = rows_inside(columns->window, y);
    const TapRange taps = columns_inside(columns->window, x);
    if (pixels_are_words(columns)) {
        unpack_window(columns, input, y, x, rows, taps, to);
    } else {
        gather_window(columns, input, y, x, rows, taps, gathered);
        unpack_words(gathered, 2 * column_pairs(columns), 8, to);
    }
}

// Σx of four pixels.
KERNEL void sum_columns(const uint32_t *columns, uint32_t pairs, uint32_t sums[GROUP]) {
    uint32_t sum[GROUP] = {0};
    for (uint32_t pair = 0; pair < pairs; ++pair) {
        UNROLL(4)
        for (uint32_t pixel = 0; pixel < GROUP; ++pixel) {
            sum[pixel] = multiply_lanes(columns[pixel], 0x00010001U, sum[pixel]);
        }
        columns += GROUP;
    }
    UNROLL(4)
    for (uint32_t pixel = 0; pixel < GROUP; ++pixel) {
        sums[pixel] = sum[pixel];
    }
}

#endif
