// SPDX-License-Identifier: GPL-2.0-or-later
// Floating-point moves, status register access, loads and stores (A6.5-A6.7).
#include "float_operands.h"
#include "isa_tables.h"
#include "pseudocode.h"

enum { TO_CORE = 1 << 20, LOADS = 1 << 20, DOUBLE_WIDTH = 1 << 8 };
enum { FPSCR_WRITABLE = 0xF7C0009F };

static bool is_to_core(const Instruction *instruction) { return (instruction->opcode & TO_CORE) != 0; }
static bool is_load(const Instruction *instruction) { return (instruction->opcode & LOADS) != 0; }
static bool is_wide(const Instruction *instruction) { return (instruction->opcode & DOUBLE_WIDTH) != 0; }

// ---- between core and floating-point registers: Rt is `d`, Rt2 is `a`, the floating-point register the
// immediate

static void encode_move_single(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | float_n(false, fields->immediate) | fields->d << 12);
}

static void do_move_single(const Instruction *instruction, const Fields *fields, State *state) {
    if (is_to_core(instruction)) {
        state->r[fields->d] = single_register(state, fields->immediate);
    } else {
        set_single_register(state, fields->immediate, state->r[fields->d]);
    }
}

// The halves of a double: immediate = number:half.
static void encode_move_scalar(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | (fields->immediate >> 1) << 16 | (fields->immediate & 1) << 21 |
                     fields->d << 12);
}

static void encode_move_pair(const Instruction *instruction, const Fields *fields, Code *code) {
    uint32_t first = is_wide(instruction) ? fields->immediate : float_m(false, fields->immediate);
    emit32(code, instruction->opcode | fields->a << 16 | fields->d << 12 | first);
}

static void do_move_pair(const Instruction *instruction, const Fields *fields, State *state) {
    unsigned first = is_wide(instruction) ? 2 * fields->immediate : fields->immediate;
    if (is_to_core(instruction)) {
        state->r[fields->d] = single_register(state, first);
        state->r[fields->a] = single_register(state, first + 1);
    } else {
        set_single_register(state, first, state->r[fields->d]);
        set_single_register(state, first + 1, state->r[fields->a]);
    }
}

// ---- immediate: VFPExpandImm

static void encode_immediate(const Instruction *instruction, const Fields *fields, Code *code) {
    bool wide = is_double(instruction);
    emit32(code, instruction->opcode | (wide ? DOUBLE_WIDTH : 0) | float_d(wide, fields->d) |
                     (fields->immediate >> 4) << 16 | (fields->immediate & 15));
}

static void do_immediate(const Instruction *instruction, const Fields *fields, State *state) {
    FloatFormat format = format_of(instruction);
    uint64_t immediate = fields->immediate, sign = immediate >> 7, b = immediate >> 6 & 1;
    unsigned repeats = format.exponent_bits - 3;
    uint64_t exponent = (b ^ 1) << (format.exponent_bits - 1) | (b ? (UINT64_C(1) << repeats) - 1 : 0) << 2 |
                        (immediate >> 4 & 3);
    uint64_t value = sign << (format.bits - 1) | exponent << format.fraction_bits |
                     (immediate & 15) << (format.fraction_bits - 4);
    write_float(is_double(instruction), state, fields->d, value);
}

// ---- FPSCR

static void encode_status(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | (instruction->operands & (USES_D | USES_N) ? fields->d << 12 : 0));
}

static void prepare_status(const Instruction *instruction, const Fields *fields, Random *random,
                           State *state) {
    (void)instruction;
    (void)fields;
    state->fpscr = random_word(random) & FPSCR_WRITABLE;
}

static void do_read_status(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    state->r[fields->d] = state->fpscr;
}

static void do_write_status(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    state->fpscr = state->r[fields->d] & FPSCR_WRITABLE;
}

static void do_read_flags(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    (void)fields;
    state->apsr = (state->apsr & ~APSR_NZCV) | (state->fpscr & APSR_NZCV);
}

// ---- VLDR, VSTR: immediate = add:imm8:register

static uint32_t word_offset(const Fields *fields) {
    uint32_t offset = 4 * (fields->immediate >> 5 & 0xFF);
    return fields->immediate >> 13 ? offset : 0 - offset;
}

