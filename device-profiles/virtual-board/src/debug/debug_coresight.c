// SPDX-License-Identifier: GPL-2.0-or-later
// ROM tables and the identification of the CoreSight components they list (RM0433 60.6 and 60.7, ARM IHI 0029
// B2), so that a debugger finds its way. Trace is not modelled: funnels, SWO, TPIU, ETF, ETM and CTIs keep
// what is written.
#include "debug/debug_internal.h"
#include <stdlib.h>

enum {
    REGISTER_LAR = 0xFB0,
    REGISTER_LSR = 0xFB4,
    REGISTER_DEVTYPE = 0xFCC,
    REGISTER_PIDR4 = 0xFD0,
    REGISTER_PIDR0 = 0xFE0,
    REGISTER_CIDR0 = 0xFF0,
};

#define LAR_KEY 0xC5ACCE55u
#define CLASS_ROM_TABLE 1u
#define CLASS_CORESIGHT 9u

// Entries are offsets from the table's own base; bit 0 present, bit 1 32-bit format.
static const uint32_t cpu_rom[] = {0x00001003, 0xFFF43003, 0xFFF45003, 0};
static const uint32_t ppb_rom[] = {0xFFF0F003, 0xFFF02003, 0xFFF03003, 0xFFF01003, 0xFFF41002, 0xFFF42002, 0};
static const uint32_t system_rom_1[] = {0x00003003, 0x00004003, 0x00010003, 0};
static const uint32_t system_rom_2[] = {0x00001003, 0x00003003, 0x00004003, 0x00005003, 0};

// The system components answer at 0x5C000000 on the bus and at 0xE00E0000 behind access port 2.
static const CoreSightComponent templates[] = {
    {.name = "CPU ROM",
     .base = 0xE00FE000,
     .peripheral_id = 0x0BB4C8,
     .peripheral_id4 = 4,
     .class = 1,
     .rom_entries = cpu_rom},
    {.name = "PPB ROM",
     .base = 0xE00FF000,
     .peripheral_id = 0x0BB4C7,
     .peripheral_id4 = 4,
     .class = 1,
     .rom_entries = ppb_rom},
    {.name = "ETM",
     .base = 0xE0041000,
     .peripheral_id = 0x0BB975,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x13},
    {.name = "CPU CTI",
     .base = 0xE0043000,
     .peripheral_id = 0x4BB906,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x14},
    {.name = "System ROM 1",
     .base = 0x5C000000,
     .peripheral_id = 0x0A0450,
     .class = 1,
     .rom_entries = system_rom_1},
    {.name = "SWO",
     .base = 0x5C003000,
     .peripheral_id = 0x1BB914,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x11},
    {.name = "SWTF",
     .base = 0x5C004000,
     .peripheral_id = 0x2BB908,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x12},
    {.name = "System ROM 2",
     .base = 0x5C010000,
     .peripheral_id = 0x0A0450,
     .class = 1,
     .rom_entries = system_rom_2},
    {.name = "System CTI",
     .base = 0x5C011000,
     .peripheral_id = 0x4BB906,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x14},
    {.name = "CSTF",
     .base = 0x5C013000,
     .peripheral_id = 0x2BB908,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x12},
    {.name = "ETF",
     .base = 0x5C014000,
     .peripheral_id = 0x1BB961,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x32},
    {.name = "TPIU",
     .base = 0x5C015000,
     .peripheral_id = 0x4BB912,
     .peripheral_id4 = 4,
     .class = 9,
     .device_type = 0x11},
};

bool debug_management_read(const CoreSightComponent *component, const LockAccess *lock, uint32_t offset,
                           uint32_t *value) {
    const uint32_t component_id[4] = {0x0D, (uint32_t)component->class << 4, 0x05, 0xB1};
    if (offset < REGISTER_LAR) {
        return false;
    }
    *value = 0;
    if (offset >= REGISTER_CIDR0) {
        *value = component_id[(offset - REGISTER_CIDR0) / 4];
    } else if (offset >= REGISTER_PIDR0) {
        *value = component->peripheral_id >> 8 * ((offset - REGISTER_PIDR0) / 4) & 0xFFu;
    } else if (offset == REGISTER_PIDR4) {
        *value = component->peripheral_id4;
    } else if (offset == REGISTER_DEVTYPE) {
        bool system_memory_is_there = component->class == CLASS_ROM_TABLE; // MEMTYPE of a ROM table
        *value = system_memory_is_there ? 1 : component->device_type;
    } else if (offset == REGISTER_LSR && lock != NULL) {
        *value = 1u | (lock->locked ? 2u : 0);
    }
    return true;
}

void debug_lock_write(LockAccess *lock, BusMaster master, uint32_t value) {
    if (master == MASTER_CPU) {
        lock->locked = value != LAR_KEY;
    }
}

bool debug_write_allowed(DebugUnit *debug, const LockAccess *lock, BusMaster master, const char *unit) {
    if (master != MASTER_CPU || !lock->locked) {
        return true;
    }
    lints_note(debug->config.lints, "debug-lock",
               "write to a %s register ignored: unlock it with 0xC5ACCE55 in its LAR first", unit);
    return false;
}

static BusResult read_component(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t *value) {
    (void)master;
    const CoreSightComponent *component = context;
    uint32_t word = 0;
    uint32_t index = offset / 4;
    if (debug_management_read(component, NULL, offset & ~3u, &word)) {
        *value = narrow_read(word, offset, size_bytes);
        return BUS_OK;
    }
    if (component->rom_entries == NULL) {
        word = component->storage[index];
    } else {
        uint32_t entry = 0;
        while (entry < index && component->rom_entries[entry] != 0) {
            entry++;
        }
        word = component->rom_entries[entry];
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static BusResult write_component(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                 uint32_t value) {
    (void)master;
    CoreSightComponent *component = context;
    if (size_bytes == 4 && offset < REGISTER_LAR && component->class == CLASS_CORESIGHT) {
        component->storage[offset / 4] = value;
    }
    return BUS_OK;
}

void debug_attach_coresight(DebugUnit *debug) {
    debug->component_count = sizeof templates / sizeof templates[0];
    debug->components = calloc(debug->component_count, sizeof *debug->components);
    if (debug->components == NULL) {
        abort();
    }
    for (size_t i = 0; i < debug->component_count; i++) {
        debug->components[i] = templates[i];
        Device device = {.name = templates[i].name,
                         .base = templates[i].base,
                         .size_bytes = 0x1000,
                         .context = &debug->components[i],
                         .read = read_component,
                         .write = write_component};
        bus_attach_device(debug->config.bus, &device);
    }
}
