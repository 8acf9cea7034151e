// SPDX-License-Identifier: GPL-2.0-or-later
// Everything of the STM32H743 around core, debug and flash: RCC, PWR, SYSCFG, DBGMCU, GPIO, USART3, DMA1/2 + DMAMUX1, IWDG1, CRC, unique ID, SRAMs.
#ifndef VB_CHIP_H
#define VB_CHIP_H

#include "board.h"

Chip *chip_new(Board *board); // attaches memories and devices to the bus (before core_new)
void chip_free(Chip *chip);
void chip_reset(Chip *chip, ResetCause cause); // register reset values, RCC_RSR
void chip_power_lost(Chip *chip);              // RAM contents are scrambled

// From the wire: one frame of `bits_per_second` ends now with this byte (USART3 samples it at its own rate).
void chip_serial_receive(Chip *chip, uint8_t byte, double bits_per_second);
uint32_t chip_axi_hz(const Chip *chip);
unsigned chip_voltage_scale(const Chip *chip); // 0-3
bool chip_debug_freezes_watchdog(const Chip *chip); // DBGMCU_APB4FZ1.WDGLSD1
// Flash asks for the latency check after writing ACR, RCC after a clock change.
void chip_check_flash_latency(Chip *chip);

#endif
