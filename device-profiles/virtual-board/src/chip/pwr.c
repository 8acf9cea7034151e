// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/pwr.h"
#include "chip/limits.h"
#include "chip/register_frame.h"
#include <stdlib.h>

#define PWR_BASE 0x58024800u
#define SETTLE_TIME (60 * MICROSECONDS) // of the regulator, after any change of scale

enum { R_CR1 = 0x00, R_CR2 = 0x08, R_CR3 = 0x0C };

enum {
    CR1_DBP = 1 << 8,
    CR1_AFTER_RESET = 0xF000C000,
    CR1_WRITABLE = 0x0007C3F1,
    CR2_BREN = 1 << 0,
    CR2_MONEN = 1 << 4,
    CR2_BRRDY = 1 << 16,
    CR3_BYPASS = 1 << 0,
    CR3_LDOEN = 1 << 1,
    CR3_SCUEN = 1 << 2,
    CR3_SUPPLY = 7,
    CR3_OTHERS = 0x03000300,
    READY = 1 << 13, // VOSRDY in D3CR, ACTVOSRDY in CSR1
    CPUCR_WRITABLE = 0x0807,
};

#define VOS_POSITION 14
#define VOS_SCALE3 1u
#define VOS_SCALE1 3u

struct Pwr {
    Chip *chip;
    RegisterFrame frame;
    bool supply_configured; // survives every reset but power-on
    bool core_unpowered;    // so does a wrong one
    uint32_t wanted;        // D3CR.VOS
    bool overdrive;
    unsigned scale; // what the regulator gives
    Event settled;
};

static unsigned wanted_scale(const Pwr *pwr) {
    return pwr->wanted == VOS_SCALE1 && pwr->overdrive ? 0 : 4 - pwr->wanted;
}

static bool is_settled(const Pwr *pwr) { return !timeline_is_queued(&pwr->settled); }

static void settled(void *context) {
    Pwr *pwr = context;
    pwr->scale = wanted_scale(pwr);
    limits_check(pwr->chip->limits);
}

// A lower voltage is there at once, a higher one only when the regulator has settled.
static void change_scale(Pwr *pwr) {
    if (wanted_scale(pwr) > pwr->scale) {
        pwr->scale = wanted_scale(pwr);
        limits_check(pwr->chip->limits);
    }
    timeline_schedule(pwr->chip->config.timeline, &pwr->settled, chip_now(pwr->chip) + SETTLE_TIME);
}

static void write_supply(Pwr *pwr, uint32_t value) {
    uint32_t held = register_frame_value(&pwr->frame, R_CR3);
    uint32_t supply = value & CR3_SUPPLY;
    if (pwr->supply_configured) { // RM0433 6.8.4: written once after power-on
        if (supply != (held & CR3_SUPPLY)) {
            lints_note(pwr->chip->config.lints, "supply-configuration",
                       "PWR_CR3 supply bits are written a second time since power-on; nothing changes");
        }
        return;
    }
    if ((supply & (CR3_BYPASS | CR3_LDOEN)) != CR3_LDOEN) {
        lints_note(pwr->chip->config.lints, "supply-configuration",
                   "PWR_CR3 = 0x%x: this board runs from the LDO (LDOEN = 1, BYPASS = 0); without it VCORE "
                   "collapses",
                   (unsigned)supply);
        pwr->core_unpowered = true;
        core_stop(pwr->chip->core);
        return;
    }
    register_frame_set(&pwr->frame, R_CR3, (held & ~(uint32_t)CR3_SUPPLY) | supply);
    pwr->supply_configured = true;
    timeline_schedule(pwr->chip->config.timeline, &pwr->settled, chip_now(pwr->chip) + SETTLE_TIME);
}

static void write_scale(Pwr *pwr, uint32_t value) {
    uint32_t wanted = value >> VOS_POSITION & 3u;
    if (wanted == pwr->wanted) {
        return;
    }
    if (!pwr->supply_configured) {
        lints_note(pwr->chip->config.lints, "vos-before-supply",
                   "PWR_D3CR.VOS is written before the supply configuration in PWR_CR3; the voltage does not "
                   "change");
        return;
    }
    if (wanted == 0) {
        lints_note(pwr->chip->config.lints, "vos-reserved",
                   "PWR_D3CR.VOS = 0 is reserved on the STM32H743; nothing changes");
        return;
    }
    if (pwr->overdrive && wanted != VOS_SCALE1) {
        lints_note(pwr->chip->config.lints, "vos0-order",
                   "PWR_D3CR.VOS leaves scale 1 while SYSCFG_PWRCR.ODEN is set; clear ODEN first");
    }
    pwr->wanted = wanted;
    change_scale(pwr);
}

