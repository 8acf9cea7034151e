// SPDX-License-Identifier: GPL-2.0-or-later
// Independent watchdog (RM0433 chapter 46) on the 32 kHz LSI.
#ifndef VB_IWDG_H
#define VB_IWDG_H

#include "chip/chip_internal.h"

Iwdg *iwdg_new(Chip *chip);
void iwdg_free(Iwdg *iwdg);
void iwdg_system_reset(Iwdg *iwdg);             // it stops, unless the option bytes make it start by itself
void iwdg_core_halted(Iwdg *iwdg, bool halted); // it stands still meanwhile when DBGMCU says so
void iwdg_stop(Iwdg *iwdg);                     // the power is gone

#endif
