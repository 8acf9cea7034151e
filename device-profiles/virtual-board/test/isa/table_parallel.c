// SPDX-License-Identifier: GPL-2.0-or-later
// Parallel addition and subtraction, and SEL, which reads the GE flags they leave (A5.3.13, A5.3.14).
#include "isa_tables.h"
#include "pseudocode.h"

typedef enum { PLAIN_SIGNED = 0, SATURATING_SIGNED = 1, HALVING_SIGNED = 2, UNSIGNED_FORMS = 4 } Prefix;
typedef enum { ADD8, ADD16, ADD_SUBTRACT_EXCHANGED, SUB8, SUB16, SUBTRACT_ADD_EXCHANGED } Lanes;

#define OPERATION(prefix, lanes) ((uint32_t)(prefix) << 4 | (uint32_t)(lanes))

static int64_t lane_of(uint32_t value, unsigned lane, unsigned bits, bool is_signed) {
    uint64_t field = value >> (lane * bits) & ((UINT64_C(1) << bits) - 1);
    return is_signed ? sign_extend(field, bits) : (int64_t)field;
}

// What one lane's exact result becomes, and whether its GE flags get set.
static uint32_t finish_lane(int64_t exact, unsigned bits, unsigned prefix, bool subtracts,
                            bool *greater_or_equal) {
    bool is_signed = prefix < UNSIGNED_FORMS;
    *greater_or_equal = is_signed || subtracts ? exact >= 0 : exact >= INT64_C(1) << bits;
    switch (prefix % 4) {
    case SATURATING_SIGNED:
        exact = is_signed ? signed_saturate(exact, bits).result : unsigned_saturate(exact, bits).result;
        break;
    case HALVING_SIGNED:
        exact >>= 1;
        break;
    default:
        break;
    }
    return (uint32_t)exact & ((UINT32_C(1) << bits) - 1);
}

static void do_parallel(const Instruction *instruction, const Fields *fields, State *state) {
    unsigned prefix = instruction->operation >> 4, lanes = instruction->operation & 15;
    unsigned bits = lanes == ADD8 || lanes == SUB8 ? 8 : 16;
    bool exchanged = lanes == ADD_SUBTRACT_EXCHANGED || lanes == SUBTRACT_ADD_EXCHANGED;
    uint32_t m = rotate_right(state->r[fields->m], exchanged ? 16 : 0);
    uint32_t result = 0, ge = 0;
    for (unsigned lane = 0; lane < 32 / bits; lane++) {
        bool subtracts = lanes == SUB8 || lanes == SUB16 || (lanes == ADD_SUBTRACT_EXCHANGED && lane == 0) ||
                         (lanes == SUBTRACT_ADD_EXCHANGED && lane == 1);
        int64_t x = lane_of(state->r[fields->n], lane, bits, prefix < UNSIGNED_FORMS);
        int64_t y = lane_of(m, lane, bits, prefix < UNSIGNED_FORMS);
        bool greater_or_equal;
        result |= finish_lane(subtracts ? x - y : x + y, bits, prefix, subtracts, &greater_or_equal)
                  << (lane * bits);
        ge |= greater_or_equal ? (bits == 8 ? 1U : 3U) << (lane * bits / 8) : 0;
    }
    state->r[fields->d] = result;
    if (prefix % 4 == PLAIN_SIGNED) {
        state->apsr = (state->apsr & ~APSR_GE) | ge << 16;
    }
}

static void do_select(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    uint32_t result = 0;
    for (unsigned lane = 0; lane < 4; lane++) {
        uint32_t from = state->apsr >> (16 + lane) & 1 ? state->r[fields->n] : state->r[fields->m];
        result |= from & UINT32_C(0xFF) << (8 * lane);
    }
    state->r[fields->d] = result;
}

#define ROW(name, opcode, reference, operation)                                                              \
    { name, opcode, encode_registers, reference, operation, USES_D | SOURCE_N | SOURCE_M, 0, NULL, NULL }
#define PREFIXED(letters, prefix)                                                                            \
    ROW(letters "ADD8", 0xFA80F000 | (prefix) << 4, do_parallel, OPERATION(prefix, ADD8)),                   \
        ROW(letters "ADD16", 0xFA90F000 | (prefix) << 4, do_parallel, OPERATION(prefix, ADD16)),             \
        ROW(letters "ASX", 0xFAA0F000 | (prefix) << 4, do_parallel,                                          \
            OPERATION(prefix, ADD_SUBTRACT_EXCHANGED)),                                                      \
        ROW(letters "SUB8", 0xFAC0F000 | (prefix) << 4, do_parallel, OPERATION(prefix, SUB8)),               \
        ROW(letters "SUB16", 0xFAD0F000 | (prefix) << 4, do_parallel, OPERATION(prefix, SUB16)),             \
        ROW(letters "SAX", 0xFAE0F000 | (prefix) << 4, do_parallel,                                          \
            OPERATION(prefix, SUBTRACT_ADD_EXCHANGED))

static const Instruction instructions[] = {
    PREFIXED("S", 0),
    PREFIXED("Q", 1),
    PREFIXED("SH", 2),
    PREFIXED("U", 4),
    PREFIXED("UQ", 5),
    PREFIXED("UH", 6),
    ROW("SEL", 0xFAA0F080, do_select, 0),
};

const InstructionTable parallel_table = TABLE("parallel add and subtract", instructions);
