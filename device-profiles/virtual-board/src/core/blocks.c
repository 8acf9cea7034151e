// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/blocks.h"
#include "core/instructions.h"
#include <stdlib.h>

void blocks_new(BlockCache *cache) {
    cache->entries = calloc(BLOCK_CACHE_ENTRIES, sizeof *cache->entries);
    if (cache->entries == NULL) {
        abort();
    }
    blocks_clear(cache);
}

void blocks_free(BlockCache *cache) { free(cache->entries); }

void blocks_clear(BlockCache *cache) {
    for (uint32_t i = 0; i < BLOCK_CACHE_ENTRIES; i++) {
        cache->entries[i].key = UINT32_MAX;
    }
}

void blocks_forget(BlockCache *cache, uint32_t address) {
    Block *block = &cache->entries[block_index(address)];
    if (block->key == address) {
        block->key = UINT32_MAX; // the rest stays: it may be the block that runs now
    }
}

const Block *blocks_describe(BlockCache *cache, uint32_t address, uint32_t size_bytes, const uint8_t *code) {
    Block *block = &cache->entries[block_index(address)];
    *block = (Block){.key = address, .address = address, .size_bytes = (uint16_t)size_bytes, .code = code};
    if (code == NULL) {
        block->instructions = 1;
        block->cycles = 1;
        return block;
    }
    for (uint32_t offset = 0; offset < size_bytes;) {
        Instruction instruction = instruction_at(code + offset);
        unsigned divisor;
        block->instructions++;
        block->flags |= instruction_is_floating_point(instruction) ? BLOCK_FPU : 0;
        block->flags |= instruction_is_divide(instruction, &divisor) ? BLOCK_DIVIDE : 0;
        block->flags |= instruction_writes_masks(instruction) ? BLOCK_SPECIAL : 0;
        block->flags |= instruction_hint(instruction) == HINT_SEV ? BLOCK_SEV : 0;
        offset += instruction.size_bytes;
    }
    block->cycles = block->instructions; // one cycle an instruction
    return block;
}
