// SPDX-License-Identifier: GPL-2.0-or-later
// What a Thumb instruction reads and writes and in which unit it executes: what timing needs to know of it
// (ARMv7-M ARM A5 and A7).
#ifndef VB_OPERANDS_H
#define VB_OPERANDS_H

#include "decode/instructions.h"

// Bit n is Rn, n < 16; bit 32 + n is Sn (Dn is S2n and S2n+1). The PC counts only where it is written.
typedef uint64_t RegisterSet;
#define REGISTER_BIT(n) (UINT64_C(1) << (n))
#define FLAGS REGISTER_BIT(16)            // NZCV as one; nobody waits for Q, which is not here
#define GREATER_OR_EQUAL REGISTER_BIT(18) // GE
#define FLOAT_FLAGS REGISTER_BIT(17)
#define FLOAT_BIT(n) (UINT64_C(1) << (32 + (n)))

typedef enum {
    CLASS_OTHER,    // MSR, MRS, barriers, what is not listed
    CLASS_SIMPLE,   // ADD, SUB, MOV, MOVT, ADR without a shift: the early or the late ALU
    CLASS_SHIFT,    // shifts and rotations, which alias MOV: likewise
    CLASS_LATE,     // other data processing, with or without an inline shift
    CLASS_BITFIELD, // bit fields, extensions, packing, parallel, saturating arithmetic, CLZ, SEL
    CLASS_MULTIPLY,
    CLASS_DIVIDE,
    CLASS_LOAD,
    CLASS_STORE,
    CLASS_MULTIPLE, // LDM, STM, LDRD, STRD, PUSH, POP, VLDM, VSTM, doubleword VLDR and VSTR
    CLASS_BRANCH,
    CLASS_IT,
    CLASS_HINT,
    CLASS_FLOAT,          // arithmetic, comparison, conversion, moves between S registers
    CLASS_FLOAT_MULTIPLY, // VMLA, VFMA and their relatives
    CLASS_FLOAT_DIVIDE,
    CLASS_FLOAT_SQUARE_ROOT,
    CLASS_FLOAT_TO_CORE, // VMOV, VMRS
    CLASS_CORE_TO_FLOAT
} OperationClass;

// Registers by the stage that needs them.
typedef struct Operands {
    OperationClass class;
    RegisterSet late;         // the late ALU
    RegisterSet early;        // address units, the inline shifter, what is extracted from
    RegisterSet multiplicand; // of a multiplication
    RegisterSet accumulator;
    RegisterSet data; // what a store writes
    RegisterSet results;
    RegisterSet write_back; // base registers that an address unit moves on
    bool shifts_operand;    // an inline shifted register or a shifted constant
    bool uses_shifter;      // of CLASS_BITFIELD: what cannot pair with those
    bool narrow;            // a byte or halfword is loaded
    bool has_index;         // a load or store adds a register to its base
    int32_t offset_bytes;   // otherwise this
    bool conditional;       // a branch that may not be taken
    bool indirect;          // a branch whose target is in a register or memory
    unsigned words;         // of CLASS_MULTIPLE
} Operands;

// `it_state`: ITSTATE as the instruction executes; 0 outside of an IT block.
Operands instruction_operands(Instruction instruction, unsigned it_state);

#endif
