// SPDX-License-Identifier: GPL-2.0-or-later
// Flash memory and its controller (RM0433 chapter 4): two banks of 8 x 128 KB sectors, 32-byte words with ECC, key and option registers.
#ifndef VB_FLASH_H
#define VB_FLASH_H

#include "board.h"

FlashController *flash_new(Board *board); // attaches memory and registers to the bus; loads options.flash_file when it is there
void flash_free(FlashController *flash);
void flash_reset(FlashController *flash); // system reset: registers; a running operation tears its word
// Power was cut: an operation that runs leaves a torn word or a half-erased sector.
void flash_power_lost(FlashController *flash);
// Wait states that RM0433 table 17 wants for the AXI clock and voltage scale; the chip asks when clocks or latency change.
unsigned flash_required_wait_states(uint32_t axi_hz, unsigned vos);
unsigned flash_wait_states(const FlashController *flash); // FLASH_ACR.LATENCY
unsigned flash_write_delay(const FlashController *flash); // FLASH_ACR.WRHIGHFREQ
const uint8_t *flash_contents(const FlashController *flash); // 2 MB from 0x08000000

#endif
