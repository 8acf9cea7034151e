// SPDX-License-Identifier: Apache-2.0
// The inner loops of outer_convolution.h: products of two pixels and two channels in one multiplication.
#ifndef HILDA_OUTER_PRODUCT_H
#define HILDA_OUTER_PRODUCT_H

#include "words.h"

// Pixels computed at a time, two of which share a word.
#define GROUP_PIXELS 8U
#define GROUP_WORDS 4U

// Inputs are taken in steps, most of them in loops of several.
#define OUTER_STEP 4U
#define OUTER_LOOP 16U

// A word holds two pairs' ends: weights of 4 bits lie 28 bits apart, of 2 bits 30.
KERNEL uint32_t outer_lane_bits(uint32_t weight_bits) { return 16 - weight_bits / 2; }

KERNEL uint32_t pair_words(uint32_t inputs, uint32_t weight_bits) {
    const uint32_t per_word = 16 / weight_bits;
    return (inputs + per_word - 1) / per_word;
}

// Unpacks a pair of channels' weights to a word for each input.
KERNEL void spread_pair(uint32_t weight_bits, uint32_t inputs, const uint32_t *from, uint32_t *to) {
    const uint32_t ones = (1U << weight_bits) - 1;
    const uint32_t mask = in_register(ones | ones << 2 * outer_lane_bits(weight_bits));
    const uint32_t per_word = 16 / weight_bits;
    for (const uint32_t *end = to + inputs; to != end;) {
        const uint32_t word = *from++;
        UNROLL(8)
        for (uint32_t i = 0; i < per_word; ++i) {
            if (i < OUTER_STEP || to != end) {
                const uint32_t by = (2 * i + 1) * weight_bits;
                *to++ = (word >> by | word << (32 - by)) & mask;
            }
        }
    }
}

// Four sums of lanes: two pixels of the first channel, then of the second one, whose first lane lies in both
// halves.
KERNEL void drain_products(uint32_t weight_bits, bool is_first, uint64_t products, uint32_t *sums) {
    const uint32_t lane_bits = outer_lane_bits(weight_bits);
    const uint32_t mask = (1U << lane_bits) - 1;
    const uint32_t low = (uint32_t)products;
    const uint32_t high = (uint32_t)(products >> 32);
    const uint32_t in_low = 32 - 2 * lane_bits;
    const uint32_t in_high = lane_bits - in_low;
    const uint32_t lanes[4] = {
        low & mask,
        (low >> lane_bits) & mask,
        (high & ((1U << in_high) - 1)) << in_low,
        high >> in_high,
    };
    UNROLL(4)
    for (uint32_t i = 0; i < 4; ++i) {
        sums[i] = is_first ? lanes[i] : sums[i] + lanes[i];
    }
    sums[2] += low >> (2 * lane_bits);
}

#ifdef __ARM_FEATURE_DSP
// Four inputs in 19 cycles: a load with each multiplication, two cycles before it is needed; two inputs'
// weights are loaded at once, those of the next two while the former are multiplied.
#define OUTER_LOAD(x) "ldr %[" x "], [%[words]], #4\n\t"
#define OUTER_WEIGHT(w) "ldr %[" w "], [%[pair]], #4\n\t"
#define OUTER_MULTIPLY(i, x, w) "umlal %[l" i "], %[h" i "], %[" x "], %[" w "]\n\t"
#define OUTER_HALF(i, j, w)                                                                                  \
    OUTER_MULTIPLY(i, "x", w) OUTER_LOAD("x") OUTER_MULTIPLY(j, "y", w) OUTER_LOAD("y")
#define OUTER_START OUTER_LOAD("x") OUTER_LOAD("y")
#define OUTER_FOUR_INPUTS                                                                                    \
    "ldrd %[v], %[w], [%[pair]], #8\n\t" OUTER_HALF("0", "1", "v") OUTER_HALF("2", "3", "v")                 \
        OUTER_HALF("0", "1", "w") OUTER_MULTIPLY("2", "x", "w") OUTER_WEIGHT("v")                            \
            OUTER_MULTIPLY("3", "y", "w") OUTER_LOAD("x") OUTER_LOAD("y") OUTER_WEIGHT("w")                  \
                OUTER_HALF("0", "1", "v") OUTER_HALF("2", "3", "v") OUTER_HALF("0", "1", "w")                \
                    OUTER_HALF("2", "3", "w")
