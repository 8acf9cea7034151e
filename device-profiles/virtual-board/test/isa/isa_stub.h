// SPDX-License-Identifier: GPL-2.0-or-later
// Thumb code that loads a State from memory into the registers and stores it back.
#ifndef VB_ISA_STUB_H
#define VB_ISA_STUB_H

#include "isa_state.h"

enum { CODE_HALFWORDS = 256 };

// Code under test, in halfwords as fetched.
typedef struct Code {
    uint16_t halfwords[CODE_HALFWORDS];
    unsigned count;
} Code;

void emit16(Code *code, uint32_t halfword);
void emit32(Code *code, uint32_t instruction); // first halfword in the high bits, as the manual prints it

// Which register the stub keeps its record's address in: SP, or R12 for code that uses SP. That register's
// value is not under test; floating-point state is loaded and stored only on request.
typedef enum { STUB_SP = 0, STUB_R12 = 1, STUB_FLOAT = 2 } StubKind;

unsigned stub_base(StubKind kind);           // the register with the record's address
void stub_start(Code *code, StubKind kind);  // empties `code`, loads; ends on a word boundary
void stub_finish(Code *code, StubKind kind); // stores; the base register keeps its value
void emit_move_word(Code *code, unsigned target, uint32_t value);
void emit_address_of(Code *code, unsigned target, unsigned base, uint32_t offset);

#endif