void pwr_set_overdrive(Pwr *pwr, bool enabled) {
    if (enabled == pwr->overdrive) {
        return;
    }
    if (enabled && pwr->chip->config.revision != REVISION_V) {
        lints_note(pwr->chip->config.lints, "vos0-revision",
                   "SYSCFG_PWRCR.ODEN does not exist on revision Y; 400 MHz at VOS1 is the limit");
        return;
    }
    if (enabled && (pwr->scale != 1 || !is_settled(pwr))) {
        lints_note(pwr->chip->config.lints, "vos0-order",
                   "SYSCFG_PWRCR.ODEN is set before voltage scale 1 is ready; nothing changes");
        return;
    }
    pwr->overdrive = enabled;
    change_scale(pwr);
}

bool pwr_overdrive(const Pwr *pwr) { return pwr->overdrive; }

bool pwr_core_unpowered(const Pwr *pwr) { return pwr->core_unpowered; }

unsigned pwr_voltage_scale(const Pwr *pwr) { return pwr->scale; }

bool pwr_backup_writable(const Pwr *pwr) { return (register_frame_value(&pwr->frame, R_CR1) & CR1_DBP) != 0; }

// ---- registers ----

static uint32_t ready_flag(const Pwr *pwr) {
    return is_settled(pwr) && pwr->supply_configured ? (uint32_t)READY : 0;
}

static uint32_t actual_scale_read(const void *owner, uint32_t stored) {
    const Pwr *pwr = owner;
    (void)stored;
    uint32_t actual = pwr->scale == 0 ? VOS_SCALE1 : 4 - pwr->scale;
    return actual << VOS_POSITION | ready_flag(pwr);
}

static uint32_t backup_read(const void *owner, uint32_t stored) {
    (void)owner;
    return stored | ((stored & CR2_BREN) != 0 ? (uint32_t)CR2_BRRDY : 0);
}

static uint32_t wanted_scale_read(const void *owner, uint32_t stored) {
    const Pwr *pwr = owner;
    (void)stored;
    return pwr->wanted << VOS_POSITION | ready_flag(pwr);
}

static void backup_written(void *owner, const RegisterWrite *write) {
    Pwr *pwr = owner;
    if (!pwr_backup_writable(pwr)) {
        register_frame_set(&pwr->frame, R_CR2, write->previous);
    }
}

static void supply_written(void *owner, const RegisterWrite *write) { write_supply(owner, write->word); }

static void scale_written(void *owner, const RegisterWrite *write) { write_scale(owner, write->word); }

static const Register registers[] = {
    {"CR1", R_CR1, CR1_AFTER_RESET, EVERY_BIT, CR1_WRITABLE, NULL, NULL, 0, false},
    {"CSR1", 0x04, 0, EVERY_BIT, 0, actual_scale_read, NULL, 0, false},
    {"CR2", R_CR2, 0, EVERY_BIT, CR2_BREN | CR2_MONEN, backup_read, backup_written, 0, true},
    {"CR3", R_CR3, CR3_SCUEN | CR3_LDOEN, EVERY_BIT, CR3_OTHERS, NULL, supply_written, 0, true},
    {"CPUCR", 0x10, 0, EVERY_BIT, CPUCR_WRITABLE, NULL, NULL, 0, false},
    {"D3CR", 0x18, 0, EVERY_BIT, 0, wanted_scale_read, scale_written, 0, false},
    {"WKUPEPR", 0x28, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, false},
};

static void reset(void *owner) {
    Pwr *pwr = owner;
    pwr->wanted = VOS_SCALE3;
    pwr->overdrive = false;
    pwr->scale = 3;
    timeline_cancel(pwr->chip->config.timeline, &pwr->settled);
}

void pwr_power_lost(Pwr *pwr) {
    pwr->supply_configured = false;
    pwr->core_unpowered = false;
    register_frame_power_on(&pwr->frame);
}

Pwr *pwr_new(Chip *chip) {
    Pwr *pwr = chip_allocate(sizeof *pwr);
    pwr->chip = chip;
    pwr->settled = (Event){.name = "voltage settled", .fire = settled, .context = pwr};
    Device device = {.name = "PWR", .base = PWR_BASE, .size_bytes = 0x400, .context = pwr, .reset = reset};
    register_frame_attach(&pwr->frame, registers, sizeof registers / sizeof registers[0], chip->config.bus,
                          &device);
    reset(pwr);
    return pwr;
}

void pwr_free(Pwr *pwr) {
    if (pwr != NULL) {
        timeline_cancel(pwr->chip->config.timeline, &pwr->settled);
        free(pwr);
    }
}
