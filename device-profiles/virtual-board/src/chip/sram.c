// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/sram.h"
#include "chip/rcc.h"
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES 4096u
#define KILOBYTES 1024u
#define ALWAYS_ON 0u

typedef struct Layout {
    const char *name;
    MemoryKind kind;
    uint32_t base;
    uint32_t alias; // 0 = none
    uint32_t size_bytes;
    unsigned enable_register; // ALWAYS_ON or the register of its clock
    unsigned enable_bit;
    const char *enable_name;
} Layout;

static const Layout layouts[] = {
    {"ITCM", MEMORY_ITCM, 0x00000000, 0, 64 * KILOBYTES, ALWAYS_ON, 0, NULL},
    {"DTCM", MEMORY_DTCM, 0x20000000, 0, 128 * KILOBYTES, ALWAYS_ON, 0, NULL},
    {"AXI SRAM", MEMORY_SRAM, 0x24000000, 0, 512 * KILOBYTES, ALWAYS_ON, 0, NULL},
    {"SRAM1", MEMORY_SRAM, 0x30000000, 0x10000000, 128 * KILOBYTES, RCC_AHB2ENR, 29, "RCC_AHB2ENR.SRAM1EN"},
    {"SRAM2", MEMORY_SRAM, 0x30020000, 0x10020000, 128 * KILOBYTES, RCC_AHB2ENR, 30, "RCC_AHB2ENR.SRAM2EN"},
    {"SRAM3", MEMORY_SRAM, 0x30040000, 0x10040000, 32 * KILOBYTES, RCC_AHB2ENR, 31, "RCC_AHB2ENR.SRAM3EN"},
    {"SRAM4", MEMORY_SRAM, 0x38000000, 0, 64 * KILOBYTES, ALWAYS_ON, 0, NULL},
    {"Backup SRAM", MEMORY_SRAM, 0x38800000, 0, 4 * KILOBYTES, RCC_AHB4ENR, 28, "RCC_AHB4ENR.BKPRAMEN"},
};
#define MEMORIES (sizeof layouts / sizeof layouts[0])
#define AXI_INDEX 2u

typedef struct Block {
    Chip *chip;
    const Layout *layout;
    uint8_t *bytes;
    bool accessible;
} Block;

struct Sram {
    Chip *chip;
    Block blocks[MEMORIES];
};

static bool is_clocked(const Block *block) {
    const Layout *layout = block->layout;
    return layout->enable_register == ALWAYS_ON ||
           rcc_enabled(block->chip->rcc, layout->enable_register, layout->enable_bit);
}

static bool accessible(void *context, BusMaster master) {
    const Block *block = context;
    bool clocked = is_clocked(block);
    if (!clocked && (master == MASTER_DMA1 || master == MASTER_DMA2)) {
        lints_note(block->chip->config.lints, "unclocked", "DMA accesses %s while %s is 0: bus error",
                   block->layout->name, block->layout->enable_name);
    }
    return clocked;
}

static void gates_changed(void *context) {
    Sram *sram = context;
    for (size_t i = 0; i < MEMORIES; i++) {
        Block *block = &sram->blocks[i];
        bool now = is_clocked(block);
        if (now == block->accessible) {
            continue;
        }
        block->accessible = now;
        bus_memory_access_changed(sram->chip->config.bus, block->layout->base, now);
        if (block->layout->alias != 0) {
            bus_memory_access_changed(sram->chip->config.bus, block->layout->alias, now);
        }
    }
}

static void attach(Block *block, const char *name, uint32_t base) {
    Memory memory = {.name = name,
                     .kind = block->layout->kind,
                     .base = base,
                     .size_bytes = block->layout->size_bytes,
                     .host = block->bytes,
                     .context = block,
                     .accessible = block->layout->enable_register != ALWAYS_ON ? accessible : NULL};
    bus_attach_memory(block->chip->config.bus, &memory);
}

uint8_t *sram_axi(Sram *sram, uint32_t *size_bytes) {
    *size_bytes = layouts[AXI_INDEX].size_bytes;
    return sram->blocks[AXI_INDEX].bytes;
}

// xorshift32 (Marsaglia 2003): RAM comes up with something else than zeros, but the same in every run.
void sram_power_lost(Sram *sram) {
    uint32_t state = 0x2545F491u;
    for (size_t i = 0; i < MEMORIES; i++) {
        const Block *block = &sram->blocks[i];
        for (uint32_t offset = 0; offset < block->layout->size_bytes; offset += 4) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            memcpy(block->bytes + offset, &state, sizeof state);
        }
        bus_memory_written(sram->chip->config.bus, block->layout->base, block->layout->size_bytes);
    }
}

// The core is told of the gates when it exists (gates_changed); until then all is accessible in its eyes.
Sram *sram_new(Chip *chip) {
    Sram *sram = chip_allocate(sizeof *sram);
    sram->chip = chip;
    for (size_t i = 0; i < MEMORIES; i++) {
        Block *block = &sram->blocks[i];
        *block = (Block){.chip = chip, .layout = &layouts[i], .accessible = true};
        block->bytes = aligned_alloc(PAGE_BYTES, layouts[i].size_bytes);
        if (block->bytes == NULL) {
            abort();
        }
        attach(block, layouts[i].name, layouts[i].base);
        if (layouts[i].alias != 0) {
            attach(block, layouts[i].name, layouts[i].alias);
        }
    }
    sram_power_lost(sram);
    rcc_on_memory_gate(chip->rcc, gates_changed, sram);
    return sram;
}

void sram_free(Sram *sram) {
    if (sram == NULL) {
        return;
    }
    for (size_t i = 0; i < MEMORIES; i++) {
        free(sram->blocks[i].bytes);
    }
    free(sram);
}
