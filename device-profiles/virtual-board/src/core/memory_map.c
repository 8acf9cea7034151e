// SPDX-License-Identifier: GPL-2.0-or-later
// What Unicorn sees as memory, and every access that it does not carry out itself: devices, flash writes,
// unmapped addresses.
#include "core/core_state.h"
#include "decode/instructions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Unmapped on this chip and executable in the default map; see abort_instruction().
#define NOWHERE UINT32_C(0x9FFFF000)
#define PRIVATE_PERIPHERAL_BUS UINT32_C(0xE0000000)
#define SOFTWARE_TRIGGER_INTERRUPT UINT32_C(0xE000EF00)

static const struct {
    uint32_t base;
    uint32_t size_bytes;
} device_spaces[] = {{UINT32_C(0x40000000), UINT32_C(0x20000000)},
                     {PRIVATE_PERIPHERAL_BUS, UINT32_C(0x00100000)}};

MappedMemory *mapped_memory(const Core *core, uint32_t address) {
    for (size_t i = 0; i < core->memory_count; i++) {
        const Memory *memory = &core->memories[i].memory;
        if (address - memory->base < memory->size_bytes) {
            return (MappedMemory *)&core->memories[i];
        }
    }
    return NULL;
}

const uint8_t *code_at(const Core *core, uint32_t address, uint32_t size_bytes) {
    const MappedMemory *mapped = mapped_memory(core, address);
    if (mapped == NULL || !mapped->accessible ||
        mapped->memory.size_bytes - (address - mapped->memory.base) < size_bytes) {
        return NULL;
    }
    return mapped->memory.host + (address - mapped->memory.base);
}

bool code_instruction(const Core *core, uint32_t address, Instruction *instruction) {
    const uint8_t *code = code_at(core, address, 4);
    if (code != NULL) {
        *instruction = instruction_at(code);
        return true;
    }
    code = code_at(core, address, 2); // the last halfword of a memory
    if (code == NULL || instruction_is_wide(code)) {
        return false;
    }
    *instruction = instruction_at(code);
    return true;
}

bool load_word(Core *core, uint32_t address, uint32_t *value) {
    return bus_read(core->config.bus, MASTER_CPU, address, 4, value) == BUS_OK;
}

bool store_word(Core *core, uint32_t address, uint32_t value) {
    return bus_write(core->config.bus, MASTER_CPU, address, 4, value) == BUS_OK;
}

// ---- leaving an instruction unfinished ----

// Unicorn 2.0.1 finishes the whole block after a failing store and has no way to fail a device access. Asking
// it to translate code where no memory is makes it jump out of the running block at once (as a failing load
// does), registers untouched.
void abort_instruction(Core *core, StopReason stop) {
    core->stop = stop;
    core->aborting = true;
    count_translation(core, NOWHERE, 0);
    uc_emu_stop(core->engine);
    uc_tb unused;
    // uc_ctl_request_cache(), whose macro shifts into the sign bit.
    uc_ctl(core->engine, UC_CTL(UC_CTL_TB_REQUEST_CACHE, 2, 3u), (uint64_t)NOWHERE, &unused);
    fprintf(stderr,
            "virtual board: this Unicorn does not leave a block in the middle (version 2.0.1 does)\n");
    abort();
}

void fault_instruction(Core *core, unsigned exception, uint32_t cfsr_bits, uint32_t address) {
    core->fault = (PendingFault){exception, cfsr_bits, address};
    abort_instruction(core, STOP_FAULT);
}

// ---- accesses that call back ----

void check_alignment(Core *core, uint32_t address) {
    bool trap = core->access_must_align || (core->ccr & CCR_UNALIGN_TRP) != 0 || mpu_is_device(core, address);
    if (core->access_unaligned && trap) {
        fault_instruction(core, EXCEPTION_USAGE_FAULT, CFSR_UNALIGNED, 0);
    }
}

