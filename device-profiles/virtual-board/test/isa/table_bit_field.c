// SPDX-License-Identifier: GPL-2.0-or-later
// Extension, packing, bit fields, reversal, leading zeros (A5.2.5, A5.3.3, A5.3.11, A5.3.12, A5.3.15).
#include "isa_tables.h"
#include "pseudocode.h"

enum { ROTATIONS = 4, POSITIONS_AND_WIDTHS = 1024, SHIFT_AMOUNTS = 32 };

// Extensions by width; bit 0 = signed.
enum { EXTEND_BYTE = 0, EXTEND_HALFWORD = 2, EXTEND_BYTE16 = 4, EXTEND_SIGNED = 1 };
enum { DO_CLZ, DO_RBIT, DO_REV, DO_REV16, DO_REVSH };

static void encode_rotated(const Instruction *instruction, const Fields *fields, Code *code) {
    Code plain = {.count = 0};
    encode_registers(instruction, fields, &plain);
    emit16(code, plain.halfwords[0]);
    emit16(code, plain.halfwords[1] | fields->immediate << 4);
}

static void encode_narrow(const Instruction *instruction, const Fields *fields, Code *code) {
    emit16(code, instruction->opcode | fields->m << 3 | fields->d);
}

static void encode_shift_amount(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | fields->n << 16 | (fields->immediate >> 2) << 12 | fields->d << 8 |
                     (fields->immediate & 3) << 6 | fields->m);
}

// The register is named twice.
static void encode_unary(const Instruction *instruction, const Fields *fields, Code *code) {
    emit32(code, instruction->opcode | fields->m << 16 | fields->d << 8 | fields->m);
}

// immediate = lsb:width-1, the width cut at bit 31.
static unsigned position_of(const Fields *fields) { return fields->immediate >> 5; }
static unsigned width_of(const Fields *fields) {
    unsigned room = 32 - position_of(fields), width = (fields->immediate & 31) + 1;
    return width < room ? width : room;
}
static uint32_t mask_of(unsigned width) { return (uint32_t)((UINT64_C(1) << width) - 1); }

static void encode_bit_field(const Instruction *instruction, const Fields *fields, Code *code) {
    unsigned position = position_of(fields), width = width_of(fields);
    bool inserts = instruction->operands & SOURCE_D; // BFI and BFC name the last bit, the extracts the width
    emit32(code, instruction->opcode | (instruction->operands & USES_N ? fields->n << 16 : 0) |
                     (position >> 2) << 12 | fields->d << 8 | (position & 3) << 6 |
                     (inserts ? position + width - 1 : width - 1));
}

static uint32_t extend(uint32_t value, uint32_t kind) {
    switch (kind) {
    case EXTEND_BYTE:
        return value & 0xFF;
    case EXTEND_BYTE | EXTEND_SIGNED:
        return (uint32_t)sign_extend(value, 8);
    case EXTEND_HALFWORD:
        return value & 0xFFFF;
    case EXTEND_HALFWORD | EXTEND_SIGNED:
        return (uint32_t)sign_extend(value, 16);
    case EXTEND_BYTE16:
        return value & 0x00FF00FF;
    default:
        return ((uint32_t)sign_extend(value, 8) & 0xFFFF) | (uint32_t)sign_extend(value >> 16, 8) << 16;
    }
}

static void do_extend(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t extended =
        extend(rotate_right(state->r[fields->m], 8 * fields->immediate), instruction->operation);
    uint32_t base = instruction->operands & USES_N ? state->r[fields->n] : 0;
    if (instruction->operation < EXTEND_BYTE16) {
        state->r[fields->d] = base + extended;
    } else { // two sums without a carry between them
        state->r[fields->d] = ((base + extended) & 0xFFFF) | ((base & 0xFFFF0000) + (extended & 0xFFFF0000));
    }
}

static void do_pack(const Instruction *instruction, const Fields *fields, State *state) {
    Shift shift = decode_immediate_shift(instruction->operation, fields->immediate);
    uint32_t operand = shift_with_carry(state->r[fields->m], shift, false).result, n = state->r[fields->n];
    bool bottom_top = instruction->operation == SHIFT_LSL;
    state->r[fields->d] =
        bottom_top ? (operand & 0xFFFF0000) | (n & 0xFFFF) : (n & 0xFFFF0000) | (operand & 0xFFFF);
}

static void do_insert(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t mask = mask_of(width_of(fields)) << position_of(fields);
    uint32_t source = instruction->operands & USES_N ? state->r[fields->n] << position_of(fields) : 0;
    state->r[fields->d] = (state->r[fields->d] & ~mask) | (source & mask);
}

static void do_extract(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t field = state->r[fields->n] >> position_of(fields) & mask_of(width_of(fields));
    state->r[fields->d] = instruction->operation ? (uint32_t)sign_extend(field, width_of(fields)) : field;
}

static uint32_t reverse_bytes(uint32_t value, unsigned span) { // within units of `span` bytes
    uint32_t result = 0;
    for (unsigned byte = 0; byte < 4; byte++) {
        unsigned to = byte / span * span + (span - 1 - byte % span);
        result |= (value >> (8 * byte) & 0xFF) << (8 * to);
    }
    return result;
}

