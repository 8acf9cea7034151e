// SPDX-License-Identifier: GPL-2.0-or-later
// CRC calculation unit (RM0433 chapter 21).
#ifndef VB_CRC_H
#define VB_CRC_H

#include "chip/chip_internal.h"

CrcUnit *crc_new(Chip *chip);
void crc_free(CrcUnit *crc);

#endif