static void check_access(Core *core, uint32_t address, bool write) {
    bool privileged = core_is_privileged(core);
    if (!privileged && address - PRIVATE_PERIPHERAL_BUS < UINT32_C(0x00100000) &&
        !(address == SOFTWARE_TRIGGER_INTERRUPT && (core->ccr & CCR_USERSETMPEND) != 0)) {
        fault_instruction(core, EXCEPTION_BUS_FAULT, CFSR_PRECISERR | CFSR_BFARVALID, address);
    }
    if (!mpu_allows(core, address, write ? ACCESS_WRITE : ACCESS_READ, privileged)) {
        fault_instruction(core, EXCEPTION_MEM_MANAGE, CFSR_DACCVIOL | CFSR_MMARVALID, address);
    }
}

static uint64_t on_device_read(Core *core, uint32_t address, unsigned size_bytes) {
    locate_access(core, address, size_bytes, false);
    check_alignment(core, address);
    check_access(core, address, false);
    uint32_t value;
    if (bus_read(core->config.bus, MASTER_CPU, address, size_bytes, &value) != BUS_OK) {
        fault_instruction(core, EXCEPTION_BUS_FAULT, CFSR_PRECISERR | CFSR_BFARVALID, address);
    }
    return value;
}

// What the store asked for comes before the next instruction. Of a store that does more than this write only
// a changed clock of a memory cannot wait for the end of the block: the instruction is carried out again, and
// what it writes to the clock registers then is what they hold.
static void leave_for_consequences(Core *core) {
    bool preempted = core->evaluate && core->access_ends_instruction && takeable_exception(core) != 0;
    if (core->stepping || !(preempted || core->accessibility_stale)) {
        return;
    }
    if (core->access_ends_instruction) {
        core->position++;
        core->position_it_state = it_advance(core->position_it_state);
    }
    abort_instruction(core, STOP_INTERRUPTED);
}

static void on_device_write(Core *core, uint32_t address, unsigned size_bytes, uint32_t value) {
    locate_access(core, address, size_bytes, true);
    check_alignment(core, address);
    check_access(core, address, true);
    if (bus_write(core->config.bus, MASTER_CPU, address, size_bytes, value) != BUS_OK) {
        fault_instruction(core, EXCEPTION_BUS_FAULT, CFSR_PRECISERR | CFSR_BFARVALID, address);
    }
    leave_for_consequences(core);
}

// A callback carries no base address, hence one context a mapping.
typedef struct DeviceSpace {
    Core *core;
    uint32_t base;
    struct DeviceSpace *next;
} DeviceSpace;

static uint64_t device_space_read(uc_engine *engine, uint64_t offset, unsigned size_bytes, void *context) {
    (void)engine;
    const DeviceSpace *space = context;
    return on_device_read(space->core, space->base + (uint32_t)offset, size_bytes);
}

static void device_space_write(uc_engine *engine, uint64_t offset, unsigned size_bytes, uint64_t value,
                               void *context) {
    (void)engine;
    const DeviceSpace *space = context;
    on_device_write(space->core, space->base + (uint32_t)offset, size_bytes, (uint32_t)value);
}

static void map_callbacks(Core *core, uint32_t base, uint32_t size_bytes) {
    DeviceSpace *space = calloc(1, sizeof *space);
    if (space == NULL) {
        abort();
    }
    *space = (DeviceSpace){core, base, core->device_spaces};
    core->device_spaces = space;
    uc_mmio_map(core->engine, base, size_bytes, device_space_read, space, device_space_write, space);
}

void free_device_spaces(Core *core) {
    while (core->device_spaces != NULL) {
        DeviceSpace *space = core->device_spaces;
        core->device_spaces = space->next;
        free(space);
    }
}

// Stores to flash memory, and to memory that the MPU makes read-only. Unicorn discards what is "handled"
// here.
static bool protected_write(Core *core, uint32_t address, unsigned size_bytes, uint64_t value) {
    if ((address & (size_bytes - 1u)) != 0) {
        return true; // Unicorn comes back for each byte
    }
    locate_access(core, address, size_bytes > 4 ? 4 : size_bytes, true);
    const MappedMemory *mapped = mapped_memory(core, address);
    if (mapped != NULL && !mapped->accessible) {
        fault_instruction(core, EXCEPTION_BUS_FAULT, CFSR_PRECISERR | CFSR_BFARVALID, address);
    }
    check_access(core, address, true);
    unsigned step = size_bytes > 4 ? 4 : size_bytes;
    for (unsigned done = 0; done < size_bytes; done += step) {
        uint32_t part = (uint32_t)(value >> (8 * done));
        if (bus_write(core->config.bus, MASTER_CPU, address + done, step, part) != BUS_OK) {
            fault_instruction(core, EXCEPTION_BUS_FAULT, CFSR_PRECISERR | CFSR_BFARVALID, address + done);
        }
    }
    return true;
}

