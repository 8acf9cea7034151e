// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/data_cache.h"
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 32u
#define SETS 128u // 16 KB (RM0433 1.3.1)
#define WAYS 4u
#define MAX_REGIONS 12u

// A memory that can be cached and written by DMA. Aliases of one memory are not told apart: firmware uses one
// name.
typedef struct Region {
    uint32_t base;
    uint32_t size_bytes;
    uint8_t *core;   // as the core sees it: the bus' own memory
    uint8_t *synced; // as it was when the line was last equal to `memory`; differs from `core` where the line
                     // is dirty
    uint8_t *memory; // as the DMA sees it
} Region;

struct DataCache {
    Chip *chip;
    Region regions[MAX_REGIONS];
    size_t count;
    bool was_on;
    uint8_t invalidated[SETS]; // while the cache was off: one bit a way
};

static void add_region(void *context, const Memory *memory) {
    DataCache *cache = context;
    if (memory->kind != MEMORY_SRAM || cache->count == MAX_REGIONS) {
        return;
    }
    Region *region = &cache->regions[cache->count++];
    *region = (Region){.base = memory->base, .size_bytes = memory->size_bytes, .core = memory->host};
    region->synced = chip_allocate(memory->size_bytes);
    region->memory = chip_allocate(memory->size_bytes);
}

static Region *find(DataCache *cache, uint32_t address) {
    for (size_t i = 0; i < cache->count; i++) {
        if (address - cache->regions[i].base < cache->regions[i].size_bytes) {
            return &cache->regions[i];
        }
    }
    return NULL;
}

// ---- one line ----

// What the core stored in write-through memory is there already, byte by byte.
static void write_through(DataCache *cache, Region *region, uint32_t offset) {
    if (memcmp(region->core + offset, region->synced + offset, LINE_BYTES) == 0 ||
        !core_writes_through(cache->chip->core, region->base + offset)) {
        return;
    }
    for (uint32_t i = offset; i < offset + LINE_BYTES; i++) {
        if (region->core[i] != region->synced[i]) {
            region->memory[i] = region->core[i];
            region->synced[i] = region->core[i];
        }
    }
}

static void clean_line(Region *region, uint32_t offset) {
    if (memcmp(region->core + offset, region->synced + offset, LINE_BYTES) != 0) {
        memcpy(region->memory + offset, region->core + offset, LINE_BYTES);
        memcpy(region->synced + offset, region->core + offset, LINE_BYTES);
    }
}

static void invalidate_line(DataCache *cache, Region *region, uint32_t offset) {
    if (memcmp(region->core + offset, region->memory + offset, LINE_BYTES) != 0) {
        memcpy(region->core + offset, region->memory + offset, LINE_BYTES);
        bus_memory_written(cache->chip->config.bus, region->base + offset, LINE_BYTES);
    }
    memcpy(region->synced + offset, region->core + offset, LINE_BYTES);
}

static void maintain_line(DataCache *cache, Region *region, uint32_t offset, CacheOperation operation) {
    write_through(cache, region, offset);
    if ((operation & CACHE_CLEAN) != 0) {
        clean_line(region, offset);
    }
    if ((operation & CACHE_INVALIDATE) != 0) {
        invalidate_line(cache, region, offset);
    }
}

// ---- on and off ----

static void forget_everything(DataCache *cache) {
    for (size_t i = 0; i < cache->count; i++) {
        memcpy(cache->regions[i].synced, cache->regions[i].core, cache->regions[i].size_bytes);
        memcpy(cache->regions[i].memory, cache->regions[i].core, cache->regions[i].size_bytes);
    }
}

// Switching off is followed by a clean and invalidation of everything (SCB_DisableDCache), which find the
// cache off.
static void write_back_everything(DataCache *cache) {
    for (size_t i = 0; i < cache->count; i++) {
        Region *region = &cache->regions[i];
        for (uint32_t offset = 0; offset < region->size_bytes; offset += LINE_BYTES) {
            maintain_line(cache, region, offset, CACHE_CLEAN_INVALIDATE);
        }
    }
}

// The tags are random after power-on and stale after a reset (ARMv7-M ARM B2.2.7): a line that looks valid
// by chance is believed.
static void check_invalidated(DataCache *cache) {
    unsigned missing = 0;
    for (unsigned set = 0; set < SETS; set++) {
        missing += WAYS - (unsigned)__builtin_popcount(cache->invalidated[set]);
    }
    if (missing > 0) {
        lints_note(cache->chip->config.lints, "cache-not-invalidated",
                   "the D-cache is on although %u of its %u lines were not invalidated (DCISW) since reset",
                   missing, SETS * WAYS);
    }
}

