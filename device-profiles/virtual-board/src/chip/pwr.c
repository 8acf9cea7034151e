// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/pwr.h"
#include "chip/limits.h"
#include <stdlib.h>

#define PWR_BASE 0x58024800u
#define SETTLE_TIME (60 * MICROSECONDS) // of the regulator, after any change of scale

enum {
    R_CR1 = 0x00,
    R_CSR1 = 0x04,
    R_CR2 = 0x08,
    R_CR3 = 0x0C,
    R_CPUCR = 0x10,
    R_D3CR = 0x18,
    R_WKUPEPR = 0x28
};

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
    uint32_t cr1;
    uint32_t cr2;
    uint32_t cr3;
    uint32_t cpucr;
    uint32_t wakeup;
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
    pwr->cr3 = (pwr->cr3 & CR3_SUPPLY) | (value & CR3_OTHERS);
    uint32_t supply = value & CR3_SUPPLY;
    if (pwr->supply_configured) { // RM0433 6.8.4: written once after power-on
        if (supply != (pwr->cr3 & CR3_SUPPLY)) {
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
    pwr->cr3 = (pwr->cr3 & ~(uint32_t)CR3_SUPPLY) | supply;
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

bool pwr_backup_writable(const Pwr *pwr) { return (pwr->cr1 & CR1_DBP) != 0; }

// ---- bus ----

static uint32_t read_word(const Pwr *pwr, uint32_t offset) {
    bool ready = is_settled(pwr);
    switch (offset) {
    case R_CR1:
        return pwr->cr1;
    case R_CSR1: {
        uint32_t actual = pwr->scale == 0 ? VOS_SCALE1 : 4 - pwr->scale;
        return actual << VOS_POSITION | (ready && pwr->supply_configured ? (uint32_t)READY : 0);
    }
    case R_CR2:
        return pwr->cr2 | ((pwr->cr2 & CR2_BREN) != 0 ? (uint32_t)CR2_BRRDY : 0);
    case R_CR3:
        return pwr->cr3;
    case R_CPUCR:
        return pwr->cpucr;
    case R_D3CR:
        return pwr->wanted << VOS_POSITION | (ready && pwr->supply_configured ? (uint32_t)READY : 0);
    case R_WKUPEPR:
        return pwr->wakeup;
    default:
        return 0;
    }
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    (void)master;
    *value = narrow_read(read_word(context, offset & ~3u), offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Pwr *pwr = context;
    (void)master;
    uint32_t word = narrow_merge(read_word(pwr, offset & ~3u), offset, size_bytes, value);
    switch (offset & ~3u) {
    case R_CR1:
        pwr->cr1 = (pwr->cr1 & ~(uint32_t)CR1_WRITABLE) | (word & CR1_WRITABLE);
        break;
    case R_CR2:
        if (pwr_backup_writable(pwr)) {
            pwr->cr2 = word & (CR2_BREN | CR2_MONEN);
        }
        break;
    case R_CR3:
        write_supply(pwr, word);
        break;
    case R_CPUCR:
        pwr->cpucr = word & CPUCR_WRITABLE;
        break;
    case R_D3CR:
        write_scale(pwr, word);
        break;
    case R_WKUPEPR:
        pwr->wakeup = word;
        break;
    default:
        break;
    }
    return BUS_OK;
}

static void reset(void *context) {
    Pwr *pwr = context;
    pwr->cr1 = CR1_AFTER_RESET;
    pwr->cpucr = 0;
    pwr->wakeup = 0;
    pwr->wanted = VOS_SCALE3;
    pwr->overdrive = false;
    pwr->scale = 3;
    timeline_cancel(pwr->chip->config.timeline, &pwr->settled);
}

void pwr_power_lost(Pwr *pwr) {
    pwr->supply_configured = false;
    pwr->core_unpowered = false;
    pwr->cr2 = 0;
    pwr->cr3 = CR3_SCUEN | CR3_LDOEN;
}

Pwr *pwr_new(Chip *chip) {
    Pwr *pwr = chip_allocate(sizeof *pwr);
    pwr->chip = chip;
    pwr->settled = (Event){.name = "voltage settled", .fire = settled, .context = pwr};
    pwr_power_lost(pwr);
    Device device = {.name = "PWR",
                     .base = PWR_BASE,
                     .size_bytes = 0x400,
                     .context = pwr,
                     .read = read_register,
                     .write = write_register,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    reset(pwr);
    return pwr;
}

void pwr_free(Pwr *pwr) {
    if (pwr != NULL) {
        timeline_cancel(pwr->chip->config.timeline, &pwr->settled);
        free(pwr);
    }
}
