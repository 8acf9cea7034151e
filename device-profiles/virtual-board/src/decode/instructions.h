// SPDX-License-Identifier: GPL-2.0-or-later
// As much decoding of Thumb instructions as accounting and fault handling need (ARMv7-M ARM A5).
#ifndef VB_INSTRUCTIONS_H
#define VB_INSTRUCTIONS_H

#include <stdbool.h>
#include <stdint.h>

// 16-bit instructions stand in the low half; of 32-bit ones the first halfword stands in the high half.
typedef struct Instruction {
    uint32_t bits;
    unsigned size_bytes; // 2 or 4
} Instruction;

bool instruction_is_wide(const uint8_t *code);   // 4 bytes; reads 2
Instruction instruction_at(const uint8_t *code); // reads 2 or 4 bytes
bool instruction_is_floating_point(Instruction instruction);
bool instruction_is_divide(Instruction instruction, unsigned *divisor_register);
bool instruction_writes_masks(Instruction instruction); // MSR, CPS
// IT (A7.7.37): condition and mask of a new IT block, 0 when it is another instruction.
unsigned instruction_it_state(Instruction instruction);

typedef enum { HINT_NONE, HINT_NOP, HINT_YIELD, HINT_WFE, HINT_WFI, HINT_SEV } Hint;
Hint instruction_hint(Instruction instruction);

// ITSTATE after one more instruction (A7.3.2).
static inline unsigned it_advance(unsigned it_state) {
    return (it_state & 7u) == 0 ? 0 : (it_state & 0xE0u) | ((it_state << 1) & 0x1Fu);
}

// What a load or store accesses; register numbers 0-15, 15 = the word-aligned PC.
typedef struct MemoryAccess {
    bool write;
    unsigned base;
    bool has_index;
    unsigned index;
    unsigned index_shift;
    int32_t offset;
    unsigned bytes;         // all of it
    unsigned element_bytes; // one access
    bool writes_back;       // the base register changes after the access
    bool must_be_aligned; // LDM, LDRD, LDREX, VLDR …: faults when unaligned, whatever CCR.UNALIGN_TRP says
                          // (A3.2.1)
} MemoryAccess;

bool instruction_access(Instruction instruction, MemoryAccess *access);

#endif
