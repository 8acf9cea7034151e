// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/rcc.h"
#include "chip/pwr.h"
#include "chip/rcc_internal.h"
#include "fault/faults.h"
#include <stdlib.h>
#include <string.h>

#define RCC_BASE 0x58024400u
#define CR_WRITABLE 0x150D129Bu // ON, BYP, CSS, KERON and HSIDIV bits; the ready bits are ours
#define CR_AFTER_RESET 0x00000001u
#define BDCR_WRITABLE 0x0000833Du
#define BDCR_BDRST (1u << 16)

// RM0433 8.7.36: which flags a reset leaves behind; the CPU domain is reset by all of them.
enum {
    RSR_RMVF = 1 << 16,
    RSR_CPURSTF = 1 << 17,
    RSR_D1RSTF = 1 << 19,
    RSR_D2RSTF = 1 << 20,
    RSR_BORRSTF = 1 << 21,
    RSR_PINRSTF = 1 << 22,
    RSR_PORRSTF = 1 << 23,
    RSR_SFTRSTF = 1 << 24,
    RSR_IWDG1RSTF = 1 << 26,
};

typedef struct OscillatorBits {
    Oscillator oscillator;
    unsigned register_offset;
    uint32_t on;
    uint32_t ready;
    Picoseconds start_up; // the slow end of DS12110 tables 42-51
} OscillatorBits;

static const OscillatorBits oscillators[] = {
    {OSCILLATOR_HSI, R_CR, CR_HSION, CR_HSIRDY, 4 * MICROSECONDS},
    {OSCILLATOR_CSI, R_CR, CR_CSION, CR_CSIRDY, 2 * MICROSECONDS},
    {OSCILLATOR_HSI48, R_CR, CR_HSI48ON, CR_HSI48RDY, 6 * MICROSECONDS},
    {OSCILLATOR_HSE, R_CR, CR_HSEON, CR_HSERDY, 500 * MICROSECONDS},
    {OSCILLATOR_PLL1, R_CR, CR_PLL1ON, CR_PLL1RDY, 150 * MICROSECONDS},
    {OSCILLATOR_PLL2, R_CR, CR_PLL1ON << 2, CR_PLL1RDY << 2, 150 * MICROSECONDS},
    {OSCILLATOR_PLL3, R_CR, CR_PLL1ON << 4, CR_PLL1RDY << 4, 150 * MICROSECONDS},
    {OSCILLATOR_LSI, R_CSR, 1, 2, 130 * MICROSECONDS},
    {OSCILLATOR_LSE, R_BDCR, 1, 2, 2 * PICOSECONDS_PER_SECOND},
};
#define OSCILLATORS (sizeof oscillators / sizeof oscillators[0])

static uint32_t *reg(Rcc *rcc, unsigned offset) { return &rcc->registers[offset / 4]; }

// ---- oscillators ----

static bool is_pll(Oscillator oscillator) {
    return oscillator >= OSCILLATOR_PLL1 && oscillator <= OSCILLATOR_PLL3;
}

static bool can_start(Rcc *rcc, Oscillator oscillator) {
    if (oscillator == OSCILLATOR_HSE) {
        if ((*reg(rcc, R_CR) & CR_HSEBYP) == 0) {
            lints_note(
                rcc->chip->config.lints, "hse-crystal",
                "HSE is switched on without HSEBYP; this board has no crystal, 8 MHz come from the ST-Link");
            return false;
        }
        return !fault_armed(rcc->chip->config.faults, FAULT_HSE_DEAD);
    }
    if (is_pll(oscillator)) {
        char why[160];
        unsigned pll = (unsigned)(oscillator - OSCILLATOR_PLL1);
        if (!rcc_pll_can_lock(rcc, pll, why, sizeof why)) {
            lints_note(rcc->chip->config.lints, "pll-range", "PLL%u never locks: %s", pll + 1, why);
            return false;
        }
    }
    return true;
}

static bool drives_system(const Rcc *rcc, Oscillator oscillator) {
    static const Oscillator sources[4] = {OSCILLATOR_HSI, OSCILLATOR_CSI, OSCILLATOR_HSE, OSCILLATOR_PLL1};
    static const Oscillator pll_sources[4] = {OSCILLATOR_HSI, OSCILLATOR_CSI, OSCILLATOR_HSE,
                                              OSCILLATOR_COUNT};
    bool feeds_pll = rcc->system_clock == RCC_CLOCK_PLL1 &&
                     pll_sources[rcc->registers[R_PLLCKSELR / 4] & 3u] == oscillator;
    return sources[rcc->system_clock] == oscillator || feeds_pll;
}

