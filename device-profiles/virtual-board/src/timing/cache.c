// SPDX-License-Identifier: GPL-2.0-or-later
#include "timing/cache.h"
#include <string.h>

void cache_new(Cache *cache, uint32_t sets, uint32_t ways) {
    cache->sets = sets;
    cache->ways = ways;
    cache_clear(cache);
}

void cache_clear(Cache *cache) {
    cache->changes++;
    memset(cache->lines, 0, sizeof cache->lines);
}

static uint32_t *set_of(Cache *cache, uint32_t address) {
    return &cache->lines[((address / CACHE_LINE_BYTES) & (cache->sets - 1u)) * cache->ways];
}

static bool is_line(uint32_t entry, uint32_t address) {
    return (entry & CACHE_VALID) != 0 && CACHE_LINE(entry) == CACHE_LINE(address);
}

bool cache_access(Cache *cache, uint32_t address, bool write, CacheMiss *miss) {
    cache->changes++;
    uint32_t *set = set_of(cache, address);
    uint32_t way = 0;
    while (way < cache->ways && !is_line(set[way], address)) {
        way++;
    }
    bool hit = way < cache->ways;
    uint32_t entry = hit ? set[way] : CACHE_LINE(address) | CACHE_VALID;
    if (!hit) {
        way = cache->ways - 1;
        uint32_t last = set[way];
        miss->evicts_dirty = (last & (CACHE_VALID | CACHE_DIRTY)) == (CACHE_VALID | CACHE_DIRTY);
        miss->evicted = CACHE_LINE(last);
    }
    memmove(set + 1, set, way * sizeof *set);
    set[0] = entry | (write ? CACHE_DIRTY : 0u);
    return hit;
}

bool cache_holds(const Cache *cache, uint32_t address) {
    const uint32_t *set = &cache->lines[((address / CACHE_LINE_BYTES) & (cache->sets - 1u)) * cache->ways];
    for (uint32_t way = 0; way < cache->ways; way++) {
        if (is_line(set[way], address)) {
            return true;
        }
    }
    return false;
}

static void change(Cache *cache, uint32_t address, bool whole_set, uint32_t keep) {
    cache->changes++;
    uint32_t *set = set_of(cache, address);
    for (uint32_t way = 0; way < cache->ways; way++) {
        if (whole_set || is_line(set[way], address)) {
            set[way] &= keep;
        }
    }
}

void cache_clean(Cache *cache, uint32_t address) { change(cache, address, false, ~CACHE_DIRTY); }
void cache_invalidate(Cache *cache, uint32_t address) { change(cache, address, false, 0); }
void cache_clean_set(Cache *cache, uint32_t set) {
    change(cache, set * CACHE_LINE_BYTES, true, ~CACHE_DIRTY);
}
void cache_invalidate_set(Cache *cache, uint32_t set) { change(cache, set * CACHE_LINE_BYTES, true, 0); }
