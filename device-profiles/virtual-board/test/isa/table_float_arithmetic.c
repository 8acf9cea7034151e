// SPDX-License-Identifier: GPL-2.0-or-later
// Floating-point arithmetic, comparison, maximum and selection, single and double (A7.7.223 and following).
#include "float_operands.h"
#include "isa_tables.h"
#include "pseudocode.h"

enum { DOUBLE_BIT = 1 << 8 };

void encode_float_two(const Instruction *instruction, const Fields *fields, Code *code) {
    bool wide = is_double(instruction);
    emit32(code, instruction->opcode | (wide ? DOUBLE_BIT : 0) | float_d(wide, fields->d) |
                     float_m(wide, fields->m));
}

void encode_float_three(const Instruction *instruction, const Fields *fields, Code *code) {
    bool wide = is_double(instruction);
    emit32(code, instruction->opcode | (wide ? DOUBLE_BIT : 0) | float_d(wide, fields->d) |
                     float_n(wide, fields->n) | float_m(wide, fields->m));
}

static void encode_compare_zero(const Instruction *instruction, const Fields *fields, Code *code) {
    bool wide = is_double(instruction);
    emit32(code, instruction->opcode | (wide ? DOUBLE_BIT : 0) | float_d(wide, fields->d));
}

typedef enum {
    DO_ADD,
    DO_SUBTRACT,
    DO_MULTIPLY,
    DO_NEGATED_MULTIPLY,
    DO_DIVIDE,
    DO_MAXIMUM,
    DO_MINIMUM,
} TwoOperands;

static void do_two_operands(const Instruction *instruction, const Fields *fields, State *state) {
    FloatFormat format = format_of(instruction);
    bool wide = is_double(instruction);
    uint64_t n = read_float(wide, state, fields->n), m = read_float(wide, state, fields->m), result;
    switch ((TwoOperands)instruction->operation) {
    case DO_ADD:
        result = float_add(format, n, m, &state->fpscr);
        break;
    case DO_SUBTRACT:
        result = float_subtract(format, n, m, &state->fpscr);
        break;
    case DO_MULTIPLY:
        result = float_multiply(format, n, m, &state->fpscr);
        break;
    case DO_NEGATED_MULTIPLY:
        result = float_negate(format, float_multiply(format, n, m, &state->fpscr));
        break;
    case DO_DIVIDE:
        result = float_divide(format, n, m, &state->fpscr);
        break;
    default:
        result = float_maximum_number(format, n, m, instruction->operation == DO_MINIMUM, &state->fpscr);
    }
    write_float(wide, state, fields->d, result);
}

// `operation` of the accumulating forms.
enum { NEGATE_PRODUCT = 1, NEGATE_ADDEND = 2 };

static void do_fused(const Instruction *instruction, const Fields *fields, State *state) {
    FloatFormat format = format_of(instruction);
    bool wide = is_double(instruction);
    uint64_t n = read_float(wide, state, fields->n), addend = read_float(wide, state, fields->d);
    n = instruction->operation & NEGATE_PRODUCT ? float_negate(format, n) : n;
    addend = instruction->operation & NEGATE_ADDEND ? float_negate(format, addend) : addend;
    uint64_t m = read_float(wide, state, fields->m);
    write_float(wide, state, fields->d, float_multiply_add(format, addend, n, m, &state->fpscr));
}

static void do_chained(const Instruction *instruction, const Fields *fields, State *state) {
    FloatFormat format = format_of(instruction);
    bool wide = is_double(instruction);
    uint64_t n = read_float(wide, state, fields->n), m = read_float(wide, state, fields->m);
    uint64_t product = float_multiply(format, n, m, &state->fpscr),
             addend = read_float(wide, state, fields->d);
    product = instruction->operation & NEGATE_PRODUCT ? float_negate(format, product) : product;
    addend = instruction->operation & NEGATE_ADDEND ? float_negate(format, addend) : addend;
    write_float(wide, state, fields->d, float_add(format, addend, product, &state->fpscr));
}

typedef enum { DO_MOVE, DO_ABSOLUTE, DO_NEGATE, DO_SQUARE_ROOT } OneOperand;

static void do_one_operand(const Instruction *instruction, const Fields *fields, State *state) {
    FloatFormat format = format_of(instruction);
    bool wide = is_double(instruction);
    uint64_t m = read_float(wide, state, fields->m), sign = UINT64_C(1) << (format.bits - 1);
    switch ((OneOperand)instruction->operation) {
    case DO_MOVE:
        break;
    case DO_ABSOLUTE:
        m &= ~sign;
        break;
    case DO_NEGATE:
        m ^= sign;
        break;
    default:
        m = float_square_root(format, m, &state->fpscr);
    }
    write_float(wide, state, fields->d, m);
}

