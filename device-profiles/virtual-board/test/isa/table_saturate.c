// SPDX-License-Identifier: GPL-2.0-or-later
// Saturation: SSAT, USAT and their halfword forms (A5.3.3), QADD and its kin (A5.3.15).
#include "isa_tables.h"
#include "pseudocode.h"

enum { POSITIONS_AND_SHIFTS = 32 * 32 * 2 };

// immediate = sh:amount:position. An arithmetic shift by 0 would be the halfword form.
static Shift shift_of(uint32_t immediate) {
    unsigned amount = immediate >> 5 & 31;
    bool arithmetic = immediate >> 10 != 0 && amount != 0;
    return (Shift){arithmetic ? SHIFT_ASR : SHIFT_LSL, amount};
}

static void encode_saturate(const Instruction *instruction, const Fields *fields, Code *code) {
    Shift shift = shift_of(fields->immediate);
    emit32(code, instruction->opcode | (shift.type == SHIFT_ASR ? 1U << 21 : 0) | fields->n << 16 |
                     (shift.amount >> 2) << 12 | fields->d << 8 | (shift.amount & 3) << 6 |
                     (fields->immediate & 31));
}

static void encode_saturate16(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | fields->n << 16 | fields->d << 8 | fields->immediate);
}

// `operation` of all four: 1 = signed.
static Saturated saturate(const Instruction *instruction, int64_t value, uint32_t position) {
    return instruction->operation ? signed_saturate(value, position + 1) : unsigned_saturate(value, position);
}

static void do_saturate(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t operand = shift_with_carry(state->r[fields->n], shift_of(fields->immediate), false).result;
    Saturated saturated = saturate(instruction, (int32_t)operand, fields->immediate & 31);
    state->r[fields->d] = (uint32_t)saturated.result;
    set_q_if(state, saturated.saturated);
}

static void do_saturate16(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t n = state->r[fields->n];
    Saturated low = saturate(instruction, sign_extend(n, 16), fields->immediate);
    Saturated high = saturate(instruction, sign_extend(n >> 16, 16), fields->immediate);
    state->r[fields->d] = (uint32_t)high.result << 16 | ((uint32_t)low.result & 0xFFFF);
    set_q_if(state, low.saturated || high.saturated);
}

// `operation`: bit 0 = double Rn first, bit 1 = subtract. The result is Rm +- Rn.
static void do_saturating_sum(const Instruction *instruction, const Fields *fields, State *state) {
    int64_t n = (int32_t)state->r[fields->n], m = (int32_t)state->r[fields->m];
    if (instruction->operation & 1) {
        Saturated doubled = signed_saturate(2 * n, 32);
        n = doubled.result;
        set_q_if(state, doubled.saturated);
    }
    Saturated sum = signed_saturate(instruction->operation & 2 ? m - n : m + n, 32);
    state->r[fields->d] = (uint32_t)sum.result;
    set_q_if(state, sum.saturated);
}

enum { ONE_SOURCE = USES_D | SOURCE_N | EVERY_IMMEDIATE, TWO_SOURCES = USES_D | SOURCE_N | SOURCE_M };

static const Instruction instructions[] = {
    {"SSAT", 0xF3000000, encode_saturate, do_saturate, 1, ONE_SOURCE, POSITIONS_AND_SHIFTS, NULL, NULL},
    {"USAT", 0xF3800000, encode_saturate, do_saturate, 0, ONE_SOURCE, POSITIONS_AND_SHIFTS, NULL, NULL},
    {"SSAT16", 0xF3200000, encode_saturate16, do_saturate16, 1, ONE_SOURCE, 16, NULL, NULL},
    {"USAT16", 0xF3A00000, encode_saturate16, do_saturate16, 0, ONE_SOURCE, 16, NULL, NULL},
    {"QADD", 0xFA80F080, encode_registers, do_saturating_sum, 0, TWO_SOURCES, 0, NULL, NULL},
    {"QDADD", 0xFA80F090, encode_registers, do_saturating_sum, 1, TWO_SOURCES, 0, NULL, NULL},
    {"QSUB", 0xFA80F0A0, encode_registers, do_saturating_sum, 2, TWO_SOURCES, 0, NULL, NULL},
    {"QDSUB", 0xFA80F0B0, encode_registers, do_saturating_sum, 3, TWO_SOURCES, 0, NULL, NULL},
};

const InstructionTable saturate_table = TABLE("saturation", instructions);
