// SPDX-License-Identifier: GPL-2.0-or-later
// 32-bit data processing: modified immediate, plain immediate, shifted register, shift by register
// (A5.3.1-A5.3.12).
#include "data_processing.h"
#include "isa_tables.h"

bool data_operation_writes(DataOperation operation) { return operation < OP_TST; }

static Sum arithmetic(DataOperation operation, uint32_t x, uint32_t y, bool carry) {
    switch (operation) {
    case OP_ADD:
    case OP_CMN:
        return add_with_carry(x, y, false);
    case OP_ADC:
        return add_with_carry(x, y, carry);
    case OP_SBC:
        return add_with_carry(x, ~y, carry);
    case OP_RSB:
        return add_with_carry(~x, y, true);
    default: // SUB, CMP
        return add_with_carry(x, ~y, true);
    }
}

static uint32_t logic(DataOperation operation, uint32_t x, uint32_t y) {
    switch (operation) {
    case OP_AND:
    case OP_TST:
        return x & y;
    case OP_BIC:
        return x & ~y;
    case OP_ORR:
        return x | y;
    case OP_ORN:
        return x | ~y;
    case OP_EOR:
    case OP_TEQ:
        return x ^ y;
    case OP_MVN:
        return ~y;
    default: // MOV
        return y;
    }
}

static bool is_arithmetic(DataOperation operation) {
    return (operation >= OP_ADD && operation <= OP_RSB) || operation == OP_CMP || operation == OP_CMN;
}

void data_operation(State *state, DataOperation operation, unsigned d, uint32_t x, Shifted y,
                    bool set_flags) {
    set_flags = set_flags || !data_operation_writes(operation);
    uint32_t result;
    if (is_arithmetic(operation)) {
        Sum sum = arithmetic(operation, x, y.result, carry_flag(state));
        result = sum.result;
        if (set_flags) {
            set_nzcv(state, sum);
        }
    } else {
        result = logic(operation, x, y.result);
        if (set_flags) {
            set_nzc(state, result, y.carry);
        }
    }
    if (data_operation_writes(operation)) {
        state->r[d] = result;
    }
}

static void encode_modified_immediate(const Instruction *instruction, const Fields *fields, Code *code) {
    Code plain = {.count = 0};
    encode_registers(instruction, fields, &plain);
    uint32_t immediate = fields->immediate;
    emit16(code, plain.halfwords[0] | (immediate >> 11 & 1) << 10 | (uint32_t)fields->set_flags << 4);
    emit16(code, plain.halfwords[1] | (immediate >> 8 & 7) << 12 | (immediate & 0xFF));
}

static void encode_immediate16(const Instruction *instruction, const Fields *fields, Code *code) {
    uint32_t immediate = fields->immediate; // imm4:i:imm3:imm8
    emit32(code, instruction->opcode | (immediate >> 12) << 16 | (immediate >> 11 & 1) << 26 |
                     (immediate >> 8 & 7) << 12 | fields->d << 8 | (immediate & 0xFF));
}

static bool uses_n(const Instruction *instruction) { return (instruction->operands & USES_N) != 0; }

static void do_modified_immediate(const Instruction *instruction, const Fields *fields, State *state) {
    Shifted immediate = thumb_expand_immediate(fields->immediate, carry_flag(state));
    data_operation(state, instruction->operation, fields->d, uses_n(instruction) ? state->r[fields->n] : 0,
                   immediate, fields->set_flags);
}

static void do_shifted_register(const Instruction *instruction, const Fields *fields, State *state) {
    Shift shift = decode_immediate_shift(fields->shift >> 5, fields->shift & 31);
    Shifted operand = shift_with_carry(state->r[fields->m], shift, carry_flag(state));
    data_operation(state, instruction->operation, fields->d, uses_n(instruction) ? state->r[fields->n] : 0,
                   operand, fields->set_flags);
}

static void do_shift_by_register(const Instruction *instruction, const Fields *fields, State *state) {
    Shift shift = {(ShiftType)instruction->operation, state->r[fields->m] & 0xFF};
    Shifted shifted = shift_with_carry(state->r[fields->n], shift, carry_flag(state));
    state->r[fields->d] = shifted.result;
    if (fields->set_flags) {
        set_nzc(state, shifted.result, shifted.carry);
    }
}

static void do_plain_immediate(const Instruction *instruction, const Fields *fields, State *state) {
    Shifted immediate = {fields->immediate, false};
    data_operation(state, instruction->operation, fields->d, state->r[fields->n], immediate, false);
}

static void do_address(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t pc = (fields->address + 4) & ~UINT32_C(3);
    state->r[fields->d] = instruction->operation == OP_ADD ? pc + fields->immediate : pc - fields->immediate;
}

static void do_move_wide(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    state->r[fields->d] = fields->immediate;
}

static void do_move_top(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    state->r[fields->d] = (state->r[fields->d] & 0xFFFF) | fields->immediate << 16;
}

