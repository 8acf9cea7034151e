// SPDX-License-Identifier: GPL-2.0-or-later
// Flash Patch and Breakpoint unit, version 2: eight instruction comparators on halfwords, no remapping
// (ARMv7-M ARM C1.11).
#include "debug/debug_internal.h"

#define FPB_BASE 0xE0002000u
#define FP_CTRL_FIXED 0x10000080u // REV 1 (version 2), NUM_CODE 8, NUM_LIT 0
#define FP_CTRL_ENABLE 1u
#define FP_CTRL_KEY 2u
#define FP_COMP_BE 1u

enum { REGISTER_CTRL = 0x000, REGISTER_REMAP = 0x004, REGISTER_COMP = 0x008 };

static const CoreSightComponent identity = {
    .name = "FPB", .peripheral_id = 0x0BB00E, .peripheral_id4 = 4, .class = 14};

void debug_power_on_fpb(DebugUnit *debug) {
    debug->fpb_enabled = false;
    for (unsigned i = 0; i < FPB_COMPARATORS; i++) {
        debug->fpb_comparators[i] = 0;
    }
}

// Without C_DEBUGEN a match would be a DebugMonitor exception or a HardFault; nobody sets comparators then.
void debug_update_breakpoints(DebugUnit *debug) {
    uint32_t addresses[FPB_COMPARATORS];
    size_t count = 0;
    for (unsigned i = 0; i < FPB_COMPARATORS && debug->fpb_enabled && debug_halting_enabled(debug); i++) {
        if ((debug->fpb_comparators[i] & FP_COMP_BE) != 0) {
            addresses[count++] = debug->fpb_comparators[i] & ~1u;
        }
    }
    if (debug->config.core != NULL) {
        core_set_breakpoints(debug->config.core, addresses, count);
    }
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    (void)master;
    const DebugUnit *debug = context;
    uint32_t word = 0;
    uint32_t comparator = ((offset & ~3u) - REGISTER_COMP) / 4;
    if ((offset & ~3u) == REGISTER_CTRL) {
        word = FP_CTRL_FIXED | (debug->fpb_enabled ? FP_CTRL_ENABLE : 0);
    } else if ((offset & ~3u) >= REGISTER_COMP && comparator < FPB_COMPARATORS) {
        word = debug->fpb_comparators[comparator];
    } else {
        debug_management_read(&identity, NULL, offset & ~3u, &word);
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    (void)master;
    DebugUnit *debug = context;
    if (size_bytes != 4) {
        return BUS_OK;
    }
    uint32_t comparator = (offset - REGISTER_COMP) / 4;
    if (offset == REGISTER_CTRL) {
        if ((value & FP_CTRL_KEY) == 0) {
            return BUS_OK;
        }
        debug->fpb_enabled = (value & FP_CTRL_ENABLE) != 0;
    } else if (offset >= REGISTER_COMP && comparator < FPB_COMPARATORS) {
        debug->fpb_comparators[comparator] = value;
    } else {
        return BUS_OK;
    }
    debug_update_breakpoints(debug);
    return BUS_OK;
}

void debug_attach_fpb(DebugUnit *debug) {
    Device device = {.name = "FPB",
                     .base = FPB_BASE,
                     .size_bytes = 0x1000,
                     .context = debug,
                     .read = read_register,
                     .write = write_register};
    bus_attach_device(debug->config.bus, &device);
}
