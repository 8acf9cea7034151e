// SPDX-License-Identifier: GPL-2.0-or-later
// What Unicorn calls before each basic block: counts, and stops when something is due, so that everything
// asynchronous happens at the first block boundary at or after its moment, wherever the host's slices end.
#include "core/core_state.h"
#include <stdio.h>

enum {
    INTERRUPT_SVC = 2,
    INTERRUPT_PREFETCH_ABORT = 3,
    INTERRUPT_DATA_ABORT = 4,
    INTERRUPT_BKPT = 7,
    INTERRUPT_EXCEPTION_RETURN = 8
};

static int64_t cycles_into_run(void *context) {
    Core *core = context;
    if (!core->running) {
        return 0;
    }
    cycles_of_accesses(core);
    return (int64_t)(core->done_cycles +
                     (core->block_instructions != 0 ? cycles_of_part(core, core->position) : 0));
}

void request_attention(Core *core) {
    core->evaluate = true;
    core->limit_cycles = 0;
}

static void on_timeline_changed(void *context) {
    Core *core = context;
    core->limit_cycles = 0;
    systick_clock_changed(core);
}

static void stop_before(Core *core, uint32_t address) {
    core->stop = STOP_BOUNDARY;
    core->pc = address;
    uc_emu_stop(core->engine);
}

// `limit_cycles` is reached or was set to 0: is there a reason to stop?
static bool must_stop(Core *core) {
    if (core->masks_stale) {
        core->masks_stale = false;
        refresh_masks(core);
        memory_view_changed(core); // MSR CONTROL may have changed the privilege
    }
    if (core->evaluate) {
        core->evaluate = false;
        if (takeable_exception(core) != 0) {
            return true;
        }
    }
    if (core->stop_requested || core->halt_requested || core->reset_requested || core->protection_stale ||
        core->access_hook_stale || translations_are_full(core)) {
        return true;
    }
    if (core->slice_blocks != 0 && --core->slice_left == 0) {
        return true;
    }
    uint64_t event = timeline_cycles_to_next_event(core->config.timeline);
    uint64_t deadline = timeline_cycles_until(core->config.timeline, core->deadline);
    uint64_t limit = event < deadline ? event : deadline;
    core->limit_cycles = core->slice_blocks != 0 ? 0 : limit;
    return core->done_cycles >= limit;
}

// Blocks with one of core->trap_flags. False: the block does not run now.
static bool enter_special_block(Core *core, const Block *block) {
    if ((block->flags & BLOCK_SPECIAL) != 0) {
        core->masks_stale = true;
        request_attention(core);
    }
    if ((block->flags & BLOCK_SEV) != 0) {
        core->event_register = true;
    }
    bool fpu = (block->flags & core->trap_flags & BLOCK_FPU) != 0;
    bool divide = (block->flags & core->trap_flags & BLOCK_DIVIDE) != 0;
    if (fpu && !core->fpu_checked) {
        core->trap = TRAP_FPU;
    } else if (divide && !divisions_are_watched(core, block)) {
        core->trap = TRAP_DIVIDE;
    } else {
        core->block_it_state = divide ? it_state_of(engine_register(core, UC_ARM_REG_XPSR)) : 0;
        return true;
    }
    core->trapped_block = *block;
    stop_before(core, block->address);
    return false;
}

