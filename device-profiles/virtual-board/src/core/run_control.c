// SPDX-License-Identifier: GPL-2.0-or-later
// Halt, resume, step, breakpoints and watchpoints for the debug unit.
#include "core/core_state.h"
#include <string.h>

void core_halt(Core *core) {
    if (core->halted) {
        return;
    }
    if (core->running) {
        core->halt_requested = true;
        request_attention(core);
        return;
    }
    enter_halt(core, DFSR_HALTED);
}

void core_resume(Core *core) {
    core->halted = false;
    systick_freeze(core, false);
    core->halt_requested = false;
}

bool core_is_halted(const Core *core) { return core->halted; }

void core_step(Core *core, bool mask_interrupts) {
    core->halted = false;
    systick_freeze(core, false);
    core->sleeping = false;
    timeline_fire_due(core->config.timeline);
    limit_translations(core);
    unsigned exception = mask_interrupts ? 0 : takeable_exception(core);
    if (core->locked_up) {
        core->pc = UINT32_C(0xFFFFFFFE);
    } else if (exception != 0) {
        take_exception(core, exception, core->pc);
    } else {
        step_as_needed(core);
    }
    if (!core->halted) {
        enter_halt(core, DFSR_HALTED);
    }
}

void core_set_breakpoints(Core *core, const uint32_t *addresses, size_t count) {
    core->breakpoint_count = count < MAX_BREAKPOINTS ? count : MAX_BREAKPOINTS;
    for (size_t i = 0; i < core->breakpoint_count; i++) {
        core->breakpoints[i] = addresses[i] & ~1u;
    }
    apply_breakpoints(core);
}

// ---- accesses that are looked at: watchpoints, alignment, partial stores ----

void core_set_watchpoints(Core *core, const Watchpoint *watchpoints, size_t count) {
    core->watchpoint_count = count < MAX_WATCHPOINTS ? count : MAX_WATCHPOINTS;
    if (count > 0) {
        memcpy(core->watchpoints, watchpoints, core->watchpoint_count * sizeof *watchpoints);
    }
    update_access_hook(core);
}

static bool watched(const Core *core, uint32_t address, unsigned size_bytes, bool write) {
    for (size_t i = 0; i < core->watchpoint_count; i++) {
        const Watchpoint *watchpoint = &core->watchpoints[i];
        if ((watchpoint->kind & (write ? 2u : 1u)) != 0 &&
            (uint64_t)address < (uint64_t)watchpoint->address + watchpoint->size_bytes &&
            (uint64_t)watchpoint->address < (uint64_t)address + size_bytes) {
            return true;
        }
    }
    return false;
}

static void on_access(uc_engine *engine, uc_mem_type type, uint64_t address64, int size, int64_t value,
                      void *context) {
    (void)engine;
    (void)value;
    Core *core = context;
    uint32_t address = (uint32_t)address64;
    unsigned size_bytes = (unsigned)size;
    bool write = type == UC_MEM_WRITE;
    if (!core->stepping && watched(core, address, size_bytes, write)) {
        locate_access(core, address, size_bytes, write);
        abort_instruction(core, STOP_WATCHPOINT);
    }
    if ((address & (size_bytes - 1u)) != 0) {
        locate_access(core, address, size_bytes, write);
        check_alignment(core, address);
    }
    if (partial_stores_wanted(core)) {
        follow_partial_stores(core, address, size_bytes, write);
    }
}

void update_access_hook(Core *core) {
    bool wanted =
        core->watchpoint_count > 0 || (core->ccr & CCR_UNALIGN_TRP) != 0 || partial_stores_wanted(core);
    if (wanted != core->access_hook_wanted) {
        core->access_hook_wanted = wanted;
        core->access_hook_stale = true;
        request_attention(core);
    }
}

void apply_access_hook(Core *core) {
    core->access_hook_stale = false;
    if (core->access_hook != 0 && !core->access_hook_wanted) {
        uc_hook_del(core->engine, core->access_hook);
        core->access_hook = 0;
    } else if (core->access_hook == 0 && core->access_hook_wanted) {
        union {
            void (*function)(uc_engine *, uc_mem_type, uint64_t, int, int64_t, void *);
            void *pointer;
        } callback = {.function = on_access};
        uc_hook_add(core->engine, &core->access_hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, callback.pointer,
                    core, (uint64_t)1, (uint64_t)0);
    }
    drop_all_translations(core);
}
