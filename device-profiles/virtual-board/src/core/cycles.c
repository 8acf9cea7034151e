// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/cycles.h"
#include "core/core_state.h"
#include <stdlib.h>

// Of the rules and prices together: another name when any of them changes.
#define TIMING_MODEL "cortex-m7-1"
#define MISPREDICTION_CYCLES 8u
#define MISPREDICTION_FLAGS_EARLY_CYCLES 6u // the flags were set three cycles before or earlier

void cycles_new(Core *core) {
    core->time.model = !core->config.instruction_timing;
    core->time.trace = calloc(1, sizeof *core->time.trace);
    if (core->time.trace == NULL) {
        abort();
    }
    core->time.trace->next = core->time.trace->records;
    memory_time_new(&core->time.memory);
    branches_clear(&core->time.branches);
}

void cycles_free(Core *core) { free(core->time.trace); }

const char *core_timing_name(const Core *core) { return core->time.model ? TIMING_MODEL : "instructions"; }

void core_set_memory_timing(Core *core, uint32_t axi_divider, uint32_t flash_wait_states) {
    core->time.memory.prices = memory_prices(axi_divider, flash_wait_states);
}

CoreCounters core_counters(const Core *core) {
    return (CoreCounters){.cycles = timeline_cycles(core->config.timeline),
                          .instructions = core_instructions(core),
                          .multiplies = core->time.multiplies,
                          .mispredictions = core->time.mispredictions,
                          .memory = core->time.memory.counters};
}

void cycles_reset(Core *core) {
    cache_clear(&core->time.memory.instructions);
    cache_clear(&core->time.memory.data);
    branches_clear(&core->time.branches);
    core->time.previous = NULL;
}

// ---- data accesses ----

static bool is_free(uint32_t address) { return memory_region(address) == REGION_NONE; }

// Not the most recent line of its set.
static uint32_t access_line(Core *core, uint32_t address, bool write, uint64_t now) {
    MemoryTime *memory = &core->time.memory;
    bool cached =
        memory->data_on && (cache_holds(&memory->data, address) || core_is_cacheable(core, address));
    if (!cached) {
        return memory_uncached(memory, address, write, now);
    }
    CacheMiss miss;
    return cache_access(&memory->data, address, write, &miss)
               ? 0
               : memory_data_miss(memory, address, write, &miss, now);
}

static uint32_t access_data(Core *core, uint32_t address, bool write, uint64_t now) {
    if (cache_access_latest(&core->time.memory.data, address, write)) {
        return 0;
    }
    return access_line(core, address, write, now);
}

// Of the accesses since the last call: the cycles that they make the core stand still.
uint64_t take_access_stalls(Core *core) {
    AccessTrace *trace = core->time.trace;
    uint64_t now = core->time.base_cycles + core->done_cycles;
    uint64_t stalls = 0;
    for (const AccessRecord *record = trace->records; record < trace->next; record++) {
        uint32_t address = record->address;
        if (is_free(address)) {
            continue;
        }
        bool write = (record->kind & ACCESS_IS_WRITE) != 0;
        uint32_t last = address + (record->kind & ACCESS_BYTES) - 1;
        stalls += access_data(core, address, write, now + stalls);
        if (__builtin_expect(CACHE_LINE(last) != CACHE_LINE(address), 0)) {
            stalls += access_data(core, last, write, now + stalls);
        }
    }
    trace->next = trace->records;
    return stalls;
}

// ---- the caches' registers (ARMv7-M ARM B2.2.7) ----

void cycles_caches_switched(Core *core) {
    MemoryTime *memory = &core->time.memory;
    bool instructions_on = (core->ccr & CCR_IC) != 0;
    bool data_on = (core->ccr & CCR_DC) != 0;
    if (memory->instructions_on != instructions_on) {
        cache_clear(&memory->instructions);
    }
    if (memory->data_on != data_on) { // software cleans and invalidates it there
        cache_clear(&memory->data);
    }
    memory->instructions_on = instructions_on;
    memory->data_on = data_on;
}

