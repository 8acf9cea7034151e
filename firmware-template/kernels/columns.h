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
    bool summed;
} Columns;

KERNEL uint32_t window_codes(const Columns *columns) {
    return (uint32_t)(columns->window->kernel_height * columns->window->kernel_width) * columns->channels;
}

// Words of a pixel's column: whole quads.
KERNEL uint32_t column_pairs(const Columns *columns) { return (window_codes(columns) + 3) / 4 * 2; }

KERNEL bool pixels_are_words(const Columns *columns) { return columns->channels * columns->bits % 32 == 0; }

// What is unpacked so far.
typedef struct Unpacked {
    uint32_t *to; // where what follows goes
    uint32_t sum; // Σx, if it is wanted
    bool summed;
} Unpacked;

KERNEL Unpacked unpack_pairs(uint32_t word, uint32_t bits, Unpacked column) {
    const uint32_t mask = code_mask(bits) * 0x01010101U;
    UNROLL(4)
    for (uint32_t shift = 0; shift < 8; shift += bits) {
        const uint32_t bytes = bits == 8 ? word : (word >> shift) & mask;
        column.to[0] = even_bytes(bytes);
        column.to[GROUP] = odd_bytes(bytes);
        column.to += 2 * GROUP;
        column.sum = column.summed ? sum_bytes(bytes, column.sum) : 0;
    }
    return column;
}

// At most four words, loaded ahead.
KERNEL Unpacked unpack_few(const uint8_t *from, uint32_t words, uint32_t bits, Unpacked column) {
    uint32_t word[4];
    UNROLL(4)
    for (uint32_t i = 0; i < words; ++i) {
        word[i] = load_word(from + 4 * i);
    }
    UNROLL(4)
    for (uint32_t i = 0; i < words; ++i) {
        column = unpack_pairs(word[i], bits, column);
    }
    return column;
}

// 16 codes. With Σx compilers do not find the order in which stores pair with what unpacks the next ones.
KERNEL Unpacked unpack_16(const uint8_t *from, uint32_t bits, Unpacked column) {
#ifdef __ARM_FEATURE_DSP
    if (bits == 8 && column.summed) {
        uint32_t a;
        uint32_t b;
        uint32_t c;
        uint32_t d;
        uint32_t e;
        __asm__ volatile(
            "ldr %[a], [%[from]]\n"
            "ldr %[b], [%[from], #4]\n"
            "ldr %[c], [%[from], #8]\n"
            "ldr %[d], [%[from], #12]\n"
            "uxtb16 %[e], %[a]\n"
            "usada8 %[sum], %[a], %[zero], %[sum]\n"
            "uxtb16 %[a], %[a], ror #8\n"
            "str %[e], [%[to]]\n"
            "uxtb16 %[e], %[b]\n"
            "str %[a], [%[to], #16]\n"
            "uxtb16 %[a], %[b], ror #8\n"
            "usada8 %[sum], %[b], %[zero], %[sum]\n"
            "uxtb16 %[b], %[c]\n"
            "str %[e], [%[to], #32]\n"
            "uxtb16 %[e], %[c], ror #8\n"
            "str %[a], [%[to], #48]\n"
            "uxtb16 %[a], %[d]\n"
            "usada8 %[sum], %[c], %[zero], %[sum]\n"
            "uxtb16 %[c], %[d], ror #8\n"
            "str %[b], [%[to], #64]\n"
            "usada8 %[sum], %[d], %[zero], %[sum]\n"
            "str %[e], [%[to], #80]\n"
            "str %[a], [%[to], #96]\n"
            "str %[c], [%[to], #112]\n"
            : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d), [e] "=&r"(e), [sum] "+&r"(column.sum)
            : [from] "r"(from), [to] "r"(column.to), [zero] "r"(0)
            : "memory");
        column.to += 8 * GROUP;
        return column;
    }
#endif
    return unpack_few(from, bits / 2, bits, column);
}

