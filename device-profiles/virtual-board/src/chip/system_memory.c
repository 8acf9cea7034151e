// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/system_memory.h"
#include <stdlib.h>
#include <string.h>

#define SYSTEM_MEMORY_BASE 0x1FF00000u
#define SYSTEM_MEMORY_BYTES 0x20000u
#define UNIQUE_ID_OFFSET 0x1E800u
#define FLASH_SIZE_OFFSET 0x1E880u
#define FLASH_SIZE_KILOBYTES 2048u
#define PAGE_BYTES 4096u
#define FNV_OFFSET_BASIS UINT64_C(0xCBF29CE484222325)
#define FNV_PRIME UINT64_C(0x100000001B3)

struct SystemMemory {
    uint8_t *bytes;
};

static uint64_t fnv1a64(const char *text) {
    uint64_t hash = FNV_OFFSET_BASIS;
    for (; *text != '\0'; text++) {
        hash = (hash ^ (uint8_t)*text) * FNV_PRIME;
    }
    return hash;
}

SystemMemory *system_memory_new(Chip *chip) {
    SystemMemory *system = chip_allocate(sizeof *system);
    system->bytes = aligned_alloc(PAGE_BYTES, SYSTEM_MEMORY_BYTES);
    if (system->bytes == NULL) {
        abort();
    }
    memset(system->bytes, 0, SYSTEM_MEMORY_BYTES);
    uint64_t identity = fnv1a64(chip->config.serial);
    uint16_t flash_size = FLASH_SIZE_KILOBYTES;
    memcpy(system->bytes + UNIQUE_ID_OFFSET, "VIRT", 4);
    memcpy(system->bytes + UNIQUE_ID_OFFSET + 4, &identity, sizeof identity);
    memcpy(system->bytes + FLASH_SIZE_OFFSET, &flash_size, sizeof flash_size);
    Memory memory = {.name = "system memory",
                     .kind = MEMORY_SYSTEM,
                     .base = SYSTEM_MEMORY_BASE,
                     .size_bytes = SYSTEM_MEMORY_BYTES,
                     .host = system->bytes};
    bus_attach_memory(chip->config.bus, &memory);
    return system;
}

void system_memory_free(SystemMemory *memory) {
    if (memory != NULL) {
        free(memory->bytes);
        free(memory);
    }
}