// While the cache is off everybody sees the same memory; its life begins with what is there then.
static bool is_on(DataCache *cache) {
    bool on = cache->chip->core != NULL && core_data_cache_enabled(cache->chip->core);
    if (on && !cache->was_on) {
        check_invalidated(cache);
        forget_everything(cache);
    } else if (!on && cache->was_on) {
        write_back_everything(cache);
    }
    cache->was_on = on;
    return on;
}

// By set and way: which line stands in which way is not known, so all lines of the set are meant.
static void maintain_set(DataCache *cache, CacheOperation operation, uint32_t set) {
    for (size_t i = 0; i < cache->count; i++) {
        Region *region = &cache->regions[i];
        uint32_t first = (set - region->base / LINE_BYTES) % SETS * LINE_BYTES;
        for (uint32_t offset = first; offset < region->size_bytes; offset += SETS * LINE_BYTES) {
            if (core_is_cacheable(cache->chip->core, region->base + offset)) {
                maintain_line(cache, region, offset, operation);
            }
        }
    }
}

static void maintain(void *context, CacheOperation operation, bool by_address, uint32_t address) {
    DataCache *cache = context;
    bool on = is_on(cache);
    if (operation == CACHE_SWITCHED) {
        return;
    }
    if (!on) { // nothing is cached yet
        if (!by_address && (operation & CACHE_INVALIDATE) != 0) {
            cache->invalidated[address / LINE_BYTES % SETS] |= (uint8_t)(1u << (address >> 30));
        }
        return;
    }
    if (!by_address) {
        maintain_set(cache, operation, address / LINE_BYTES % SETS);
        return;
    }
    Region *region = find(cache, address);
    if (region != NULL && core_is_cacheable(cache->chip->core, address)) {
        maintain_line(cache, region, (address - region->base) & ~(LINE_BYTES - 1), operation);
    }
}

// ---- DMA ----

// NULL when the cache has nothing to do with it.
static Region *cached_region(DataCache *cache, uint32_t address) {
    if (!is_on(cache)) {
        return NULL;
    }
    Region *region = find(cache, address);
    if (region == NULL || !core_is_cacheable(cache->chip->core, address)) {
        return NULL;
    }
    write_through(cache, region, (address - region->base) & ~(LINE_BYTES - 1));
    return region;
}

static void warn(DataCache *cache, BusMaster master, uint32_t address) {
    lints_note(cache->chip->config.lints, "dma-cacheable",
               "DMA%d uses 0x%08x, which is cacheable and the D-cache is on: clean or invalidate it, or make "
               "the region "
               "non-cacheable in the MPU",
               master == MASTER_DMA1 ? 1 : 2, (unsigned)(address & ~0xFFFu));
}

BusResult data_cache_read(DataCache *cache, BusMaster master, uint32_t address, unsigned size_bytes,
                          uint32_t *value) {
    BusResult result = bus_read(cache->chip->config.bus, master, address, size_bytes, value);
    const Region *region = result == BUS_OK ? cached_region(cache, address) : NULL;
    if (region != NULL) {
        if (!core_writes_through(cache->chip->core, address)) {
            warn(cache, master, address);
        }
        *value = 0;
        memcpy(value, region->memory + (address - region->base), size_bytes);
    }
    return result;
}

BusResult data_cache_write(DataCache *cache, BusMaster master, uint32_t address, unsigned size_bytes,
                           uint32_t value) {
    uint32_t ignored;
    bool may_be_cached = is_on(cache) && find(cache, address) != NULL;
    bool passes =
        may_be_cached && bus_read(cache->chip->config.bus, master, address, size_bytes, &ignored) == BUS_OK;
    Region *region = passes ? cached_region(cache, address) : NULL;
    if (region == NULL) {
        return bus_write(cache->chip->config.bus, master, address, size_bytes, value);
    }
    warn(cache, master, address);
    memcpy(region->memory + (address - region->base), &value, size_bytes);
    return BUS_OK;
}

// ---- life ----

void data_cache_reset(DataCache *cache) {
    cache->was_on = false;
    memset(cache->invalidated, 0, sizeof cache->invalidated);
}

void data_cache_core_ready(DataCache *cache) {
    core_on_cache_maintenance(cache->chip->core, maintain, cache);
}

DataCache *data_cache_new(Chip *chip) {
    DataCache *cache = chip_allocate(sizeof *cache);
    cache->chip = chip;
    bus_each_memory(chip->config.bus, add_region, cache);
    return cache;
}

void data_cache_free(DataCache *cache) {
    if (cache == NULL) {
        return;
    }
    for (size_t i = 0; i < cache->count; i++) {
        free(cache->regions[i].synced);
        free(cache->regions[i].memory);
    }
    free(cache);
}
