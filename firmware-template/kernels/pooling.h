// SPDX-License-Identifier: Apache-2.0
// Average and max pooling over the window positions that are inside the input.
#ifndef HILDA_POOLING_H
#define HILDA_POOLING_H

#include "codes.h"
#include "requantize.h"
#include "window.h"
#include "yield.h"

typedef struct Pool {
    WindowShape window;
    uint32_t channels;
    uint32_t tie_threshold; // of an average
    int32_t low;
    int32_t high;
} Pool;

typedef enum PoolKind { AVERAGE_POOL, MAX_POOL } PoolKind;

KERNEL uint32_t rounded_average(uint32_t sum, uint32_t count, uint32_t tie_threshold) {
    const uint32_t down = count % 2 == 0 && sum < tie_threshold * count ? 1 : 0;
    return (sum + count / 2 - down) / count;
}

// One to four channels of pixel (y, x).
KERNEL void pool_quad(const Pool *layer, PoolKind kind, uint32_t bits, uint32_t channel, uint32_t count,
                      int32_t y, int32_t x, TapRange rows, TapRange columns, const uint8_t *input,
                      uint8_t *pixel) {
    const uint32_t bytes = pixel_bytes(layer->channels, bits);
    const uint32_t offset = channel / QUAD * quad_bytes(bits);
    uint32_t pooled[QUAD] = {0};
    for (int32_t row = rows.first; row < rows.end; ++row) {
        for (int32_t column = columns.first; column < columns.end; ++column) {
            const uint8_t *from =
                input + (uint32_t)tap_pixel(&layer->window, y, x, row, column) * bytes + offset;
            const uint32_t quad = load_quad(from, count, bits);
            UNROLL(4)
            for (uint32_t i = 0; i < count; ++i) {
                const uint32_t code = quad_code(quad, i, bits);
                if (kind == AVERAGE_POOL) {
                    pooled[i] += code;
                } else if (code > pooled[i]) {
                    pooled[i] = code;
                }
            }
        }
    }
    const uint32_t positions = (uint32_t)((rows.end - rows.first) * (columns.end - columns.first));
    uint32_t quad = 0;
    UNROLL(4)
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t value =
            kind == AVERAGE_POOL ? rounded_average(pooled[i], positions, layer->tie_threshold) : pooled[i];
        quad |= (uint32_t)clamp((int32_t)value, layer->low, layer->high) << (i * bits);
    }
    store_quad(pixel + offset, quad, count, bits);
}

KERNEL void pool(const Pool *layer, PoolKind kind, uint32_t bits, const uint8_t *input, uint8_t *output) {
    const uint32_t whole = layer->channels & ~(QUAD - 1);
    for (int32_t y = 0; y < layer->window.output_height; ++y) {
        const TapRange rows = rows_inside(&layer->window, y);
        for (int32_t x = 0; x < layer->window.output_width; ++x) {
            const TapRange columns = columns_inside(&layer->window, x);
            for (uint32_t channel = 0; channel < whole; channel += QUAD) {
                pool_quad(layer, kind, bits, channel, QUAD, y, x, rows, columns, input, output);
            }
            if (whole < layer->channels) {
                pool_quad(layer, kind, bits, whole, layer->channels - whole, y, x, rows, columns, input,
                          output);
            }
            output += pixel_bytes(layer->channels, bits);
        }
        inference_yield();
    }
}

#define POOL(a)                                                                                              \
    KERNEL void average_pool_a##a(const Pool *layer, const uint8_t *input, uint8_t *output) {                \
        pool(layer, AVERAGE_POOL, a, input, output);                                                         \
    }                                                                                                        \
    KERNEL void max_pool_a##a(const Pool *layer, const uint8_t *input, uint8_t *output) {                    \
        pool(layer, MAX_POOL, a, input, output);                                                             \
    }
POOL(8)
POOL(4)
POOL(2)

#endif
