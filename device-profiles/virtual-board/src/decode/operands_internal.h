// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef VB_OPERANDS_INTERNAL_H
#define VB_OPERANDS_INTERNAL_H

#include "decode/operands.h"

static inline uint32_t operand_field(uint32_t bits, unsigned high, unsigned low) {
    return (bits >> low) & ((2u << (high - low)) - 1u);
}

// The S register, or the first of the D register, whose number stands in four bits and a fifth.
static inline unsigned float_register(uint32_t bits, unsigned high, unsigned low, unsigned fifth,
                                      bool is_double) {
    unsigned four = operand_field(bits, high, low);
    unsigned one = bits >> fifth & 1u;
    return is_double ? 2 * (one << 4 | four) : four << 1 | one;
}

static inline RegisterSet float_registers(unsigned first, unsigned count) {
    return first >= 32 || count == 0
               ? 0
               : ((count >= 32 ? ~UINT64_C(0) : (UINT64_C(1) << count) - 1) << (32 + first));
}

// 32-bit instructions that are no loads and stores.
void operands32(uint32_t bits, Operands *operands);

#endif