static void protected_read(Core *core, uint32_t address, unsigned size_bytes) {
    locate_access(core, address, size_bytes > 4 ? 4 : size_bytes, false);
    const MappedMemory *mapped = mapped_memory(core, address);
    if (mapped != NULL && mapped->accessible) {
        check_access(core, address, false); // does not return when the MPU is the reason
    }
    fault_instruction(core, EXCEPTION_BUS_FAULT, CFSR_PRECISERR | CFSR_BFARVALID, address);
}

static bool refuse_fetch(Core *core, unsigned exception, uint32_t cfsr_bits, uint32_t address) {
    if (!core->aborting) {
        core->stop = STOP_FETCH;
        core->fault = (PendingFault){exception, cfsr_bits, address};
    }
    return false;
}

static bool protected_fetch(Core *core, uint32_t address) {
    if (core->aborting) {
        return false;
    }
    if (!mpu_allows(core, address, ACCESS_FETCH, core_is_privileged(core))) {
        return refuse_fetch(core, EXCEPTION_MEM_MANAGE, CFSR_IACCVIOL, address); // also where nothing answers
    }
    const MappedMemory *mapped = mapped_memory(core, address);
    if (mapped == NULL || !mapped->accessible) {
        return refuse_fetch(core, EXCEPTION_BUS_FAULT, CFSR_IBUSERR, address);
    }
    uint32_t halfword;
    if (bus_read(core->config.bus, MASTER_CPU, address & ~1u, 2, &halfword) != BUS_OK) {
        return refuse_fetch(core, EXCEPTION_BUS_FAULT, CFSR_IBUSERR, address);
    }
    return true;
}

static bool on_invalid_access(uc_engine *engine, uc_mem_type type, uint64_t address64, int size,
                              int64_t value, void *context) {
    (void)engine;
    Core *core = context;
    uint32_t address = (uint32_t)address64;
    unsigned size_bytes = (unsigned)size;
    switch (type) {
    case UC_MEM_FETCH_UNMAPPED:
    case UC_MEM_FETCH_PROT:
        return protected_fetch(core, address);
    case UC_MEM_WRITE_PROT:
        return protected_write(core, address, size_bytes, (uint64_t)value);
    case UC_MEM_WRITE_UNMAPPED:
        locate_access(core, address, size_bytes > 4 ? 4 : size_bytes, true);
        check_access(core, address, true);
        fault_instruction(core, EXCEPTION_BUS_FAULT, CFSR_PRECISERR | CFSR_BFARVALID, address);
        return false;
    default:
        protected_read(core, address, size_bytes);
        return false;
    }
}

// ---- protection ----

static uint8_t page_rights(const Core *core, const MappedMemory *mapped, uint32_t page) {
    if (!mapped->accessible) {
        return 0;
    }
    if (mapped->memory.read != NULL && bus_page_trapped(core->config.bus, page)) {
        return PAGE_CHECKED;
    }
    bool constant = mapped->memory.kind == MEMORY_FLASH || mapped->memory.kind == MEMORY_SYSTEM;
    unsigned rights = PAGE_READ | PAGE_EXECUTE | (constant ? 0 : PAGE_WRITE);
    if (mpu_enabled(core)) {
        if (mpu_page_is_mixed(core, page)) {
            return PAGE_CHECKED;
        }
        bool privileged = core_is_privileged(core);
        rights &= (mpu_allows(core, page, ACCESS_READ, privileged) ? PAGE_READ : 0) |
                  (mpu_allows(core, page, ACCESS_WRITE, privileged) ? PAGE_WRITE : 0) |
                  (mpu_allows(core, page, ACCESS_FETCH, privileged) ? PAGE_EXECUTE : 0);
    }
    return (uint8_t)rights;
}