static void switch_oscillator(Rcc *rcc, const OscillatorBits *bits, bool on) {
    if (on == rcc->on[bits->oscillator]) {
        return;
    }
    if (!on && drives_system(rcc, bits->oscillator)) { // RM0433 8.7.2: hardware keeps it on
        *reg(rcc, bits->register_offset) |= bits->on;
        lints_note(rcc->chip->config.lints, "clock-in-use",
                   "an oscillator that drives the system clock cannot be switched off");
        return;
    }
    rcc->on[bits->oscillator] = on;
    if (on) {
        bool starts = can_start(rcc, bits->oscillator);
        rcc->ready_at[bits->oscillator] = starts ? chip_now(rcc->chip) + bits->start_up : TIMELINE_NEVER;
    }
}

static void apply_on_bits(Rcc *rcc, unsigned offset) {
    for (size_t i = 0; i < OSCILLATORS; i++) {
        if (oscillators[i].register_offset == offset) {
            bool forced = rcc->lsi_forced && oscillators[i].oscillator == OSCILLATOR_LSI;
            switch_oscillator(rcc, &oscillators[i], forced || (*reg(rcc, offset) & oscillators[i].on) != 0);
        }
    }
}

static uint32_t with_ready_bits(const Rcc *rcc, unsigned offset) {
    uint32_t value = rcc->registers[offset / 4];
    for (size_t i = 0; i < OSCILLATORS; i++) {
        if (oscillators[i].register_offset == offset && rcc_ready(rcc, oscillators[i].oscillator)) {
            value |= oscillators[i].ready;
        }
    }
    return offset == R_CR ? value | CR_D1CKRDY | CR_D2CKRDY | CR_HSIDIVF : value;
}

void rcc_force_lsi(Rcc *rcc) {
    rcc->lsi_forced = true;
    apply_on_bits(rcc, R_CSR);
}

void rcc_hse_fault_changed(Rcc *rcc) {
    if (!rcc->on[OSCILLATOR_HSE]) {
        return;
    }
    bool dead = fault_armed(rcc->chip->config.faults, FAULT_HSE_DEAD);
    rcc->ready_at[OSCILLATOR_HSE] = dead ? TIMELINE_NEVER : chip_now(rcc->chip) + 500 * MICROSECONDS;
    if (dead && (*reg(rcc, R_CR) & CR_CSSHSEON) != 0 && drives_system(rcc, OSCILLATOR_HSE)) {
        rcc->system_clock = RCC_CLOCK_HSI; // clock security; its NMI is not modelled
    }
    rcc_clocks_changed(rcc);
}

// ---- system clock ----

static const Oscillator system_sources[4] = {OSCILLATOR_HSI, OSCILLATOR_CSI, OSCILLATOR_HSE, OSCILLATOR_PLL1};

static void try_switch(void *context) {
    Rcc *rcc = context;
    unsigned wanted = *reg(rcc, R_CFGR) & 7u;
    if (wanted > RCC_CLOCK_PLL1) {
        lints_note(rcc->chip->config.lints, "clock-switch", "RCC_CFGR.SW = %u selects no clock", wanted);
        return;
    }
    Oscillator source = system_sources[wanted];
    if (rcc_ready(rcc, source)) {
        rcc->system_clock = (RccSystemClock)wanted;
        rcc_clocks_changed(rcc);
        return;
    }
    lints_note(rcc->chip->config.lints, "clock-switch",
               "RCC_CFGR.SW selects clock %u, which is not ready; the switch waits", wanted);
    if (rcc->on[source] && rcc->ready_at[source] != TIMELINE_NEVER) {
        timeline_schedule(rcc->chip->config.timeline, &rcc->switch_clock, rcc->ready_at[source]);
    }
}

// ---- PLL registers, which are locked while the PLL runs (RM0433 8.7.10 to 8.7.17) ----

static uint32_t keep_locked(Rcc *rcc, unsigned offset, uint32_t value, uint32_t locked) {
    uint32_t old = *reg(rcc, offset);
    if (((old ^ value) & locked) != 0) {
        lints_note(rcc->chip->config.lints, "pll-locked-register",
                   "RCC +0x%02x is written while its PLL is on; nothing changes", offset);
    }
    return (value & ~locked) | (old & locked);
}

