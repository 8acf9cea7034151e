// SPDX-License-Identifier: GPL-2.0-or-later
// Loads and stores of one or two registers in every addressing mode, aligned and not (A5.2.4,
// A5.3.6-A5.3.10). Rt is `d`, Rt2 is `a`.
#include "isa_tables.h"
#include "pseudocode.h"

// `operation`: what moves, and the addressing mode.
enum { SIZE_MASK = 15, IS_LOAD = 16, IS_SIGNED = 32, SCALED_SHIFT = 8 };
#define LOAD(size_bytes) ((size_bytes) | IS_LOAD)
#define STORE(size_bytes) (size_bytes)
#define SCALED(shift) ((uint32_t)(shift) << SCALED_SHIFT)

static unsigned size_of(const Instruction *instruction) { return instruction->operation & SIZE_MASK; }

static void transfer(const Instruction *instruction, State *state, unsigned t, uint32_t address) {
    unsigned size_bytes = size_of(instruction);
    if (!(instruction->operation & IS_LOAD)) {
        store_bytes(state, address, size_bytes, state->r[t]);
        return;
    }
    uint64_t value = load_bytes(state, address, size_bytes);
    state->r[t] =
        instruction->operation & IS_SIGNED ? (uint32_t)sign_extend(value, 8 * size_bytes) : (uint32_t)value;
}

// Anywhere in the state's memory; words and halfwords at any byte.
static uint32_t random_target(const Instruction *instruction, Random *random, const State *state) {
    return state->address + random_below(random, STATE_MEMORY_BYTES - size_of(instruction) + 1);
}

// ---- positive 12-bit offset

static void encode_offset12(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | fields->n << 16 | fields->d << 12 | fields->immediate);
}

static void prepare_offset12(const Instruction *instruction, const Fields *fields, Random *random,
                             State *state) {
    state->r[fields->n] = random_target(instruction, random, state) - fields->immediate;
}

static void do_offset12(const Instruction *instruction, const Fields *fields, State *state) {
    transfer(instruction, state, fields->d, state->r[fields->n] + fields->immediate);
}

// ---- 8-bit offset: immediate = mode:imm8. Modes as PUW; without index and write-back there is no such
// encoding.

enum { INDEXED = 4, ADDS = 2, WRITES_BACK = 1, INDEXED_FORMS = 6 * 256 };

static unsigned mode_of(const Fields *fields) {
    static const uint8_t modes[] = {
        INDEXED,
        INDEXED | ADDS, // the unprivileged form
        WRITES_BACK,    ADDS | WRITES_BACK, INDEXED | WRITES_BACK, INDEXED | ADDS | WRITES_BACK};
    return modes[fields->immediate >> 8];
}

static uint32_t signed_offset(const Fields *fields, unsigned scale) {
    uint32_t offset = (fields->immediate & 0xFF) * scale;
    return mode_of(fields) & ADDS ? offset : 0 - offset;
}

static void encode_offset8(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | fields->n << 16 | fields->d << 12 | 1U << 11 | mode_of(fields) << 8 |
                     (fields->immediate & 0xFF));
}

static void prepare_offset8(const Instruction *instruction, const Fields *fields, Random *random,
                            State *state) {
    uint32_t target = random_target(instruction, random, state);
    state->r[fields->n] = mode_of(fields) & INDEXED ? target - signed_offset(fields, 1) : target;
}

static void do_offset8(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t base = state->r[fields->n], moved = base + signed_offset(fields, 1);
    transfer(instruction, state, fields->d, mode_of(fields) & INDEXED ? moved : base);
    if (mode_of(fields) & WRITES_BACK) {
        state->r[fields->n] = moved;
    }
}

// ---- two words; immediate as above, offset in words