static void on_block(uc_engine *engine, uint64_t address64, uint32_t size_bytes, void *context) {
    (void)engine;
    Core *core = context;
    uint32_t address = (uint32_t)address64;
    core->done_cycles += core->block_cycles;
    core->instructions += core->block_instructions;
    core->block_cycles = 0;
    core->block_instructions = 0;
    cycles_of_accesses(core);
    profile_block(core);
    if (__builtin_expect(core->done_cycles >= core->limit_cycles, 0)) {
        if (core->stop != STOP_NONE) {
            return; // stopping already
        }
        if (core->stepping ? address != core->step_address || core->step_started : must_stop(core)) {
            stop_before(core, address);
            return;
        }
        core->step_started = true;
    }
    Block *block = &core->blocks.entries[block_index(address)];
    if (__builtin_expect(block->key != address || block->size_bytes != size_bytes, 0)) {
        if (core->time.previous == block) {
            core->time.previous = NULL; // its entry is taken
        }
        mark_code(core, address, size_bytes);
        block = blocks_describe(&core->blocks, address, size_bytes, code_at(core, address, size_bytes));
    }
    if (__builtin_expect((block->flags & core->trap_flags) != 0, 0) && !enter_special_block(core, block)) {
        return;
    }
    core->block = block;
    if (core->time.model) {
        cycles_enter_block(core, block);
    } else {
        core->block_cycles = block->instructions;
    }
    core->block_instructions = block->instructions;
    core->position = 0;
    core->next_access = 0;
}

// Unicorn translated the block anew: its code may be another.
static void on_translated(uc_engine *engine, uc_tb *now, uc_tb *before, void *context) {
    (void)engine;
    (void)before;
    Core *core = context;
    count_translation(core, (uint32_t)now->pc, now->size);
    blocks_forget(&core->blocks, (uint32_t)now->pc);
}

// The access of an instruction that must be aligned was not: Unicorn has the PC and ITSTATE of it.
static void on_unaligned_access(Core *core) {
    uint32_t address = engine_register(core, UC_ARM_REG_R15) & ~1u;
    core->stop = STOP_FAULT;
    core->fault = (PendingFault){EXCEPTION_USAGE_FAULT, CFSR_UNALIGNED, 0};
    core->position_it_state = it_state_of(engine_register(core, UC_ARM_REG_XPSR));
    if (core->block != NULL) {
        set_position(core, address);
    }
}

static void on_interrupt(uc_engine *engine, uint32_t number, void *context) {
    Core *core = context;
    switch (number) {
    case INTERRUPT_SVC:
        core->stop = STOP_SVC;
        break;
    case INTERRUPT_BKPT:
        core->stop = STOP_BREAKPOINT_INSTRUCTION;
        break;
    case INTERRUPT_EXCEPTION_RETURN:
        core->stop = STOP_EXCEPTION_RETURN;
        break;
    case INTERRUPT_DATA_ABORT:
        on_unaligned_access(core);
        break;
    case INTERRUPT_PREFETCH_ABORT:
        core->stop = STOP_FETCH;
        core->fault = (PendingFault){EXCEPTION_MEM_MANAGE, CFSR_IACCVIOL, 0};
        break;
    default:
        fprintf(stderr, "virtual board: Unicorn raised exception %u at 0x%08x\n", (unsigned)number,
                (unsigned)engine_register(core, UC_ARM_REG_R15));
        core->stop = STOP_INVALID;
        break;
    }
    uc_emu_stop(engine);
}

static bool on_invalid_instruction(uc_engine *engine, void *context) {
    (void)engine;
    Core *core = context;
    if (core->stop == STOP_NONE) {
        core->stop = STOP_INVALID;
    }
    return true;
}

static void add_hook(Core *core, int type, void (*function)(void)) {
    uc_hook hook;
    union {
        void (*function)(void);
        void *pointer;
    } callback = {.function = function};
    uc_hook_add(core->engine, &hook, type, callback.pointer, core, (uint64_t)1, (uint64_t)0);
}

void install_hooks(Core *core) {
    add_hook(core, UC_HOOK_BLOCK, (void (*)(void))on_block);
    add_hook(core, UC_HOOK_EDGE_GENERATED, (void (*)(void))on_translated);
    add_hook(core, UC_HOOK_INTR, (void (*)(void))on_interrupt);
    add_hook(core, UC_HOOK_INSN_INVALID, (void (*)(void))on_invalid_instruction);
    uc_ctl_exits_enable(core->engine);
    timeline_set_fine_clock(core->config.timeline, cycles_into_run, core);
    timeline_on_change(core->config.timeline, on_timeline_changed, core);
}
