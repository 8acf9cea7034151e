// SPDX-License-Identifier: GPL-2.0-or-later
// 32-bit Thumb encodings (A5.3): bits 31-16 are the first halfword.
#include "decode/operands_internal.h"

static RegisterSet core(uint32_t bits, unsigned lowest) {
    return REGISTER_BIT(operand_field(bits, lowest + 3, lowest));
}

// ---- data processing with a shifted register or a modified constant: operation in bits 24-21 ----

enum { AND, BIC, ORR, ORN, EOR, PKH = 6, ADD = 8, ADC = 10, SBC = 11, SUB = 13, RSB = 14 };

static void operation_of(uint32_t bits, bool shifts, RegisterSet second, Operands *operands) {
    unsigned operation = operand_field(bits, 24, 21);
    bool sets_flags = (bits & (1u << 20)) != 0;
    unsigned first = operand_field(bits, 19, 16);
    unsigned target = operand_field(bits, 11, 8);
    bool moves = (operation == ORR || operation == ORN) && first == 15;
    bool compares = target == 15 && sets_flags;
    bool simple = operation == ADD || operation == SUB || (moves && operation == ORR);
    operands->class = simple && !shifts ? CLASS_SIMPLE : CLASS_LATE;
    operands->shifts_operand = shifts;
    operands->late |= moves ? 0 : REGISTER_BIT(first) & ~REGISTER_BIT(15);
    operands->late |= operation == ADC || operation == SBC ? FLAGS : 0;
    operands->early |= shifts ? second : 0;
    operands->late |= shifts ? 0 : second;
    operands->results = (compares ? 0 : REGISTER_BIT(target)) | (sets_flags ? FLAGS : 0);
}

static void shifted_register(uint32_t bits, Operands *operands) {
    unsigned operation = operand_field(bits, 24, 21);
    bool shifts = operand_field(bits, 14, 12) != 0 || operand_field(bits, 7, 4) != 0;
    RegisterSet second = core(bits, 0);
    bool rotates_carry = operand_field(bits, 14, 12) == 0 && operand_field(bits, 7, 4) == 3; // RRX
    operands->late = rotates_carry ? FLAGS : 0;
    if (operation == PKH) { // the shifted operand of PKHBT, both of PKHTB
        operands->class = CLASS_BITFIELD;
        operands->uses_shifter = true;
        bool top = (bits & 0x20u) != 0;
        operands->early = second | (top ? core(bits, 16) : 0);
        operands->late = top ? 0 : core(bits, 16);
        operands->results = core(bits, 8);
    } else if (operation == ORR && operand_field(bits, 19, 16) == 15 &&
               shifts) { // MOV with a shift: LSL, LSR …
        operands->class = CLASS_SHIFT;
        operands->late |= second;
        operands->results = core(bits, 8) | ((bits & (1u << 20)) != 0 ? FLAGS : 0);
    } else {
        operation_of(bits, shifts, second, operands);
    }
}

static void plain_immediate(uint32_t bits, Operands *operands) {
    unsigned operation = operand_field(bits, 24, 20);
    RegisterSet source = core(bits, 16) & ~REGISTER_BIT(15);
    operands->results = core(bits, 8);
    switch (operation) {
    case 0x00: // ADDW, ADR
    case 0x0A: // SUBW, ADR
        operands->class = CLASS_SIMPLE;
        operands->late = source;
        break;
    case 0x04: // MOVW
        operands->class = CLASS_SIMPLE;
        break;
    case 0x0C: // MOVT
        operands->class = CLASS_SIMPLE;
        operands->late = core(bits, 8);
        break;
    case 0x14: // SBFX
    case 0x1C: // UBFX
        operands->class = CLASS_BITFIELD;
        operands->uses_shifter = true;
        operands->early = source;
        break;
    case 0x16: // BFI, BFC
        operands->class = CLASS_BITFIELD;
        operands->uses_shifter = true;
        operands->early = source;
        operands->late = core(bits, 8);
        break;
    default: // SSAT, USAT and their 16-bit forms
        operands->class = CLASS_BITFIELD;
        operands->late = source;
        break;
    }
}

