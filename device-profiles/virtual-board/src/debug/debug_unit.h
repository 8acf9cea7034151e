// SPDX-License-Identifier: GPL-2.0-or-later
// Debug logic of the core: DHCSR, DCRSR, DCRDR, DEMCR, FPB, DWT, ITM stub, ROM tables (ARMv7-M ARM part C).
#ifndef VB_DEBUG_UNIT_H
#define VB_DEBUG_UNIT_H

#include "bus/bus.h"
#include "core/core.h"
#include "lint/lints.h"
#include "time/timeline.h"

typedef struct DebugConfig {
    Bus *bus;
    Timeline *timeline;
    Lints *lints;
    Core *core;
    void *context;                                // of `marked`
    void (*marked)(void *context, uint32_t mark); // a word was written to port 0 of the ITM; may be NULL
} DebugConfig;

typedef struct DebugUnit DebugUnit;

DebugUnit *debug_new(const DebugConfig *config); // attaches 0xE000EDF0, 0xE0001000, 0xE0002000, ROM tables
void debug_free(DebugUnit *debug);
void debug_reset(DebugUnit *debug, bool power_was_off); // S_RESET_ST; power-on clears DHCSR and DEMCR
bool debug_halting_enabled(const DebugUnit *debug);     // DHCSR.C_DEBUGEN
uint32_t debug_vector_catch(const DebugUnit *debug);    // DEMCR VC_* bits
bool debug_halts_at_reset(const DebugUnit *debug);      // C_DEBUGEN and VC_CORERESET

#endif
