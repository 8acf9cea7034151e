// SPDX-License-Identifier: GPL-2.0-or-later
// 16-bit data processing (A5.2.1-A5.2.3, A5.2.5). Flags are set outside an IT block only.
#include "data_processing.h"
#include "isa_tables.h"

// Rm in 8:6 or imm3, Rn in 5:3, Rd in 2:0.
static void encode_three(const Instruction *instruction, const Fields *fields, Code *code) {
    uint32_t high = instruction->immediate_count != 0 ? fields->immediate : fields->m;
    emit16(code, instruction->opcode | high << 6 | fields->n << 3 | fields->d);
}

// imm5 in 10:6, Rm in 5:3, Rd in 2:0.
static void encode_shift(const Instruction *instruction, const Fields *fields, Code *code) {
    emit16(code, instruction->opcode | fields->immediate << 6 | fields->m << 3 | fields->d);
}

// Rdn in 10:8, imm8 in 7:0.
static void encode_immediate8(const Instruction *instruction, const Fields *fields, Code *code) {
    emit16(code, instruction->opcode | fields->d << 8 | fields->immediate);
}

// Rm in 5:3, Rdn in 2:0.
static void encode_two(const Instruction *instruction, const Fields *fields, Code *code) {
    emit16(code, instruction->opcode | fields->m << 3 | fields->d);
}

// DN in 7, Rm in 6:3, Rdn in 2:0.
static void encode_high(const Instruction *instruction, const Fields *fields, Code *code) {
    emit16(code, instruction->opcode | (fields->d >> 3) << 7 | fields->m << 3 | (fields->d & 7));
}

// CMP (register) T2 wants at least one high register.
static void encode_high_compare(const Instruction *instruction, const Fields *fields, Code *code) {
    if (fields->d < 8 && fields->m < 8) {
        emit16(code, 0x4280 | fields->m << 3 | fields->d); // CMP (register) T1: the same, low registers
    } else {
        encode_high(instruction, fields, code);
    }
}

static void encode_immediate7(const Instruction *instruction, const Fields *fields, Code *code) {
    emit16(code, instruction->opcode | fields->immediate);
}

static void do_three(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t operand = instruction->immediate_count != 0 ? fields->immediate : state->r[fields->m];
    data_operation(state, instruction->operation, fields->d, state->r[fields->n], (Shifted){operand, false},
                   !fields->in_it_block);
}

static void do_shift(const Instruction *instruction, const Fields *fields, State *state) {
    Shift shift = decode_immediate_shift(instruction->operation, fields->immediate);
    Shifted shifted = shift_with_carry(state->r[fields->m], shift, carry_flag(state));
    data_operation(state, OP_MOV, fields->d, 0, shifted, !fields->in_it_block);
}

static void do_immediate8(const Instruction *instruction, const Fields *fields, State *state) {
    Shifted immediate = {fields->immediate, carry_flag(state)};
    data_operation(state, instruction->operation, fields->d, state->r[fields->d], immediate,
                   !fields->in_it_block);
}

static void do_two(const Instruction *instruction, const Fields *fields, State *state) {
    Shifted operand = {state->r[fields->m], carry_flag(state)};
    data_operation(state, instruction->operation, fields->d, state->r[fields->d], operand,
                   !fields->in_it_block);
}

static void do_negate(const Instruction *instruction, const Fields *fields, State *state) {
    data_operation(state, instruction->operation, fields->d, state->r[fields->m], (Shifted){0, false},
                   !fields->in_it_block);
}

static void do_shift_by_register(const Instruction *instruction, const Fields *fields, State *state) {
    Shift shift = {(ShiftType)instruction->operation, state->r[fields->m] & 0xFF};
    Shifted shifted = shift_with_carry(state->r[fields->d], shift, carry_flag(state));
    data_operation(state, OP_MOV, fields->d, 0, shifted, !fields->in_it_block);
}

static void do_multiply(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    uint32_t product = state->r[fields->d] * state->r[fields->m];
    data_operation(state, OP_MOV, fields->d, 0, (Shifted){product, carry_flag(state)}, !fields->in_it_block);
}

static void do_high(const Instruction *instruction, const Fields *fields, State *state) {
    data_operation(state, instruction->operation, fields->d, state->r[fields->d],
                   (Shifted){state->r[fields->m], false}, false);
}

static void do_address(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    state->r[fields->d] = ((fields->address + 4) & ~UINT32_C(3)) + 4 * fields->immediate;
}

static void do_address_of_stack(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    state->r[fields->d] = state->r[REGISTER_SP] + 4 * fields->immediate;
}

static void do_move_stack(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t change = 4 * fields->immediate;
    state->r[REGISTER_SP] += instruction->operation == OP_ADD ? change : 0 - change;
}

static void do_wide_stack(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t change = fields->immediate;
    state->r[fields->d] = state->r[REGISTER_SP] + (instruction->operation == OP_ADD ? change : 0 - change);
}

static void encode_wide_stack(const Instruction *instruction, const Fields *fields, Code *code) {
    uint32_t immediate = fields->immediate;
    emit32(code, instruction->opcode | (immediate >> 11) << 26 | (immediate >> 8 & 7) << 12 | fields->d << 8 |
                     (immediate & 0xFF));
}

