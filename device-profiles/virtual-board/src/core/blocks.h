// SPDX-License-Identifier: GPL-2.0-or-later
// What is known about each basic block that Unicorn translated: computed once, looked up at every execution.
#ifndef VB_BLOCKS_H
#define VB_BLOCKS_H

#include "timing/pipeline.h"
#include <stddef.h>
#include <stdint.h>

#define BLOCK_EDGES 2u

typedef struct Block {
    uint32_t key; // the address while the entry may be used, UINT32_MAX once it is forgotten
    uint32_t address;
    uint16_t size_bytes;
    uint16_t instructions;
    uint16_t multiplies;
    uint32_t serial; // of this description, of all: 1, 2 …
    uint32_t flags;
    const uint8_t *code; // host memory, NULL when it cannot be read
    struct {
        uint32_t key; // the serial of the block before, and whether this follows it in memory
        uint32_t cycles;
    } edges[BLOCK_EDGES]; // computed last, of the model of src/timing
    unsigned next_edge;
    uint32_t fetched; // Cache.changes when all its lines were the latest of their sets, or had become so
    bool has_after;
    PipelineState after; // of the block run by itself
} Block;

#define BLOCK_FPU (1u << 0)     // contains a floating-point instruction
#define BLOCK_DIVIDE (1u << 1)  // contains UDIV or SDIV
#define BLOCK_SPECIAL (1u << 2) // ends with MSR or CPS: what may preempt can be another afterwards
#define BLOCK_SEV (1u << 3)
#define BLOCK_CONDITIONAL (1u << 4) // ends with a branch that may not be taken
#define BLOCK_INDIRECT (1u << 5)    // ends with a branch whose target is in a register or memory
#define BLOCK_FLAGS_EARLY (1u << 6) // … and its flags were set three cycles before or earlier

#define BLOCK_CACHE_ENTRIES 16384u
typedef struct BlockCache {
    Block *entries;
    uint32_t serial; // given last
} BlockCache;

static inline uint32_t block_index(uint32_t address) { return (address >> 1) & (BLOCK_CACHE_ENTRIES - 1); }

void blocks_new(BlockCache *cache);
void blocks_free(BlockCache *cache);
void blocks_clear(BlockCache *cache);
void blocks_forget(BlockCache *cache, uint32_t address); // the block that starts there was translated anew
// Reads the block's instructions into the entry of its address.
Block *blocks_describe(BlockCache *cache, uint32_t address, uint32_t size_bytes, const uint8_t *code);

// Cycles of the model when the block runs after `before` (NULL: nothing that matters), which it follows in
// memory or not. Pure in what the two blocks contain.
uint32_t block_cycles_after(Block *block, Block *before, bool sequential);
static inline uint32_t block_edge(const Block *before, bool sequential) {
    return before == NULL ? UINT32_MAX : before->serial << 1 | sequential;
}
// Of its first `size_bytes`.
uint32_t block_part_cycles(const Block *block, Block *before, bool sequential, uint32_t size_bytes);

#endif
