// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/syscfg.h"
#include "chip/pwr.h"
#include "chip/rcc.h"
#include "chip/register_frame.h"
#include <stdlib.h>

#define SYSCFG_BASE 0x58000400u

#define CCCSR_EN 1u
#define CCCSR_READY (1u << 8)
#define PWRCR_ODEN 1u
#define PACKAGE_LQFP144 8u // RM0433 12.3.12

struct Syscfg {
    ClockGate gate; // first: what clocked() asks
    RegisterFrame frame;
};

static uint32_t compensation_cell(const void *owner, uint32_t stored) {
    (void)owner;
    return stored | ((stored & CCCSR_EN) != 0 ? CCCSR_READY : 0);
}

static uint32_t overdrive(const void *owner, uint32_t stored) {
    const Syscfg *syscfg = owner;
    (void)stored;
    return pwr_overdrive(syscfg->gate.chip->pwr) ? PWRCR_ODEN : 0;
}

static void set_overdrive(void *owner, const RegisterWrite *write) {
    Syscfg *syscfg = owner;
    pwr_set_overdrive(syscfg->gate.chip->pwr, (write->word & PWRCR_ODEN) != 0);
}

static const Register registers[] = {
    {"PMCR", 0x04, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, false},
    {"EXTICR1-4", 0x08, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 4, false},
    {"CFGR", 0x18, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, false},
    {"CCCSR", 0x20, 0, EVERY_BIT, ~CCCSR_READY, compensation_cell, NULL, 0, false},
    {"CCVR", 0x24, 0, EVERY_BIT, 0, NULL, NULL, 0, false},
    {"CCCR", 0x28, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, false},
    {"PWRCR", 0x2C, 0, EVERY_BIT, 0, overdrive, set_overdrive, 0, false},
    {"PKGR", 0x124, PACKAGE_LQFP144, EVERY_BIT, 0, NULL, NULL, 0, false},
};

static bool clocked(void *owner) { return clock_gate_open(owner); }

Syscfg *syscfg_new(Chip *chip) {
    Syscfg *syscfg = chip_allocate(sizeof *syscfg);
    syscfg->gate = (ClockGate){chip, "SYSCFG", RCC_APB4ENR, 1, "RCC_APB4ENR.SYSCFGEN"};
    Device device = {
        .name = "SYSCFG", .base = SYSCFG_BASE, .size_bytes = 0x400, .context = syscfg, .clocked = clocked};
    register_frame_attach(&syscfg->frame, registers, sizeof registers / sizeof registers[0], chip->config.bus,
                          &device);
    return syscfg;
}

void syscfg_free(Syscfg *syscfg) { free(syscfg); }
