// SPDX-License-Identifier: GPL-2.0-or-later
// The run loop: events, exceptions, sleep, and in between Unicorn up to the next of them.
#include "core/core_state.h"
#include <stdio.h>

void run_engine(Core *core) {
    core->stop = STOP_NONE;
    core->aborting = false;
    core->block = NULL;
    core->block_cycles = 0;
    core->block_instructions = 0;
    core->done_cycles = 0;
    core->time.base_cycles = timeline_cycles(core->config.timeline);
    core->running = true;
    engine_access_begin(&core->engine_cpu, core->time.model ? core->time.trace : NULL);
    uint32_t thumb = (engine_register(core, UC_ARM_REG_XPSR) & XPSR_T) != 0;
    uc_err error = uc_emu_start(core->engine, core->pc | thumb, 0, 0, 0);
    core->running = false;
    core->stops++;
    if (error != UC_ERR_OK && core->stop == STOP_NONE) {
        fprintf(stderr, "virtual board: Unicorn stopped at 0x%08x: %s\n", (unsigned)core->pc,
                uc_strerror(error));
        core->locked_up = true;
    }
}

void enter_halt(Core *core, uint32_t dfsr_bit) {
    core->halted = true;
    systick_freeze(core, true);
    core->halt_requested = false;
    core->dfsr |= dfsr_bit;
    if (core->config.debug_event != NULL) {
        core->config.debug_event(core->config.context, dfsr_bit);
    }
}

CoreState core_state(const Core *core) {
    if (core->reset_requested) {
        return CORE_RESET_REQUESTED;
    }
    if (core->halted) {
        return CORE_HALTED;
    }
    if (core->locked_up) {
        return CORE_LOCKED_UP;
    }
    return core->sleeping && !core_wakes(core) ? CORE_SLEEPS : CORE_RAN;
}

bool core_wakes(const Core *core) {
    return core->sleeping && (pending_wakes(core) || (core->sleeping_for_event && core->event_register));
}

static void wake(Core *core) {
    core->sleeping = false;
    if (core->sleeping_for_event) {
        core->event_register = false;
    }
}

// Between two runs of Unicorn: what could not be changed inside.
static void apply_changes(Core *core) {
    if (core->protection_stale) {
        apply_memory_protection(core);
    }
    if (core->access_hook_stale) {
        apply_access_hook(core);
    }
    limit_translations(core);
}

static void run_once(Core *core, Picoseconds deadline) {
    apply_changes(core);
    unsigned exception = takeable_exception(core);
    if (exception != 0) {
        take_exception(core, exception, core->pc);
        return;
    }
    uint64_t event = timeline_cycles_to_next_event(core->config.timeline);
    core->deadline = deadline;
    uint64_t last = timeline_cycles_until(core->config.timeline, deadline);
    core->limit_cycles = event < last ? event : last;
    core->evaluate = false;
    if (core->slice_blocks != 0) {
        core->limit_cycles = 0;
        core->slice_left = core->slice_blocks + 1; // the first hook is the block that was stopped before
    }
    run_engine(core);
    handle_stop(core);
    if (core->trap != TRAP_NONE) {
        handle_trap(core);
    }
}

CoreState core_run(Core *core, Picoseconds deadline) {
    core->stop_requested = false;
    for (;;) {
        if (core->halt_requested) {
            enter_halt(core, DFSR_HALTED);
        }
        timeline_fire_due(core->config.timeline);
        CoreState state = core_state(core);
        if (state != CORE_RAN || core->stop_requested || timeline_now(core->config.timeline) >= deadline) {
            return state;
        }
        if (core->halt_requested) {
            continue;
        }
        if (core->sleeping) {
            wake(core);
        }
        run_once(core, deadline);
    }
}
