// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/core_state.h"
#include <stdlib.h>
#include <string.h>

#define SYSTEM_CONTROL_SPACE UINT32_C(0xE000E000)

Core *core_new(const CoreConfig *config) {
    Core *core = calloc(1, sizeof *core);
    if (core == NULL) {
        abort();
    }
    core->config = *config;
    core->engine = core_open_engine();
    if (core->engine == NULL || !map_memories(core)) {
        core_free(core);
        return NULL;
    }
    blocks_new(&core->blocks);
    cycles_new(core);
    install_hooks(core);
    systick_new(core);
    scb_reset(core);
    update_trap_flags(core);
    return core;
}

void core_free(Core *core) {
    if (core == NULL) {
        return;
    }
    timeline_cancel(core->config.timeline, &core->systick.zero);
    timeline_set_fine_clock(core->config.timeline, NULL, NULL);
    timeline_on_change(core->config.timeline, NULL, NULL);
    if (core->engine != NULL) {
        uc_close(core->engine);
    }
    unmap_memories(core);
    blocks_free(&core->blocks);
    cycles_free(core);
    free(core);
}

// ---- reset (B1.5.5) ----

static void clear_registers(Core *core) {
    for (int i = 0; i < 13; i++) {
        set_engine_register(core, UC_ARM_REG_R0 + i, 0);
    }
    for (int i = 0; i < 32; i++) {
        set_engine_register(core, UC_ARM_REG_S0 + i, 0);
    }
    set_engine_register(core, UC_ARM_REG_FPSCR, 0);
}

void core_reset(Core *core, uint32_t vector_table, bool halt) {
    lose_partial_stores(core);
    cycles_reset(core);
    core->locked_up = false;
    core->sleeping = false;
    core->event_register = false;
    core->reset_requested = false;
    core->halt_requested = false;
    core->masks_stale = false;
    core->trap = TRAP_NONE;
    core->divisions_unwatched = false;
    nvic_reset(core);
    scb_reset(core);
    systick_reset(core);
    mpu_reset(core);
    update_trap_flags(core);
    memory_protection_changed(core);
    core->vtor = vector_table;
    uint32_t sp = 0;
    uint32_t entry = 0;
    bool vectors_read = load_word(core, vector_table, &sp) && load_word(core, vector_table + 4, &entry);
    clear_registers(core);
    SpecialRegisters special = {.msp = sp & ~3u, .xpsr = (entry & 1u) != 0 ? XPSR_T : 0};
    write_special_registers(core, &special);
    set_engine_register(core, UC_ARM_REG_R14, UINT32_MAX);
    core->pc = entry & ~1u;
    core->halted = false;
    systick_freeze(core, false);
    if (!vectors_read) {
        core->hfsr |= HFSR_VECTTBL;
        core->locked_up = true;
    }
    if (halt) {
        enter_halt(core, DFSR_VCATCH);
    }
}

// ---- system control space ----

static uint32_t read_word(Core *core, uint32_t offset) {
    if (offset >= 0x10 && offset < 0x20) {
        return systick_read(core, offset);
    }
    return offset >= 0x100 && offset < 0x500 ? nvic_read(core, offset) : scb_read(core, offset);
}

static BusResult scs_read(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                          uint32_t *value) {
    (void)master;
    *value = narrow_read(read_word(context, offset & ~3u), offset, size_bytes);
    return BUS_OK;
}

static BusResult scs_write(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                           uint32_t value) {
    (void)master;
    Core *core = context;
    if (offset >= 0x10 && offset < 0x20) {
        systick_write(core, offset, value);
    } else if (offset >= 0x100 && offset < 0x500) {
        nvic_write(core, offset, size_bytes, value);
    } else {
        scb_write(core, offset, size_bytes, value);
    }
    return BUS_OK;
}

// The debug unit's registers lie in the middle.
static BusResult scs_upper_read(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t *value) {
    return scs_read(context, master, offset + 0xE00, size_bytes, value);
}

static BusResult scs_upper_write(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                 uint32_t value) {
    return scs_write(context, master, offset + 0xE00, size_bytes, value);
}

void core_attach_system_control_space(Core *core) {
    bus_attach_device(core->config.bus, &(Device){.name = "system control space",
                                                  .base = SYSTEM_CONTROL_SPACE,
                                                  .size_bytes = 0xDF0,
                                                  .context = core,
                                                  .read = scs_read,
                                                  .write = scs_write});
    bus_attach_device(core->config.bus, &(Device){.name = "system control space, upper part",
                                                  .base = SYSTEM_CONTROL_SPACE + 0xE00,
                                                  .size_bytes = 0x200,
                                                  .context = core,
                                                  .read = scs_upper_read,
                                                  .write = scs_upper_write});
}

// ---- small things ----

void core_stop(Core *core) {
    core->stop_requested = true;
    request_attention(core);
}

uint64_t core_instructions(const Core *core) {
    return core->instructions + (core->running && core->block_instructions != 0 ? core->position : 0);
}

uint32_t core_dfsr(const Core *core) { return core->dfsr; }

void core_set_dfsr_bits(Core *core, uint32_t bits) { core->dfsr |= bits; }

void core_set_slice_blocks(Core *core, unsigned blocks) { core->slice_blocks = blocks; }
