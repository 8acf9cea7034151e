// SPDX-License-Identifier: GPL-2.0-or-later
// Peripherals that the STM32H743 has and this board does not: they read 0, ignore writes and are noted.
// Addresses between them give a bus error.
#ifndef VB_UNMODELLED_H
#define VB_UNMODELLED_H

#include "chip/chip_internal.h"

Unmodelled *unmodelled_new(Chip *chip);
void unmodelled_free(Unmodelled *unmodelled);

#endif
