// SPDX-License-Identifier: GPL-2.0-or-later
// What the memories behind the caches cost: a missed line makes the core wait until its critical word is
// there, and keeps the bus busy until the line is whole (Cortex-M7 TRM 5.9, "L1 caches": fills are critical
// word first and do not block). Tightly coupled memory costs nothing here; peripherals are not priced.
#ifndef VB_MEMORY_TIME_H
#define VB_MEMORY_TIME_H

#include "timing/cache.h"

typedef enum { REGION_NONE, REGION_FLASH, REGION_AXI_SRAM, REGION_OTHER_SRAM, REGION_COUNT } MemoryRegion;

// RM0433 2.3.2: where the address lies, for its price. REGION_NONE: ITCM, DTCM and peripherals.
extern const uint8_t memory_regions[256]; // by the address's highest byte
static inline MemoryRegion memory_region(uint32_t address) {
    return (MemoryRegion)memory_regions[address >> 24];
}

// CPU cycles, by region.
typedef struct MemoryPrices {
    uint32_t latency[REGION_COUNT];   // of the critical word
    uint32_t occupancy[REGION_COUNT]; // of the whole line, from the same moment
    uint32_t eviction[REGION_COUNT];  // of writing a dirty line back
} MemoryPrices;

// `axi_divider`: CPU cycles in a cycle of the AXI bus.
MemoryPrices memory_prices(uint32_t axi_divider, uint32_t flash_wait_states);

typedef struct MemoryCounters {
    uint64_t instruction_misses[REGION_COUNT]; // lines
    uint64_t data_misses[REGION_COUNT];
    uint64_t evictions[REGION_COUNT];
    uint64_t uncached[REGION_COUNT]; // accesses that pass by the caches
    uint64_t instruction_stall_cycles[REGION_COUNT];
    uint64_t data_stall_cycles[REGION_COUNT];
} MemoryCounters;

typedef struct MemoryTime {
    Cache instructions;
    Cache data;
    bool instructions_on; // CCR.IC
    bool data_on;         // CCR.DC
    MemoryPrices prices;
    uint64_t busy_until; // in the clock of `now` below
    MemoryCounters counters;
} MemoryTime;

void memory_time_new(MemoryTime *memory);

// Cycles that the core stands still for an instruction line or a data access that misses at `now`. Neither is
// called for a hit.
uint32_t memory_instruction_miss(MemoryTime *memory, uint32_t address, uint64_t now);
uint32_t memory_data_miss(MemoryTime *memory, uint32_t address, bool write, const CacheMiss *miss,
                          uint64_t now);
uint32_t memory_uncached(MemoryTime *memory, uint32_t address, bool write, uint64_t now);

#endif
