// SPDX-License-Identifier: GPL-2.0-or-later
// Which lines a cache holds: no data. Replacement is the least recently used way, which is an assumption: the
// Cortex-M7 TRM does not publish the policy.
#ifndef VB_CACHE_H
#define VB_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#define CACHE_LINE_BYTES 32u
#define CACHE_MAX_LINES 512u

typedef struct Cache {
    uint32_t sets;
    uint32_t ways;
    uint32_t changes; // of the order or content of any set: with none between, all is as it was
    uint32_t lines[CACHE_MAX_LINES]; // set by set, most recently used first: line address, valid, dirty
} Cache;

#define CACHE_VALID 1u
#define CACHE_DIRTY 2u
#define CACHE_LINE(address) ((address) & ~(CACHE_LINE_BYTES - 1u))

typedef struct CacheMiss {
    bool evicts_dirty;
    uint32_t evicted; // address of the line that is written back
} CacheMiss;

// 16 KB each: instructions in 2 ways of 256 sets, data in 4 of 128 (RM0433 1.3.1, Cortex-M7 TRM "L1 caches").
void cache_new(Cache *cache, uint32_t sets, uint32_t ways);
void cache_clear(Cache *cache);

// An access to the line that its set used last, which changes no order: most accesses. False: ask
// cache_access().
static inline bool cache_access_latest(Cache *cache, uint32_t address, bool write) {
    uint32_t *first = &cache->lines[((address / CACHE_LINE_BYTES) & (cache->sets - 1u)) * cache->ways];
    if (((*first ^ (address | CACHE_VALID)) & ~(CACHE_LINE_BYTES - 2u)) != 0) {
        return false;
    }
    *first |= write ? CACHE_DIRTY : 0u;
    return true;
}

// True: a hit. Otherwise the line is now there, in place of the one that `miss` tells of.
bool cache_access(Cache *cache, uint32_t address, bool write, CacheMiss *miss);

bool cache_holds(const Cache *cache, uint32_t address);
// Maintenance by address; by set and way the caller gives the number of the line in its set, which this order
// does not keep: the whole set is cleaned or forgotten.
void cache_clean(Cache *cache, uint32_t address);
void cache_invalidate(Cache *cache, uint32_t address);
void cache_clean_set(Cache *cache, uint32_t set);
void cache_invalidate_set(Cache *cache, uint32_t set);

#endif
