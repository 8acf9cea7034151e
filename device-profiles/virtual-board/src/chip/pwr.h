// SPDX-License-Identifier: GPL-2.0-or-later
// Power control (RM0433 chapter 6) and the overdrive bit of SYSCFG that belongs to it.
#ifndef VB_PWR_H
#define VB_PWR_H

#include "chip/chip_internal.h"

Pwr *pwr_new(Chip *chip);
void pwr_free(Pwr *pwr);
void pwr_power_lost(Pwr *pwr); // the supply configuration may be chosen anew
// 0 (fastest) to 3: what the regulator gives now; a rise counts once VOSRDY says so.
bool pwr_core_unpowered(const Pwr *pwr); // nothing feeds VCORE any more: dead until the power comes back
unsigned pwr_voltage_scale(const Pwr *pwr);
bool pwr_backup_writable(const Pwr *pwr); // CR1.DBP
// SYSCFG_PWRCR.ODEN was written.
void pwr_set_overdrive(Pwr *pwr, bool enabled);
bool pwr_overdrive(const Pwr *pwr);

#endif