static unsigned memory_register(const Instruction *instruction, const Fields *fields) {
    return fields->immediate & (is_wide(instruction) ? 15 : 31);
}

static void encode_memory(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | (fields->immediate >> 13) << 23 | fields->n << 16 |
                     float_d(is_wide(instruction), memory_register(instruction, fields)) |
                     (fields->immediate >> 5 & 0xFF));
}

static void prepare_memory(const Instruction *instruction, const Fields *fields, Random *random,
                           State *state) {
    (void)instruction;
    state->r[fields->n] =
        state->address + 4 * random_below(random, STATE_MEMORY_BYTES / 4 - 1) - word_offset(fields);
}

static void do_memory(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t address = state->r[fields->n] + word_offset(fields);
    bool wide = is_wide(instruction);
    unsigned number = memory_register(instruction, fields), size_bytes = wide ? 8 : 4;
    if (is_load(instruction)) {
        write_float(wide, state, number, load_bytes(state, address, size_bytes));
    } else {
        store_bytes(state, address, size_bytes, read_float(wide, state, number));
    }
}

// ---- VLDM, VSTM, VPUSH, VPOP: immediate = count-1:first register; `operation` says how the base moves

enum { INCREMENT = 0, INCREMENT_WRITE_BACK = 1, DECREMENT_WRITE_BACK = 3, WRITES_BACK = 1, DECREMENTS = 2 };

static unsigned first_register(const Instruction *instruction, const Fields *fields) {
    return memory_register(instruction, fields);
}

static unsigned register_count(const Instruction *instruction, const Fields *fields) {
    unsigned room = (is_wide(instruction) ? 16 : 32) - first_register(instruction, fields);
    unsigned count = (fields->immediate >> 5) % (is_wide(instruction) ? 16 : 32) + 1;
    return count < room ? count : room;
}

static unsigned base_register(const Instruction *instruction, const Fields *fields) {
    return instruction->operands & STACK_POINTER ? (unsigned)REGISTER_SP : fields->n;
}

static void encode_multiple(const Instruction *instruction, const Fields *fields, Code *code) {
    bool wide = is_wide(instruction);
    unsigned count = register_count(instruction, fields);
    emit32(code, instruction->opcode | base_register(instruction, fields) << 16 |
                     float_d(wide, first_register(instruction, fields)) | (wide ? 2 * count : count));
}

static void prepare_multiple(const Instruction *instruction, const Fields *fields, Random *random,
                             State *state) {
    uint32_t start = instruction->operation & DECREMENTS ? STATE_MEMORY_BYTES - 4 * random_below(random, 16)
                                                         : 4 * random_below(random, 16);
    state->r[base_register(instruction, fields)] = state->address + start;
}

static void do_multiple(const Instruction *instruction, const Fields *fields, State *state) {
    bool wide = is_wide(instruction);
    unsigned first = first_register(instruction, fields), count = register_count(instruction, fields);
    unsigned size_bytes = wide ? 8 : 4, base = base_register(instruction, fields);
    uint32_t start = state->r[base], end = start + count * size_bytes;
    if (instruction->operation & DECREMENTS) {
        end = start -= count * size_bytes;
    }
    for (unsigned i = 0; i < count; i++) {
        uint32_t address = start + i * size_bytes;
        if (is_load(instruction)) {
            write_float(wide, state, first + i, load_bytes(state, address, size_bytes));
        } else {
            store_bytes(state, address, size_bytes, read_float(wide, state, first + i));
        }
    }
    if (instruction->operation & WRITES_BACK) {
        state->r[base] = end;
    }
}

enum { CORE_TO_FLOAT = FLOAT_STATE | USES_D | SOURCE_D, FLOAT_TO_CORE = FLOAT_STATE | USES_D };
enum { MEMORY_FORMS = 2 * 256 * 32, MULTIPLE_FORMS = 32 * 32 };

#define MOVE(name, opcode, encode, reference, operands, count)                                               \
    { name, opcode, encode, reference, 0, (operands) | EVERY_IMMEDIATE, count, NULL, NULL }
#define MEMORY(name, opcode)                                                                                 \
    { name, opcode, encode_memory, do_memory, 0, FLOAT_STATE | USES_N, MEMORY_FORMS, prepare_memory, NULL }