static uint32_t unicorn_rights(uint8_t rights) {
    return ((rights & PAGE_READ) != 0 ? UC_PROT_READ : 0u) |
           ((rights & PAGE_WRITE) != 0 ? UC_PROT_WRITE : 0u) |
           ((rights & PAGE_EXECUTE) != 0 ? UC_PROT_EXEC : 0u);
}

static void apply_rights(Core *core, const MappedMemory *mapped, uint32_t base, uint32_t size_bytes,
                         uint8_t rights, bool was_checked) {
    if ((rights & PAGE_CHECKED) != 0) {
        uc_mem_unmap(core->engine, base, size_bytes);
        map_callbacks(core, base, size_bytes);
    } else if (was_checked) {
        uc_mem_unmap(core->engine, base, size_bytes);
        uc_mem_map_ptr(core->engine, base, size_bytes, unicorn_rights(rights),
                       mapped->memory.host + (base - mapped->memory.base));
    } else {
        uc_mem_protect(core->engine, base, size_bytes, unicorn_rights(rights));
    }
}

// Pages that change from one kind to the same other kind are changed together.
static void protect_memory(Core *core, MappedMemory *mapped) {
    uint32_t count = mapped->memory.size_bytes / PAGE_BYTES;
    uint32_t first = 0;
    uint8_t wanted_first = 0;
    uint8_t had_first = 0;
    for (uint32_t page = 0; page <= count; page++) {
        uint8_t had = page < count ? mapped->pages[page] : 0;
        uint8_t wanted =
            page < count ? page_rights(core, mapped, mapped->memory.base + page * PAGE_BYTES) : 0;
        if (page > 0 && (page == count || wanted != wanted_first || had != had_first)) {
            if (wanted_first != had_first) {
                apply_rights(core, mapped, mapped->memory.base + first * PAGE_BYTES,
                             (page - first) * PAGE_BYTES, wanted_first, (had_first & PAGE_CHECKED) != 0);
                memset(mapped->pages + first, wanted_first, page - first);
            }
            first = page;
        }
        if (page == first) {
            wanted_first = wanted;
            had_first = had;
        }
    }
}

void memory_protection_changed(Core *core) {
    core->protection_stale = true;
    request_attention(core);
}

void memory_view_changed(Core *core) {
    if (core->mpu_control != 0 && (core_is_privileged(core) != core->applied_privilege ||
                                   mpu_enabled(core) != core->applied_mpu_enabled)) {
        memory_protection_changed(core);
    }
}

static bool rights_differ(const Core *core, const MappedMemory *mapped) {
    for (uint32_t page = 0; page < mapped->memory.size_bytes / PAGE_BYTES; page++) {
        if (page_rights(core, mapped, mapped->memory.base + page * PAGE_BYTES) != mapped->pages[page]) {
            return true;
        }
    }
    return false;
}

void apply_memory_protection(Core *core) {
    core->protection_stale = false;
    core->accessibility_stale = false;
    core->applied_privilege = core_is_privileged(core);
    core->applied_mpu_enabled = mpu_enabled(core);
    bool changed = false;
    for (size_t i = 0; i < core->memory_count; i++) {
        if (rights_differ(core, &core->memories[i])) {
            if (!changed) {
                drop_all_translations(core);
            }
            changed = true;
            protect_memory(core, &core->memories[i]);
        }
    }
    if (changed) { // uc_mem_protect leaves cached address translations behind; mapping anything drops them
        uc_mem_map(core->engine, NOWHERE - PAGE_BYTES * 4, PAGE_BYTES * 4, UC_PROT_NONE);
        uc_mem_unmap(core->engine, NOWHERE - PAGE_BYTES * 4, PAGE_BYTES * 4);
    }
}

// ---- stale translations ----

static bool code_page(const Core *core, uint32_t page) {
    return (core->code_pages[page / 8] >> (page % 8) & 1) != 0;
}

void mark_code(Core *core, uint32_t address, uint32_t size_bytes) {
    uint32_t last = (address + size_bytes - 1) / PAGE_BYTES;
    for (uint32_t page = address / PAGE_BYTES; page <= last; page++) {
        core->code_pages[page / 8] |= (uint8_t)(1u << (page % 8));
    }
}

