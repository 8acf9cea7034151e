// SPDX-License-Identifier: GPL-2.0-or-later
// From register contents to frequencies (RM0433 figure 46).
#include "chip/limits.h"
#include "chip/rcc_internal.h"
#include "chip/timers.h"
#include "fault/faults.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

bool rcc_ready(const Rcc *rcc, Oscillator oscillator) {
    return rcc->on[oscillator] && chip_now(rcc->chip) >= rcc->ready_at[oscillator];
}

static uint32_t reg(const Rcc *rcc, unsigned offset) { return rcc->registers[offset / 4]; }

// How fast the ST-Link's clock is, of what it should be. What the chip is set up for does not change by it:
// ranges are held against the clock that should be.
static double hse_rate(const Rcc *rcc) {
    const Fault *skew = fault(rcc->chip->config.faults, FAULT_CLOCK_SKEW);
    return skew->armed ? skew->args[0] / 1e6 : 1.0;
}

static uint32_t pll_source_hz(const Rcc *rcc) {
    switch (reg(rcc, R_PLLCKSELR) & 3u) {
    case 0:
        return rcc_ready(rcc, OSCILLATOR_HSI) ? HSI_HZ >> (reg(rcc, R_CR) >> 3 & 3u) : 0;
    case 1:
        return rcc_ready(rcc, OSCILLATOR_CSI) ? CSI_HZ : 0;
    case 2:
        return rcc_ready(rcc, OSCILLATOR_HSE) ? HSE_HZ : 0;
    default:
        return 0;
    }
}

static double pll_reference_hz(const Rcc *rcc, unsigned pll) {
    unsigned divider = reg(rcc, R_PLLCKSELR) >> (4 + 8 * pll) & 0x3Fu;
    return divider == 0 ? 0 : (double)pll_source_hz(rcc) / divider; // 0 = prescaler off
}

static double pll_vco_hz(const Rcc *rcc, unsigned pll) {
    double multiplier = (reg(rcc, R_PLL1DIVR + 8 * pll) & 0x1FFu) + 1;
    if ((reg(rcc, R_PLLCFGR) >> 4 * pll & 1u) != 0) {
        multiplier += rcc->fraction[pll] / 8192.0;
    }
    return pll_reference_hz(rcc, pll) * multiplier;
}

static double pll_output_hz(const Rcc *rcc, unsigned pll, unsigned output) {
    static const unsigned positions[3] = {9, 16, 24};
    bool enabled = (reg(rcc, R_PLLCFGR) >> (16 + 3 * pll + output) & 1u) != 0;
    if (!enabled || !rcc_ready(rcc, (Oscillator)(OSCILLATOR_PLL1 + pll))) {
        return 0;
    }
    unsigned divider = (reg(rcc, R_PLL1DIVR + 8 * pll) >> positions[output] & 0x7Fu) + 1;
    return pll_vco_hz(rcc, pll) / divider;
}

bool rcc_pll_can_lock(const Rcc *rcc, unsigned pll, char *why, size_t why_bytes) {
    static const double reference_limits[4][2] = {{1e6, 2e6}, {2e6, 4e6}, {4e6, 8e6}, {8e6, 16e6}};
    uint32_t configuration = reg(rcc, R_PLLCFGR) >> 4 * pll;
    const double *range = reference_limits[configuration >> 2 & 3u];
    bool medium = (configuration & 2u) != 0;
    double low = medium ? 150e6 : 192e6;
    double high = medium ? 420e6 : rcc->chip->config.revision == REVISION_V ? 960e6 : 836e6;
    double reference = pll_reference_hz(rcc, pll);
    double vco = pll_vco_hz(rcc, pll);
    unsigned p = reg(rcc, R_PLL1DIVR + 8 * pll) >> 9 & 0x7Fu;
    if (reference == 0) {
        snprintf(why, why_bytes, "it has no reference clock (PLLSRC off or not ready, or DIVM%u = 0)",
                 pll + 1);
    } else if (reference < range[0] || reference > range[1]) {
        snprintf(why, why_bytes, "its reference is %.3f MHz, but PLL%uRGE says %.0f to %.0f MHz",
                 reference / 1e6, pll + 1, range[0] / 1e6, range[1] / 1e6);
    } else if ((reg(rcc, R_PLL1DIVR + 8 * pll) & 0x1FFu) < 3) {
        snprintf(why, why_bytes, "DIVN%u is below 4", pll + 1);
    } else if (vco < low || vco > high) {
        snprintf(why, why_bytes, "its VCO would run at %.1f MHz; PLL%uVCOSEL = %d allows %.0f to %.0f MHz",
                 vco / 1e6, pll + 1, medium, low / 1e6, high / 1e6);
    } else if (pll == 0 && p != 0 && (p & 1u) == 0) {
        snprintf(why, why_bytes, "DIVP1 divides by %u; odd dividers but 1 are not allowed", p + 1);
    } else {
        return true;
    }
    return false;
}

// HPRE and D1CPRE: 0xxx = 1, 1000 = 2 … 1011 = 16, 1100 = 64 … 1111 = 512.
static uint32_t divide_core(uint32_t hz, uint32_t field) {
    static const unsigned shifts[8] = {1, 2, 3, 4, 6, 7, 8, 9};
    return (field & 8u) == 0 ? hz : hz >> shifts[field & 7u];
}

