// SPDX-License-Identifier: GPL-2.0-or-later
#include "isa_stub.h"
#include <stddef.h>
#include <stdlib.h>

void emit16(Code *code, uint32_t halfword) {
    if (code->count == CODE_HALFWORDS) {
        abort(); // programming error of a table
    }
    code->halfwords[code->count++] = (uint16_t)halfword;
}

void emit32(Code *code, uint32_t instruction) {
    emit16(code, instruction >> 16);
    emit16(code, instruction & 0xFFFF);
}

unsigned stub_base(StubKind kind) { return kind & STUB_R12 ? 12 : REGISTER_SP; }

// Offsets inside a record that the stubs use.
#define OFFSET(field) ((uint32_t)offsetof(State, field))

static void emit_word_transfer(Code *code, bool load, unsigned base, unsigned target, uint32_t offset) {
    emit32(code,
           (load ? 0xF8D00000U : 0xF8C00000U) | base << 16 | target << 12 | offset); // LDR/STR (immediate) T3
}

void emit_address_of(Code *code, unsigned target, unsigned base, uint32_t offset) {
    emit32(code, 0xF2000000U | base << 16 | (offset >> 8) << 12 | target << 8 | (offset & 0xFF)); // ADDW T4
}

static void emit_prologue(Code *code, StubKind kind, unsigned base) {
    emit_word_transfer(code, true, base, 0, OFFSET(apsr));
    emit32(code, 0xF3808C00U); // MSR APSR_nzcvqg, r0
    if (kind & STUB_FLOAT) {
        emit_word_transfer(code, true, base, 0, OFFSET(fpscr));
        emit32(code, 0xEEE10A10U); // VMSR FPSCR, r0
        emit_address_of(code, 0, base, OFFSET(d));
        emit32(code, 0xEC900B20U); // VLDMIA r0, {d0-d15}
    }
    if (kind & STUB_R12) {
        emit_word_transfer(code, true, base, 0, OFFSET(r[REGISTER_SP]));
        emit16(code, 0x4685); // MOV sp, r0
    }
    emit_word_transfer(code, true, base, REGISTER_LR, OFFSET(r[REGISTER_LR]));
    emit32(code, 0xE8900000U | base << 16 | (kind & STUB_R12 ? 0x0FFFU : 0x1FFFU)); // LDMIA base, {r0-...}
}

void stub_finish(Code *code, StubKind kind) {
    unsigned base = stub_base(kind);
    emit32(code, 0xE8800000U | base << 16 | (kind & STUB_R12 ? 0x0FFFU : 0x1FFFU)); // STMIA base, {r0-...}
    emit_word_transfer(code, false, base, REGISTER_LR, OFFSET(r[REGISTER_LR]));
    emit32(code, 0xF3EF8000U); // MRS r0, APSR
    emit_word_transfer(code, false, base, 0, OFFSET(apsr));
    if (kind & STUB_R12) {
        emit16(code, 0x4668); // MOV r0, sp
        emit_word_transfer(code, false, base, 0, OFFSET(r[REGISTER_SP]));
    }
    if (kind & STUB_FLOAT) {
        emit32(code, 0xEEF10A10U); // VMRS r0, FPSCR
        emit_word_transfer(code, false, base, 0, OFFSET(fpscr));
        emit_address_of(code, 0, base, OFFSET(d));
        emit32(code, 0xEC800B20U); // VSTMIA r0, {d0-d15}
    }
}

void emit_move_word(Code *code, unsigned target, uint32_t value) {
    for (unsigned top = 0; top < 2; top++) {
        uint32_t half = value >> (16 * top) & 0xFFFF; // MOVW T3, MOVT T1
        emit32(code, (top ? 0xF2C00000U : 0xF2400000U) | (half >> 12) << 16 | (half >> 11 & 1) << 26 |
                         (half >> 8 & 7) << 12 | target << 8 | (half & 0xFF));
    }
}

void stub_start(Code *stub, StubKind kind) {
    stub->count = 0;
    emit_prologue(stub, kind, stub_base(kind));
    if (stub->count % 2) {
        emit16(stub, 0xBF00); // NOP: the code under test starts on a word, so that PC-relative tests can aim
    }
}
