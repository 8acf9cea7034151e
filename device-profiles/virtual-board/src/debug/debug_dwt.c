// SPDX-License-Identifier: GPL-2.0-or-later
// Data Watchpoint and Trace unit: cycle counter and four comparators used as watchpoints (ARMv7-M ARM C1.8).
// The event counters, data value matching and the linked comparators are not there: they read 0.
#include "debug/debug_internal.h"

#define DWT_BASE 0xE0001000u
#define DWT_CTRL_FIXED 0x40000000u // NUMCOMP 4
#define DWT_CTRL_WRITABLE 0x007F1FFFu
#define CYCCNTENA 1u
#define FUNCTION_MATCHED (1u << 24)
#define FUNCTION_MASK 0xFu
#define DFSR_DWTTRAP 4u

enum {
    REGISTER_CTRL = 0x00,
    REGISTER_CYCCNT = 0x04,
    REGISTER_PCSR = 0x1C,
    REGISTER_COMP = 0x20,
    REGISTER_LAR = 0xFB0
};

static const CoreSightComponent identity = {
    .name = "DWT", .peripheral_id = 0x0BB002, .peripheral_id4 = 4, .class = 14};

static bool counting(const DebugUnit *debug) {
    return (debug->dwt_ctrl & CYCCNTENA) != 0 && (debug->demcr & DEMCR_TRCENA) != 0;
}

static uint32_t cyccnt(const DebugUnit *debug) {
    return counting(debug) ? (uint32_t)(timeline_cycles(debug->config.timeline) - debug->cyccnt_anchor)
                           : debug->cyccnt;
}

static void set_cyccnt(DebugUnit *debug, uint32_t value) {
    debug->cyccnt = value;
    debug->cyccnt_anchor = timeline_cycles(debug->config.timeline) - value;
}

static void set_control(DebugUnit *debug, uint32_t value) {
    uint32_t now = cyccnt(debug);
    debug->dwt_ctrl = value & DWT_CTRL_WRITABLE;
    set_cyccnt(debug, now);
}

void debug_trace_enable_changed(DebugUnit *debug, bool before) {
    bool after = (debug->demcr & DEMCR_TRCENA) != 0;
    if (before == after || (debug->dwt_ctrl & CYCCNTENA) == 0) {
        return;
    }
    uint32_t value =
        before ? (uint32_t)(timeline_cycles(debug->config.timeline) - debug->cyccnt_anchor) : debug->cyccnt;
    set_cyccnt(debug, value);
}

void debug_power_on_dwt(DebugUnit *debug) {
    debug->dwt_lock.locked = true;
    debug->dwt_ctrl = 0;
    set_cyccnt(debug, 0);
    for (unsigned i = 0; i < DWT_COMPARATORS; i++) {
        debug->dwt_comp[i] = 0;
        debug->dwt_mask[i] = 0;
        debug->dwt_function[i] = 0;
    }
}

// FUNCTION 5 read, 6 write, 7 both (table C1-14); MASK = number of ignored low address bits.
static bool watches_data(uint32_t function) {
    return (function & FUNCTION_MASK) >= 5 && (function & FUNCTION_MASK) <= 7;
}

void debug_update_watchpoints(DebugUnit *debug) {
    Watchpoint watchpoints[DWT_COMPARATORS];
    size_t count = 0;
    for (unsigned i = 0; i < DWT_COMPARATORS && debug_halting_enabled(debug); i++) {
        if (watches_data(debug->dwt_function[i])) {
            uint32_t size_bytes = 1u << (debug->dwt_mask[i] & 0x1Fu);
            watchpoints[count++] = (Watchpoint){.address = debug->dwt_comp[i] & ~(size_bytes - 1),
                                                .size_bytes = size_bytes,
                                                .kind = (debug->dwt_function[i] & FUNCTION_MASK) - 4};
        }
    }
    if (debug->config.core != NULL) {
        core_set_watchpoints(debug->config.core, watchpoints, count);
    }
}

// The core says that a watchpoint stopped it, not which; with several enabled all of them claim the match.
static uint32_t read_function(const DebugUnit *debug, unsigned comparator) {
    uint32_t function = debug->dwt_function[comparator];
    bool trapped = core_is_halted(debug->config.core) && (core_dfsr(debug->config.core) & DFSR_DWTTRAP) != 0;
    return function | (trapped && watches_data(function) ? FUNCTION_MATCHED : 0);
}

static uint32_t read_comparator(const DebugUnit *debug, uint32_t offset) {
    unsigned comparator = (offset - REGISTER_COMP) / 16;
    switch ((offset - REGISTER_COMP) % 16 / 4) {
    case 0:
        return debug->dwt_comp[comparator];
    case 1:
        return debug->dwt_mask[comparator];
    case 2:
        return read_function(debug, comparator);
    default:
        return 0;
    }
}

static bool is_comparator(uint32_t offset) {
    return offset >= REGISTER_COMP && offset < REGISTER_COMP + 16 * DWT_COMPARATORS;
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    (void)master;
    const DebugUnit *debug = context;
    uint32_t word = 0;
    uint32_t aligned = offset & ~3u;
    if (debug_management_read(&identity, &debug->dwt_lock, aligned, &word) ||
        (debug->demcr & DEMCR_TRCENA) == 0) {
        *value = narrow_read(word, offset, size_bytes);
        return BUS_OK;
    }
    if (aligned == REGISTER_CTRL) {
        word = DWT_CTRL_FIXED | debug->dwt_ctrl;
    } else if (aligned == REGISTER_CYCCNT) {
        word = cyccnt(debug);
    } else if (aligned == REGISTER_PCSR) { // all ones while halted (C1.8.12)
        word = core_is_halted(debug->config.core) ? UINT32_MAX : core_register(debug->config.core, 15);
    } else if (is_comparator(aligned)) {
        word = read_comparator(debug, aligned);
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static void write_comparator(DebugUnit *debug, uint32_t offset, uint32_t value) {
    unsigned comparator = (offset - REGISTER_COMP) / 16;
    switch ((offset - REGISTER_COMP) % 16 / 4) {
    case 0:
        debug->dwt_comp[comparator] = value;
        break;
    case 1:
        debug->dwt_mask[comparator] = value & 0xFu; // the M7 ignores at most 15 bits
        break;
    case 2:
        debug->dwt_function[comparator] = value & 0x000FFFAFu;
        break;
    default:
        return;
    }
    debug_update_watchpoints(debug);
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    DebugUnit *debug = context;
    if (size_bytes != 4) {
        return BUS_OK;
    }
    if (offset == REGISTER_LAR) {
        debug_lock_write(&debug->dwt_lock, master, value);
        return BUS_OK;
    }
    if ((debug->demcr & DEMCR_TRCENA) == 0 || !debug_write_allowed(debug, &debug->dwt_lock, master, "DWT")) {
        return BUS_OK;
    }
    if (offset == REGISTER_CTRL) {
        set_control(debug, value);
    } else if (offset == REGISTER_CYCCNT) {
        set_cyccnt(debug, value);
    } else if (is_comparator(offset)) {
        write_comparator(debug, offset, value);
    }
    return BUS_OK;
}

void debug_attach_dwt(DebugUnit *debug) {
    Device device = {.name = "DWT",
                     .base = DWT_BASE,
                     .size_bytes = 0x1000,
                     .context = debug,
                     .read = read_register,
                     .write = write_register};
    bus_attach_device(debug->config.bus, &device);
}