static void branch_or_control(uint32_t bits, Operands *operands) {
    if ((bits & 0x5000u) != 0) { // B, BL
        operands->class = CLASS_BRANCH;
        operands->results = (bits & 0x4000u) != 0 ? REGISTER_BIT(14) : 0;
    } else if (operand_field(bits, 25, 23) != 7) { // B<c>
        operands->class = CLASS_BRANCH;
        operands->conditional = true;
        operands->late = FLAGS;
    } else if ((bits & 0xFFF0F000u) == 0xF3A08000u) {
        operands->class = CLASS_HINT;
    } else if ((bits & 0x0020F000u) == 0x00208000u) { // MRS
        operands->results = core(bits, 8);
    } else { // MSR
        operands->late = core(bits, 16);
        operands->results = FLAGS;
    }
}

// ---- data processing with registers: 1111 1010 ----

static void register_operation(uint32_t bits, Operands *operands) {
    bool upper = (bits & 0x80u) != 0;
    bool parallel_or_other = (bits & 0x00800000u) != 0;
    RegisterSet first = core(bits, 16);
    RegisterSet second = core(bits, 0);
    operands->results = core(bits, 8);
    if (!parallel_or_other && !upper) { // LSL, LSR, ASR, ROR by a register
        operands->class = CLASS_SHIFT;
        operands->late = first | second;
        operands->results |= (bits & (1u << 20)) != 0 ? FLAGS : 0;
        return;
    }
    operands->class = CLASS_BITFIELD;
    if (!parallel_or_other) { // extensions, with an addition unless Rn is 15
        bool adds = operand_field(bits, 19, 16) != 15;
        operands->late = adds ? first : second;
        operands->early = adds ? second : 0;
        operands->uses_shifter = adds;
        return;
    }
    bool other = upper && operand_field(bits, 22, 20) != 0; // REV … RBIT, SEL, CLZ; else parallel or QADD
    bool reverses = other && operand_field(bits, 22, 20) == 1;
    operands->uses_shifter = reverses;
    operands->early = reverses ? second : 0;
    operands->late = reverses ? 0 : first | second;
    bool selects = other && operand_field(bits, 22, 20) == 2;
    operands->late |= selects ? GREATER_OR_EQUAL : 0;
    operands->results |= upper ? 0 : GREATER_OR_EQUAL;
}

// 1111 1011 0: MUL, MLA, MLS, SMLAxy … USADA8. 15 in bits 15-12: nothing is added.
static void multiply(uint32_t bits, Operands *operands) {
    operands->class = CLASS_MULTIPLY;
    operands->multiplicand = core(bits, 16) | core(bits, 0);
    operands->accumulator = operand_field(bits, 15, 12) != 15 ? core(bits, 12) : 0;
    operands->results = core(bits, 8);
}

// 1111 1011 1: SMULL, UMLAL …, SDIV, UDIV.
static void long_multiply(uint32_t bits, Operands *operands) {
    unsigned divisor;
    if (instruction_is_divide((Instruction){bits, 4}, &divisor)) {
        operands->class = CLASS_DIVIDE;
        operands->late = core(bits, 16) | core(bits, 0);
        operands->results = core(bits, 8);
        return;
    }
    bool accumulates = (bits & (1u << 22)) != 0;
    operands->class = CLASS_MULTIPLY;
    operands->multiplicand = core(bits, 16) | core(bits, 0);
    operands->results = core(bits, 12) | core(bits, 8);
    operands->accumulator = accumulates ? operands->results : 0;
}

// ---- floating point (A6): only the registers of the sizes in use ----

// Between a core register and an S register, half a D register or FPSCR.
static void float_transfer32(uint32_t bits, Operands *operands) {
    bool to_core = (bits & (1u << 20)) != 0;
    bool status = operand_field(bits, 23, 21) == 7;
    bool halves = operand_field(bits, 11, 8) == 11;
    unsigned number = float_register(bits, 19, 16, 7, halves) + (halves ? bits >> 21 & 1u : 0);
    RegisterSet other = status ? FLOAT_FLAGS : float_registers(number, 1);
    RegisterSet register_ = core(bits, 12);
    operands->class = to_core ? CLASS_FLOAT_TO_CORE : CLASS_CORE_TO_FLOAT;
    operands->late = to_core ? other : register_;
    operands->results = to_core ? (register_ == REGISTER_BIT(15) ? FLAGS : register_) : other;
}

static void float_transfer64(uint32_t bits, Operands *operands) {
    bool to_core = (bits & (1u << 20)) != 0;
    bool is_double = operand_field(bits, 11, 8) == 11;
    RegisterSet others = float_registers(float_register(bits, 3, 0, 5, is_double), 2);
    RegisterSet registers = core(bits, 12) | core(bits, 16);
    operands->class = to_core ? CLASS_FLOAT_TO_CORE : CLASS_CORE_TO_FLOAT;
    operands->late = to_core ? others : registers;
    operands->results = to_core ? registers : others;
}

