// SPDX-License-Identifier: GPL-2.0-or-later
// DMA1 and DMA2 (RM0433 chapter 15): eight streams each, fed through DMAMUX1.
//
// A request is served at once: the few bus cycles that silicon needs are not modelled. Memory-to-memory
// transfers take time.
#ifndef VB_DMA_H
#define VB_DMA_H

#include "chip/chip_internal.h"

#define DMA_STREAMS 8u

Dma *dma_new(Board *board, unsigned index); // 0 = DMA1, 1 = DMA2
void dma_free(Dma *dma);
// Moves data as long as some peripheral requests it and a stream listens. Call when a request may have risen.
void dma_serve(Chip *chip);

#endif