static void encode_dual(const Instruction *instruction, const Fields *fields, Code *code) {
    unsigned mode = mode_of(fields);
    emit32(code, instruction->opcode | (mode & INDEXED ? 1U << 24 : 0) | (mode & ADDS ? 1U << 23 : 0) |
                     (mode & WRITES_BACK ? 1U << 21 : 0) | fields->n << 16 | fields->d << 12 |
                     fields->a << 8 | (fields->immediate & 0xFF));
}

static void prepare_dual(const Instruction *instruction, const Fields *fields, Random *random, State *state) {
    (void)instruction;
    uint32_t target = state->address + 4 * random_below(random, STATE_MEMORY_BYTES / 4 - 1);
    state->r[fields->n] = mode_of(fields) & INDEXED ? target - signed_offset(fields, 4) : target;
}

static void do_dual(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t base = state->r[fields->n], moved = base + signed_offset(fields, 4);
    uint32_t address = mode_of(fields) & INDEXED ? moved : base;
    transfer(instruction, state, fields->d, address);
    transfer(instruction, state, fields->a, address + 4);
    if (mode_of(fields) & WRITES_BACK) {
        state->r[fields->n] = moved;
    }
}

// ---- register offset, shifted left by 0-3

static void encode_register_offset(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code,
           instruction->opcode | fields->n << 16 | fields->d << 12 | fields->immediate << 4 | fields->m);
}

static void encode_register_offset16(const Instruction *instruction, const Fields *fields, Code *code) {
    emit16(code, instruction->opcode | fields->m << 6 | fields->n << 3 | fields->d);
}

static void prepare_register_offset(const Instruction *instruction, const Fields *fields, Random *random,
                                    State *state) {
    uint32_t index = random_below(random, 2) ? random_below(random, 64) - 32 : random_word(random);
    state->r[fields->m] = index;
    state->r[fields->n] = random_target(instruction, random, state) - (index << fields->immediate);
}

static void do_register_offset(const Instruction *instruction, const Fields *fields, State *state) {
    transfer(instruction, state, fields->d, state->r[fields->n] + (state->r[fields->m] << fields->immediate));
}

// ---- 16-bit immediate offsets, scaled by the size

static uint32_t scaled_offset(const Instruction *instruction, const Fields *fields) {
    return fields->immediate << (instruction->operation >> SCALED_SHIFT);
}

static unsigned base_of(const Instruction *instruction, const Fields *fields) {
    return instruction->operands & STACK_POINTER ? (unsigned)REGISTER_SP : fields->n;
}

static void encode_scaled16(const Instruction *instruction, const Fields *fields, Code *code) {
    if (instruction->operands & STACK_POINTER) {
        emit16(code, instruction->opcode | fields->d << 8 | fields->immediate);
    } else {
        emit16(code, instruction->opcode | fields->immediate << 6 | fields->n << 3 | fields->d);
    }
}

static void prepare_scaled16(const Instruction *instruction, const Fields *fields, Random *random,
                             State *state) {
    uint32_t target = random_target(instruction, random, state);
    target = instruction->operands & STACK_POINTER ? target & ~UINT32_C(3) : target;
    state->r[base_of(instruction, fields)] = target - scaled_offset(instruction, fields);
}

static void do_scaled16(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t base = state->r[base_of(instruction, fields)];
    transfer(instruction, state, fields->d, base + scaled_offset(instruction, fields));
}

enum {
    BASE = USES_D | USES_N,
    DISTINCT_BASE = BASE | ALL_DISTINCT,
    LOW_BASE = LOW_REGISTERS | BASE | EVERY_IMMEDIATE,
    WITH_INDEX = BASE | USES_M | ALL_DISTINCT,
};