// VCVT in all its forms, between sizes and with fixed point, some of which keep half of the target: both
// readings of each register.
static void float_conversion(uint32_t bits, Operands *operands) {
    RegisterSet target = float_registers(float_register(bits, 15, 12, 22, false), 1) |
                         float_registers(float_register(bits, 15, 12, 22, true), 2);
    RegisterSet source = float_registers(float_register(bits, 3, 0, 5, false), 1) |
                         float_registers(float_register(bits, 3, 0, 5, true), 2);
    operands->class = CLASS_FLOAT;
    operands->results = target;
    operands->late = target | source;
}

static bool is_conversion(uint32_t bits) {
    static const uint16_t operations = 1u << 2 | 1u << 3 | 1u << 7 | 1u << 8 | 0xFC00u; // opc2
    return (bits & 0x00B00040u) == 0x00B00040u && (operations >> operand_field(bits, 19, 16) & 1u) != 0;
}

static OperationClass float_class(uint32_t bits) {
    if ((bits & 0xFFB00E40u) == 0xEE800A00u) {
        return CLASS_FLOAT_DIVIDE;
    }
    if ((bits & 0xFFBF0EC0u) == 0xEEB10AC0u) {
        return CLASS_FLOAT_SQUARE_ROOT;
    }
    unsigned operation = bits >> 20 & 0xBu; // VMLA, VMLS; VNMLA, VNMLS; VFNMA, VFNMS; VFMA, VFMS
    bool multiplies = operation <= 1 || operation == 9 || operation == 10;
    return (bits & 0xFF000000u) == 0xEE000000u && multiplies ? CLASS_FLOAT_MULTIPLY : CLASS_FLOAT;
}

static void float_arithmetic(uint32_t bits, Operands *operands) {
    bool is_double = operand_field(bits, 11, 8) == 11;
    unsigned count = is_double ? 2 : 1;
    RegisterSet target = float_registers(float_register(bits, 15, 12, 22, is_double), count);
    RegisterSet first = float_registers(float_register(bits, 19, 16, 7, is_double), count);
    RegisterSet second = float_registers(float_register(bits, 3, 0, 5, is_double), count);
    bool unary = (bits & 0x00B00000u) == 0x00B00000u;
    bool constant = unary && (bits & 0x40u) == 0;
    bool compares = unary && !constant && (operand_field(bits, 19, 16) | 1u) == 5u;
    bool selects = (bits & 0xFF800000u) == 0xFE000000u; // VSEL
    operands->class = float_class(bits);
    operands->results = compares ? FLOAT_FLAGS : target;
    operands->late =
        (constant ? 0 : second | (unary ? 0 : first)) | (compares ? target : 0) | (selects ? FLAGS : 0);
    operands->accumulator = operands->class == CLASS_FLOAT_MULTIPLY ? target : 0;
}

static void floating_point(uint32_t bits, Operands *operands) {
    if ((bits & 0xFF000000u) == 0xEC000000u) {
        float_transfer64(bits, operands);
    } else if ((bits & 0xFF000010u) == 0xEE000010u) {
        float_transfer32(bits, operands);
    } else if (is_conversion(bits)) {
        float_conversion(bits, operands);
    } else {
        float_arithmetic(bits, operands);
    }
}

void operands32(uint32_t bits, Operands *operands) {
    if (instruction_is_floating_point((Instruction){bits, 4})) {
        floating_point(bits, operands);
    } else if ((bits & 0xFE000000u) == 0xEA000000u) {
        shifted_register(bits, operands);
    } else if ((bits & 0xF8008000u) == 0xF0008000u) {
        branch_or_control(bits, operands);
    } else if ((bits & 0xFA008000u) == 0xF0000000u) {
        bool rotated = (bits & (1u << 26)) != 0 || (bits & 0x4000u) != 0;
        operation_of(bits, rotated, 0, operands);
    } else if ((bits & 0xFA008000u) == 0xF2000000u) {
        plain_immediate(bits, operands);
    } else if ((bits & 0xFF000000u) == 0xFA000000u) {
        register_operation(bits, operands);
    } else if ((bits & 0xFF800000u) == 0xFB000000u) {
        multiply(bits, operands);
    } else if ((bits & 0xFF800000u) == 0xFB800000u) {
        long_multiply(bits, operands);
    }
}
