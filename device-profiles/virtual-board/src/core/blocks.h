// SPDX-License-Identifier: GPL-2.0-or-later
// What is known about each basic block that Unicorn translated: computed once, looked up at every execution.
#ifndef VB_BLOCKS_H
#define VB_BLOCKS_H

#include <stdint.h>

typedef struct Block {
    uint32_t key; // the address while the entry may be used, UINT32_MAX once it is forgotten
    uint32_t address;
    uint16_t size_bytes;
    uint16_t instructions;
    uint32_t cycles;
    uint32_t flags;
    const uint8_t *code; // host memory, NULL when it cannot be read
} Block;

#define BLOCK_FPU (1u << 0)     // contains a floating-point instruction
#define BLOCK_DIVIDE (1u << 1)  // contains UDIV or SDIV
#define BLOCK_SPECIAL (1u << 2) // ends with MSR or CPS: what may preempt can be another afterwards
#define BLOCK_SEV (1u << 3)

#define BLOCK_CACHE_ENTRIES 16384u
typedef struct BlockCache {
    Block *entries;
} BlockCache;

static inline uint32_t block_index(uint32_t address) { return (address >> 1) & (BLOCK_CACHE_ENTRIES - 1); }

void blocks_new(BlockCache *cache);
void blocks_free(BlockCache *cache);
void blocks_clear(BlockCache *cache);
void blocks_forget(BlockCache *cache, uint32_t address); // the block that starts there was translated anew
// Reads the block's instructions into the entry of its address.
const Block *blocks_describe(BlockCache *cache, uint32_t address, uint32_t size_bytes, const uint8_t *code);

#endif
