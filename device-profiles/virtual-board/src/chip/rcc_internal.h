// SPDX-License-Identifier: GPL-2.0-or-later
// Shared by the rcc*.c files only.
#ifndef VB_RCC_INTERNAL_H
#define VB_RCC_INTERNAL_H

#include "chip/rcc.h"

#define RCC_REGISTERS (0x200u / 4)
#define HSI_HZ 64000000u
#define CSI_HZ 4000000u
#define HSE_HZ 8000000u // from the MCO of the ST-Link (UM1974 6.8.1)
#define LSE_HZ 32768u
#define LSI_HZ 32000u

enum {
    R_CR = 0x00,
    R_ICSCR = 0x04,
    R_CRRCR = 0x08,
    R_CSICFGR = 0x0C,
    R_CFGR = 0x10,
    R_D1CFGR = 0x18,
    R_D2CFGR = 0x1C,
    R_D3CFGR = 0x20,
    R_PLLCKSELR = 0x28,
    R_PLLCFGR = 0x2C,
    R_PLL1DIVR = 0x30,
    R_PLL1FRACR = 0x34,
    R_PLL3FRACR = 0x44,
    R_D1CCIPR = 0x4C,
    R_D2CCIP1R = 0x50,
    R_D2CCIP2R = 0x54,
    R_D3CCIPR = 0x58,
    R_CIFR = 0x64,
    R_CICR = 0x68,
    R_BDCR = 0x70,
    R_CSR = 0x74,
    R_AHB3RSTR = 0x7C,
    R_APB4RSTR = 0x9C,
    R_RSR = 0xD0,
    R_AHB3ENR = 0xD4,
    R_APB4ENR = 0xF4,
    R_AHB3LPENR = 0xFC,
    R_APB4LPENR = 0x11C,
    R_C1_RSR = 0x130, // the CPU's own view of 0xD0-0x11C
    R_C1_END = 0x180,
    C1_DISTANCE = R_C1_RSR - R_RSR,
};

enum {
    CR_HSION = 1 << 0,
    CR_HSIRDY = 1 << 2,
    CR_HSIDIVF = 1 << 5,
    CR_CSION = 1 << 7,
    CR_CSIRDY = 1 << 8,
    CR_HSI48ON = 1 << 12,
    CR_HSI48RDY = 1 << 13,
    CR_D1CKRDY = 1 << 14,
    CR_D2CKRDY = 1 << 15,
    CR_HSEON = 1 << 16,
    CR_HSERDY = 1 << 17,
    CR_HSEBYP = 1 << 18,
    CR_CSSHSEON = 1 << 19,
    CR_PLL1ON = 1 << 24,
    CR_PLL1RDY = 1 << 25,
};

typedef enum {
    OSCILLATOR_HSI,
    OSCILLATOR_CSI,
    OSCILLATOR_HSI48,
    OSCILLATOR_HSE,
    OSCILLATOR_PLL1,
    OSCILLATOR_PLL2,
    OSCILLATOR_PLL3,
    OSCILLATOR_LSI,
    OSCILLATOR_LSE,
    OSCILLATOR_COUNT
} Oscillator;

typedef struct PeripheralReset {
    unsigned enable_register;
    unsigned bit;
    void (*reset)(void *context);
    void *context;
} PeripheralReset;

#define MAX_PERIPHERAL_RESETS 48u

struct Rcc {
    Chip *chip;
    uint32_t registers[RCC_REGISTERS];
    bool on[OSCILLATOR_COUNT];
    Picoseconds ready_at[OSCILLATOR_COUNT]; // TIMELINE_NEVER = it cannot start
    uint32_t fraction[3];                   // FRACN as latched by FRACEN 0 -> 1
    RccSystemClock system_clock;            // SWS
    Event switch_clock;                     // SW asked for a source that was not ready
    uint32_t reset_flags;
    bool system_clock_lost;
    bool lsi_forced; // by the watchdog
    Clocks clocks;
    PeripheralReset resets[MAX_PERIPHERAL_RESETS];
    size_t reset_count;
    void (*memory_gate_changed)(void *context);
    void *memory_gate_context;
};

// rcc_clocks.c
bool rcc_ready(const Rcc *rcc, Oscillator oscillator);
void rcc_compute_clocks(Rcc *rcc);
// Whether the dividers of PLL 0-2 let it lock; otherwise `why` says what is wrong.
bool rcc_pll_can_lock(const Rcc *rcc, unsigned pll, char *why, size_t why_bytes);
void rcc_clocks_changed(Rcc *rcc);

#endif
