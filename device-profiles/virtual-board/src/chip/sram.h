// SPDX-License-Identifier: GPL-2.0-or-later
// The RAMs (RM0433 2.4): TCMs, AXI SRAM, SRAM1-3 that need a clock of AHB2, SRAM4, backup SRAM.
#ifndef VB_SRAM_H
#define VB_SRAM_H

#include "chip/chip_internal.h"

Sram *sram_new(Chip *chip);
void sram_free(Sram *sram);
void sram_power_lost(Sram *sram); // contents are scrambled, the same way every time
// The 512 KB of AXI SRAM at 0x24000000.
uint8_t *sram_axi(Sram *sram, uint32_t *size_bytes);

#endif
