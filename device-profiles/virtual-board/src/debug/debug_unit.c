// SPDX-License-Identifier: GPL-2.0-or-later
// Run control: DHCSR, DCRSR, DCRDR, DEMCR (ARMv7-M ARM C1.6).
#include "debug/debug_internal.h"
#include <stdlib.h>

#define DHCSR_BASE 0xE000EDF0u
#define DBGKEY 0xA05Fu

enum { REGISTER_DHCSR = 0x0, REGISTER_DCRSR = 0x4, REGISTER_DCRDR = 0x8, REGISTER_DEMCR = 0xC };

enum {
    C_DEBUGEN = 1 << 0,
    C_HALT = 1 << 1,
    C_STEP = 1 << 2,
    C_MASKINTS = 1 << 3,
    C_SNAPSTALL = 1 << 5,
    S_REGRDY = 1 << 16,
    S_HALT = 1 << 17,
    S_SLEEP = 1 << 18,
    S_LOCKUP = 1 << 19,
    S_RETIRE_ST = 1 << 24,
    S_RESET_ST = 1 << 25,
};

#define DEMCR_VECTOR_CATCH 0x07F1u
#define DEMCR_WRITABLE 0x010F07F1u
#define VC_CORERESET 1u
#define DCRSR_WRITE (1u << 16)
#define DCRSR_REGSEL 0x7Fu

bool debug_halting_enabled(const DebugUnit *debug) { return (debug->dhcsr & C_DEBUGEN) != 0; }

uint32_t debug_vector_catch(const DebugUnit *debug) { return debug->demcr & DEMCR_VECTOR_CATCH; }

bool debug_halts_at_reset(const DebugUnit *debug) {
    return debug_halting_enabled(debug) && (debug->demcr & VC_CORERESET) != 0;
}

static uint32_t read_dhcsr(DebugUnit *debug, BusMaster master) {
    Core *core = debug->config.core;
    CoreState state = core_state(core);
    bool halted = core_is_halted(core);
    uint32_t value = (debug->dhcsr & ~(uint32_t)C_HALT) | S_REGRDY;
    value |= halted ? C_HALT | S_HALT : 0;
    value |= state == CORE_SLEEPS ? S_SLEEP : 0;
    value |= state == CORE_LOCKED_UP ? S_LOCKUP : 0;
    value |= core_instructions(core) != debug->instructions_at_read ? S_RETIRE_ST : 0;
    value |= debug->reset_seen ? S_RESET_ST : 0;
    if (master == MASTER_DEBUG) { // the sticky bits clear on a read by the debugger
        debug->instructions_at_read = core_instructions(core);
        debug->reset_seen = false;
    }
    return value;
}

static void resume_or_step(DebugUnit *debug) {
    Core *core = debug->config.core;
    if ((debug->dhcsr & C_STEP) != 0) {
        core_step(core, (debug->dhcsr & C_MASKINTS) != 0);
        return;
    }
    if ((debug->dhcsr & C_MASKINTS) != 0) {
        lints_note(debug->config.lints, "debug-maskints",
                   "C_MASKINTS acts on single steps only; the core runs with interrupts on");
    }
    core_resume(core);
}

static void write_dhcsr(DebugUnit *debug, BusMaster master, uint32_t value) {
    Core *core = debug->config.core;
    if (value >> 16 != DBGKEY) {
        return;
    }
    if (master == MASTER_CPU) { // C_DEBUGEN belongs to the debugger (C1.6.2)
        value = (value & ~(uint32_t)C_DEBUGEN) | (debug->dhcsr & C_DEBUGEN);
        if (!debug_halting_enabled(debug)) {
            return;
        }
    }
    bool enabled_before = debug_halting_enabled(debug);
    debug->dhcsr = value & (C_DEBUGEN | C_HALT | C_STEP | C_MASKINTS | C_SNAPSTALL);
    if (debug_halting_enabled(debug) != enabled_before) {
        debug_update_breakpoints(debug);
        debug_update_watchpoints(debug);
    }
    if (!debug_halting_enabled(debug)) {
        debug->dhcsr = 0; // the other control bits mean nothing without C_DEBUGEN
        if (core_is_halted(core)) {
            core_resume(core);
        }
        return;
    }
    bool halt = (debug->dhcsr & C_HALT) != 0;
    if (halt && !core_is_halted(core)) {
        core_halt(core);
    } else if (!halt && core_is_halted(core)) {
        resume_or_step(debug);
    }
}

