// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/syscfg.h"
#include "chip/pwr.h"
#include "chip/rcc.h"
#include <stdlib.h>
#include <string.h>

#define SYSCFG_BASE 0x58000400u
#define REGISTERS (0x400u / 4)

enum { R_CCCSR = 0x20, R_CCVR = 0x24, R_PWRCR = 0x2C, R_PKGR = 0x124 };

#define CCCSR_EN 1u
#define CCCSR_READY (1u << 8)
#define PWRCR_ODEN 1u
#define PACKAGE_LQFP144 8u // RM0433 12.3.12

struct Syscfg {
    ClockGate gate; // first: the context of the device
    uint32_t registers[REGISTERS];
};

static bool clocked(void *context) { return clock_gate_open(context); }

static uint32_t read_word(const Syscfg *syscfg, uint32_t offset) {
    uint32_t word = syscfg->registers[offset / 4];
    switch (offset) {
    case R_CCCSR:
        return word | ((word & CCCSR_EN) != 0 ? CCCSR_READY : 0);
    case R_PWRCR:
        return pwr_overdrive(syscfg->gate.chip->pwr) ? PWRCR_ODEN : 0;
    case R_PKGR:
        return PACKAGE_LQFP144;
    default:
        return word;
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
    Syscfg *syscfg = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    uint32_t word = narrow_merge(read_word(syscfg, aligned), offset, size_bytes, value);
    if (aligned == R_PWRCR) {
        pwr_set_overdrive(syscfg->gate.chip->pwr, (word & PWRCR_ODEN) != 0);
    } else if (aligned < R_PKGR && aligned != R_CCVR) {
        syscfg->registers[aligned / 4] = aligned == R_CCCSR ? word & ~CCCSR_READY : word;
    }
    return BUS_OK;
}

static void reset(void *context) {
    Syscfg *syscfg = context;
    memset(syscfg->registers, 0, sizeof syscfg->registers);
}

Syscfg *syscfg_new(Chip *chip) {
    Syscfg *syscfg = chip_allocate(sizeof *syscfg);
    syscfg->gate = (ClockGate){chip, "SYSCFG", RCC_APB4ENR, 1, "RCC_APB4ENR.SYSCFGEN"};
    Device device = {.name = "SYSCFG",
                     .base = SYSCFG_BASE,
                     .size_bytes = 0x400,
                     .context = syscfg,
                     .read = read_register,
                     .write = write_register,
                     .clocked = clocked,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    return syscfg;
}

void syscfg_free(Syscfg *syscfg) { free(syscfg); }