void drop_translations(Core *core, uint32_t address, uint32_t size_bytes) {
    if (size_bytes == 0) {
        return;
    }
    uint32_t last = (address + (size_bytes - 1)) / PAGE_BYTES;
    for (uint32_t page = address / PAGE_BYTES; page <= last; page++) {
        if (code_page(core, page)) {
            core->code_pages[page / 8] &= (uint8_t) ~(1u << (page % 8));
            uint64_t start = (uint64_t)page * PAGE_BYTES;
            uc_ctl_remove_cache(core->engine, start, start + PAGE_BYTES);
            for (uint32_t offset = 0; offset < PAGE_BYTES; offset += 2) {
                blocks_forget(&core->blocks, (uint32_t)start + offset);
            }
        }
    }
}

void drop_all_translations(Core *core) {
    for (size_t i = 0; i < core->memory_count; i++) {
        drop_translations(core, core->memories[i].memory.base, core->memories[i].memory.size_bytes);
    }
}

static void on_memory_written(void *context, uint32_t address, uint32_t size_bytes) {
    complete_partial_store(context, address);
    drop_translations(context, address, size_bytes);
}

static void on_access_changed(void *context, const Memory *memory, bool accessible) {
    Core *core = context;
    MappedMemory *mapped = mapped_memory(core, memory->base);
    if (mapped != NULL && mapped->accessible != accessible) {
        mapped->accessible = accessible;
        core->accessibility_stale = true;
        memory_protection_changed(core);
    }
}

static void on_page_trapped(void *context, uint32_t page_address, bool trapped) {
    (void)page_address;
    (void)trapped;
    memory_protection_changed(context);
}

// ---- mapping ----

static void map_memory(void *context, const Memory *memory) {
    Core *core = context;
    MappedMemory *mapped = &core->memories[core->memory_count++];
    mapped->memory = *memory;
    mapped->accessible = memory->accessible == NULL || memory->accessible(memory->context, MASTER_CPU);
    mapped->pages = calloc(memory->size_bytes / PAGE_BYTES, 1);
    if (mapped->pages == NULL) {
        abort();
    }
    uc_err error = uc_mem_map_ptr(core->engine, memory->base, memory->size_bytes, UC_PROT_NONE, memory->host);
    if (error != UC_ERR_OK) {
        fprintf(stderr, "virtual board: cannot map %s at 0x%08x: %s\n", memory->name, (unsigned)memory->base,
                uc_strerror(error));
        core->mapping_failed = true;
    }
}

bool map_memories(Core *core) {
    core->code_pages = calloc((UINT64_C(1) << 32) / PAGE_BYTES / 8, 1);
    if (core->code_pages == NULL) {
        abort();
    }
    bus_each_memory(core->config.bus, map_memory, core);
    for (size_t i = 0; i < sizeof device_spaces / sizeof *device_spaces; i++) {
        map_callbacks(core, device_spaces[i].base, device_spaces[i].size_bytes);
    }
    uc_hook hook;
    union {
        bool (*function)(uc_engine *, uc_mem_type, uint64_t, int, int64_t, void *);
        void *pointer;
    } callback = {.function = on_invalid_access};
    uc_hook_add(core->engine, &hook, UC_HOOK_MEM_INVALID, callback.pointer, core, (uint64_t)1, (uint64_t)0);
    bus_on_memory_written(core->config.bus, on_memory_written, core);
    bus_on_memory_access_changed(core->config.bus, on_access_changed, core);
    bus_on_page_trapped(core->config.bus, on_page_trapped, core);
    core->protection_stale = true;
    return !core->mapping_failed;
}

void unmap_memories(Core *core) {
    bus_on_memory_written(core->config.bus, NULL, NULL);
    bus_on_memory_access_changed(core->config.bus, NULL, NULL);
    bus_on_page_trapped(core->config.bus, NULL, NULL);
    for (size_t i = 0; i < core->memory_count; i++) {
        free(core->memories[i].pages);
    }
    free(core->code_pages);
    free_device_spaces(core);
}
