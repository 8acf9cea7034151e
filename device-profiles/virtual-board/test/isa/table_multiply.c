// SPDX-License-Identifier: GPL-2.0-or-later
// Multiplies, divides and sums of absolute differences (A5.3.16, A5.3.17). RdHi is `d`, RdLo is `a`.
#include "isa_tables.h"
#include "pseudocode.h"

static int64_t signed_register(const State *state, unsigned index) { return (int32_t)state->r[index]; }

static int64_t halfword(uint32_t value, unsigned top) { return sign_extend(value >> (16 * top), 16); }

// The accumulator, or 0 for the forms without one.
static int64_t accumulator(const Instruction *instruction, const Fields *fields, const State *state) {
    return instruction->operands & USES_A ? signed_register(state, fields->a) : 0;
}

static void write_and_check(State *state, unsigned d, int64_t result) {
    state->r[d] = (uint32_t)result;
    set_q_if(state, result != (int32_t)(uint32_t)result);
}

static void do_multiply(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t product = state->r[fields->n] * state->r[fields->m];
    uint32_t addend = (uint32_t)accumulator(instruction, fields, state);
    state->r[fields->d] = instruction->operation == 0 ? product + addend : addend - product;
}

// `operation`: bit 1 = N (top half of Rn), bit 0 = M.
static void do_halfwords(const Instruction *instruction, const Fields *fields, State *state) {
    int64_t product = halfword(state->r[fields->n], instruction->operation >> 1) *
                      halfword(state->r[fields->m], instruction->operation & 1);
    write_and_check(state, fields->d, product + accumulator(instruction, fields, state));
}

static void do_word_by_halfword(const Instruction *instruction, const Fields *fields, State *state) {
    int64_t product =
        signed_register(state, fields->n) * halfword(state->r[fields->m], instruction->operation);
    int64_t result = product + accumulator(instruction, fields, state) * 65536;
    write_and_check(state, fields->d, result >> 16);
}

// `operation`: bit 0 = X (halves of Rm exchanged), bit 1 = difference instead of sum.
static int64_t dual_product(const Instruction *instruction, const Fields *fields, const State *state) {
    uint32_t n = state->r[fields->n],
             m = rotate_right(state->r[fields->m], instruction->operation & 1 ? 16 : 0);
    int64_t low = halfword(n, 0) * halfword(m, 0), high = halfword(n, 1) * halfword(m, 1);
    return instruction->operation & 2 ? low - high : low + high;
}

static void do_dual(const Instruction *instruction, const Fields *fields, State *state) {
    int64_t result = dual_product(instruction, fields, state) + accumulator(instruction, fields, state);
    write_and_check(state, fields->d, result);
}

// Known deviation: Unicorn 2.0.1 sets Q when the sum of the two products alone overflows, whatever Ra makes
// of it. That takes four halfwords of -32768; only Q is wrong, which nothing but an MRS can see.
static void deviate_dual(const Instruction *instruction, const Fields *fields, const State *input,
                         State *expected) {
    set_q_if(expected, dual_product(instruction, fields, input) == INT64_C(1) << 31);
}

// `operation`: bit 0 = R (round), bit 1 = subtract the product.
static void do_most_significant(const Instruction *instruction, const Fields *fields, State *state) {
    uint64_t product = (uint64_t)(signed_register(state, fields->n) * signed_register(state, fields->m));
    uint64_t base = (uint64_t)accumulator(instruction, fields, state) << 32;
    uint64_t result = instruction->operation & 2 ? base - product : base + product;
    state->r[fields->d] = (uint32_t)((result + (instruction->operation & 1 ? 0x80000000U : 0)) >> 32);
}

static uint64_t long_accumulator(const Fields *fields, const State *state) {
    return (uint64_t)state->r[fields->d] << 32 | state->r[fields->a];
}

static void write_long(const Fields *fields, State *state, uint64_t result) {
    state->r[fields->d] = (uint32_t)(result >> 32);
    state->r[fields->a] = (uint32_t)result;
}

// `operation`: bit 0 = accumulate.
static void do_signed_long(const Instruction *instruction, const Fields *fields, State *state) {
    uint64_t product = (uint64_t)(signed_register(state, fields->n) * signed_register(state, fields->m));
    write_long(fields, state, product + (instruction->operation ? long_accumulator(fields, state) : 0));
}

static void do_unsigned_long(const Instruction *instruction, const Fields *fields, State *state) {
    uint64_t product = (uint64_t)state->r[fields->n] * state->r[fields->m];
    write_long(fields, state, product + (instruction->operation ? long_accumulator(fields, state) : 0));
}

static void do_unsigned_double_accumulate(const Instruction *instruction, const Fields *fields,
                                          State *state) {
    (void)instruction;
    uint64_t product = (uint64_t)state->r[fields->n] * state->r[fields->m];
    write_long(fields, state, product + state->r[fields->d] + state->r[fields->a]);
}

static void do_long_halfwords(const Instruction *instruction, const Fields *fields, State *state) {
    int64_t product = halfword(state->r[fields->n], instruction->operation >> 1) *
                      halfword(state->r[fields->m], instruction->operation & 1);
    write_long(fields, state, long_accumulator(fields, state) + (uint64_t)product);
}

static void do_long_dual(const Instruction *instruction, const Fields *fields, State *state) {
    uint64_t products = (uint64_t)dual_product(instruction, fields, state);
    write_long(fields, state, long_accumulator(fields, state) + products);
}

