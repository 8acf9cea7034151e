// SPDX-License-Identifier: GPL-2.0-or-later
// Instrumentation Trace Macrocell: firmware that prints through it finds its ports ready; nobody receives the
// bytes (ARMv7-M ARM C1.7), but words on port 0 mark what runs (board/intervals.h), enabled or not.
#include "debug/debug_internal.h"

#define ITM_BASE 0xE0000000u
#define STIMULUS_PORTS_END 0x80u
#define PORT_READY 1u

enum { REGISTER_TER = 0xE00, REGISTER_TPR = 0xE40, REGISTER_TCR = 0xE80, REGISTER_LAR = 0xFB0 };

static const CoreSightComponent identity = {
    .name = "ITM", .peripheral_id = 0x0BB001, .peripheral_id4 = 4, .class = 14};

void debug_power_on_itm(DebugUnit *debug) {
    debug->itm_lock.locked = true;
    debug->itm_enable = 0;
    debug->itm_privilege = 0;
    debug->itm_control = 0;
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    (void)master;
    const DebugUnit *debug = context;
    uint32_t word = 0;
    uint32_t aligned = offset & ~3u;
    if (debug_management_read(&identity, &debug->itm_lock, aligned, &word) ||
        (debug->demcr & DEMCR_TRCENA) == 0) {
        *value = narrow_read(word, offset, size_bytes);
        return BUS_OK;
    }
    if (aligned < STIMULUS_PORTS_END) {
        word = PORT_READY;
    } else if (aligned == REGISTER_TER) {
        word = debug->itm_enable;
    } else if (aligned == REGISTER_TPR) {
        word = debug->itm_privilege;
    } else if (aligned == REGISTER_TCR) {
        word = debug->itm_control;
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    DebugUnit *debug = context;
    if (offset == REGISTER_LAR && size_bytes == 4) {
        debug_lock_write(&debug->itm_lock, master, value);
        return BUS_OK;
    }
    if (offset == 0 && size_bytes == 4 && master == MASTER_CPU && debug->config.marked != NULL) {
        debug->config.marked(debug->config.context, value);
    }
    if (size_bytes != 4 || offset < STIMULUS_PORTS_END || (debug->demcr & DEMCR_TRCENA) == 0 ||
        !debug_write_allowed(debug, &debug->itm_lock, master, "ITM")) {
        return BUS_OK;
    }
    if (offset == REGISTER_TER) {
        debug->itm_enable = value;
    } else if (offset == REGISTER_TPR) {
        debug->itm_privilege = value & 0xFu;
    } else if (offset == REGISTER_TCR) {
        debug->itm_control = value & 0x007F0F1Fu;
    }
    return BUS_OK;
}

void debug_attach_itm(DebugUnit *debug) {
    Device device = {.name = "ITM",
                     .base = ITM_BASE,
                     .size_bytes = 0x1000,
                     .context = debug,
                     .read = read_register,
                     .write = write_register};
    bus_attach_device(debug->config.bus, &device);
}
