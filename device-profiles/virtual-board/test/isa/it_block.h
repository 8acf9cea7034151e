// SPDX-License-Identifier: GPL-2.0-or-later
// IT blocks made of instructions of the tables.
#ifndef VB_ISA_IT_BLOCK_H
#define VB_ISA_IT_BLOCK_H

#include "isa_table.h"

enum { MOST_SLOTS = 4, SHAPES = 15, CONDITIONS = 15 };

typedef struct Slot {
    const Instruction *instruction;
    Fields fields;
    unsigned condition;
} Slot;

// After the block comes one more 16-bit instruction, which must set the flags again.
typedef struct Block {
    unsigned condition, count;
    unsigned elses; // bit i: slot i+1 is an E
    Slot slots[MOST_SLOTS + 1];
} Block;

// `condition`: below CONDITIONS. `shape`: 1 .. SHAPES, the mask field as it is for conditions whose low bit
// is 0 (1000 = one slot, 0100 = T, 1100 = E, …).
void choose_block(Random *random, unsigned condition, unsigned shape, Block *block);
void encode_block(Block *block, uint32_t address, Code *code); // appended; `address` is where it will stand
Reference run_block;

#endif
