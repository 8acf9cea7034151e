// SPDX-License-Identifier: GPL-2.0-or-later
// How many cycles a run of instructions takes in the Cortex-M7's pipeline when it is fed: which two issue
// together and how long a result makes its reader wait. Caches and mispredicted branches are not in it.
//
// The rules are those measured on an STM32H743 by jnk0le ("random" repository, "pipeline cycle test",
// cortex_m7.md), with which LLVM's ARMScheduleM7.td agrees: an early ALU and a late one a cycle apart; each
// reader needs a register by the stage in which it uses it.
#ifndef VB_PIPELINE_H
#define VB_PIPELINE_H

#include "decode/operands.h"

// The unit that a value comes from, which decides how long after issue each stage can have it.
typedef enum {
    UNIT_EARLY, // the early ALU and the address units
    UNIT_LATE,
    UNIT_LOAD,
    UNIT_NARROW_LOAD, // bytes and halfwords
    UNIT_MULTIPLY,
    UNIT_FLOAT,
    UNIT_FLOAT_MULTIPLY,
    UNIT_FLOAT_LOAD,
    UNIT_CORE_TO_FLOAT,
    UNIT_COUNT
} Unit;

#define PENDING_MAX 20u

// What instructions leave to those that follow.
typedef struct PipelineState {
    bool open; // the last instruction may issue together with the next
    Operands last;
    unsigned pending_count;
    struct {
        uint8_t register_bit; // as in RegisterSet
        uint8_t unit;
        int8_t issued; // cycles before the end, negative
    } pending[PENDING_MAX];
    int flags_issued; // when the last setter of flags issued, likewise
} PipelineState;

// Cycles from the first instruction's issue, or the moment `before` ended, to the moment the next instruction
// can issue at the earliest: 0 for one that issues together with the last of `before`.
//
// `before` NULL: nothing is under way. `it_state` is that of the first instruction. `after` may be NULL.
unsigned pipeline_cycles(const PipelineState *before, const uint8_t *code, unsigned size_bytes,
                         unsigned it_state, PipelineState *after);

#endif
