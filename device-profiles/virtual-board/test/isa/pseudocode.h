// SPDX-License-Identifier: GPL-2.0-or-later
// The integer functions of the manual's pseudocode (ARM DDI 0403E: A7.4.2, A5.3.2, D6.5.4, A2.2.1), in C.
#ifndef VB_ISA_PSEUDOCODE_H
#define VB_ISA_PSEUDOCODE_H

#include "isa_state.h"

typedef struct Sum {
    uint32_t result;
    bool carry, overflow;
} Sum;
typedef struct Shifted {
    uint32_t result;
    bool carry;
} Shifted;
typedef struct Saturated {
    int64_t result;
    bool saturated;
} Saturated;
typedef enum { SHIFT_LSL, SHIFT_LSR, SHIFT_ASR, SHIFT_ROR, SHIFT_RRX } ShiftType;
typedef struct Shift {
    ShiftType type;
    unsigned amount;
} Shift;

Sum add_with_carry(uint32_t x, uint32_t y, bool carry_in);
Shift decode_immediate_shift(unsigned type, unsigned amount);
Shifted shift_with_carry(uint32_t value, Shift shift, bool carry_in); // Shift_C
Shifted thumb_expand_immediate(uint32_t imm12, bool carry_in);        // ThumbExpandImm_C
Saturated signed_saturate(int64_t value, unsigned bits);              // SignedSatQ
Saturated unsigned_saturate(int64_t value, unsigned bits);            // UnsignedSatQ
uint32_t bit_reverse(uint32_t value);
unsigned count_leading_zeros(uint32_t value);
bool condition_passed(unsigned condition, uint32_t apsr);

static inline int64_t sign_extend(uint64_t value, unsigned bits) {
    uint64_t sign = UINT64_C(1) << (bits - 1);
    value &= (sign << 1) - 1;
    return (int64_t)((value ^ sign) - sign);
}

static inline uint32_t rotate_right(uint32_t value, unsigned amount) {
    return amount % 32 == 0 ? value : value >> amount % 32 | value << (32 - amount % 32);
}

static inline bool carry_flag(const State *state) { return (state->apsr & APSR_C) != 0; }

static inline void set_nz(State *state, uint32_t result) {
    set_flag(state, APSR_N, result >> 31 != 0);
    set_flag(state, APSR_Z, result == 0);
}

static inline void set_nzc(State *state, uint32_t result, bool carry) {
    set_nz(state, result);
    set_flag(state, APSR_C, carry);
}

static inline void set_nzcv(State *state, Sum sum) {
    set_nzc(state, sum.result, sum.carry);
    set_flag(state, APSR_V, sum.overflow);
}

static inline void set_q_if(State *state, bool saturated) {
    if (saturated) {
        state->apsr |= APSR_Q;
    }
}

#endif
