// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/operands.h"
#include "decode/operands_internal.h"

// ---- 16-bit encodings (A5.2) ----

static RegisterSet low(uint32_t bits, unsigned lowest) {
    return REGISTER_BIT(operand_field(bits, lowest + 2, lowest));
}

static void alu(Operands *operands, OperationClass class, RegisterSet reads, RegisterSet writes) {
    operands->class = class;
    operands->late |= reads;
    operands->results |= writes;
}

// Shift by immediate, add, subtract, move and compare.
static void immediate16(uint32_t bits, Operands *operands) {
    unsigned operation = operand_field(bits, 13, 11);
    if (operation < 3) {
        alu(operands, CLASS_SHIFT, low(bits, 3), low(bits, 0) | FLAGS);
    } else if (operation == 3) {
        RegisterSet second = (bits & 0x0400u) != 0 ? 0 : low(bits, 6);
        alu(operands, CLASS_SIMPLE, low(bits, 3) | second, low(bits, 0) | FLAGS);
    } else {
        bool moves = operation == 4;
        bool compares = operation == 5;
        alu(operands, CLASS_SIMPLE, moves ? 0 : low(bits, 8), FLAGS | (compares ? 0 : low(bits, 8)));
    }
}

static void data_processing16(uint32_t bits, Operands *operands) {
    enum {
        LSL = 2,
        LSR = 3,
        ASR = 4,
        ADC = 5,
        SBC = 6,
        ROR = 7,
        TST = 8,
        RSB = 9,
        CMP = 10,
        CMN = 11,
        MUL = 13,
        MVN = 15
    };
    unsigned operation = operand_field(bits, 9, 6);
    RegisterSet first = low(bits, 0);
    RegisterSet second = low(bits, 3);
    if (operation == MUL) {
        operands->class = CLASS_MULTIPLY;
        operands->multiplicand = first | second;
        operands->results = first | FLAGS;
        return;
    }
    bool compares = operation == TST || operation == CMP || operation == CMN;
    bool one_operand = operation == RSB || operation == MVN;
    bool shifts = operation == LSL || operation == LSR || operation == ASR || operation == ROR;
    alu(operands, shifts ? CLASS_SHIFT : CLASS_LATE, second | (one_operand ? 0 : first),
        FLAGS | (compares ? 0 : first));
    operands->late |= operation == ADC || operation == SBC ? FLAGS : 0;
}

// ADD, CMP, MOV of any registers; BX, BLX.
static void special16(uint32_t bits, Operands *operands) {
    unsigned operation = operand_field(bits, 9, 8);
    unsigned target = operand_field(bits, 2, 0) | (bits >> 4 & 8u);
    RegisterSet second = REGISTER_BIT(operand_field(bits, 6, 3));
    if (operation == 3) {
        operands->class = CLASS_BRANCH;
        operands->indirect = true;
        operands->late = second;
        operands->results = (bits & 0x80u) != 0 ? REGISTER_BIT(14) : 0;
        return;
    }
    RegisterSet first = operation == 2 ? 0 : REGISTER_BIT(target);
    alu(operands, CLASS_SIMPLE, first | second, operation == 1 ? FLAGS : REGISTER_BIT(target));
    if (operation != 1 && target == 15) {
        operands->class = CLASS_BRANCH;
        operands->indirect = true;
    }
}

static void miscellaneous16(uint32_t bits, Operands *operands) {
    unsigned operation = operand_field(bits, 11, 8);
    if (operation == 0) { // ADD, SUB (SP with immediate)
        alu(operands, CLASS_SIMPLE, REGISTER_BIT(13), REGISTER_BIT(13));
    } else if ((operation & 5u) == 1) { // CBZ, CBNZ
        alu(operands, CLASS_BRANCH, low(bits, 0), 0);
        operands->conditional = true;
    } else if (operation == 2) { // SXTH, SXTB, UXTH, UXTB
        alu(operands, CLASS_BITFIELD, low(bits, 3), low(bits, 0));
    } else if (operation == 10) { // REV, REV16, REVSH
        operands->class = CLASS_BITFIELD;
        operands->uses_shifter = true;
        operands->early = low(bits, 3);
        operands->results = low(bits, 0);
    } else if (operation == 15) {
        operands->class = (bits & 0xFu) != 0 ? CLASS_IT : CLASS_HINT;
    }
}