// With the core running the transfer is UNPREDICTABLE; nothing happens then.
static void transfer_register(DebugUnit *debug, uint32_t selection) {
    Core *core = debug->config.core;
    if (!core_is_halted(core)) {
        return;
    }
    unsigned regsel = selection & DCRSR_REGSEL;
    if ((selection & DCRSR_WRITE) != 0) {
        core_set_register(core, regsel, debug->dcrdr);
    } else {
        debug->dcrdr = core_register(core, regsel);
    }
}

static void write_demcr(DebugUnit *debug, uint32_t value) {
    bool traced = (debug->demcr & DEMCR_TRCENA) != 0;
    debug->demcr = value & DEMCR_WRITABLE;
    debug_trace_enable_changed(debug, traced);
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    DebugUnit *debug = context;
    uint32_t word = 0;
    switch (offset & ~3u) {
    case REGISTER_DHCSR:
        word = read_dhcsr(debug, master);
        break;
    case REGISTER_DCRDR:
        word = debug->dcrdr;
        break;
    case REGISTER_DEMCR:
        word = debug->demcr;
        break;
    default: // DCRSR is write-only
        break;
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    DebugUnit *debug = context;
    if (size_bytes != 4 && offset / 4 * 4 != REGISTER_DCRDR) {
        return BUS_OK; // DCRDR alone takes bytes and halfwords, for the debug communication channel
    }
    switch (offset & ~3u) {
    case REGISTER_DHCSR:
        write_dhcsr(debug, master, value);
        break;
    case REGISTER_DCRSR:
        transfer_register(debug, value);
        break;
    case REGISTER_DCRDR:
        debug->dcrdr = narrow_merge(debug->dcrdr, offset, size_bytes, value);
        break;
    default:
        write_demcr(debug, value);
        break;
    }
    return BUS_OK;
}

void debug_attach_run_control(DebugUnit *debug) {
    Device device = {.name = "DCB",
                     .base = DHCSR_BASE,
                     .size_bytes = 16,
                     .context = debug,
                     .read = read_register,
                     .write = write_register};
    bus_attach_device(debug->config.bus, &device);
}

DebugUnit *debug_new(const DebugConfig *config) {
    DebugUnit *debug = calloc(1, sizeof *debug);
    if (debug == NULL) {
        abort();
    }
    debug->config = *config;
    debug_power_on_fpb(debug);
    debug_power_on_dwt(debug);
    debug_power_on_itm(debug);
    debug->reset_seen = true;
    debug_attach_run_control(debug);
    debug_attach_fpb(debug);
    debug_attach_dwt(debug);
    debug_attach_itm(debug);
    debug_attach_coresight(debug);
    return debug;
}

void debug_free(DebugUnit *debug) {
    if (debug != NULL) {
        free(debug->components);
        free(debug);
    }
}

void debug_reset(DebugUnit *debug, bool power_was_off) {
    debug->reset_seen = true;
    if (power_was_off) {
        debug->dhcsr = 0;
        debug->demcr = 0;
        debug->dcrdr = 0;
        debug_power_on_fpb(debug);
        debug_power_on_dwt(debug);
        debug_power_on_itm(debug);
        debug_update_breakpoints(debug);
        debug_update_watchpoints(debug);
    }
    debug->dhcsr &=
        ~(uint32_t)(C_HALT | C_STEP); // a local reset leaves Debug state unless VC_CORERESET (C1.4.1)
}
