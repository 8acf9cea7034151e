// SPDX-License-Identifier: GPL-2.0-or-later
// Memory protection unit and the default memory map (ARMv7-M ARM B3.1, B3.5).
#include "core/core_state.h"
#include <string.h>

#define MPU_ENABLE 1u
#define MPU_HFNMIENA 2u
#define MPU_PRIVDEFENA 4u
#define RASR_ENABLE 1u
#define RASR_XN (1u << 28)
#define RBAR_VALID (1u << 4)

void mpu_reset(Core *core) {
    core->mpu_control = 0;
    core->mpu_region_number = 0;
    memset(core->mpu_regions, 0, sizeof core->mpu_regions);
}

bool mpu_enabled(const Core *core) {
    if ((core->mpu_control & MPU_ENABLE) == 0) {
        return false;
    }
    bool urgent = core->faultmask != 0 || exception_bit(core->active, EXCEPTION_HARD_FAULT) ||
                  exception_bit(core->active, EXCEPTION_NMI);
    return !urgent || (core->mpu_control & MPU_HFNMIENA) != 0;
}

static uint64_t region_bytes(const MpuRegion *region) { return UINT64_C(2) << (region->rasr >> 1 & 31u); }

static bool region_holds(const MpuRegion *region, uint32_t address) {
    if ((region->rasr & RASR_ENABLE) == 0) {
        return false;
    }
    uint64_t bytes = region_bytes(region);
    uint64_t base = region->rbar & ~31u & ~(bytes - 1);
    if (address < base || address >= base + bytes) {
        return false;
    }
    unsigned subregion = (unsigned)((address - base) / (bytes / 8));
    return bytes < 256 || (region->rasr >> (8 + subregion) & 1u) == 0;
}

static const MpuRegion *region_of(const Core *core, uint32_t address) {
    for (unsigned i = MPU_REGIONS; i-- > 0;) {
        if (region_holds(&core->mpu_regions[i], address)) {
            return &core->mpu_regions[i];
        }
    }
    return NULL;
}

// Default map (B3.1 table B3-1): execute never outside code, SRAM and external RAM.
static bool default_map_executes(uint32_t address) {
    return address < UINT32_C(0x40000000) ||
           (address >= UINT32_C(0x60000000) && address < UINT32_C(0xA0000000));
}

// Access permissions, table B3-15.
static bool permission_allows(uint32_t rasr, bool write, bool privileged) {
    switch (rasr >> 24 & 7u) {
    case 1:
        return privileged;
    case 2:
        return privileged || !write;
    case 3:
        return true;
    case 5:
        return privileged && !write;
    case 6:
    case 7:
        return !write;
    default:
        return false;
    }
}

bool mpu_allows(const Core *core, uint32_t address, AccessKind access, bool privileged) {
    bool private_bus = address - UINT32_C(0xE0000000) < UINT32_C(0x00100000);
    if (private_bus || !mpu_enabled(core)) {
        return access != ACCESS_FETCH || default_map_executes(address);
    }
    const MpuRegion *region = region_of(core, address);
    if (region == NULL) {
        return privileged && (core->mpu_control & MPU_PRIVDEFENA) != 0 &&
               (access != ACCESS_FETCH || default_map_executes(address));
    }
    if (access == ACCESS_FETCH) {
        bool system_space = address >= UINT32_C(0xE0000000);
        return (region->rasr & RASR_XN) == 0 && !system_space &&
               permission_allows(region->rasr, false, privileged);
    }
    return permission_allows(region->rasr, access == ACCESS_WRITE, privileged);
}

bool mpu_page_is_mixed(const Core *core, uint32_t page) {
    for (unsigned i = 0; i < MPU_REGIONS; i++) {
        const MpuRegion *region = &core->mpu_regions[i];
        uint64_t bytes = region_bytes(region);
        uint64_t granule = bytes < 256 || (region->rasr >> 8 & 0xFFu) == 0 ? bytes : bytes / 8;
        uint64_t base = region->rbar & ~31u & ~(bytes - 1);
        if ((region->rasr & RASR_ENABLE) != 0 && granule < PAGE_BYTES && base < (uint64_t)page + PAGE_BYTES &&
            page < base + bytes) {
            return true;
        }
    }
    return false;
}