void cycles_maintain_cache(Core *core, uint32_t offset, uint32_t value) {
    MemoryTime *memory = &core->time.memory;
    uint32_t set = value / CACHE_LINE_BYTES % memory->data.sets;
    switch (offset) {
    case 0xF50: // ICIALLU
        cache_clear(&memory->instructions);
        break;
    case 0xF58: // ICIMVAU
        cache_invalidate(&memory->instructions, value);
        break;
    case 0xF5C: // DCIMVAC
    case 0xF70: // DCCIMVAC
        cache_invalidate(&memory->data, value);
        break;
    case 0xF60: // DCISW
    case 0xF74: // DCCISW
        cache_invalidate_set(&memory->data, set);
        break;
    case 0xF64: // DCCMVAU
    case 0xF68: // DCCMVAC
        cache_clean(&memory->data, value);
        break;
    case 0xF6C: // DCCSW
        cache_clean_set(&memory->data, set);
        break;
    default:
        break;
    }
}

// ---- blocks ----

static uint32_t fetch_lines(Core *core, Block *block) {
    MemoryTime *memory = &core->time.memory;
    Cache *cache = &memory->instructions;
    uint32_t end = block->address + block->size_bytes;
    uint32_t stalls = 0;
    if (is_free(block->address)) {
        block->fetched = cache->changes;
        return 0;
    }
    for (uint32_t line = CACHE_LINE(block->address); line < end; line += CACHE_LINE_BYTES) {
        CacheMiss miss;
        bool hit = memory->instructions_on &&
                   (cache_access_latest(cache, line, false) || cache_access(cache, line, false, &miss));
        if (!hit) {
            uint64_t now = core->time.base_cycles + core->done_cycles + stalls;
            stalls += memory_instruction_miss(memory, line, now);
        }
    }
    // Each is the latest of its set now, as a block has fewer lines than there are sets.
    block->fetched = memory->instructions_on ? cache->changes : 0;
    return stalls;
}

static uint32_t misprediction(Core *core, const Block *before, uint32_t next, bool taken) {
    bool indirect = (before->flags & BLOCK_INDIRECT) != 0;
    uint32_t branch = before->address + before->size_bytes - 2u;
    if (!branches_mispredict(&core->time.branches, branch, next, taken, indirect)) {
        return 0;
    }
    core->time.mispredictions++;
    return (before->flags & BLOCK_FLAGS_EARLY) != 0 && !indirect ? MISPREDICTION_FLAGS_EARLY_CYCLES
                                                                 : MISPREDICTION_CYCLES;
}

void write_profile(Core *core) {
    CoreCounters now = core_counters(core);
    now.cycles = core->time.base_cycles + core->done_cycles;
    now.instructions = core->instructions;
    profile_add(core->config.profile, core->block->address, core->block->size_bytes, &now);
}

uint32_t cycles_of_part(const Core *core, uint32_t instructions) {
    const Block *block = core->block;
    if (!core->time.model || block == NULL || block->code == NULL) {
        return instructions;
    }
    uint32_t bytes = 0;
    for (uint32_t index = 0; index < instructions; index++) {
        bytes += instruction_at(block->code + bytes).size_bytes;
    }
    return block_part_cycles(block, core->time.before, core->time.sequential, bytes);
}

void cycles_enter_block(Core *core, Block *block) {
    CoreTime *time = &core->time;
    Block *before = time->previous;
    bool sequential = before != NULL && before->address + before->size_bytes == block->address;
    if (before != NULL && (before->flags & (BLOCK_CONDITIONAL | BLOCK_INDIRECT)) != 0) {
        core->done_cycles += misprediction(core, before, block->address, !sequential);
    }
    if (block->fetched != time->memory.instructions.changes) {
        core->done_cycles += fetch_lines(core, block);
    }
    bool known = block->edges[0].key == block_edge(before, sequential);
    core->block_cycles = known ? block->edges[0].cycles : block_cycles_after(block, before, sequential);
    time->multiplies += block->multiplies;
    time->before = before;
    time->sequential = sequential;
    time->previous = block;
}