// `operation`: bit 0 = E, bit 1 = with zero.
static void do_compare(const Instruction *instruction, const Fields *fields, State *state) {
    bool wide = is_double(instruction);
    uint64_t d = read_float(wide, state, fields->d);
    uint64_t m = instruction->operation & 2 ? 0 : read_float(wide, state, fields->m);
    uint32_t nzcv = float_compare(format_of(instruction), d, m, instruction->operation & 1, &state->fpscr);
    state->fpscr = (state->fpscr & 0x0FFFFFFF) | nzcv << 28;
}

// `operation`: the condition, EQ, VS, GE or GT.
static void do_select(const Instruction *instruction, const Fields *fields, State *state) {
    bool wide = is_double(instruction), first = condition_passed(instruction->operation, state->apsr);
    write_float(wide, state, fields->d, read_float(wide, state, first ? fields->n : fields->m));
}

enum {
    DNM = USES_D | SOURCE_N | SOURCE_M,
    DM = USES_D | SOURCE_M,
};

#define ROW(name, opcode, encode, reference, operation, operands)                                            \
    {name ".F32", opcode, encode, reference, operation, FLOAT_SINGLE | (operands), 0, NULL, NULL}, {         \
        name ".F64", opcode, encode, reference, operation, FLOAT_DOUBLE | (operands), 0, NULL, NULL          \
    }
#define THREE(name, opcode, operation) ROW(name, opcode, encode_float_three, do_two_operands, operation, DNM)
#define CHAINED(name, opcode, operation)                                                                     \
    ROW(name, opcode, encode_float_three, do_chained, operation, DNM | SOURCE_D)
#define FUSED(name, opcode, operation)                                                                       \
    ROW(name, opcode, encode_float_three, do_fused, operation, DNM | SOURCE_D)
#define TWO(name, opcode, operation) ROW(name, opcode, encode_float_two, do_one_operand, operation, DM)
#define SELECT(name, opcode, condition) ROW(name, opcode, encode_float_three, do_select, condition, DNM)

static const Instruction instructions[] = {
    CHAINED("VMLA", 0xEE000A00, 0),
    CHAINED("VMLS", 0xEE000A40, NEGATE_PRODUCT),
    CHAINED("VNMLS", 0xEE100A00, NEGATE_ADDEND),
    CHAINED("VNMLA", 0xEE100A40, NEGATE_ADDEND | NEGATE_PRODUCT),
    THREE("VMUL", 0xEE200A00, DO_MULTIPLY),
    THREE("VNMUL", 0xEE200A40, DO_NEGATED_MULTIPLY),
    THREE("VADD", 0xEE300A00, DO_ADD),
    THREE("VSUB", 0xEE300A40, DO_SUBTRACT),
    THREE("VDIV", 0xEE800A00, DO_DIVIDE),
    FUSED("VFNMS", 0xEE900A00, NEGATE_ADDEND),
    FUSED("VFNMA", 0xEE900A40, NEGATE_ADDEND | NEGATE_PRODUCT),
    FUSED("VFMA", 0xEEA00A00, 0),
    FUSED("VFMS", 0xEEA00A40, NEGATE_PRODUCT),
    THREE("VMAXNM", 0xFE800A00, DO_MAXIMUM),
    THREE("VMINNM", 0xFE800A40, DO_MINIMUM),
    SELECT("VSELEQ", 0xFE000A00, 0),
    SELECT("VSELVS", 0xFE100A00, 6),
    SELECT("VSELGE", 0xFE200A00, 10),
    SELECT("VSELGT", 0xFE300A00, 12),
    TWO("VMOV", 0xEEB00A40, DO_MOVE),
    TWO("VABS", 0xEEB00AC0, DO_ABSOLUTE),
    TWO("VNEG", 0xEEB10A40, DO_NEGATE),
    TWO("VSQRT", 0xEEB10AC0, DO_SQUARE_ROOT),
    ROW("VCMP", 0xEEB40A40, encode_float_two, do_compare, 0, DM | SOURCE_D),
    ROW("VCMPE", 0xEEB40AC0, encode_float_two, do_compare, 1, DM | SOURCE_D),
    ROW("VCMP zero", 0xEEB50A40, encode_compare_zero, do_compare, 2, USES_D | SOURCE_D),
    ROW("VCMPE zero", 0xEEB50AC0, encode_compare_zero, do_compare, 3, USES_D | SOURCE_D),
};

const InstructionTable float_arithmetic_table = TABLE("floating-point arithmetic", instructions);
