// SPDX-License-Identifier: GPL-2.0-or-later
// Reset and clock control (RM0433 chapter 8): oscillators that need time to start, three PLLs, prescalers,
// kernel clocks, enable and reset bits of the peripherals, reset causes.
#ifndef VB_RCC_H
#define VB_RCC_H

#include "chip/chip_internal.h"

// Offsets of the registers that gate clocks.
enum {
    RCC_AHB3ENR = 0xD4,
    RCC_AHB1ENR = 0xD8,
    RCC_AHB2ENR = 0xDC,
    RCC_AHB4ENR = 0xE0,
    RCC_APB3ENR = 0xE4,
    RCC_APB1LENR = 0xE8,
    RCC_APB1HENR = 0xEC,
    RCC_APB2ENR = 0xF0,
    RCC_APB4ENR = 0xF4,
};

typedef enum { RCC_CLOCK_HSI, RCC_CLOCK_CSI, RCC_CLOCK_HSE, RCC_CLOCK_PLL1 } RccSystemClock;

// All in Hz; 0 = not running.
typedef struct Clocks {
    uint32_t hsi, csi, hse, lse, lsi;
    double pll[3][3];          // PLL1-3, outputs P, Q, R; a fractional divider gives fractions of Hz
    uint32_t system, cpu, axi; // AXI, AHB1-4
    uint32_t apb1, apb2, apb3, apb4;
    uint32_t timers1, timers2; // kernel clock of the timers on APB1 and APB2
} Clocks;

Rcc *rcc_new(Chip *chip);
void rcc_free(Rcc *rcc);
void rcc_set_reset_cause(Rcc *rcc, ResetCause cause);
Clocks rcc_clocks(const Rcc *rcc);
bool rcc_enabled(const Rcc *rcc, unsigned enable_register, unsigned bit);
uint32_t rcc_usart_kernel_hz(const Rcc *rcc, bool usart1_or_6); // USART16SEL or USART234578SEL
bool rcc_system_clock_lost(const Rcc *rcc);                     // its source stopped and nobody switched away
void rcc_hse_fault_changed(Rcc *rcc);
void rcc_hse_rate_changed(Rcc *rcc);
void rcc_force_lsi(Rcc *rcc);  // by the watchdog, until the next reset
void rcc_power_lost(Rcc *rcc); // backup domain too

// What a peripheral puts into its Device: `clocked` asks the gate and notes accesses to what is off.
typedef struct ClockGate {
    Chip *chip;
    const char *name; // of the peripheral, for the lint
    unsigned enable_register;
    unsigned bit;
    const char *bit_name; // e.g. "RCC_AHB1ENR.DMA1EN"
} ClockGate;
bool clock_gate_open(const ClockGate *gate);

// The reset line of a peripheral (RCC_xxxRSTR), by its enable register and bit.
void rcc_on_peripheral_reset(Rcc *rcc, unsigned enable_register, unsigned bit, void (*reset)(void *context),
                             void *context);
// Called after a write that changed an enable bit of AHB2ENR or AHB4ENR (memories).
void rcc_on_memory_gate(Rcc *rcc, void (*changed)(void *context), void *context);

#endif