#define IMMEDIATE(name, operation)                                                                           \
    {                                                                                                        \
        name " (imm)", 0xF0000000U | (uint32_t)(operation) << 21, encode_modified_immediate,                 \
            do_modified_immediate, operation, USES_D | SOURCE_N | USES_S, 4096, NULL, NULL                   \
    }
#define REGISTER(name, operation)                                                                            \
    {                                                                                                        \
        name " (shifted)", 0xEA000000U | (uint32_t)(operation) << 21, encode_shifted_register,               \
            do_shifted_register, operation, USES_D | SOURCE_N | SOURCE_M | USES_S | USES_SHIFT, 0, NULL,     \
            NULL                                                                                             \
    }
#define COMPARE(name, operation, base)                                                                       \
    {name " (imm)",                                                                                          \
     0xF0100F00U | (uint32_t)(base) << 21,                                                                   \
     encode_modified_immediate,                                                                              \
     do_modified_immediate,                                                                                  \
     operation,                                                                                              \
     SOURCE_N,                                                                                               \
     4096,                                                                                                   \
     NULL,                                                                                                   \
     NULL},                                                                                                  \
    {                                                                                                        \
        name " (shifted)", 0xEA100F00U | (uint32_t)(base) << 21, encode_shifted_register,                    \
            do_shifted_register, operation, SOURCE_N | SOURCE_M | USES_SHIFT, 0, NULL, NULL                  \
    }
#define BY_REGISTER(name, type)                                                                              \
    {                                                                                                        \
        name " (reg)", 0xFA00F000U | (uint32_t)(type) << 21, encode_shifted_register, do_shift_by_register,  \
            type, USES_D | SOURCE_N | SOURCE_M | USES_S, 0, NULL, NULL                                       \
    }

static const Instruction instructions[] = {
    IMMEDIATE("AND", OP_AND),
    IMMEDIATE("BIC", OP_BIC),
    IMMEDIATE("ORR", OP_ORR),
    IMMEDIATE("ORN", OP_ORN),
    IMMEDIATE("EOR", OP_EOR),
    IMMEDIATE("ADD", OP_ADD),
    IMMEDIATE("ADC", OP_ADC),
    IMMEDIATE("SBC", OP_SBC),
    IMMEDIATE("SUB", OP_SUB),
    IMMEDIATE("RSB", OP_RSB),
    REGISTER("AND", OP_AND),
    REGISTER("BIC", OP_BIC),
    REGISTER("ORR", OP_ORR),
    REGISTER("ORN", OP_ORN),
    REGISTER("EOR", OP_EOR),
    REGISTER("ADD", OP_ADD),
    REGISTER("ADC", OP_ADC),
    REGISTER("SBC", OP_SBC),
    REGISTER("SUB", OP_SUB),
    REGISTER("RSB", OP_RSB),
    COMPARE("TST", OP_TST, OP_AND),
    COMPARE("TEQ", OP_TEQ, OP_EOR),
    COMPARE("CMP", OP_CMP, OP_SUB),
    COMPARE("CMN", OP_CMN, OP_ADD),
    {"MOV (imm)", 0xF04F0000, encode_modified_immediate, do_modified_immediate, OP_MOV, USES_D | USES_S, 4096,
     NULL, NULL},
    {"MVN (imm)", 0xF06F0000, encode_modified_immediate, do_modified_immediate, OP_MVN, USES_D | USES_S, 4096,
     NULL, NULL},
    {"MOV LSL LSR ASR ROR RRX (imm)", 0xEA4F0000, encode_shifted_register, do_shifted_register, OP_MOV,
     USES_D | SOURCE_M | USES_S | USES_SHIFT, 0, NULL, NULL},
    {"MVN (shifted)", 0xEA6F0000, encode_shifted_register, do_shifted_register, OP_MVN,
     USES_D | SOURCE_M | USES_S | USES_SHIFT, 0, NULL, NULL},
    BY_REGISTER("LSL", SHIFT_LSL),
    BY_REGISTER("LSR", SHIFT_LSR),
    BY_REGISTER("ASR", SHIFT_ASR),
    BY_REGISTER("ROR", SHIFT_ROR),
    {"ADDW", 0xF2000000, encode_modified_immediate, do_plain_immediate, OP_ADD, USES_D | SOURCE_N, 4096, NULL,
     NULL},
    {"SUBW", 0xF2A00000, encode_modified_immediate, do_plain_immediate, OP_SUB, USES_D | SOURCE_N, 4096, NULL,
     NULL},
    {"ADR (after)", 0xF20F0000, encode_modified_immediate, do_address, OP_ADD, USES_D, 4096, NULL, NULL},
    {"ADR (before)", 0xF2AF0000, encode_modified_immediate, do_address, OP_SUB, USES_D, 4096, NULL, NULL},
    {"MOVW", 0xF2400000, encode_immediate16, do_move_wide, 0, USES_D, 65536, NULL, NULL},
    {"MOVT", 0xF2C00000, encode_immediate16, do_move_top, 0, USES_D | SOURCE_D, 65536, NULL, NULL},
};

const InstructionTable data_processing_table = TABLE("data processing", instructions);
