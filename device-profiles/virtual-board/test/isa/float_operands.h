// SPDX-License-Identifier: GPL-2.0-or-later
// Floating-point register fields: how they are encoded, and reading and writing them at the instruction's
// width.
#ifndef VB_ISA_FLOAT_OPERANDS_H
#define VB_ISA_FLOAT_OPERANDS_H

#include "float_pseudocode.h"
#include "isa_table.h"

// Field of a register in an encoding: the odd bit of a single and where the other four go.
static inline uint32_t float_field(bool is_double, unsigned number, unsigned shift, unsigned odd_bit) {
    return is_double ? number << shift : (number >> 1) << shift | (number & 1) << odd_bit;
}
static inline uint32_t float_d(bool is_double, unsigned number) {
    return float_field(is_double, number, 12, 22);
}
static inline uint32_t float_n(bool is_double, unsigned number) {
    return float_field(is_double, number, 16, 7);
}
static inline uint32_t float_m(bool is_double, unsigned number) {
    return float_field(is_double, number, 0, 5);
}

static inline bool is_double(const Instruction *instruction) {
    return (instruction->operands & FLOAT_DOUBLE) != 0;
}

static inline FloatFormat format_of(const Instruction *instruction) {
    return is_double(instruction) ? float_double : float_single;
}

static inline uint64_t read_float(bool wide, const State *state, unsigned number) {
    return wide ? state->d[number] : single_register(state, number);
}

static inline void write_float(bool wide, State *state, unsigned number, uint64_t value) {
    if (wide) {
        state->d[number] = value;
    } else {
        set_single_register(state, number, (uint32_t)value);
    }
}

Encoder encode_float_three; // Vd, Vn, Vm of the same width; sz from the operand kinds
Encoder encode_float_two;   // Vd, Vm

#endif
