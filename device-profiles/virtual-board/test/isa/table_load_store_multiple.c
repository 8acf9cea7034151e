// SPDX-License-Identifier: GPL-2.0-or-later
// Load and store multiple, push and pop (A5.2.1, A5.3.5), loads from the instruction stream, exclusive
// accesses.
#include "isa_tables.h"
#include "pseudocode.h"

// ---- register lists

enum { DECREMENTS = 1, ALWAYS_WRITES_BACK = 2, NARROW = 4, IS_LOAD = 8, ANY_LIST = 65536 };

static bool writes_back(const Instruction *instruction, const Fields *fields) {
    return (instruction->operation & ALWAYS_WRITES_BACK) != 0 || fields->set_flags;
}

static unsigned base_of(const Instruction *instruction, const Fields *fields) {
    return instruction->operands & STACK_POINTER ? (unsigned)REGISTER_SP : fields->n;
}

// The random bits without what would be UNPREDICTABLE: SP and PC, the base when it moves, fewer than two
// registers.
static uint32_t list_of(const Instruction *instruction, const Fields *fields) {
    bool on_stack = (instruction->operands & STACK_POINTER) != 0,
         narrow = (instruction->operation & NARROW) != 0;
    uint32_t allowed = narrow     ? 0xFF
                       : on_stack ? 0x4FFF
                                  : 0x5FFF; // R12 keeps the record while SP is an operand
    bool narrow_push = narrow && on_stack && !(instruction->operation & IS_LOAD);
    allowed |= narrow_push ? 1U << REGISTER_LR : 0;
    bool narrow_load = narrow && (instruction->operation & IS_LOAD) != 0;
    if (writes_back(instruction, fields) && !narrow_load && !on_stack) {
        allowed &= ~(1U << fields->n);
    }
    uint32_t list = fields->immediate & allowed;
    for (unsigned i = 0; __builtin_popcount(list) < 2; i++) {
        list |= allowed & 1U << i;
    }
    return list;
}

static void encode_list(const Instruction *instruction, const Fields *fields, Code *code) {
    uint32_t list = list_of(instruction, fields);
    if (!(instruction->operation & NARROW)) {
        emit32(code, instruction->opcode | base_of(instruction, fields) << 16 |
                         (writes_back(instruction, fields) ? 1U << 21 : 0) | list);
    } else if (instruction->operands & STACK_POINTER) {
        emit16(code, instruction->opcode | (list >> REGISTER_LR) << 8 | (list & 0xFF));
    } else {
        emit16(code, instruction->opcode | fields->n << 8 | list);
    }
}

static void prepare_list(const Instruction *instruction, const Fields *fields, Random *random, State *state) {
    uint32_t slack = 4 * random_below(random, 32);
    state->r[base_of(instruction, fields)] =
        state->address + (instruction->operation & DECREMENTS ? STATE_MEMORY_BYTES - slack : slack);
}

static void do_list(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t list = list_of(instruction, fields);
    uint32_t size_bytes = 4 * (uint32_t)__builtin_popcount(list);
    unsigned base = base_of(instruction, fields);
    bool down = (instruction->operation & DECREMENTS) != 0, loads = (instruction->operation & IS_LOAD) != 0;
    uint32_t moved = down ? state->r[base] - size_bytes : state->r[base] + size_bytes;
    uint32_t address = down ? moved : state->r[base];
    for (unsigned i = 0; i < 15; i++) {
        if (list >> i & 1) {
            if (loads) {
                state->r[i] = (uint32_t)load_bytes(state, address, 4);
            } else {
                store_bytes(state, address, 4, state->r[i]);
            }
            address += 4;
        }
    }
    if (writes_back(instruction, fields) &&
        !(loads && (list >> base & 1))) { // LDM T1 with the base in the list
        state->r[base] = moved;
    }
}

// ---- literals: the instruction among data, before or after it. immediate = before:byte; `operation` = size,
// sign.

enum {
    SIGNED_LITERAL = 16,
    DUAL_LITERAL = 32,
    NARROW_LITERAL = 64,
    LITERAL_BYTES = 32,
    LITERAL_FORMS = 2 * 24
};
enum { DATA_AFTER = 4, DATA_BEFORE = 36 }; // from the aligned PC to the data, and back

