// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/blocks.h"
#include <stdlib.h>

#define FLAGS_EARLY (-3) // three cycles before the branch, which issues in the last cycle: at -1

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

// The last instruction decides whether the end must be foretold.
static void describe_end(Block *block, Instruction last, unsigned it_state) {
    Operands operands = instruction_operands(last, it_state);
    block->flags |= operands.class == CLASS_BRANCH && operands.conditional ? BLOCK_CONDITIONAL : 0;
    block->flags |= operands.indirect ? BLOCK_INDIRECT : 0;
}

Block *blocks_describe(BlockCache *cache, uint32_t address, uint32_t size_bytes, const uint8_t *code) {
    Block *block = &cache->entries[block_index(address)];
    *block = (Block){.key = address,
                     .address = address,
                     .size_bytes = (uint16_t)size_bytes,
                     .code = code,
                     .serial = ++cache->serial};
    if (code == NULL) {
        block->instructions = 1;
        return block;
    }
    unsigned it_state = 0;
    for (uint32_t offset = 0; offset < size_bytes;) {
        Instruction instruction = instruction_at(code + offset);
        unsigned divisor;
        block->instructions++;
        block->flags |= instruction_is_floating_point(instruction) ? BLOCK_FPU : 0;
        block->flags |= instruction_is_divide(instruction, &divisor) ? BLOCK_DIVIDE : 0;
        block->flags |= instruction_writes_masks(instruction) ? BLOCK_SPECIAL : 0;
        block->flags |= instruction_hint(instruction) == HINT_SEV ? BLOCK_SEV : 0;
        offset += instruction.size_bytes;
        if (offset == size_bytes) {
            describe_end(block, instruction, it_state);
        }
        if (instruction_operands(instruction, 0).class == CLASS_MULTIPLY) {
            block->multiplies++;
        }
        unsigned opened = instruction_it_state(instruction);
        it_state = opened != 0 ? opened : it_advance(it_state);
    }
    return block;
}

// ---- the model's time ----

static const PipelineState *state_after(Block *block) {
    if (!block->has_after) {
        block->has_after = true;
        pipeline_cycles(NULL, block->code, block->size_bytes, 0, &block->after);
    }
    return &block->after;
}

uint32_t block_part_cycles(const Block *block, Block *before, bool sequential, uint32_t size_bytes) {
    if (before == NULL || before->code == NULL) {
        return pipeline_cycles(NULL, block->code, size_bytes, 0, NULL);
    }
    PipelineState state = *state_after(before);
    state.open = state.open && sequential; // a taken branch closes the pair
    return pipeline_cycles(&state, block->code, size_bytes, 0, NULL);
}

uint32_t block_cycles_after(Block *block, Block *before, bool sequential) {
    if (block->code == NULL) {
        return block->instructions;
    }
    uint32_t key = block_edge(before, sequential);
    for (unsigned i = 0; i < BLOCK_EDGES; i++) {
        if (block->edges[i].key == key) {
            return block->edges[i].cycles;
        }
    }
    uint32_t cycles = block_part_cycles(block, before, sequential, block->size_bytes);
    if (state_after(block)->flags_issued < FLAGS_EARLY) {
        block->flags |= BLOCK_FLAGS_EARLY;
    }
    unsigned edge = block->next_edge++ % BLOCK_EDGES;
    block->edges[edge].key = key;
    block->edges[edge].cycles = cycles;
    return cycles;
}