// With CCR.DIV_0_TRP clear, a division by zero gives zero. INT_MIN / -1 gives INT_MIN.
static void do_divide(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t n = state->r[fields->n], m = state->r[fields->m];
    if (m == 0) {
        state->r[fields->d] = 0;
    } else if (instruction->operation == 0) {
        state->r[fields->d] = n / m;
    } else {
        state->r[fields->d] = (uint32_t)((int64_t)(int32_t)n / (int32_t)m);
    }
}

static void do_absolute_differences(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t sum = (uint32_t)accumulator(instruction, fields, state);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        int32_t n = (int32_t)(state->r[fields->n] >> shift & 0xFF),
                m = (int32_t)(state->r[fields->m] >> shift & 0xFF);
        sum += (uint32_t)(n > m ? n - m : m - n);
    }
    state->r[fields->d] = sum;
}

enum {
    TWO_SOURCES = USES_D | SOURCE_N | SOURCE_M,
    THREE_SOURCES = TWO_SOURCES | SOURCE_A,
    LONG_PRODUCT = TWO_SOURCES | USES_A | DISTINCT_DA,
    LONG_ACCUMULATE = THREE_SOURCES | SOURCE_D | DISTINCT_DA,
};

#define ROW(name, opcode, reference, operation, operands)                                                    \
    { name, opcode, encode_registers, reference, operation, operands, 0, NULL, NULL }
#define DEVIATING(name, opcode, operation)                                                                   \
    { name, opcode, encode_registers, do_dual, operation, THREE_SOURCES, 0, NULL, deviate_dual }
#define WITH_ACCUMULATE(plain, accumulate, opcode, reference, operation)                                     \
    ROW(plain, (opcode) | 0xF000, reference, operation, TWO_SOURCES),                                        \
        ROW(accumulate, opcode, reference, operation, THREE_SOURCES)

static const Instruction instructions[] = {
    WITH_ACCUMULATE("MUL", "MLA", 0xFB000000, do_multiply, 0),
    ROW("MLS", 0xFB000010, do_multiply, 1, THREE_SOURCES),
    WITH_ACCUMULATE("SMULBB", "SMLABB", 0xFB100000, do_halfwords, 0),
    WITH_ACCUMULATE("SMULBT", "SMLABT", 0xFB100010, do_halfwords, 1),
    WITH_ACCUMULATE("SMULTB", "SMLATB", 0xFB100020, do_halfwords, 2),
    WITH_ACCUMULATE("SMULTT", "SMLATT", 0xFB100030, do_halfwords, 3),
    ROW("SMUAD", 0xFB20F000, do_dual, 0, TWO_SOURCES),
    ROW("SMUADX", 0xFB20F010, do_dual, 1, TWO_SOURCES),
    DEVIATING("SMLAD", 0xFB200000, 0),
    DEVIATING("SMLADX", 0xFB200010, 1),
    WITH_ACCUMULATE("SMULWB", "SMLAWB", 0xFB300000, do_word_by_halfword, 0),
    WITH_ACCUMULATE("SMULWT", "SMLAWT", 0xFB300010, do_word_by_halfword, 1),
    WITH_ACCUMULATE("SMUSD", "SMLSD", 0xFB400000, do_dual, 2),
    WITH_ACCUMULATE("SMUSDX", "SMLSDX", 0xFB400010, do_dual, 3),
    WITH_ACCUMULATE("SMMUL", "SMMLA", 0xFB500000, do_most_significant, 0),
    WITH_ACCUMULATE("SMMULR", "SMMLAR", 0xFB500010, do_most_significant, 1),
    ROW("SMMLS", 0xFB600000, do_most_significant, 2, THREE_SOURCES),
    ROW("SMMLSR", 0xFB600010, do_most_significant, 3, THREE_SOURCES),
    WITH_ACCUMULATE("USAD8", "USADA8", 0xFB700000, do_absolute_differences, 0),
    ROW("SMULL", 0xFB800000, do_signed_long, 0, LONG_PRODUCT),
    ROW("SDIV", 0xFB90F0F0, do_divide, 1, TWO_SOURCES),
    ROW("UMULL", 0xFBA00000, do_unsigned_long, 0, LONG_PRODUCT),
    ROW("UDIV", 0xFBB0F0F0, do_divide, 0, TWO_SOURCES),
    ROW("SMLAL", 0xFBC00000, do_signed_long, 1, LONG_ACCUMULATE),
    ROW("SMLALBB", 0xFBC00080, do_long_halfwords, 0, LONG_ACCUMULATE),
    ROW("SMLALBT", 0xFBC00090, do_long_halfwords, 1, LONG_ACCUMULATE),
    ROW("SMLALTB", 0xFBC000A0, do_long_halfwords, 2, LONG_ACCUMULATE),
    ROW("SMLALTT", 0xFBC000B0, do_long_halfwords, 3, LONG_ACCUMULATE),
    ROW("SMLALD", 0xFBC000C0, do_long_dual, 0, LONG_ACCUMULATE),
    ROW("SMLALDX", 0xFBC000D0, do_long_dual, 1, LONG_ACCUMULATE),
    ROW("SMLSLD", 0xFBD000C0, do_long_dual, 2, LONG_ACCUMULATE),
    ROW("SMLSLDX", 0xFBD000D0, do_long_dual, 3, LONG_ACCUMULATE),
    ROW("UMLAL", 0xFBE00000, do_unsigned_long, 1, LONG_ACCUMULATE),
    ROW("UMAAL", 0xFBE00060, do_unsigned_double_accumulate, 0, LONG_ACCUMULATE),
};

const InstructionTable multiply_table = TABLE("multiply and divide", instructions);