static bool is_before(const Fields *fields) { return fields->immediate >= 24; }
static uint32_t literal_offset(const Instruction *instruction, const Fields *fields) {
    bool in_words = (instruction->operation & (DUAL_LITERAL | NARROW_LITERAL)) != 0;
    return in_words ? fields->immediate % 24 & ~3U : fields->immediate % 24;
}
static uint8_t literal_byte(unsigned offset) { return (uint8_t)(offset * 37 + 0x8B); }

static void emit_literals(Code *code) {
    for (unsigned i = 0; i < LITERAL_BYTES; i += 2) {
        emit16(code, literal_byte(i) | (uint32_t)literal_byte(i + 1) << 8);
    }
}

static void emit_literal_load(const Instruction *instruction, const Fields *fields, Code *code) {
    uint32_t offset = literal_offset(instruction, fields);
    uint32_t distance = is_before(fields) ? DATA_BEFORE - offset : DATA_AFTER + offset;
    uint32_t up = is_before(fields) ? 0 : 1U << 23;
    if (instruction->operation & NARROW_LITERAL) {
        emit16(code, instruction->opcode | fields->d << 8 | (DATA_AFTER + offset) / 4);
        emit16(code, 0xBF00); // NOP
    } else if (instruction->operation & DUAL_LITERAL) {
        emit32(code, instruction->opcode | up | fields->d << 12 | fields->a << 8 | distance / 4);
    } else {
        emit32(code, instruction->opcode | up | fields->d << 12 | distance);
    }
}

static void encode_literal(const Instruction *instruction, const Fields *fields, Code *code) {
    bool before = is_before(fields) && !(instruction->operation & NARROW_LITERAL); // which only looks ahead
    if (!before) {
        emit_literal_load(instruction, fields, code);
    }
    emit16(code, 0xE000 | (LITERAL_BYTES / 2)); // B over one more halfword and the data
    emit16(code, 0xBF00);
    emit_literals(code);
    if (before) {
        emit_literal_load(instruction, fields, code);
    }
}

static void do_literal(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t offset = literal_offset(instruction, fields);
    unsigned size_bytes = instruction->operation & 15;
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        value |= (uint64_t)literal_byte(offset + i) << (8 * i);
    }
    uint64_t mask = (UINT64_C(1) << (8 * size_bytes)) - 1;
    state->r[fields->d] = instruction->operation & SIGNED_LITERAL
                              ? (uint32_t)sign_extend(value, 8 * size_bytes)
                              : (uint32_t)(value & mask);
    if (instruction->operation & DUAL_LITERAL) {
        state->r[fields->a] = (uint32_t)(value >> 32);
    }
}

// ---- exclusives: Rn address, `a` loaded, `m` stored, `d` status. `operation`: size, and what stands
// between.

enum { CLEARED_BETWEEN = 16, STORED_TWICE = 32 };

static void emit_exclusive(const Instruction *instruction, const Fields *fields, bool loads, Code *code) {
    uint32_t offset = fields->immediate;
    if ((instruction->operation & 15) == 4) {
        emit32(code, (loads ? 0xE8500F00 | fields->a << 12 : 0xE8400000 | fields->m << 12 | fields->d << 8) |
                         fields->n << 16 | offset);
    } else {
        uint32_t width = (instruction->operation & 15) == 1 ? 0x40 : 0x50;
        emit32(code, (loads ? 0xE8D00F0F | fields->a << 12 : 0xE8C00F00 | fields->m << 12 | fields->d) |
                         fields->n << 16 | width);
    }
}

static void encode_exclusive(const Instruction *instruction, const Fields *fields, Code *code) {
    emit_exclusive(instruction, fields, true, code);
    if (instruction->operation & CLEARED_BETWEEN) {
        emit32(code, 0xF3BF8F2F); // CLREX
    }
    emit_exclusive(instruction, fields, false, code);
    if (instruction->operation & STORED_TWICE) {
        emit_exclusive(instruction, fields, false, code);
    }
}

static uint32_t exclusive_offset(const Instruction *instruction, const Fields *fields) {
    return (instruction->operation & 15) == 4 ? 4 * fields->immediate : 0;
}

