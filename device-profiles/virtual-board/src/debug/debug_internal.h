// SPDX-License-Identifier: GPL-2.0-or-later
// Shared by the debug_*.c files only.
#ifndef VB_DEBUG_INTERNAL_H
#define VB_DEBUG_INTERNAL_H

#include "debug/debug_unit.h"

#define DEMCR_TRCENA (1u << 24)
#define FPB_COMPARATORS 8u // Cortex-M7 TRM table 11-1
#define DWT_COMPARATORS 4u
#define CORESIGHT_COMPONENTS 16u

// What every CoreSight component shows in the last words of its 4 KB (ARM IHI 0029), and storage for the few
// registers tools keep.
typedef struct CoreSightComponent {
    const char *name;
    uint32_t base;
    uint32_t peripheral_id; // PIDR2-PIDR0; PIDR4 and PIDR3 are below
    uint8_t peripheral_id4;
    uint8_t class; // CIDR1 bits 7:4: 1 ROM table, 9 CoreSight, 14 generic IP, 15 PrimeCell
    uint8_t device_type;
    const uint32_t *rom_entries; // NULL unless class 1; ends with 0
    uint32_t storage[0xFB0 / 4]; // everything below the management registers, as written
} CoreSightComponent;

typedef struct LockAccess {
    bool locked; // writes by the core are ignored until LAR gets its key; the debugger is never locked out
} LockAccess;

struct DebugUnit {
    DebugConfig config;
    uint32_t dhcsr; // the C_* bits as written
    uint32_t demcr;
    uint32_t dcrdr;
    bool reset_seen; // S_RESET_ST
    uint64_t instructions_at_read;
    bool fpb_enabled;
    uint32_t fpb_comparators[FPB_COMPARATORS];
    LockAccess dwt_lock;
    uint32_t dwt_ctrl;
    uint32_t cyccnt;        // its value while it does not count
    uint64_t cyccnt_anchor; // timeline_cycles() when it would have been zero
    uint32_t dwt_comp[DWT_COMPARATORS];
    uint32_t dwt_mask[DWT_COMPARATORS];
    uint32_t dwt_function[DWT_COMPARATORS];
    LockAccess itm_lock;
    uint32_t itm_enable;
    uint32_t itm_privilege;
    uint32_t itm_control;
    CoreSightComponent *components;
    size_t component_count;
};

void debug_attach_run_control(DebugUnit *debug); // debug_unit.c
void debug_attach_fpb(DebugUnit *debug);
void debug_attach_dwt(DebugUnit *debug);
void debug_attach_itm(DebugUnit *debug);
void debug_attach_coresight(DebugUnit *debug);
void debug_power_on_fpb(DebugUnit *debug);
void debug_power_on_dwt(DebugUnit *debug);
void debug_power_on_itm(DebugUnit *debug);

void debug_update_breakpoints(DebugUnit *debug);                // after C_DEBUGEN or the FPB changed
void debug_update_watchpoints(DebugUnit *debug);                // after C_DEBUGEN or the DWT changed
void debug_trace_enable_changed(DebugUnit *debug, bool before); // DEMCR.TRCENA

bool debug_write_allowed(DebugUnit *debug, const LockAccess *lock, BusMaster master, const char *unit);
// PIDR, CIDR, LAR/LSR and DEVTYPE at 0xFB0-0xFFF of a component; false when the offset is none of them.
bool debug_management_read(const CoreSightComponent *component, const LockAccess *lock, uint32_t offset,
                           uint32_t *value);
void debug_lock_write(LockAccess *lock, BusMaster master, uint32_t value);
// A narrow access takes its bytes out of the word.

#endif
