// SPDX-License-Identifier: GPL-2.0-or-later
// DMAMUX1 (RM0433 chapter 17): which request feeds which stream. Synchronization and request generators are
// not modelled.
#ifndef VB_DMAMUX_H
#define VB_DMAMUX_H

#include "chip/chip_internal.h"

#define DMAMUX_CHANNELS 16u // 0-7 DMA1 streams, 8-15 DMA2 streams

Dmamux *dmamux_new(Chip *chip);
void dmamux_free(Dmamux *dmamux);
unsigned dmamux_request(const Dmamux *dmamux, unsigned channel); // DMAREQ_ID; 0 = none

#endif