static void do_unary(const Instruction *instruction, const Fields *fields, State *state) {
    uint32_t m = state->r[fields->m], result;
    switch (instruction->operation) {
    case DO_CLZ:
        result = count_leading_zeros(m);
        break;
    case DO_RBIT:
        result = bit_reverse(m);
        break;
    case DO_REV:
        result = reverse_bytes(m, 4);
        break;
    case DO_REV16:
        result = reverse_bytes(m, 2);
        break;
    default:
        result = (uint32_t)sign_extend(reverse_bytes(m, 2), 16);
    }
    state->r[fields->d] = result;
}

#define EXTENSION(letter, is_signed, base)                                                                   \
    {letter "XTB",      (base) | 0x4FF080, encode_rotated, do_extend, EXTEND_BYTE | (is_signed),             \
     USES_D | SOURCE_M, ROTATIONS,         NULL,           NULL},                                            \
        {letter "XTH",      (base) | 0x0FF080, encode_rotated, do_extend, EXTEND_HALFWORD | (is_signed),     \
         USES_D | SOURCE_M, ROTATIONS,         NULL,           NULL},                                        \
        {letter "XTB16",    (base) | 0x2FF080, encode_rotated, do_extend, EXTEND_BYTE16 | (is_signed),       \
         USES_D | SOURCE_M, ROTATIONS,         NULL,           NULL},                                        \
        {letter "XTAB",                                                                                      \
         (base) | 0x40F080,                                                                                  \
         encode_rotated,                                                                                     \
         do_extend,                                                                                          \
         EXTEND_BYTE | (is_signed),                                                                          \
         USES_D | SOURCE_N | SOURCE_M,                                                                       \
         ROTATIONS,                                                                                          \
         NULL,                                                                                               \
         NULL},                                                                                              \
        {letter "XTAH",                                                                                      \
         (base) | 0x00F080,                                                                                  \
         encode_rotated,                                                                                     \
         do_extend,                                                                                          \
         EXTEND_HALFWORD | (is_signed),                                                                      \
         USES_D | SOURCE_N | SOURCE_M,                                                                       \
         ROTATIONS,                                                                                          \
         NULL,                                                                                               \
         NULL},                                                                                              \
    {                                                                                                        \
        letter "XTAB16", (base) | 0x20F080, encode_rotated, do_extend, EXTEND_BYTE16 | (is_signed),          \
            USES_D | SOURCE_N | SOURCE_M, ROTATIONS, NULL, NULL                                              \
    }
#define NARROW(name, opcode, reference, operation)                                                           \
    {                                                                                                        \
        name " T1", opcode, encode_narrow, reference, operation, LOW_REGISTERS | USES_D | SOURCE_M, 0, NULL, \
            NULL                                                                                             \
    }
#define UNARY(name, opcode, operation)                                                                       \
    { name, opcode, encode_unary, do_unary, operation, USES_D | SOURCE_M, 0, NULL, NULL }
#define BIT_FIELD(name, opcode, reference, operation, sources)                                               \
    {                                                                                                        \
        name, opcode, encode_bit_field, reference, operation, USES_D | EVERY_IMMEDIATE | (sources),          \
            POSITIONS_AND_WIDTHS, NULL, NULL                                                                 \
    }

static const Instruction instructions[] = {
    EXTENSION("S", 1, 0xFA000000),
    EXTENSION("U", 0, 0xFA100000),
    NARROW("SXTH", 0xB200, do_extend, EXTEND_HALFWORD | EXTEND_SIGNED),
    NARROW("SXTB", 0xB240, do_extend, EXTEND_BYTE | EXTEND_SIGNED),
    NARROW("UXTH", 0xB280, do_extend, EXTEND_HALFWORD),
    NARROW("UXTB", 0xB2C0, do_extend, EXTEND_BYTE),
    {"PKHBT", 0xEAC00000, encode_shift_amount, do_pack, SHIFT_LSL, USES_D | SOURCE_N | SOURCE_M,
     SHIFT_AMOUNTS, NULL, NULL},
    {"PKHTB", 0xEAC00020, encode_shift_amount, do_pack, SHIFT_ASR, USES_D | SOURCE_N | SOURCE_M,
     SHIFT_AMOUNTS, NULL, NULL},
    BIT_FIELD("BFI", 0xF3600000, do_insert, 0, SOURCE_N | SOURCE_D),
    BIT_FIELD("BFC", 0xF36F0000, do_insert, 0, SOURCE_D),
    BIT_FIELD("SBFX", 0xF3400000, do_extract, 1, SOURCE_N),
    BIT_FIELD("UBFX", 0xF3C00000, do_extract, 0, SOURCE_N),
    UNARY("CLZ", 0xFAB0F080, DO_CLZ),
    UNARY("RBIT", 0xFA90F0A0, DO_RBIT),
    UNARY("REV", 0xFA90F080, DO_REV),
    UNARY("REV16", 0xFA90F090, DO_REV16),
    UNARY("REVSH", 0xFA90F0B0, DO_REVSH),
    NARROW("REV", 0xBA00, do_unary, DO_REV),
    NARROW("REV16", 0xBA40, do_unary, DO_REV16),
    NARROW("REVSH", 0xBAC0, do_unary, DO_REVSH),
};

const InstructionTable bit_field_table = TABLE("extend, pack, bit fields", instructions);
