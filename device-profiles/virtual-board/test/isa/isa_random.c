// SPDX-License-Identifier: GPL-2.0-or-later
#include "isa_random.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const uint32_t integer_edges[] = {
    0x00000000, 0x00000001, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x80008000, 0x7FFF8000, 0x00FF00FF,
    0x7FFF7FFF, 0x80000001, 0xFFFF0000, 0x0000FFFF, 0x80808080, 0x7F7F7F7F, 0x00008000, 0x00007FFF,
    0x00010000, 0xFF00FF00, 0x12345678, 0xFFFFFFFE, 0x40000000, 0xC0000000, 0x80007FFF, 0x0000001F,
    0x00000020, 0x00000021, 0x000000FF, 0x00000100, 0x55555555, 0xAAAAAAAA, 0x00000080, 0x3FFFFFFF,
};
const size_t integer_edge_count = COUNT_OF(integer_edges);

const uint32_t single_edges[] = {
    0x00000000, 0x80000000, 0x3F800000,
    0xBF800000, 0x7F800000, 0xFF800000, // +-0 +-1 +-inf
    0x7FC00000, 0x7F800001, 0xFFC12345,
    0xFFA00000, 0x00000001, 0x80000001, // qNaN sNaN, least denormals
    0x007FFFFF, 0x807FFFFF, 0x00800000,
    0x80800000, 0x7F7FFFFF, 0xFF7FFFFF, // greatest denormals, normal bounds
    0x3F800001, 0x3F7FFFFF, 0x33800000,
    0xB3800000, 0x33800001, 0x3F000000, // 1 ulp, half ulps of 1
    0xBF000000, 0x3FC00000, 0x40200000,
    0xC0200000, 0x3EFFFFFF, 0x4B000000, // ties for integers
    0x4AFFFFFF, 0xCB000001, 0x4F000000,
    0xCF000000, 0x4EFFFFFF, 0x4F800000, // 2^23, 2^31, 2^32
    0x4F7FFFFF, 0xCF000001, 0x477FE000,
    0x477FEFFF, 0x477FF000, 0x33000000, // greatest halves, least halves
    0x33000001, 0x387FC000, 0x387FE000,
    0x38800000, 0x40490FDB, 0x1FFFFFFF, // half denormals, pi
    0x20000000, 0x60000000, 0x00FFFFFF,
    0x01000000, 0x40400000, 0x3F800FFF, // products at the bounds
};
const size_t single_edge_count = COUNT_OF(single_edges);

const uint64_t double_edges[] = {
    0x0000000000000000, 0x8000000000000000, 0x3FF0000000000000, 0xBFF0000000000000, // +-0 +-1
    0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000, 0x7FF0000000000001, // +-inf qNaN sNaN
    0xFFF8123456789ABC, 0xFFF4000000000000, 0x0000000000000001, 0x8000000000000001, // NaNs, least denormals
    0x000FFFFFFFFFFFFF, 0x800FFFFFFFFFFFFF, 0x0010000000000000, 0x8010000000000000, // greatest denormals
    0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF, 0x3FF0000000000001, 0x3FEFFFFFFFFFFFFF, // greatest, 1 ulp
    0x3CA0000000000000, 0xBCA0000000000000, 0x3CA0000000000001, 0x3FE0000000000000, // half ulps of 1, 0.5
    0xBFE0000000000000, 0x3FF8000000000000, 0x4004000000000000, 0xC004000000000000, // 1.5 +-2.5
    0x3FDFFFFFFFFFFFFF, 0x4330000000000000, 0xC330000000000001, 0x41E0000000000000, // 2^52 2^31
    0xC1E0000000000000, 0x41DFFFFFFFC00000, 0x41DFFFFFFFE00000, 0xC1E0000000100000, // INT_MAX, ties around it
    0xC1E0000000200000, 0x41F0000000000000, 0x41EFFFFFFFE00000, 0x41EFFFFFFFF00000, // 2^32, UINT_MAX
    0x47EFFFFFE0000000, 0x47EFFFFFF0000000, 0x47EFFFFFEFFFFFFF, 0x3690000000000000, // float bounds
    0x3690000000000001, 0x36A0000000000000, 0x380FFFFFC0000000, 0x380FFFFFE0000000, // float denormals
    0x3810000000000000, 0x40EFFC0000000000, 0x40EFFE0000000000, 0x3E60000000000000, // half bounds
    0x3E60000000000001, 0x3F0FFC0000000000, 0x1FFFFFFFFFFFFFFF, 0x2000000000000000, // products at the bounds
    0x3FF0000010000000, 0x3FF0000030000000, 0x3FF0000010000001, 0x400921FB54442D18, // ties to float, pi
};
const size_t double_edge_count = COUNT_OF(double_edges);

void random_seed(Random *random, uint64_t seed) {
    random->state = seed * UINT64_C(0x9E3779B97F4A7C15) + UINT64_C(0x1234567887654321);
    if (random->state == 0) {
        random->state = 1; // the only state a xorshift never leaves
    }
}

uint64_t random_doubleword(Random *random) {
    uint64_t x = random->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    random->state = x;
    return x * UINT64_C(0x2545F4914F6CDD1D);
}

uint32_t random_word(Random *random) { return (uint32_t)(random_doubleword(random) >> 32); }

uint32_t random_below(Random *random, uint32_t limit) {
    return (uint32_t)(((uint64_t)random_word(random) * limit) >> 32);
}

uint32_t random_operand(Random *random) {
    uint32_t kind = random_below(random, 8);
    if (kind < 3) {
        return integer_edges[random_below(random, (uint32_t)integer_edge_count)];
    }
    if (kind == 3) {
        return integer_edges[random_below(random, (uint32_t)integer_edge_count)] + random_below(random, 7) -
               3;
    }
    return kind == 4 ? random_word(random) >> random_below(random, 32) : random_word(random);
}

uint32_t random_single(Random *random) {
    uint32_t kind = random_below(random, 8);
    if (kind < 2) {
        return single_edges[random_below(random, (uint32_t)single_edge_count)];
    }
    if (kind == 2) {
        return single_edges[random_below(random, (uint32_t)single_edge_count)] + random_below(random, 7) - 3;
    }
    if (kind < 6) { // exponents close to one another, so that sums and conversions have work to do
        return (random_word(random) & 0x807FFFFF) | (random_below(random, 40) + 107) << 23;
    }
    return random_word(random);
}

uint64_t random_double(Random *random) {
    uint32_t kind = random_below(random, 8);
    if (kind < 2) {
        return double_edges[random_below(random, (uint32_t)double_edge_count)];
    }
    if (kind == 2) {
        return double_edges[random_below(random, (uint32_t)double_edge_count)] + random_below(random, 7) - 3;
    }
    if (kind < 6) {
        return (random_doubleword(random) & UINT64_C(0x800FFFFFFFFFFFFF)) |
               (uint64_t)(random_below(random, 80) + 983) << 52;
    }
    return random_doubleword(random);
}
