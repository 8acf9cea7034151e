// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/limits.h"
#include "chip/flash.h"
#include "chip/pwr.h"
#include "chip/rcc.h"
#include <stdlib.h>

#define MHZ 1000000u
#define MISBEHAVES_AFTER (5 * MICROSECONDS)
// Reserved for the system (ARMv7-M B3.1): never executable, so that the fetch faults whatever the MPU says.
#define GARBAGE_ADDRESS 0xF7F0A5A4u
#define REGSEL_PC 15u

struct Limits {
    Chip *chip;
    Event misbehave;
    bool broken;
};

typedef struct ScaleLimits {
    unsigned cpu_mhz;
    unsigned axi_mhz;
    unsigned apb_mhz;
} ScaleLimits;

// The table says 50 MHz for the APBs at scale 3, but the chip leaves reset there with 64 MHz on all of them.
static const ScaleLimits by_scale[4] = {{480, 240, 120}, {400, 200, 100}, {300, 150, 75}, {200, 100, 64}};

// 0.1% of tolerance: a fractional PLL rounds.
static bool above(uint32_t hz, unsigned limit_mhz) { return hz > limit_mhz * (MHZ + MHZ / 1000); }

static bool clock_too_fast(Chip *chip, const char *name, uint32_t hz, unsigned limit_mhz, unsigned scale) {
    if (!above(hz, limit_mhz)) {
        return false;
    }
    lints_note(chip->config.lints, "clock-too-fast", "%s runs at %.1f MHz; voltage scale %u allows %u MHz",
               name, hz / 1e6, scale, limit_mhz);
    return true;
}

static bool latency_too_short(Chip *chip, const Clocks *clocks, unsigned scale) {
    unsigned needed = flash_required_wait_states(clocks->axi, scale);
    unsigned set = flash_wait_states(chip->flash);
    if (set >= needed) {
        return false;
    }
    lints_note(chip->config.lints, "flash-latency",
               "FLASH_ACR.LATENCY is %u; %.1f MHz AXI at voltage scale %u needs %u", set, clocks->axi / 1e6,
               scale, needed);
    return true;
}

// Reads do not depend on it; programming at a delay too short goes wrong on some chips and some days.
static void check_write_delay(Chip *chip, const Clocks *clocks, unsigned scale) {
    unsigned needed = flash_required_write_delay(clocks->axi, scale);
    unsigned set = flash_write_delay(chip->flash);
    if (set < needed) {
        lints_note(chip->config.lints, "flash-write-delay",
                   "FLASH_ACR.WRHIGHFREQ is %u; %.1f MHz AXI at voltage scale %u needs %u for programming",
                   set, clocks->axi / 1e6, scale, needed);
    }
}

static bool limit_is_broken(Chip *chip) {
    Clocks clocks = rcc_clocks(chip->rcc);
    unsigned scale = pwr_voltage_scale(chip->pwr);
    const ScaleLimits *limits = &by_scale[scale];
    bool broken = clock_too_fast(chip, "the CPU", clocks.cpu, limits->cpu_mhz, scale);
    broken = clock_too_fast(chip, "the AXI bus", clocks.axi, limits->axi_mhz, scale) || broken;
    broken = clock_too_fast(chip, "APB1", clocks.apb1, limits->apb_mhz, scale) || broken;
    broken = clock_too_fast(chip, "APB2", clocks.apb2, limits->apb_mhz, scale) || broken;
    broken = clock_too_fast(chip, "APB3", clocks.apb3, limits->apb_mhz, scale) || broken;
    broken = clock_too_fast(chip, "APB4", clocks.apb4, limits->apb_mhz, scale) || broken;
    check_write_delay(chip, &clocks, scale);
    return latency_too_short(chip, &clocks, scale) || broken;
}

void limits_check(Limits *limits) {
    if (limits == NULL || limits->chip->flash == NULL || limits->chip->pwr == NULL) {
        return;
    }
    bool broken = limit_is_broken(limits->chip);
    if (broken && !limits->broken) {
        timeline_schedule(limits->chip->config.timeline, &limits->misbehave,
                          chip_now(limits->chip) + MISBEHAVES_AFTER);
    } else if (!broken) {
        timeline_cancel(limits->chip->config.timeline, &limits->misbehave);
    }
    limits->broken = broken;
}

static void misbehave(void *context) {
    Limits *limits = context;
    Core *core = limits->chip->core;
    if (!core_is_halted(core)) {
        core_set_register(core, REGSEL_PC, GARBAGE_ADDRESS);
    }
    // Handlers come from the same flash at the same clock: the next fetch goes wrong as well.
    timeline_schedule(limits->chip->config.timeline, &limits->misbehave,
                      chip_now(limits->chip) + MISBEHAVES_AFTER * 100);
}

void limits_reset(Limits *limits) {
    timeline_cancel(limits->chip->config.timeline, &limits->misbehave);
    limits->broken = false;
}

Limits *limits_new(Chip *chip) {
    Limits *limits = chip_allocate(sizeof *limits);
    limits->chip = chip;
    limits->misbehave = (Event){.name = "beyond the limits", .fire = misbehave, .context = limits};
    return limits;
}

void limits_free(Limits *limits) {
    if (limits != NULL) {
        limits_reset(limits);
        free(limits);
    }
}
