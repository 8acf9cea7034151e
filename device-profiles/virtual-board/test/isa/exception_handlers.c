// SPDX-License-Identifier: GPL-2.0-or-later
#include "exception_handlers.h"
#include "test_board.h"

static void emit_device_write(Code *code, unsigned source, uint32_t offset) { // r0 = DEVICE; STR T3
    emit32(code, 0xF8C00000U | source << 12 | offset);
}

static void emit_constant_write(Code *code, uint32_t value, uint32_t offset) {
    emit_move_word(code, 1, value);
    emit_device_write(code, 1, offset);
}

void emit_raise(Code *code, unsigned irq) {
    emit_move_word(code, 0, DEVICE);
    emit_constant_write(code, irq, DEVICE_RAISE);
}

static void emit_clobber_core(Code *code) { // r0-r3 and r12 are the frame's; LR stays, it is EXC_RETURN
    emit_move_word(code, 1, CLOBBER);
    emit16(code, 0x460A);      // MOV r2, r1
    emit16(code, 0x460B);      // MOV r3, r1
    emit16(code, 0x468C);      // MOV r12, r1
    emit32(code, 0xF3818C00U); // MSR APSR_nzcvqg, r1
}

static void emit_clobber_float(Code *code) {
    emit_move_word(code, 1, CLOBBER);
    for (unsigned i = 0; i < 16; i++) {
        emit32(code, 0xEE001A10U | (i >> 1) << 16 | (i & 1) << 7); // VMOV Si, r1
    }
    emit32(code, 0xEEE11A10U); // VMSR FPSCR, r1
}

void emit_handler(Code *code, HandlerOptions options) {
    emit_move_word(code, 0, DEVICE);
    if (options.actions & LOGS_EXC_RETURN) {
        emit_device_write(code, REGISTER_LR, DEVICE_LOG);
    }
    emit_constant_write(code, options.irq, DEVICE_LOWER);
    if (options.actions & RAISES_EARLY) {
        emit_constant_write(code, options.raises, DEVICE_RAISE);
    }
    if (options.actions & USES_FPU) {
        emit_clobber_float(code);
    }
    if (options.actions & RAISES_LATE) {
        emit_constant_write(code, options.raises, DEVICE_RAISE);
    }
    if (options.actions & LOGS_FLOAT) {
        emit32(code, 0xEE172A90U); // VMOV r2, s15
        emit_device_write(code, 2, DEVICE_LOG);
    }
    if (options.actions & LOGS_CONTROL) {
        emit32(code, 0xF3EF8214U); // MRS r2, CONTROL
        emit_device_write(code, 2, DEVICE_LOG);
    }
    emit_clobber_core(code);
    emit16(code, 0x4770); // BX lr
}