// Memory type: TEX, C, B (table B3-13), or the default map.
static uint32_t attributes_of(const Core *core, uint32_t address) {
    const MpuRegion *region = mpu_enabled(core) ? region_of(core, address) : NULL;
    return region == NULL ? UINT32_MAX : region->rasr >> 16 & 0x3Fu;
}

bool mpu_is_device(const Core *core, uint32_t address) {
    uint32_t attributes = attributes_of(core, address);
    bool private_bus = address - UINT32_C(0xE0000000) < UINT32_C(0x00100000);
    if (attributes == UINT32_MAX || private_bus) {
        return (address >= UINT32_C(0x40000000) && address < UINT32_C(0x60000000)) ||
               address >= UINT32_C(0xA0000000);
    }
    unsigned tex = attributes >> 3;
    unsigned cb = attributes & 3u;
    return (tex == 0 && cb <= 1) || (tex == 2 && cb == 0);
}

bool core_is_cacheable(const Core *core, uint32_t address) {
    const Memory *memory = bus_find_memory(core->config.bus, address, 1);
    if (memory != NULL && (memory->kind == MEMORY_ITCM || memory->kind == MEMORY_DTCM)) {
        return false;
    }
    uint32_t attributes = attributes_of(core, address);
    if (attributes == UINT32_MAX) {
        return address < UINT32_C(0x40000000) ||
               (address >= UINT32_C(0x60000000) && address < UINT32_C(0xA0000000));
    }
    unsigned tex = attributes >> 3;
    unsigned cb = attributes & 3u;
    bool shareable =
        (attributes & 4u) != 0; // the Cortex-M7 does not cache shareable memory (TRM 5.7: CACR.SIWT is 0)
    if (tex >= 4) {
        return cb != 0 && !shareable; // C, B: the inner policy, which is that of this cache
    }
    return !shareable && ((tex == 0 && cb >= 2) || (tex == 1 && cb == 3));
}

bool core_writes_through(const Core *core, uint32_t address) {
    uint32_t attributes = attributes_of(core, address);
    if (attributes == UINT32_MAX) { // ARMv7-M ARM table B3-1
        return address < UINT32_C(0x20000000) || address >= UINT32_C(0x80000000);
    }
    unsigned tex = attributes >> 3;
    return (attributes & 3u) == 2 && (tex == 0 || tex >= 4);
}

// ---- registers: offsets from 0xE000E000 ----

static void write_rbar(Core *core, uint32_t value) {
    if ((value & RBAR_VALID) != 0) {
        core->mpu_region_number = value & (MPU_REGIONS - 1);
    }
    core->mpu_regions[core->mpu_region_number].rbar = value & ~31u;
}

uint32_t mpu_read(Core *core, uint32_t offset) {
    const MpuRegion *region = &core->mpu_regions[core->mpu_region_number];
    switch (offset) {
    case 0xD90:
        return MPU_REGIONS << 8;
    case 0xD94:
        return core->mpu_control;
    case 0xD98:
        return core->mpu_region_number;
    case 0xD9C:
    case 0xDA4:
    case 0xDAC:
    case 0xDB4:
        return region->rbar | core->mpu_region_number;
    case 0xDA0:
    case 0xDA8:
    case 0xDB0:
    case 0xDB8:
        return region->rasr;
    default:
        return 0;
    }
}

void mpu_write(Core *core, uint32_t offset, uint32_t value) {
    switch (offset) {
    case 0xD94:
        core->mpu_control = value & 7u;
        break;
    case 0xD98:
        core->mpu_region_number = value & (MPU_REGIONS - 1);
        return;
    case 0xD9C:
    case 0xDA4:
    case 0xDAC:
    case 0xDB4:
        write_rbar(core, value);
        break;
    case 0xDA0:
    case 0xDA8:
    case 0xDB0:
    case 0xDB8:
        core->mpu_regions[core->mpu_region_number].rasr = value & UINT32_C(0x173FFF3F);
        break;
    default:
        return;
    }
    memory_protection_changed(core);
}
