// SPDX-License-Identifier: Apache-2.0
// Packed codes of 8, 4 or 2 bits (INTEGER.md, Packing). A quad is four neighbouring channels of a pixel: four
// codes from the low bits up in a word, 4, 2 or 1 bytes in memory. A pixel's last quad may have fewer.
#ifndef HILDA_CODES_H
#define HILDA_CODES_H

#include "words.h"

#define QUAD 4U

KERNEL uint32_t code_mask(uint32_t bits) { return (1U << bits) - 1; }

// Bytes of a pixel.
KERNEL uint32_t pixel_bytes(uint32_t channels, uint32_t bits) { return (channels * bits + 7) / 8; }

KERNEL uint32_t quad_bytes(uint32_t bits) { return QUAD * bits / 8; }

KERNEL uint32_t code_at(const uint8_t *pixel, uint32_t channel, uint32_t bits) {
    const uint32_t bit = channel * bits;
    return ((uint32_t)pixel[bit / 8] >> (bit % 8)) & code_mask(bits);
}

// Codes of a pixel are stored in their order: the first of a byte clears those after it.
KERNEL void store_code(uint8_t *pixel, uint32_t channel, uint32_t bits, uint32_t code) {
    uint8_t *byte = pixel + channel * bits / 8;
    const uint32_t shift = channel * bits % 8;
    *byte = (uint8_t)(shift == 0 ? code : *byte | code << shift);
}

KERNEL uint32_t quad_code(uint32_t quad, uint32_t index, uint32_t bits) {
    return (quad >> (index * bits)) & code_mask(bits);
}

// The first count codes of a quad; reads no byte beyond them.
KERNEL uint32_t load_quad(const uint8_t *from, uint32_t count, uint32_t bits) {
    const uint32_t bytes = pixel_bytes(count, bits);
    if (bytes == 4) {
        return load_word(from);
    }
    uint32_t quad = from[0];
    if (bytes >= 2) {
        quad |= (uint32_t)from[1] << 8;
    }
    if (bytes >= 3) {
        quad |= (uint32_t)from[2] << 16;
    }
    return quad;
}

KERNEL void store_quad(uint8_t *to, uint32_t quad, uint32_t count, uint32_t bits) {
    const uint32_t bytes = pixel_bytes(count, bits);
    if (bytes == 4) {
        store_word(to, quad);
        return;
    }
    to[0] = (uint8_t)quad;
    if (bytes >= 2) {
        to[1] = (uint8_t)(quad >> 8);
    }
    if (bytes >= 3) {
        to[2] = (uint8_t)(quad >> 16);
    }
}

// A quad in lanes: channels 0 and 2 in one word, 1 and 3 in the other.
typedef struct QuadLanes {
    uint32_t even;
    uint32_t odd;
} QuadLanes;

KERNEL QuadLanes quad_lanes(uint32_t quad, uint32_t bits) {
    if (bits == 8) {
        return (QuadLanes){.even = even_bytes(quad), .odd = odd_bytes(quad)};
    }
    const uint32_t mask = code_mask(bits) * 0x00010001U;
    const uint32_t spread = quad | quad << (16 - 2 * bits);
    return (QuadLanes){.even = spread & mask, .odd = (spread >> bits) & mask};
}

// Unpacks the first count codes at from, less zero_point, to one 16-bit lane each.
KERNEL void unpack_codes(const uint8_t *from, uint32_t count, uint32_t bits, uint32_t zero_point,
                         uint16_t *to) {
    const uint32_t codes_per_word = 32 / bits;
    const uint32_t whole = count - count % codes_per_word;
    const uint32_t zero_points = both_lanes((int32_t)zero_point);
    const uint32_t lanes_mask = code_mask(bits) * 0x00010001U;
    for (uint32_t i = 0; i < whole; i += codes_per_word) {
        const uint32_t word = load_word(from + i / codes_per_word * 4);
        UNROLL(8)
        for (uint32_t code = 0; code < codes_per_word; code += 2) {
            const uint32_t two = (word >> (code * bits)) & code_mask(2 * bits);
            const uint32_t lanes = (two | two << (16 - bits)) & lanes_mask;
            store_word(to + i + code, zero_point == 0 ? lanes : subtract_lanes(lanes, zero_points));
        }
    }
    for (uint32_t i = whole; i < count; ++i) {
        to[i] = (uint16_t)(code_at(from, i, bits) - zero_point);
    }
}

#endif
