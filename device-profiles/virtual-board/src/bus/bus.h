// SPDX-License-Identifier: GPL-2.0-or-later
// The bus matrix: every access by the core, the debugger (AHB-AP/AXI-AP) and the DMA controllers goes through
// here, so that gating, reachability and bus errors are the same for all. Core accesses to plain memory go to
// the host memory directly.
#ifndef VB_BUS_H
#define VB_BUS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Bus Bus;

typedef enum { BUS_OK, BUS_ERROR } BusResult;
typedef enum { MASTER_CPU, MASTER_DEBUG, MASTER_DMA1, MASTER_DMA2 } BusMaster;

// A peripheral's register block. `offset` is relative to `base`; size_bytes is 1, 2 or 4 and the access is
// aligned; values of narrow accesses stand in the low bits. A device that is not clocked reads 0 and ignores
// writes (the bus completes) unless the device itself answers BUS_ERROR.
typedef struct Device {
    const char *name;
    uint32_t base;
    uint32_t size_bytes;
    void *context;
    BusResult (*read)(void *context, BusMaster master, uint32_t offset, unsigned size_bytes, uint32_t *value);
    BusResult (*write)(void *context, BusMaster master, uint32_t offset, unsigned size_bytes, uint32_t value);
    bool (*clocked)(void *context); // NULL = always
    void (*reset)(void *context);   // system reset; NULL = nothing to do
} Device;

// A narrow access takes its bytes out of the register's word, or replaces them in it.
static inline uint32_t narrow_read(uint32_t word, uint32_t offset, unsigned size_bytes) {
    word >>= 8 * (offset & 3u);
    return size_bytes == 4 ? word : word & ((1u << 8 * size_bytes) - 1);
}

static inline uint32_t narrow_merge(uint32_t word, uint32_t offset, unsigned size_bytes, uint32_t value) {
    uint32_t mask = (size_bytes == 4 ? UINT32_MAX : (1u << 8 * size_bytes) - 1) << 8 * (offset & 3u);
    return (word & ~mask) | (value << 8 * (offset & 3u) & mask);
}

typedef enum { MEMORY_ITCM, MEMORY_DTCM, MEMORY_FLASH, MEMORY_SRAM, MEMORY_SYSTEM } MemoryKind;

// A memory that the core executes from and accesses at full speed. `host` has size_bytes bytes (page aligned,
// owned by the caller). Writes by the core to MEMORY_FLASH go to `write` (flash controller); elsewhere
// `write` is NULL. An address may be attached twice under different bases (aliases) with the same host
// memory.
typedef struct Memory {
    const char *name;
    MemoryKind kind;
    uint32_t base;
    uint32_t size_bytes;
    uint8_t *host;
    void *context;
    BusResult (*write)(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                       uint32_t value);
    // NULL = always accessible. Called for debugger and DMA accesses; for the core call
    // bus_memory_access_changed() when the answer changes.
    bool (*accessible)(void *context, BusMaster master);
    // Reads of trapped pages (below), by any master; NULL where no page is ever trapped.
    BusResult (*read)(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                      uint32_t *value);
} Memory;

Bus *bus_new(void);
void bus_free(Bus *bus);
void bus_attach_device(Bus *bus,
                       const Device *device); // copied; ranges must not overlap (aborts: programming error)
void bus_attach_memory(Bus *bus, const Memory *memory); // copied; before core_new()
// The core faults on the memory from now on, or no longer (clock or power of an SRAM domain).
void bus_memory_access_changed(Bus *bus, uint32_t base, bool accessible);
// Reads of this 4 KB page, by the core (data and instructions) and everybody else, go through Memory.read
// from now on, or no longer: a flash word with a double ECC error is a bus error, its neighbours are not.
// bus_find_memory() does not find trapped pages.
#define BUS_TRAP_PAGE_BYTES 4096u
void bus_trap_page(Bus *bus, uint32_t page_address, bool trapped);
bool bus_page_trapped(const Bus *bus, uint32_t address);
void bus_on_page_trapped(Bus *bus, void (*changed)(void *context, uint32_t page_address, bool trapped),
                         void *context);
void bus_reset_devices(Bus *bus); // calls every Device.reset in order of attachment

// Aligned accesses of 1, 2 or 4 bytes to anything attached. Reads of nothing, and DMA to ITCM/DTCM, are
// BUS_ERROR.
BusResult bus_read(Bus *bus, BusMaster master, uint32_t address, unsigned size_bytes, uint32_t *value);
BusResult bus_write(Bus *bus, BusMaster master, uint32_t address, unsigned size_bytes, uint32_t value);
// Plain memory at [address, address+size_bytes) wholly inside one Memory, or NULL. For bulk work of the debug
// port.
const Memory *bus_find_memory(const Bus *bus, uint32_t address, uint32_t size_bytes);

// For the core: iteration while mapping, and a callback when the accessibility of a memory changes.
void bus_each_memory(const Bus *bus, void (*visit)(void *context, const Memory *memory), void *context);
void bus_on_memory_access_changed(Bus *bus,
                                  void (*changed)(void *context, const Memory *memory, bool accessible),
                                  void *context);
// Memory was written behind the core's back (DMA, debugger, flash erase/program): drop stale translations,
// under all names of the memory. bus_write does it itself.
void bus_memory_written(Bus *bus, uint32_t address, uint32_t size_bytes);
void bus_on_memory_written(Bus *bus, void (*written)(void *context, uint32_t address, uint32_t size_bytes),
                           void *context);

#endif
