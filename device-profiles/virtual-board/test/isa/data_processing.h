// SPDX-License-Identifier: GPL-2.0-or-later
// The arithmetic and logic that 16-bit and 32-bit data processing share.
#ifndef VB_ISA_DATA_PROCESSING_H
#define VB_ISA_DATA_PROCESSING_H

#include "pseudocode.h"

// Numbered as bits 24:21 of the 32-bit encodings; the last ones exist as 16-bit encodings or aliases only.
typedef enum {
    OP_AND = 0,
    OP_BIC = 1,
    OP_ORR = 2,
    OP_ORN = 3,
    OP_EOR = 4,
    OP_ADD = 8,
    OP_ADC = 10,
    OP_SBC = 11,
    OP_SUB = 13,
    OP_RSB = 14,
    OP_MOV = 16,
    OP_MVN = 17,
    OP_TST = 18,
    OP_TEQ = 19,
    OP_CMP = 20,
    OP_CMN = 21,
} DataOperation;

bool data_operation_writes(DataOperation operation); // false for TST, TEQ, CMP, CMN
// Rd (unless it only compares) and the flags (if set_flags or it only compares).
void data_operation(State *state, DataOperation operation, unsigned d, uint32_t x, Shifted y, bool set_flags);

#endif