#define OUTER_SIXTEEN_INPUTS OUTER_FOUR_INPUTS OUTER_FOUR_INPUTS OUTER_FOUR_INPUTS OUTER_FOUR_INPUTS
// Until pair is at an end that is kept in memory. Reads two words beyond the last one.
#define OUTER_ASSEMBLY(inputs, ends)                                                                         \
    do {                                                                                                     \
        OUTER_REGISTER(uint32_t, v, "r8");                                                                   \
        OUTER_REGISTER(uint32_t, w, "r9");                                                                   \
        OUTER_REGISTER(uint32_t, x, "r10");                                                                  \
        OUTER_REGISTER(uint32_t, y, "r11");                                                                  \
        const uint32_t *end = ends;                                                                          \
        __asm__ volatile(OUTER_START "1:\n\t" inputs "ldr %[v], %[end]\n\tcmp %[pair], %[v]\n\tbne 1b"       \
                         : [l0] "+r"(l0), [h0] "+r"(h0), [l1] "+r"(l1), [h1] "+r"(h1), [l2] "+r"(l2),        \
                           [h2] "+r"(h2), [l3] "+r"(l3), [h3] "+r"(h3), [v] "=&r"(v), [w] "=&r"(w),          \
                           [x] "=&r"(x), [y] "=&r"(y), [pair] "+r"(pair), [words] "+r"(words)                \
                         : [end] "m"(end)                                                                    \
                         : "cc", "memory");                                                                  \
    } while (0)
#define OUTER_REGISTER(type, name, number) register type name __asm__(number)

// Products of four words' pixels over a chunk of inputs, of which steps are multiples of OUTER_STEP.
KERNEL void multiply_chunk(uint32_t inputs, const uint32_t *first_pair, const uint32_t *first_words,
                           uint64_t products[4]) {
    OUTER_REGISTER(uint32_t, l0, "r0") = 0;
    OUTER_REGISTER(uint32_t, h0, "r1") = 0;
    OUTER_REGISTER(uint32_t, l1, "r2") = 0;
    OUTER_REGISTER(uint32_t, h1, "r3") = 0;
    OUTER_REGISTER(uint32_t, l2, "r4") = 0;
    OUTER_REGISTER(uint32_t, h2, "r5") = 0;
    OUTER_REGISTER(uint32_t, l3, "r6") = 0;
    OUTER_REGISTER(uint32_t, h3, "r7") = 0;
    OUTER_REGISTER(const uint32_t *, pair, "r12") = first_pair;
    OUTER_REGISTER(const uint32_t *, words, "lr") = first_words;
    if (inputs >= OUTER_LOOP) {
        OUTER_ASSEMBLY(OUTER_SIXTEEN_INPUTS, first_pair + (inputs & ~(OUTER_LOOP - 1)));
    }
    if (inputs % OUTER_LOOP != 0) {
        words = first_words + (inputs & ~(OUTER_LOOP - 1)) * GROUP_WORDS;
        OUTER_ASSEMBLY(OUTER_FOUR_INPUTS, first_pair + inputs);
    }
    products[0] = (uint64_t)h0 << 32 | l0;
    products[1] = (uint64_t)h1 << 32 | l1;
    products[2] = (uint64_t)h2 << 32 | l2;
    products[3] = (uint64_t)h3 << 32 | l3;
}
#endif

// The first words of every GROUP_WORDS.
KERNEL void multiply_chunk_of(uint32_t count, uint32_t inputs, const uint32_t *pair, const uint32_t *words,
                              uint64_t products[4]) {
#ifdef __ARM_FEATURE_DSP
    if (count == GROUP_WORDS) {
        multiply_chunk(inputs, pair, words, products);
        return;
    }
#endif
    UNROLL(4)
    for (uint32_t word = 0; word < count; ++word) {
        products[word] = 0;
    }
    UNROLL(4)
    for (uint32_t input = 0; input < inputs; ++input) {
        UNROLL(4)
        for (uint32_t word = 0; word < count; ++word) {
            products[word] += (uint64_t)words[word] * *pair;
        }
        words += GROUP_WORDS;
        ++pair;
    }
}

// Four sums for each of count words, as drain_products() orders them.
KERNEL void multiply_group(uint32_t weight_bits, uint32_t count, uint32_t inputs, uint32_t chunk,
                           const uint32_t *pair, const uint32_t *words, uint32_t *sums) {
    uint64_t products[GROUP_WORDS];
    multiply_chunk_of(count, inputs < chunk ? inputs : chunk, pair, words, products);
    UNROLL(4)
    for (uint32_t word = 0; word < count; ++word) {
        drain_products(weight_bits, true, products[word], sums + 4 * word);
    }
    for (uint32_t first = chunk; first < inputs; first += chunk) {
        const uint32_t *from = words + first * GROUP_WORDS;
        if (inputs - first >= chunk) {
            multiply_chunk_of(count, chunk, pair + first, from, products);
        } else {
            multiply_chunk_of(count, inputs % chunk, pair + first, from, products);
        }
        UNROLL(4)
        for (uint32_t word = 0; word < count; ++word) {
            drain_products(weight_bits, false, products[word], sums + 4 * word);
        }
    }
}

#endif
