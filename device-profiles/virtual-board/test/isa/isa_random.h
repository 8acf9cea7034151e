// SPDX-License-Identifier: GPL-2.0-or-later
// A seeded generator (xorshift64*) and the edge values that operands are drawn from.
#ifndef VB_ISA_RANDOM_H
#define VB_ISA_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct Random {
    uint64_t state;
} Random;

void random_seed(Random *random, uint64_t seed);
uint32_t random_word(Random *random);
uint64_t random_doubleword(Random *random);
uint32_t random_below(Random *random, uint32_t limit); // 0 .. limit-1
uint32_t random_operand(Random *random);               // every other one is an edge value or near one
uint32_t random_single(Random *random);                // bits of a float: edges, near edges, any
uint64_t random_double(Random *random);

// Edge values; the first ones of each list are the most telling, so that a short matrix takes a prefix.
extern const uint32_t integer_edges[];
extern const size_t integer_edge_count;
extern const uint32_t single_edges[];
extern const size_t single_edge_count;
extern const uint64_t double_edges[];
extern const size_t double_edge_count;

#endif