static void write_pll_register(Rcc *rcc, unsigned offset, uint32_t value) {
    uint32_t locked = 0;
    uint32_t old = *reg(rcc, offset);
    for (unsigned pll = 0; pll < 3; pll++) {
        bool runs = rcc->on[OSCILLATOR_PLL1 + pll];
        if (offset == R_PLLCKSELR && runs) {
            locked |= 3u | 0x3Fu << (4 + 8 * pll);
        } else if (offset == R_PLLCFGR && runs) {
            locked |= 0xEu << 4 * pll; // FRACEN and the output enables may change
        } else if (offset == R_PLL1DIVR + 8 * pll && runs) {
            locked = UINT32_MAX;
        }
    }
    *reg(rcc, offset) = keep_locked(rcc, offset, value, locked);
    for (unsigned pll = 0; offset == R_PLLCFGR && pll < 3; pll++) {
        uint32_t enable = 1u << 4 * pll;
        if ((value & enable) != 0 && (old & enable) == 0) {
            rcc->fraction[pll] = *reg(rcc, R_PLL1FRACR + 8 * pll) >> 3 & 0x1FFFu;
        }
    }
    rcc_clocks_changed(rcc);
}

// ---- enable and reset bits ----

bool rcc_enabled(const Rcc *rcc, unsigned enable_register, unsigned bit) {
    return (rcc->registers[enable_register / 4] >> bit & 1u) != 0;
}

bool clock_gate_open(const ClockGate *gate) {
    if (rcc_enabled(gate->chip->rcc, gate->enable_register, gate->bit)) {
        return true;
    }
    lints_note(gate->chip->config.lints, "unclocked",
               "%s is accessed while %s is 0: reads give 0, writes are lost", gate->name, gate->bit_name);
    return false;
}

void rcc_on_peripheral_reset(Rcc *rcc, unsigned enable_register, unsigned bit, void (*reset)(void *context),
                             void *context) {
    if (rcc->reset_count == MAX_PERIPHERAL_RESETS) {
        abort();
    }
    rcc->resets[rcc->reset_count++] = (PeripheralReset){enable_register, bit, reset, context};
}

void rcc_on_memory_gate(Rcc *rcc, void (*changed)(void *context), void *context) {
    rcc->memory_gate_changed = changed;
    rcc->memory_gate_context = context;
}

static void write_reset_register(Rcc *rcc, unsigned offset, uint32_t value) {
    uint32_t rising = value & ~*reg(rcc, offset);
    unsigned enable_register = offset - R_AHB3RSTR + R_AHB3ENR;
    *reg(rcc, offset) = value;
    for (size_t i = 0; i < rcc->reset_count; i++) {
        const PeripheralReset *line = &rcc->resets[i];
        if (line->enable_register == enable_register && (rising >> line->bit & 1u) != 0) {
            line->reset(line->context);
        }
    }
}

static void write_enable_register(Rcc *rcc, unsigned offset, uint32_t value) {
    *reg(rcc, offset) = value;
    if ((offset == RCC_AHB2ENR || offset == RCC_AHB4ENR) && rcc->memory_gate_changed != NULL) {
        rcc->memory_gate_changed(rcc->memory_gate_context);
    }
}

static void write_backup_domain(Rcc *rcc, uint32_t value) {
    if (!pwr_backup_writable(rcc->chip->pwr)) {
        lints_note(rcc->chip->config.lints, "backup-domain",
                   "RCC_BDCR is written while PWR_CR1.DBP is 0; nothing changes");
        return;
    }
    *reg(rcc, R_BDCR) = (value & BDCR_BDRST) != 0 ? BDCR_BDRST : value & BDCR_WRITABLE;
    apply_on_bits(rcc, R_BDCR);
}

// ---- bus ----