static void prepare_exclusive(const Instruction *instruction, const Fields *fields, Random *random,
                              State *state) {
    uint32_t target = 4 * random_below(random, STATE_MEMORY_BYTES / 4);
    state->r[fields->n] = state->address + target - exclusive_offset(instruction, fields);
}

static void do_exclusive(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t address = state->r[fields->n] + exclusive_offset(instruction, fields);
    unsigned size_bytes = instruction->operation & 15;
    state->r[fields->a] = (uint32_t)load_bytes(state, address, size_bytes);
    if (!(instruction->operation & CLEARED_BETWEEN)) {
        store_bytes(state, address, size_bytes, state->r[fields->m]);
    }
    state->r[fields->d] = (instruction->operation & (CLEARED_BETWEEN | STORED_TWICE)) != 0;
}

enum { EXCLUSIVE_OPERANDS = USES_D | USES_N | USES_M | USES_A | ALL_DISTINCT };

#define LIST(name, opcode, operation, operands)                                                              \
    { name, opcode, encode_list, do_list, operation, operands, ANY_LIST, prepare_list, NULL }
#define LITERAL(name, opcode, operation, operands)                                                           \
    {                                                                                                        \
        name " (literal)", opcode, encode_literal, do_literal, operation,                                    \
            USES_D | EVERY_IMMEDIATE | (operands), LITERAL_FORMS, NULL, NULL                                 \
    }
#define EXCLUSIVE(name, size_bytes, count)                                                                   \
    {"LDREX STREX " name, 0,     encode_exclusive,  do_exclusive, size_bytes,                                \
     EXCLUSIVE_OPERANDS,  count, prepare_exclusive, NULL},                                                   \
        {"LDREX CLREX STREX " name, 0,     encode_exclusive,  do_exclusive, (size_bytes) | CLEARED_BETWEEN,  \
         EXCLUSIVE_OPERANDS,        count, prepare_exclusive, NULL},                                         \
    {                                                                                                        \
        "LDREX STREX STREX " name, 0, encode_exclusive, do_exclusive, (size_bytes) | STORED_TWICE,           \
            EXCLUSIVE_OPERANDS, count, prepare_exclusive, NULL                                               \
    }

static const Instruction instructions[] = {
    LIST("STMIA", 0xE8800000, 0, USES_N | USES_S),
    LIST("LDMIA", 0xE8900000, IS_LOAD, USES_N | USES_S),
    LIST("STMDB", 0xE9000000, DECREMENTS, USES_N | USES_S),
    LIST("LDMDB", 0xE9100000, DECREMENTS | IS_LOAD, USES_N | USES_S),
    LIST("PUSH.W", 0xE9000000, DECREMENTS | ALWAYS_WRITES_BACK, STACK_POINTER),
    LIST("POP.W", 0xE8900000, IS_LOAD | ALWAYS_WRITES_BACK, STACK_POINTER),
    LIST("PUSH T1", 0xB400, NARROW | DECREMENTS | ALWAYS_WRITES_BACK, STACK_POINTER),
    LIST("POP T1", 0xBC00, NARROW | IS_LOAD | ALWAYS_WRITES_BACK, STACK_POINTER),
    LIST("STM T1", 0xC000, NARROW | ALWAYS_WRITES_BACK, USES_N | LOW_REGISTERS),
    LIST("LDM T1", 0xC800, NARROW | IS_LOAD | ALWAYS_WRITES_BACK, USES_N | LOW_REGISTERS),
    LITERAL("LDRB", 0xF81F0000, 1, 0),
    LITERAL("LDRH", 0xF83F0000, 2, 0),
    LITERAL("LDR", 0xF85F0000, 4, 0),
    LITERAL("LDRSB", 0xF91F0000, 1 | SIGNED_LITERAL, 0),
    LITERAL("LDRSH", 0xF93F0000, 2 | SIGNED_LITERAL, 0),
    LITERAL("LDRD", 0xE95F0000, 4 | DUAL_LITERAL, USES_A | DISTINCT_DA),
    LITERAL("LDR T1", 0x4800, 4 | NARROW_LITERAL, LOW_REGISTERS),
    EXCLUSIVE("word", 4, 256),
    EXCLUSIVE("halfword", 2, 0),
    EXCLUSIVE("byte", 1, 0),
};

const InstructionTable load_store_multiple_table = TABLE("multiple, literal, exclusive", instructions);
