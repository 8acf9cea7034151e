// SPDX-License-Identifier: GPL-2.0-or-later
// MRS and MSR of the application status, with and without the GE flags (B5.2.2, B5.2.3). Thread mode: IPSR
// reads 0.
#include "isa_tables.h"
#include "pseudocode.h"

static void do_read(const Instruction *instruction, const Fields *fields, State *state) {
    state->r[fields->d] = state->apsr & instruction->operation;
}

static void do_write(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t mask = instruction->operation;
    state->apsr = (state->apsr & ~mask) | (state->r[fields->n] & mask);
}

static void do_nothing(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    (void)fields;
    (void)state;
}

static void encode_narrow(const Instruction *instruction, const Fields *fields, Code *code) {
    (void)fields;
    emit16(code, instruction->opcode);
}

#define READ(name, system_register, mask)                                                                    \
    { "MRS " name, 0xF3EF8000 | (system_register), encode_registers, do_read, mask, USES_D, 0, NULL, NULL }
#define WRITE(name, field_bits, mask)                                                                        \
    {                                                                                                        \
        "MSR " name, 0xF3808000 | (field_bits) << 10, encode_registers, do_write, mask, SOURCE_N, 0, NULL,   \
            NULL                                                                                             \
    }

static const Instruction instructions[] = {
    READ("APSR", 0, APSR_MASK),
    READ("IAPSR", 1, APSR_MASK),
    READ("EAPSR", 2, APSR_MASK),
    READ("XPSR", 3, APSR_MASK),
    READ("IPSR", 5, 0),
    WRITE("APSR_nzcvq", 2, APSR_NZCV | APSR_Q),
    WRITE("APSR_g", 1, APSR_GE),
    WRITE("APSR_nzcvqg", 3, APSR_MASK),
    {"NOP", 0xBF00, encode_narrow, do_nothing, 0, 0, 0, NULL, NULL},
    {"NOP.W", 0xF3AF8000, encode_registers, do_nothing, 0, 0, 0, NULL, NULL},
    {"DSB", 0xF3BF8F4F, encode_registers, do_nothing, 0, 0, 0, NULL, NULL},
    {"DMB", 0xF3BF8F5F, encode_registers, do_nothing, 0, 0, 0, NULL, NULL},
    {"ISB", 0xF3BF8F6F, encode_registers, do_nothing, 0, 0, 0, NULL, NULL},
};

const InstructionTable status_table = TABLE("status and hints", instructions);
