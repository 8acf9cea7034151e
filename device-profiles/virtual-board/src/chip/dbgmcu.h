// SPDX-License-Identifier: GPL-2.0-or-later
// Debug support of the microcontroller (RM0433 60.5.8): chip identity, and what stands still while the core
// is halted.
#ifndef VB_DBGMCU_H
#define VB_DBGMCU_H

#include "chip/chip_internal.h"

Dbgmcu *dbgmcu_new(Chip *chip);
void dbgmcu_free(Dbgmcu *dbgmcu);
void dbgmcu_power_lost(Dbgmcu *dbgmcu); // its settings survive every other reset
bool dbgmcu_freezes_watchdog(const Dbgmcu *dbgmcu);

#endif