#define MULTIPLE(name, opcode, moves, operands)                                                              \
    {                                                                                                        \
        name, opcode, encode_multiple, do_multiple, moves, FLOAT_STATE | EVERY_IMMEDIATE | (operands),       \
            MULTIPLE_FORMS, prepare_multiple, NULL                                                           \
    }
#define MULTIPLES(width, bit)                                                                                \
    MULTIPLE("VLDMIA " width, 0xEC900A00 | (bit), INCREMENT, USES_N),                                        \
        MULTIPLE("VLDMIA! " width, 0xECB00A00 | (bit), INCREMENT_WRITE_BACK, USES_N),                        \
        MULTIPLE("VLDMDB! " width, 0xED300A00 | (bit), DECREMENT_WRITE_BACK, USES_N),                        \
        MULTIPLE("VSTMIA " width, 0xEC800A00 | (bit), INCREMENT, USES_N),                                    \
        MULTIPLE("VSTMIA! " width, 0xECA00A00 | (bit), INCREMENT_WRITE_BACK, USES_N),                        \
        MULTIPLE("VSTMDB! " width, 0xED200A00 | (bit), DECREMENT_WRITE_BACK, USES_N),                        \
        MULTIPLE("VPOP " width, 0xECB00A00 | (bit), INCREMENT_WRITE_BACK, STACK_POINTER),                    \
        MULTIPLE("VPUSH " width, 0xED200A00 | (bit), DECREMENT_WRITE_BACK, STACK_POINTER)

static const Instruction instructions[] = {
    MOVE("VMOV Sn, Rt", 0xEE000A10, encode_move_single, do_move_single, CORE_TO_FLOAT, 32),
    MOVE("VMOV Rt, Sn", 0xEE100A10, encode_move_single, do_move_single, FLOAT_TO_CORE, 32),
    MOVE("VMOV Dd[x], Rt", 0xEE000B10, encode_move_scalar, do_move_single, CORE_TO_FLOAT, 32),
    MOVE("VMOV Rt, Dn[x]", 0xEE100B10, encode_move_scalar, do_move_single, FLOAT_TO_CORE, 32),
    MOVE("VMOV Sm, Sm1, Rt, Rt2", 0xEC400A10, encode_move_pair, do_move_pair, CORE_TO_FLOAT | SOURCE_A, 31),
    MOVE("VMOV Rt, Rt2, Sm, Sm1", 0xEC500A10, encode_move_pair, do_move_pair,
         FLOAT_TO_CORE | USES_A | DISTINCT_DA, 31),
    MOVE("VMOV Dm, Rt, Rt2", 0xEC400B10, encode_move_pair, do_move_pair, CORE_TO_FLOAT | SOURCE_A, 16),
    MOVE("VMOV Rt, Rt2, Dm", 0xEC500B10, encode_move_pair, do_move_pair, FLOAT_TO_CORE | USES_A | DISTINCT_DA,
         16),
    MOVE("VMOV.F32 (imm)", 0xEEB00A00, encode_immediate, do_immediate, FLOAT_SINGLE | USES_D, 256),
    MOVE("VMOV.F64 (imm)", 0xEEB00A00, encode_immediate, do_immediate, FLOAT_DOUBLE | USES_D, 256),
    {"VMRS Rt, FPSCR", 0xEEF10A10, encode_status, do_read_status, 0, FLOAT_TO_CORE, 0, prepare_status, NULL},
    {"VMSR FPSCR, Rt", 0xEEE10A10, encode_status, do_write_status, 0, CORE_TO_FLOAT, 0, prepare_status, NULL},
    {"VMRS APSR_nzcv, FPSCR", 0xEEF1FA10, encode_status, do_read_flags, 0, FLOAT_STATE, 0, prepare_status,
     NULL},
    MEMORY("VLDR single", 0xED100A00),
    MEMORY("VLDR double", 0xED100B00),
    MEMORY("VSTR single", 0xED000A00),
    MEMORY("VSTR double", 0xED000B00),
    MULTIPLES("single", 0),
    MULTIPLES("double", DOUBLE_WIDTH),
};

const InstructionTable float_move_table = TABLE("floating-point moves", instructions);
