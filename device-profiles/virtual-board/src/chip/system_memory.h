// SPDX-License-Identifier: GPL-2.0-or-later
// The read-only system memory (RM0433 61): unique ID and flash size. The bootloader is not there.
#ifndef VB_SYSTEM_MEMORY_H
#define VB_SYSTEM_MEMORY_H

#include "chip/chip_internal.h"

// The unique ID is "VIRT" and the FNV-1a 64 hash of the ST-Link's serial number.
SystemMemory *system_memory_new(Chip *chip);
void system_memory_free(SystemMemory *memory);

#endif
