// SPDX-License-Identifier: GPL-2.0-or-later
#include "bus/bus.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEVICES 192
#define MAX_MEMORIES 24
#define MAX_TRAPPED_PAGES 512 // all of the flash memory

struct Bus {
    Device devices[MAX_DEVICES]; // in order of attachment
    size_t device_count;
    uint16_t sorted[MAX_DEVICES]; // indices into devices, by base
    const Device *last_device;
    Memory memories[MAX_MEMORIES];
    size_t memory_count;
    const Memory *last_memory;
    uint32_t trapped_pages[MAX_TRAPPED_PAGES];
    size_t trapped_count;
    void (*access_changed)(void *context, const Memory *memory, bool accessible);
    void *access_context;
    void (*written)(void *context, uint32_t address, uint32_t size_bytes);
    void *written_context;
    void (*page_trapped)(void *context, uint32_t page_address, bool trapped);
    void *page_trapped_context;
};

Bus *bus_new(void) {
    Bus *bus = calloc(1, sizeof *bus);
    if (bus == NULL) {
        abort();
    }
    return bus;
}

void bus_free(Bus *bus) { free(bus); }

static void programming_error(const char *what, const char *name, uint32_t base) {
    fprintf(stderr, "virtual board: bus: %s: %s at 0x%08x\n", what, name, (unsigned)base);
    abort();
}

static bool overlap(uint32_t base, uint32_t size_bytes, uint32_t other_base, uint32_t other_size_bytes) {
    return (uint64_t)base < (uint64_t)other_base + other_size_bytes &&
           (uint64_t)other_base < (uint64_t)base + size_bytes;
}

void bus_attach_device(Bus *bus, const Device *device) {
    if (bus->device_count == MAX_DEVICES) {
        programming_error("too many devices", device->name, device->base);
    }
    for (size_t i = 0; i < bus->device_count; i++) {
        if (overlap(device->base, device->size_bytes, bus->devices[i].base, bus->devices[i].size_bytes)) {
            programming_error("device overlaps another", device->name, device->base);
        }
    }
    size_t place = bus->device_count;
    while (place > 0 && bus->devices[bus->sorted[place - 1]].base > device->base) {
        bus->sorted[place] = bus->sorted[place - 1];
        place--;
    }
    bus->sorted[place] = (uint16_t)bus->device_count;
    bus->devices[bus->device_count++] = *device;
}

void bus_attach_memory(Bus *bus, const Memory *memory) {
    if (bus->memory_count == MAX_MEMORIES) {
        programming_error("too many memories", memory->name, memory->base);
    }
    for (size_t i = 0; i < bus->memory_count; i++) {
        if (overlap(memory->base, memory->size_bytes, bus->memories[i].base, bus->memories[i].size_bytes)) {
            programming_error("memory overlaps another", memory->name, memory->base);
        }
    }
    bus->memories[bus->memory_count++] = *memory;
}

void bus_reset_devices(Bus *bus) {
    for (size_t i = 0; i < bus->device_count; i++) {
        if (bus->devices[i].reset != NULL) {
            bus->devices[i].reset(bus->devices[i].context);
        }
    }
}

// ---- who answers an address ----

static bool holds(uint32_t base, uint32_t size_bytes, uint32_t address, uint32_t length) {
    return address >= base && (uint64_t)address + length <= (uint64_t)base + size_bytes;
}