static void operands16(uint32_t bits, Operands *operands) {
    switch (bits >> 12) {
    case 0:
    case 1:
    case 2:
    case 3:
        immediate16(bits, operands);
        break;
    case 4:
        if ((bits & 0x0C00u) == 0) {
            data_processing16(bits, operands);
        } else if ((bits & 0x0C00u) == 0x0400u) {
            special16(bits, operands);
        }
        break;
    case 0xA: // ADR; ADD (SP plus immediate)
        alu(operands, CLASS_SIMPLE, (bits & 0x0800u) != 0 ? REGISTER_BIT(13) : 0, low(bits, 8));
        break;
    case 0xB:
        miscellaneous16(bits, operands);
        break;
    case 0xD:
        operands->class = operand_field(bits, 11, 8) < 14 ? CLASS_BRANCH : CLASS_OTHER;
        operands->conditional = operands->class == CLASS_BRANCH;
        operands->late = operands->conditional ? FLAGS : 0;
        break;
    case 0xE:
        operands->class = CLASS_BRANCH;
        break;
    default:
        break;
    }
}

// ---- loads and stores ----

static RegisterSet transferred(Instruction instruction, const MemoryAccess *access, Operands *operands) {
    uint32_t bits = instruction.bits;
    if (instruction.size_bytes == 2) {
        bool push_or_pop = bits >> 12 == 0xB;
        if (!push_or_pop && bits >> 12 != 0xC) {
            return low(bits, bits >> 12 == 4 || bits >> 12 == 9 ? 8 : 0);
        }
        RegisterSet list = bits & 0xFFu;
        bool extra = push_or_pop && (bits & 0x100u) != 0;
        return list | (extra ? REGISTER_BIT(access->write ? 14 : 15) : 0);
    }
    if ((bits & 0xFE400000u) == 0xE8000000u) {
        return bits & 0xFFFFu;
    }
    if ((bits & 0xFE400000u) == 0xE8400000u) {
        bool table_branch = access->has_index;
        operands->indirect = table_branch;
        return table_branch ? REGISTER_BIT(15)
                            : REGISTER_BIT(operand_field(bits, 15, 12)) |
                                  (access->bytes == 8 ? REGISTER_BIT(operand_field(bits, 11, 8)) : 0);
    }
    if ((bits & 0xFE000000u) == 0xEC000000u) {
        bool doubles = operand_field(bits, 11, 8) == 11;
        return float_registers(float_register(bits, 15, 12, 22, doubles), access->bytes / 4);
    }
    return REGISTER_BIT(operand_field(bits, 15, 12));
}

static bool moves_several(Instruction instruction, const MemoryAccess *access) {
    bool list16 =
        instruction.size_bytes == 2 && (instruction.bits >> 12 == 0xB || instruction.bits >> 12 == 0xC);
    bool list32 = instruction.size_bytes == 4 && (instruction.bits & 0xFE400000u) == 0xE8000000u;
    return list16 || list32 || access->bytes > 4;
}

static void memory(Instruction instruction, const MemoryAccess *access, Operands *operands) {
    RegisterSet base = access->base != 15 ? REGISTER_BIT(access->base) : 0;
    operands->early = base | (access->has_index ? REGISTER_BIT(access->index) : 0);
    operands->write_back = access->writes_back ? base : 0;
    RegisterSet registers = transferred(instruction, access, operands);
    if (access->write) {
        operands->data = registers;
    } else {
        operands->results = registers;
    }
    bool several = moves_several(instruction, access);
    operands->class = several ? CLASS_MULTIPLE : access->write ? CLASS_STORE : CLASS_LOAD;
    operands->words = several ? access->bytes / 4 : 1;
    operands->narrow = access->bytes < 4;
    operands->has_index = access->has_index;
    operands->offset_bytes = access->offset;
    if (!access->write && (registers & REGISTER_BIT(15)) != 0) {
        operands->indirect = true; // POP {PC}, LDR PC, TBB: what they load is where they go
    }
}

Operands instruction_operands(Instruction instruction, unsigned it_state) {
    Operands operands = {.class = CLASS_OTHER};
    MemoryAccess access;
    bool writes_status = false;
    if (instruction_access(instruction, &access)) {
        memory(instruction, &access, &operands);
    } else if (instruction.size_bytes == 2) {
        operands16(instruction.bits, &operands);
        writes_status = operands.class == CLASS_SIMPLE || operands.class == CLASS_SHIFT ||
                        operands.class == CLASS_LATE || operands.class == CLASS_MULTIPLY;
    } else {
        operands32(instruction.bits, &operands);
    }
    if ((it_state & 0xFu) != 0) {
        bool compares = (operands.results & ~FLAGS) == 0;
        operands.results &= writes_status && !compares ? ~FLAGS : ~UINT64_C(0);
        operands.late |= FLAGS;
        operands.conditional = operands.conditional || operands.class == CLASS_BRANCH || operands.indirect;
    }
    return operands;
}
