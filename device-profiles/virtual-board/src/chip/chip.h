// SPDX-License-Identifier: GPL-2.0-or-later
// Everything of the STM32H743 around core, debug and flash: RCC, PWR, SYSCFG, DBGMCU, GPIO, USART3, DMA1/2 +
// DMAMUX1, IWDG1, CRC, unique ID, SRAMs.
#ifndef VB_CHIP_H
#define VB_CHIP_H

#include "board.h"

Chip *chip_new(Board *board); // attaches memories and devices to the bus (before core_new)
void chip_free(Chip *chip);
void chip_reset(Chip *chip, ResetCause cause);  // register reset values, RCC_RSR
void chip_power_lost(Chip *chip);               // RAM contents are scrambled
void chip_core_ready(Chip *chip);               // board->core exists now
void chip_core_halted(Chip *chip, bool halted); // the watchdog may stand still meanwhile; idempotent
bool chip_clock_stopped(const Chip *chip); // the system clock lost its source (HSE died, no clock security)

// From the wire: one frame of `bits_per_second` ends now with this byte (USART3 samples it at its own rate).
void chip_serial_receive(Chip *chip, uint8_t byte, double bits_per_second);
bool chip_serial_sending(const Chip *chip); // USART3 shifts a byte out
uint32_t chip_axi_hz(const Chip *chip);
unsigned chip_voltage_scale(const Chip *chip);      // 0-3
bool chip_debug_freezes_watchdog(const Chip *chip); // DBGMCU_APB4FZ1.WDGLSD1
// Flash asks for the latency check after writing ACR, RCC after a clock change.
void chip_check_flash_latency(Chip *chip);

typedef struct ChipLeds {
    bool green, blue, red; // PB0, PB7, PB14
} ChipLeds;
ChipLeds chip_led_states(const Chip *chip);

#endif