static const Device *find_device(Bus *bus, uint32_t address, unsigned size_bytes) {
    const Device *last = bus->last_device;
    if (last != NULL && holds(last->base, last->size_bytes, address, size_bytes)) {
        return last;
    }
    size_t low = 0;
    size_t high = bus->device_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const Device *device = &bus->devices[bus->sorted[middle]];
        if (holds(device->base, device->size_bytes, address, size_bytes)) {
            return bus->last_device = device;
        }
        if (device->base > address) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

static const Memory *find_memory(const Bus *bus, uint32_t address, uint32_t size_bytes) {
    for (size_t i = 0; i < bus->memory_count; i++) {
        if (holds(bus->memories[i].base, bus->memories[i].size_bytes, address, size_bytes)) {
            return &bus->memories[i];
        }
    }
    return NULL;
}

static const Memory *find_memory_fast(Bus *bus, uint32_t address, unsigned size_bytes) {
    const Memory *last = bus->last_memory;
    if (last != NULL && holds(last->base, last->size_bytes, address, size_bytes)) {
        return last;
    }
    const Memory *memory = find_memory(bus, address, size_bytes);
    if (memory != NULL) {
        bus->last_memory = memory;
    }
    return memory;
}

const Memory *bus_find_memory(const Bus *bus, uint32_t address, uint32_t size_bytes) {
    for (size_t i = 0; i < bus->trapped_count; i++) {
        if (overlap(address, size_bytes, bus->trapped_pages[i], BUS_TRAP_PAGE_BYTES)) {
            return NULL;
        }
    }
    return find_memory(bus, address, size_bytes);
}

// ITCM and DTCM hang on the core; DMA1 and DMA2 reach neither them nor the private peripheral bus
// (RM0433 2.1).
static bool reachable(BusMaster master, const Memory *memory) {
    bool dma = master == MASTER_DMA1 || master == MASTER_DMA2;
    if (dma && (memory->kind == MEMORY_ITCM || memory->kind == MEMORY_DTCM)) {
        return false;
    }
    return memory->accessible == NULL || memory->accessible(memory->context, master);
}

static bool private_to_the_core(BusMaster master, uint32_t address) {
    return (master == MASTER_DMA1 || master == MASTER_DMA2) && address >= UINT32_C(0xE0000000);
}

static bool well_formed(uint32_t address, unsigned size_bytes) {
    return (size_bytes == 1 || size_bytes == 2 || size_bytes == 4) && address % size_bytes == 0;
}

// ---- accesses ----

static BusResult read_memory(Bus *bus, const Memory *memory, BusMaster master, uint32_t address,
                             unsigned size_bytes, uint32_t *value) {
    if (!reachable(master, memory)) {
        return BUS_ERROR;
    }
    if (bus->trapped_count > 0 && memory->read != NULL && bus_page_trapped(bus, address)) {
        return memory->read(memory->context, master, address, size_bytes, value);
    }
    memcpy(value, memory->host + (address - memory->base), size_bytes); // the host is little-endian too
    return BUS_OK;
}

BusResult bus_read(Bus *bus, BusMaster master, uint32_t address, unsigned size_bytes, uint32_t *value) {
    *value = 0;
    if (!well_formed(address, size_bytes) || private_to_the_core(master, address)) {
        return BUS_ERROR;
    }
    const Memory *memory = find_memory_fast(bus, address, size_bytes);
    if (memory != NULL) {
        return read_memory(bus, memory, master, address, size_bytes, value);
    }
    const Device *device = find_device(bus, address, size_bytes);
    if (device == NULL) {
        return BUS_ERROR;
    }
    if (device->clocked != NULL && !device->clocked(device->context)) {
        return BUS_OK;
    }
    if (device->read == NULL) {
        return BUS_ERROR;
    }
    return device->read(device->context, master, address - device->base, size_bytes, value);
}

static BusResult write_memory(Bus *bus, const Memory *memory, BusMaster master, uint32_t address,
                              unsigned size_bytes, uint32_t value) {
    if (!reachable(master, memory)) {
        return BUS_ERROR;
    }
    if (memory->write != NULL) {
        return memory->write(memory->context, master, address, size_bytes, value);
    }
    if (memory->kind == MEMORY_FLASH || memory->kind == MEMORY_SYSTEM) {
        return BUS_ERROR;
    }
    memcpy(memory->host + (address - memory->base), &value, size_bytes);
    bus_memory_written(bus, address, size_bytes);
    return BUS_OK;
}

BusResult bus_write(Bus *bus, BusMaster master, uint32_t address, unsigned size_bytes, uint32_t value) {
    if (!well_formed(address, size_bytes) || private_to_the_core(master, address)) {
        return BUS_ERROR;
    }
    const Memory *memory = find_memory_fast(bus, address, size_bytes);
    if (memory != NULL) {
        return write_memory(bus, memory, master, address, size_bytes, value);
    }
    const Device *device = find_device(bus, address, size_bytes);
    if (device == NULL) {
        return BUS_ERROR;
    }
    if (device->clocked != NULL && !device->clocked(device->context)) {
        return BUS_OK;
    }
    if (device->write == NULL) {
        return BUS_ERROR;
    }
    return device->write(device->context, master, address - device->base, size_bytes, value);
}

// ---- what the core wants to know ----

void bus_each_memory(const Bus *bus, void (*visit)(void *context, const Memory *memory), void *context) {
    for (size_t i = 0; i < bus->memory_count; i++) {
        visit(context, &bus->memories[i]);
    }
}

void bus_memory_access_changed(Bus *bus, uint32_t base, bool accessible) {
    for (size_t i = 0; i < bus->memory_count; i++) {
        if (bus->memories[i].base == base) {
            if (bus->access_changed != NULL) {
                bus->access_changed(bus->access_context, &bus->memories[i], accessible);
            }
            return;
        }
    }
    programming_error("no memory", "access changed", base);
}

void bus_on_memory_access_changed(Bus *bus,
                                  void (*changed)(void *context, const Memory *memory, bool accessible),
                                  void *context) {
    bus->access_changed = changed;
    bus->access_context = context;
}

void bus_memory_written(Bus *bus, uint32_t address, uint32_t size_bytes) {
    if (bus->written == NULL) {
        return;
    }
    bus->written(bus->written_context, address, size_bytes);
    const Memory *memory = find_memory_fast(bus, address, 1);
    for (size_t i = 0; memory != NULL && i < bus->memory_count; i++) { // its other names
        const Memory *other = &bus->memories[i];
        if (other != memory && other->host == memory->host) {
            bus->written(bus->written_context, other->base + (address - memory->base), size_bytes);
        }
    }
}

void bus_on_memory_written(Bus *bus, void (*written)(void *context, uint32_t address, uint32_t size_bytes),
                           void *context) {
    bus->written = written;
    bus->written_context = context;
}

static size_t trapped_index(const Bus *bus, uint32_t page_address) {
    size_t index = 0;
    while (index < bus->trapped_count && bus->trapped_pages[index] != page_address) {
        index++;
    }
    return index;
}

bool bus_page_trapped(const Bus *bus, uint32_t address) {
    return trapped_index(bus, address & ~(BUS_TRAP_PAGE_BYTES - 1)) < bus->trapped_count;
}

void bus_trap_page(Bus *bus, uint32_t page_address, bool trapped) {
    page_address &= ~(BUS_TRAP_PAGE_BYTES - 1);
    size_t index = trapped_index(bus, page_address);
    if (trapped == (index < bus->trapped_count)) {
        return;
    }
    if (!trapped) {
        bus->trapped_pages[index] = bus->trapped_pages[--bus->trapped_count];
    } else if (bus->trapped_count == MAX_TRAPPED_PAGES) {
        programming_error("too many trapped pages", "flash", page_address);
    } else {
        bus->trapped_pages[bus->trapped_count++] = page_address;
    }
    if (bus->page_trapped != NULL) {
        bus->page_trapped(bus->page_trapped_context, page_address, trapped);
    }
}

void bus_on_page_trapped(Bus *bus, void (*changed)(void *context, uint32_t page_address, bool trapped),
                         void *context) {
    bus->page_trapped = changed;
    bus->page_trapped_context = context;
}
