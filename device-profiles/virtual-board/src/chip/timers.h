// SPDX-License-Identifier: GPL-2.0-or-later
// TIM2 and TIM5 as 32-bit up-counters with prescaler, auto-reload and update flag (RM0433 chapter 40). No
// channels.
#ifndef VB_TIMERS_H
#define VB_TIMERS_H

#include "chip/chip_internal.h"

Timers *timers_new(Chip *chip);
void timers_free(Timers *timers);
void timers_clocks_changed(Timers *timers); // they count on at the new rate

#endif
