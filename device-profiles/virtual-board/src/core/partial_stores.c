// SPDX-License-Identifier: GPL-2.0-or-later
// Stores of less than a word to a RAM with ECC: the RAM reads the word, merges the bytes and writes it back
// with the next access to the same RAM. A reset that comes first loses the bytes (RM0433, chapters Embedded
// SRAM and RAM ECC monitoring; AN5342).
//
// An approximation that costs nothing while no fault is handled: stores are followed only while NMI,
// HardFault, MemManage, BusFault or UsageFault is active, where a crash record is written. Not seen, hence
// never lost: the last partial store of a thread, of an interrupt or of SysTick before a reset, and of a
// fault handler that the debugger single-steps from its entry. All RAMs have 32-bit words here; AXI SRAM and
// ITCM have 64-bit ones, and the two halves of DTCM, which hold on to a store each, count as one RAM.
#include "core/core_state.h"
#include <string.h>

#define WORD_BYTES 4u

static MappedMemory *ram_at(Core *core, uint32_t address) {
    MappedMemory *mapped = mapped_memory(core, address);
    if (mapped == NULL || mapped->memory.kind == MEMORY_FLASH || mapped->memory.kind == MEMORY_SYSTEM) {
        return NULL;
    }
    MappedMemory *first = core->memories; // of the names of the same RAM
    while (first->memory.host != mapped->memory.host) {
        first++;
    }
    return first;
}

bool partial_stores_wanted(const Core *core) {
    uint32_t faults = 1u << EXCEPTION_NMI | 1u << EXCEPTION_HARD_FAULT | 1u << EXCEPTION_MEM_MANAGE |
                      1u << EXCEPTION_BUS_FAULT | 1u << EXCEPTION_USAGE_FAULT;
    return (core->active[0] & faults) != 0;
}

void follow_partial_stores(Core *core, uint32_t address, unsigned size_bytes, bool write) {
    MappedMemory *ram = ram_at(core, address);
    if (ram == NULL) {
        return;
    }
    ram->partial.pending = false;
    uint32_t end = address + size_bytes;
    if (write && (size_bytes < WORD_BYTES || end % WORD_BYTES != 0)) {
        uint32_t word = (end - 1) & ~(WORD_BYTES - 1);
        const uint8_t *before = code_at(core, word, WORD_BYTES);
        if (before != NULL) {
            ram->partial = (PartialStore){.pending = true, .address = word};
            memcpy(ram->partial.before, before, WORD_BYTES);
        }
    }
}

void complete_partial_store(Core *core, uint32_t address) {
    MappedMemory *ram = ram_at(core, address);
    if (ram != NULL) {
        ram->partial.pending = false;
    }
}

void active_faults_changed(Core *core) {
    if (!partial_stores_wanted(core)) { // what runs from here on accesses memory too
        for (size_t i = 0; i < core->memory_count; i++) {
            core->memories[i].partial.pending = false;
        }
    }
    update_access_hook(core);
}

void lose_partial_stores(Core *core) {
    for (size_t i = 0; i < core->memory_count; i++) {
        PartialStore *partial = &core->memories[i].partial;
        if (partial->pending) {
            const Memory *memory = &mapped_memory(core, partial->address)->memory;
            memcpy(memory->host + (partial->address - memory->base), partial->before, WORD_BYTES);
            drop_translations(core, partial->address, WORD_BYTES);
            partial->pending = false;
        }
    }
}
