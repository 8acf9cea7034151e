// SPDX-License-Identifier: GPL-2.0-or-later
// Tables of instructions: how each is encoded, which operands it takes, and its reference from the manual's
// pseudocode (ARM DDI 0403E, chapter A7).
#ifndef VB_ISA_TABLE_H
#define VB_ISA_TABLE_H

#include "isa_harness.h"

// The operands of one encoding. What a field means is up to the instruction's encoder and reference.
typedef struct Fields {
    unsigned d, n, m, a; // register numbers; a = Ra, RdLo or Rt2
    uint32_t immediate;  // 0 .. immediate_count-1
    uint32_t shift;      // 0 .. 127: type (2 bits) and amount (5 bits)
    bool set_flags;      // the S bit
    bool in_it_block;    // 16-bit data processing then leaves the flags alone
    uint32_t address;    // of the instruction
} Fields;

// Operand kinds. SOURCE_* get edge values in the matrix; the register fields of the others only have to
// exist.
enum {
    USES_D = 1 << 0,
    USES_N = 1 << 1,
    USES_M = 1 << 2,
    USES_A = 1 << 3,
    SOURCE_D = 1 << 4, // Rd is read as well: accumulators, BFI, MOVT
    SOURCE_N = 1 << 5 | USES_N,
    SOURCE_M = 1 << 6 | USES_M,
    SOURCE_A = 1 << 7 | USES_A,
    LOW_REGISTERS = 1 << 8,    // 16-bit encodings: r0-r7
    USES_SHIFT = 1 << 9,       // a shift of Rm by a constant
    USES_S = 1 << 10,          // encodings with and without flag setting
    ALL_DISTINCT = 1 << 11,    // registers overlapping would be UNPREDICTABLE
    DISTINCT_DA = 1 << 12,     // RdHi and RdLo, Rt and Rt2
    EVERY_IMMEDIATE = 1 << 13, // the matrix takes all of them, not a choice of 32
    FLOAT_SINGLE = 1 << 14,    // operands are s0-s31; D, N, M as for the core registers
    FLOAT_DOUBLE = 1 << 15,    // operands are d0-d15
    FLOAT_STATE = 1 << 16,     // touches floating-point state in some other way
    FLOAT_INTEGER = 1 << 17,   // the operand register holds an integer: integer edges
    STACK_POINTER = 1 << 18,   // SP is an operand: the stub keeps its record in R12
};

typedef struct Instruction Instruction;
typedef void Encoder(const Instruction *instruction, const Fields *fields, Code *code);
typedef void FieldsReference(const Instruction *instruction, const Fields *fields, State *state);
// Last touch on an input state: base registers that point into the state's memory, halfword floats, …
typedef void Preparer(const Instruction *instruction, const Fields *fields, Random *random, State *state);

// Something Unicorn is known to get wrong, asserted exactly: turns the architecture's result into Unicorn's
// for the inputs concerned, which the matrix must meet at least once. Nothing else may be wrong.
typedef void Deviation(const Instruction *instruction, const Fields *fields, const State *input,
                       State *expected);

struct Instruction {
    const char *name;
    uint32_t opcode; // encoding with all operand fields zero
    Encoder *encode;
    FieldsReference *reference;
    uint32_t operation; // which of a family, for encoder and reference
    unsigned operands;
    uint32_t immediate_count; // 0 = no immediate
    Preparer *prepare;        // NULL = the operand kinds say it all
    Deviation *deviation;     // NULL = Unicorn is right
};

typedef struct InstructionTable {
    const char *title;
    const Instruction *instructions;
    unsigned count;
} InstructionTable;

#define TABLE(title, array)                                                                                  \
    { title, array, (unsigned)(sizeof(array) / sizeof((array)[0])) }

// Operands of one encoding at random. Used by the drivers and to compose IT blocks.
void choose_fields(const Instruction *instruction, Random *random, Fields *fields);
// Operands of the state at random, for the encoding that `fields` describes.
void randomize_operands(const Instruction *instruction, const Fields *fields, Random *random, State *state);

// `thinning`: of the edge values' combinations about one in so many; 1: all. Every encoding is tried all the
// same.
void check_matrix(Harness *harness, const Instruction *instruction, unsigned thinning);
void check_random(Harness *harness, const Instruction *instruction, unsigned states);

// The common 32-bit layout: Rn in 19:16, Ra/RdLo in 15:12, Rd in 11:8, Rm in 3:0.
Encoder encode_registers;
// As above with S in bit 20 and imm3:imm2:type in 14:12, 7:6, 5:4.
Encoder encode_shifted_register;

#endif
