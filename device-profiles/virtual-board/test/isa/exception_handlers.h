// SPDX-License-Identifier: GPL-2.0-or-later
// Interrupt handlers that leave nothing alone: every register, flag and floating-point register that an
// exception frame has to bring back is overwritten.
#ifndef VB_ISA_EXCEPTION_HANDLERS_H
#define VB_ISA_EXCEPTION_HANDLERS_H

#include "isa_stub.h"

#define CLOBBER UINT32_C(0xDEADBEEF)

// What a handler logs, in this order.
enum {
    LOGS_EXC_RETURN = 1 << 0,
    RAISES_EARLY = 1 << 1, // another interrupt, before it has used the FPU itself
    USES_FPU = 1 << 2,     // overwrites s0-s15 and FPSCR
    RAISES_LATE = 1 << 3,  // another interrupt, after that
    LOGS_FLOAT = 1 << 4,   // s15, which the other interrupt must have left alone
    LOGS_CONTROL = 1 << 5, // at the end: FPCA
};

typedef struct HandlerOptions {
    unsigned actions;
    unsigned irq;    // its own, lowered first
    unsigned raises; // the other interrupt
} HandlerOptions;

// Appends the handler; `device` is the test device's address, the others are offsets of its registers.
void emit_handler(Code *code, HandlerOptions options);

void emit_raise(Code *code, unsigned irq); // clobbers r0, r1

#endif
