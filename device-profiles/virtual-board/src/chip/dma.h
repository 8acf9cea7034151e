// SPDX-License-Identifier: GPL-2.0-or-later
// DMA1 and DMA2 (RM0433 chapter 15): eight streams each, fed through DMAMUX1.
//
// A request is served at once; one that still stands after its item is served again some bus cycles later.
// Memory-to-memory transfers take time.
#ifndef VB_DMA_H
#define VB_DMA_H

#include "chip/chip_internal.h"

#define DMA_STREAMS 8u

Dma *dma_new(Chip *chip, unsigned index); // 0 = DMA1, 1 = DMA2
void dma_free(Dma *dma);
// Moves one item for every stream whose peripheral requests it. Call when a request may have risen.
void dma_serve(Chip *chip);

#endif