// The APB prescalers: 0xx = 1, 100 = 2 … 111 = 16.
static uint32_t divide_apb(uint32_t hz, uint32_t field) {
    return (field & 4u) == 0 ? hz : hz >> ((field & 3u) + 1);
}

// RM0433 8.5.7: timers run at twice the APB clock when that is divided; TIMPRE doubles once more from 4 on.
static uint32_t timer_hz(uint32_t ahb, uint32_t apb, bool double_more) {
    uint32_t factor = double_more ? 4 : 2;
    return ahb / apb <= factor ? ahb : apb * factor;
}

static uint32_t system_hz(const Rcc *rcc, const Clocks *clocks) {
    switch (rcc->system_clock) {
    case RCC_CLOCK_HSI:
        return clocks->hsi;
    case RCC_CLOCK_CSI:
        return clocks->csi;
    case RCC_CLOCK_HSE:
        return clocks->hse;
    default:
        return (uint32_t)lround(clocks->pll[0][0]);
    }
}

void rcc_compute_clocks(Rcc *rcc) {
    Clocks *clocks = &rcc->clocks;
    memset(clocks, 0, sizeof *clocks);
    clocks->hsi = rcc_ready(rcc, OSCILLATOR_HSI) ? HSI_HZ >> (reg(rcc, R_CR) >> 3 & 3u) : 0;
    clocks->csi = rcc_ready(rcc, OSCILLATOR_CSI) ? CSI_HZ : 0;
    clocks->hse = rcc_ready(rcc, OSCILLATOR_HSE) ? (uint32_t)lround(HSE_HZ * hse_rate(rcc)) : 0;
    double pll_rate = (reg(rcc, R_PLLCKSELR) & 3u) == 2 ? hse_rate(rcc) : 1.0;
    clocks->lse = rcc_ready(rcc, OSCILLATOR_LSE) ? LSE_HZ : 0;
    clocks->lsi = rcc_ready(rcc, OSCILLATOR_LSI) ? LSI_HZ : 0;
    for (unsigned pll = 0; pll < 3; pll++) {
        for (unsigned output = 0; output < 3; output++) {
            clocks->pll[pll][output] = pll_output_hz(rcc, pll, output) * pll_rate;
        }
    }
    uint32_t d1 = reg(rcc, R_D1CFGR);
    uint32_t d2 = reg(rcc, R_D2CFGR);
    bool double_more = (reg(rcc, R_CFGR) >> 15 & 1u) != 0;
    clocks->system = system_hz(rcc, clocks);
    clocks->cpu = divide_core(clocks->system, d1 >> 8 & 0xFu);
    clocks->axi = divide_core(clocks->cpu, d1 & 0xFu);
    clocks->apb3 = divide_apb(clocks->axi, d1 >> 4 & 7u);
    clocks->apb1 = divide_apb(clocks->axi, d2 >> 4 & 7u);
    clocks->apb2 = divide_apb(clocks->axi, d2 >> 8 & 7u);
    clocks->apb4 = divide_apb(clocks->axi, reg(rcc, R_D3CFGR) >> 4 & 7u);
    clocks->timers1 = clocks->apb1 == 0 ? 0 : timer_hz(clocks->axi, clocks->apb1, double_more);
    clocks->timers2 = clocks->apb2 == 0 ? 0 : timer_hz(clocks->axi, clocks->apb2, double_more);
}

void rcc_clocks_changed(Rcc *rcc) {
    rcc_compute_clocks(rcc);
    rcc->system_clock_lost = rcc->clocks.cpu == 0;
    if (!rcc->system_clock_lost) {
        timeline_set_cpu_hz(rcc->chip->config.timeline, rcc->clocks.cpu);
    } else if (rcc->chip->core != NULL) {
        core_stop(rcc->chip->core); // not one instruction more without a clock
    }
    chip_memory_timing_changed(rcc->chip);
    if (rcc->chip->limits != NULL) {
        limits_check(rcc->chip->limits);
    }
    if (rcc->chip->timers != NULL) {
        timers_clocks_changed(rcc->chip->timers);
    }
}

void rcc_hse_rate_changed(Rcc *rcc) { rcc_clocks_changed(rcc); }

Clocks rcc_clocks(const Rcc *rcc) {
    rcc_compute_clocks((Rcc *)rcc); // oscillators become ready without an event
    return rcc->clocks;
}

uint32_t rcc_usart_kernel_hz(const Rcc *rcc, bool usart1_or_6) {
    Clocks clocks = rcc_clocks(rcc);
    unsigned selection = reg(rcc, R_D2CCIP2R) >> (usart1_or_6 ? 3 : 0) & 7u;
    switch (selection) { // RM0433 8.7.21
    case 0:
        return usart1_or_6 ? clocks.apb2 : clocks.apb1;
    case 1:
        return (uint32_t)lround(clocks.pll[1][1]);
    case 2:
        return (uint32_t)lround(clocks.pll[2][1]);
    case 3:
        return clocks.hsi;
    case 4:
        return clocks.csi;
    case 5:
        return clocks.lse;
    default:
        return 0;
    }
}