KERNEL Unpacked unpack_words(const uint8_t *from, uint32_t bytes, uint32_t bits, Unpacked column) {
    const uint32_t bytes_of_16 = 2 * bits;
    for (const uint8_t *end = from + bytes / bytes_of_16 * bytes_of_16; from != end; from += bytes_of_16) {
        column = unpack_16(from, bits, column);
    }
    if (bits == 8 && bytes % 16 >= 8) {
        column = unpack_few(from, 2, bits, column);
        from += 8;
    }
    if (bits >= 4 && bytes % 8 >= 4) {
        column = unpack_few(from, 1, bits, column);
    }
    return column;
}

KERNEL Unpacked pad_column(const Columns *columns, uint32_t pixels, Unpacked column) {
    const uint32_t padding = both_lanes((int32_t)columns->padding);
    for (uint32_t pair = 0; pair < pixels * columns->channels / 2; ++pair) {
        *column.to = padding;
        column.to += GROUP;
    }
    column.sum += pixels * columns->channels * columns->padding;
    return column;
}

// Of pixels that are whole words, as unpack_window; all taps are inside and joined.
KERNEL Unpacked unpack_whole(const Columns *columns, const uint8_t *input, int32_t y, int32_t x,
                             Unpacked column) {
    const WindowShape *window = columns->window;
    const uint32_t bytes = pixel_bytes(columns->channels, columns->bits);
    const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, 0, 0) * bytes;
    for (int32_t row = 0; row < window->kernel_height; ++row) {
        column = unpack_words(from, (uint32_t)window->kernel_width * bytes, columns->bits, column);
        from += (uint32_t)(window->dilation_height * window->input_width) * bytes;
    }
    return column;
}

// Of pixels that are whole words.
KERNEL Unpacked unpack_window(const Columns *columns, const uint8_t *input, int32_t y, int32_t x,
                              TapRange rows, TapRange taps, Unpacked column) {
    const WindowShape *window = columns->window;
    const uint32_t bytes = pixel_bytes(columns->channels, columns->bits);
    column = pad_column(columns, (uint32_t)(rows.first * window->kernel_width), column);
    for (int32_t row = rows.first; row < rows.end; ++row) {
        column = pad_column(columns, (uint32_t)taps.first, column);
        if (window->dilation_width == 1 && taps.first < taps.end) {
            const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, taps.first) * bytes;
            column = unpack_words(from, (uint32_t)(taps.end - taps.first) * bytes, columns->bits, column);
        } else {
            for (int32_t tap = taps.first; tap < taps.end; ++tap) {
                const uint8_t *from = input + (uint32_t)tap_pixel(window, y, x, row, tap) * bytes;
                column = unpack_words(from, bytes, columns->bits, column);
            }
        }
        column = pad_column(columns, (uint32_t)(window->kernel_width - taps.end), column);
    }
    return pad_column(columns, (uint32_t)((window->kernel_height - rows.end) * window->kernel_width), column);
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

// The window of output pixel (y, x); its Σx, if summed. gathered: two words more than a window has codes, the
// last ones 0.
KERNEL uint32_t fill_pixel(const Columns *columns, const uint8_t *input, int32_t y, int32_t x,
                           uint8_t *gathered, uint32_t *to) {
    const WindowShape *window = columns->window;
    const bool inside = stays_inside(window);
    const TapRange rows = inside ? all_taps(window->kernel_height) : rows_inside(window, y);
    const TapRange taps = inside ? all_taps(window->kernel_width) : columns_inside(window, x);
    const Unpacked column = {.to = to, .sum = 0, .summed = columns->summed};
    if (!pixels_are_words(columns)) {
        gather_window(columns, input, y, x, rows, taps, gathered);
        return unpack_words(gathered, 2 * column_pairs(columns), 8, column).sum;
    }
    const bool whole = covers(rows, window->kernel_height) && covers(taps, window->kernel_width);
    if (whole && window->dilation_width == 1) {
        return unpack_whole(columns, input, y, x, column).sum;
    }
    return unpack_window(columns, input, y, x, rows, taps, column).sum;
}

#endif
