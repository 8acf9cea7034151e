// SPDX-License-Identifier: GPL-2.0-or-later
#include "operand_sets.h"
#include "decode/operands.h"

OperandSets operand_sets(const Code *code) {
    Instruction instruction = instruction_at((const uint8_t *)code->halfwords);
    Operands operands = instruction_operands(instruction, 0);
    return (OperandSets){instruction.size_bytes,
                         operands.late | operands.early | operands.multiplicand | operands.accumulator |
                             operands.data,
                         operands.results | operands.write_back};
}