static unsigned without_alias(uint32_t offset) {
    unsigned aligned = offset & ~3u;
    return aligned >= R_C1_RSR && aligned < R_C1_END ? aligned - C1_DISTANCE : aligned;
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    Rcc *rcc = context;
    (void)master;
    unsigned aligned = without_alias(offset);
    uint32_t word = *reg(rcc, aligned);
    if (aligned == R_CR || aligned == R_CSR || aligned == R_BDCR) {
        word = with_ready_bits(rcc, aligned);
    } else if (aligned == R_CFGR) {
        word = (word & ~0x38u) | (uint32_t)rcc->system_clock << 3;
    } else if (aligned == R_RSR) {
        word = rcc->reset_flags;
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static void write_word(Rcc *rcc, unsigned offset, uint32_t value) {
    switch (offset) {
    case R_CR:
        *reg(rcc, R_CR) = value & CR_WRITABLE;
        apply_on_bits(rcc, R_CR);
        rcc_clocks_changed(rcc);
        return;
    case R_CFGR:
        *reg(rcc, R_CFGR) = value & ~0x38u;
        try_switch(rcc);
        return;
    case R_CSR:
        *reg(rcc, R_CSR) = value & 1u;
        apply_on_bits(rcc, R_CSR);
        return;
    case R_BDCR:
        write_backup_domain(rcc, value);
        return;
    case R_RSR:
        rcc->reset_flags = (value & RSR_RMVF) != 0 ? 0 : rcc->reset_flags;
        return;
    default:
        break;
    }
    if (offset >= R_PLLCKSELR && offset <= R_PLL3FRACR) {
        write_pll_register(rcc, offset, value);
    } else if (offset >= R_AHB3RSTR && offset <= R_APB4RSTR) {
        write_reset_register(rcc, offset, value);
    } else if (offset >= R_AHB3ENR && offset <= R_APB4ENR) {
        write_enable_register(rcc, offset, value);
    } else {
        *reg(rcc, offset) = value;
        rcc_clocks_changed(rcc);
    }
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Rcc *rcc = context;
    (void)master;
    unsigned aligned = without_alias(offset);
    write_word(rcc, aligned, narrow_merge(*reg(rcc, aligned), offset, size_bytes, value));
    return BUS_OK;
}

// ---- reset ----

static void reset(void *context) {
    Rcc *rcc = context;
    uint32_t backup = *reg(rcc, R_BDCR);
    bool lse = rcc->on[OSCILLATOR_LSE];
    timeline_cancel(rcc->chip->config.timeline, &rcc->switch_clock);
    memset(rcc->registers, 0, sizeof rcc->registers);
    memset(rcc->on, 0, sizeof rcc->on);
    rcc->lsi_forced = false;
    *reg(rcc, R_CR) = CR_AFTER_RESET;
    *reg(rcc, R_ICSCR) = 0x40000000u;
    *reg(rcc, R_CSICFGR) = 0x20000000u;
    *reg(rcc, R_PLLCKSELR) = 0x02020200u;
    *reg(rcc, R_PLLCFGR) = 0x01FF0000u;
    for (unsigned pll = 0; pll < 3; pll++) {
        *reg(rcc, R_PLL1DIVR + 8 * pll) = 0x01010280u;
    }
    for (unsigned offset = R_AHB3LPENR; offset <= R_APB4LPENR; offset += 4) {
        *reg(rcc, offset) = UINT32_MAX; // everything stays clocked in Sleep
    }
    *reg(rcc, R_BDCR) = backup;
    rcc->on[OSCILLATOR_LSE] = lse;
    rcc->on[OSCILLATOR_HSI] = true;
    rcc->ready_at[OSCILLATOR_HSI] = 0;
    rcc->system_clock = RCC_CLOCK_HSI;
    rcc_clocks_changed(rcc);
    if (rcc->memory_gate_changed != NULL) {
        rcc->memory_gate_changed(rcc->memory_gate_context);
    }
}

void rcc_set_reset_cause(Rcc *rcc, ResetCause cause) {
    static const uint32_t flags[] = {
        [RESET_POWER_ON] = RSR_CPURSTF | RSR_D1RSTF | RSR_D2RSTF | RSR_BORRSTF | RSR_PINRSTF | RSR_PORRSTF,
        [RESET_PIN] = RSR_CPURSTF | RSR_PINRSTF,
        [RESET_SOFTWARE] = RSR_CPURSTF | RSR_PINRSTF | RSR_SFTRSTF,
        [RESET_INDEPENDENT_WATCHDOG] = RSR_CPURSTF | RSR_PINRSTF | RSR_IWDG1RSTF,
        [RESET_BROWN_OUT] = RSR_CPURSTF | RSR_PINRSTF | RSR_BORRSTF,
    };
    if (cause == RESET_POWER_ON) {
        rcc->reset_flags = 0;
    }
    rcc->reset_flags |= flags[cause]; // they add up until RMVF
}

void rcc_power_lost(Rcc *rcc) {
    *reg(rcc, R_BDCR) = 0; // VBAT hangs on VDD on this board
    rcc->on[OSCILLATOR_LSE] = false;
}

bool rcc_system_clock_lost(const Rcc *rcc) { return rcc->system_clock_lost; }

Rcc *rcc_new(Chip *chip) {
    Rcc *rcc = chip_allocate(sizeof *rcc);
    rcc->chip = chip;
    rcc->switch_clock = (Event){.name = "clock switch", .fire = try_switch, .context = rcc};
    Device device = {.name = "RCC",
                     .base = RCC_BASE,
                     .size_bytes = 0x200,
                     .context = rcc,
                     .read = read_register,
                     .write = write_register,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    return rcc;
}

void rcc_free(Rcc *rcc) {
    if (rcc != NULL) {
        timeline_cancel(rcc->chip->config.timeline, &rcc->switch_clock);
        free(rcc);
    }
}