#define WIDE(name, opcode, operation)                                                                        \
    {name " [Rn, #imm12]",                                                                                   \
     (opcode) | 0x00800000,                                                                                  \
     encode_offset12,                                                                                        \
     do_offset12,                                                                                            \
     operation,                                                                                              \
     ((operation)&IS_LOAD ? BASE : DISTINCT_BASE),                                                           \
     4096,                                                                                                   \
     prepare_offset12,                                                                                       \
     NULL},                                                                                                  \
        {name " [Rn], #imm8 and kin",     opcode,        encode_offset8,  do_offset8, operation,             \
         DISTINCT_BASE | EVERY_IMMEDIATE, INDEXED_FORMS, prepare_offset8, NULL},                             \
    {                                                                                                        \
        name " [Rn, Rm, LSL]", opcode, encode_register_offset, do_register_offset, operation, WITH_INDEX, 4, \
            prepare_register_offset, NULL                                                                    \
    }
#define NARROW_IMMEDIATE(name, opcode, operation, shift)                                                     \
    {                                                                                                        \
        name " T1", opcode, encode_scaled16, do_scaled16, (operation) | SCALED(shift),                       \
            LOW_BASE | ALL_DISTINCT, 32, prepare_scaled16, NULL                                              \
    }
#define NARROW_REGISTER(name, opcode, operation)                                                             \
    {                                                                                                        \
        name " (reg) T1", opcode, encode_register_offset16, do_register_offset, operation,                   \
            LOW_REGISTERS | WITH_INDEX, 0, prepare_register_offset, NULL                                     \
    }
#define STACK(name, opcode, operation)                                                                       \
    {                                                                                                        \
        name " [SP] T2", opcode, encode_scaled16, do_scaled16, (operation) | SCALED(2),                      \
            LOW_REGISTERS | USES_D | STACK_POINTER | EVERY_IMMEDIATE, 256, prepare_scaled16, NULL            \
    }

static const Instruction instructions[] = {
    WIDE("STRB", 0xF8000000, STORE(1)),
    WIDE("STRH", 0xF8200000, STORE(2)),
    WIDE("STR", 0xF8400000, STORE(4)),
    WIDE("LDRB", 0xF8100000, LOAD(1)),
    WIDE("LDRH", 0xF8300000, LOAD(2)),
    WIDE("LDR", 0xF8500000, LOAD(4)),
    WIDE("LDRSB", 0xF9100000, LOAD(1) | IS_SIGNED),
    WIDE("LDRSH", 0xF9300000, LOAD(2) | IS_SIGNED),
    NARROW_IMMEDIATE("STR", 0x6000, STORE(4), 2),
    NARROW_IMMEDIATE("LDR", 0x6800, LOAD(4), 2),
    NARROW_IMMEDIATE("STRB", 0x7000, STORE(1), 0),
    NARROW_IMMEDIATE("LDRB", 0x7800, LOAD(1), 0),
    NARROW_IMMEDIATE("STRH", 0x8000, STORE(2), 1),
    NARROW_IMMEDIATE("LDRH", 0x8800, LOAD(2), 1),
    NARROW_REGISTER("STR", 0x5000, STORE(4)),
    NARROW_REGISTER("STRH", 0x5200, STORE(2)),
    NARROW_REGISTER("STRB", 0x5400, STORE(1)),
    NARROW_REGISTER("LDRSB", 0x5600, LOAD(1) | IS_SIGNED),
    NARROW_REGISTER("LDR", 0x5800, LOAD(4)),
    NARROW_REGISTER("LDRH", 0x5A00, LOAD(2)),
    NARROW_REGISTER("LDRB", 0x5C00, LOAD(1)),
    NARROW_REGISTER("LDRSH", 0x5E00, LOAD(2) | IS_SIGNED),
    STACK("STR", 0x9000, STORE(4)),
    STACK("LDR", 0x9800, LOAD(4)),
    {"STRD", 0xE8400000, encode_dual, do_dual, STORE(4), DISTINCT_BASE | USES_A | EVERY_IMMEDIATE,
     INDEXED_FORMS, prepare_dual, NULL},
    {"LDRD", 0xE8500000, encode_dual, do_dual, LOAD(4), DISTINCT_BASE | USES_A | EVERY_IMMEDIATE,
     INDEXED_FORMS, prepare_dual, NULL},
};

const InstructionTable load_store_table = TABLE("loads and stores", instructions);
