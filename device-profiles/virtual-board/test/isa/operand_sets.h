// SPDX-License-Identifier: GPL-2.0-or-later
// decode/operands.h without its names, some of which the tables use for something else.
#ifndef VB_OPERAND_SETS_H
#define VB_OPERAND_SETS_H

#include "isa_stub.h"

// Bit n: Rn; 16: NZCV; 17: FPSCR; 18: GE; 32 + n: Sn.
typedef struct OperandSets {
    unsigned size_bytes;
    uint64_t reads;
    uint64_t writes;
} OperandSets;

OperandSets operand_sets(const Code *code); // of its first instruction

#endif
