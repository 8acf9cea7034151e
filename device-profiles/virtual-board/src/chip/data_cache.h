// SPDX-License-Identifier: GPL-2.0-or-later
// What the data cache does to memory that the DMA shares with the core, in the worst case that silicon may
// show.
//
// While CCR.DC is on, a cacheable line is taken to be in the cache always: the DMA reads what was last
// cleaned, and what the DMA writes is hidden from the core until it invalidates that line. A clean writes a
// line back only when the core changed it. Write-through memory holds the core's stores at once. Memory as
// the DMA sees it is kept beside the memory that the core sees, line by line.
#ifndef VB_DATA_CACHE_H
#define VB_DATA_CACHE_H

#include "chip/chip_internal.h"

DataCache *data_cache_new(Chip *chip); // after the memories
void data_cache_free(DataCache *cache);
void data_cache_core_ready(DataCache *cache); // listens to cache maintenance
void data_cache_reset(DataCache *cache);      // the cache is off and empty
// For the DMA: like bus_read() and bus_write(), through the cache model.
BusResult data_cache_read(DataCache *cache, BusMaster master, uint32_t address, unsigned size_bytes,
                          uint32_t *value);
BusResult data_cache_write(DataCache *cache, BusMaster master, uint32_t address, unsigned size_bytes,
                           uint32_t value);

#endif