enum { LOW_D = LOW_REGISTERS | USES_D, LOW_DM = LOW_D | SOURCE_M, LOW_DDM = LOW_DM | SOURCE_D };

#define TWO(name, opcode, operation)                                                                         \
    { name, opcode, encode_two, do_two, operation, LOW_DDM, 0, NULL, NULL }
#define SHIFT_BY(name, opcode, type)                                                                         \
    { name, opcode, encode_two, do_shift_by_register, type, LOW_DDM, 0, NULL, NULL }
#define SHIFT(name, opcode, type)                                                                            \
    { name, opcode, encode_shift, do_shift, type, LOW_DM, 32, NULL, NULL }
#define IMMEDIATE8(name, opcode, operation)                                                                  \
    { name, opcode, encode_immediate8, do_immediate8, operation, LOW_D | SOURCE_D, 256, NULL, NULL }

static const Instruction instructions[] = {
    SHIFT("LSLS T1", 0x0000, SHIFT_LSL),
    SHIFT("LSRS T1", 0x0800, SHIFT_LSR),
    SHIFT("ASRS T1", 0x1000, SHIFT_ASR),
    {"ADDS (reg) T1", 0x1800, encode_three, do_three, OP_ADD, LOW_DM | SOURCE_N, 0, NULL, NULL},
    {"SUBS (reg) T1", 0x1A00, encode_three, do_three, OP_SUB, LOW_DM | SOURCE_N, 0, NULL, NULL},
    {"ADDS (imm3) T1", 0x1C00, encode_three, do_three, OP_ADD, LOW_D | SOURCE_N, 8, NULL, NULL},
    {"SUBS (imm3) T1", 0x1E00, encode_three, do_three, OP_SUB, LOW_D | SOURCE_N, 8, NULL, NULL},
    IMMEDIATE8("MOVS (imm8) T1", 0x2000, OP_MOV),
    IMMEDIATE8("CMP (imm8) T1", 0x2800, OP_CMP),
    IMMEDIATE8("ADDS (imm8) T2", 0x3000, OP_ADD),
    IMMEDIATE8("SUBS (imm8) T2", 0x3800, OP_SUB),
    TWO("ANDS T1", 0x4000, OP_AND),
    TWO("EORS T1", 0x4040, OP_EOR),
    SHIFT_BY("LSLS (reg) T1", 0x4080, SHIFT_LSL),
    SHIFT_BY("LSRS (reg) T1", 0x40C0, SHIFT_LSR),
    SHIFT_BY("ASRS (reg) T1", 0x4100, SHIFT_ASR),
    TWO("ADCS T1", 0x4140, OP_ADC),
    TWO("SBCS T1", 0x4180, OP_SBC),
    SHIFT_BY("RORS (reg) T1", 0x41C0, SHIFT_ROR),
    TWO("TST T1", 0x4200, OP_TST),
    {"RSBS T1", 0x4240, encode_two, do_negate, OP_RSB, LOW_DM, 0, NULL, NULL},
    TWO("CMP T1", 0x4280, OP_CMP),
    TWO("CMN T1", 0x42C0, OP_CMN),
    TWO("ORRS T1", 0x4300, OP_ORR),
    {"MULS T1", 0x4340, encode_two, do_multiply, 0, LOW_DDM, 0, NULL, NULL},
    TWO("BICS T1", 0x4380, OP_BIC),
    TWO("MVNS T1", 0x43C0, OP_MVN),
    {"ADD (reg) T2", 0x4400, encode_high, do_high, OP_ADD, USES_D | SOURCE_D | SOURCE_M, 0, NULL, NULL},
    {"CMP (reg) T2", 0x4500, encode_high_compare, do_high, OP_CMP, USES_D | SOURCE_D | SOURCE_M, 0, NULL,
     NULL},
    {"MOV (reg) T1", 0x4600, encode_high, do_high, OP_MOV, USES_D | SOURCE_M, 0, NULL, NULL},
    {"ADR T1", 0xA000, encode_immediate8, do_address, 0, LOW_D, 256, NULL, NULL},
    {"ADD (SP) T1", 0xA800, encode_immediate8, do_address_of_stack, 0, LOW_D | STACK_POINTER, 256, NULL,
     NULL},
    {"ADD SP T2", 0xB000, encode_immediate7, do_move_stack, OP_ADD, STACK_POINTER, 128, NULL, NULL},
    {"SUB SP T1", 0xB080, encode_immediate7, do_move_stack, OP_SUB, STACK_POINTER, 128, NULL, NULL},
    {"ADDW (SP) T4", 0xF20D0000, encode_wide_stack, do_wide_stack, OP_ADD, USES_D | STACK_POINTER, 4096, NULL,
     NULL},
    {"SUBW (SP) T3", 0xF2AD0000, encode_wide_stack, do_wide_stack, OP_SUB, USES_D | STACK_POINTER, 4096, NULL,
     NULL},
};

const InstructionTable data_processing16_table = TABLE("data processing, 16-bit", instructions);
