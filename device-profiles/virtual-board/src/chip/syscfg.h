// SPDX-License-Identifier: GPL-2.0-or-later
// System configuration controller (RM0433 chapter 12): the overdrive bit, the I/O compensation cell, the rest
// as written.
#ifndef VB_SYSCFG_H
#define VB_SYSCFG_H

#include "chip/chip_internal.h"

Syscfg *syscfg_new(Chip *chip);
void syscfg_free(Syscfg *syscfg);

#endif
