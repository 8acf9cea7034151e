// SPDX-License-Identifier: GPL-2.0-or-later
// The run loop. Unicorn executes basic blocks; the block hook counts them and stops before a block when something is due: an event,
// the deadline, an exception. So everything asynchronous happens at the first block boundary at or after its moment, wherever the
// host's slices end.
#include "core/core_state.h"
#include "core/instructions.h"
#include <stdio.h>
#include <stdlib.h>

enum { INTERRUPT_SVC = 2, INTERRUPT_PREFETCH_ABORT = 3, INTERRUPT_BKPT = 7, INTERRUPT_EXCEPTION_RETURN = 8 };

// ---- accounting ----

static void complete_block(Core *core) {
    core->done_cycles += core->block_cycles;
    core->instructions += core->block_instructions;
    core->block_cycles = 0;
    core->block_instructions = 0;
}

// The block ends before the instruction at `position`.
static void complete_part(Core *core) {
    core->done_cycles += core->position;
    core->instructions += core->position;
    core->block_cycles = 0;
    core->block_instructions = 0;
}

static int64_t cycles_into_run(void *context) {
    const Core *core = context;
    if (!core->running) {
        return 0;
    }
    return (int64_t)(core->done_cycles + (core->block_cycles != 0 ? core->position : 0));
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

// ---- the block hook ----

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
        if (core->mpu_control != 0) {
            core->protection_stale = true; // MSR CONTROL may have changed the privilege
        }
    }
    if (core->evaluate) {
        core->evaluate = false;
        if (takeable_exception(core) != 0) {
            return true;
        }
    }
    if (core->stop_requested || core->halt_requested || core->reset_requested || core->protection_stale ||
        core->access_hook_stale) {
        return true;
    }
    if (core->slice_blocks != 0 && --core->slice_left == 0) {
        return true;
    }
    uint64_t event = timeline_cycles_to_next_event(core->config.timeline);
    uint64_t limit = event < core->deadline_cycles ? event : core->deadline_cycles;
    core->limit_cycles = core->slice_blocks != 0 ? 0 : limit;
    return core->done_cycles >= limit;
}

static bool divisions_are_watched(const Core *core, const Block *block);

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
    const Block *block = &core->blocks.entries[block_index(address)];
    if (__builtin_expect(block->address != address || block->size_bytes != size_bytes, 0)) {
        mark_code(core, address, size_bytes);
        block = blocks_describe(&core->blocks, address, size_bytes, code_at(core, address));
    }
    if (__builtin_expect((block->flags & core->trap_flags) != 0, 0) && !enter_special_block(core, block)) {
        return;
    }
    core->block = block;
    core->block_cycles = block->cycles;
    core->block_instructions = block->instructions;
    core->position = 0;
    core->next_access = 0;
}

// Unicorn translated the block anew: its code may be another.
static void on_translated(uc_engine *engine, uc_tb *now, uc_tb *before, void *context) {
    (void)engine;
    (void)before;
    Core *core = context;
    blocks_forget(&core->blocks, (uint32_t)now->pc);
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

// DIV_0_TRP: called before each division of the program while the trap is on.
static void on_division(uc_engine *engine, uint64_t address, uint32_t size_bytes, void *context) {
    (void)engine;
    (void)size_bytes;
    Core *core = context;
    const uint8_t *code = code_at(core, (uint32_t)address);
    unsigned divisor;
    if ((core->ccr & CCR_DIV_0_TRP) == 0 || code == NULL || core->block == NULL ||
        !instruction_is_divide(instruction_at(code), &divisor) ||
        engine_register(core, divisor == 13   ? UC_ARM_REG_R13
                              : divisor == 14 ? UC_ARM_REG_R14
                                              : UC_ARM_REG_R0 + (int)divisor) != 0) {
        return;
    }
    uint32_t offset = 0;
    for (core->position = 0; core->block->address + offset < (uint32_t)address; core->position++) {
        offset += instruction_at(core->block->code + offset).size_bytes;
    }
    fault_instruction(core, EXCEPTION_USAGE_FAULT, CFSR_DIVBYZERO, 0);
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

// ---- division by zero ----

static bool division_is_watched(const Core *core, uint32_t address) {
    for (size_t i = 0; i < core->watched_division_count; i++) {
        if (core->watched_divisions[i] == address) {
            return true;
        }
    }
    return false;
}

static bool divisions_are_watched(const Core *core, const Block *block) {
    unsigned divisor;
    for (uint32_t offset = 0; block->code != NULL && offset < block->size_bytes;) {
        Instruction instruction = instruction_at(block->code + offset);
        if (instruction_is_divide(instruction, &divisor) && !division_is_watched(core, block->address + offset)) {
            return false;
        }
        offset += instruction.size_bytes;
    }
    return true;
}

static void watch_division(Core *core, uint32_t address) {
    if (core->watched_division_count == MAX_WATCHED_DIVISIONS || division_is_watched(core, address)) {
        return;
    }
    core->watched_divisions[core->watched_division_count++] = address;
    uc_hook hook;
    union {
        void (*function)(uc_engine *, uint64_t, uint32_t, void *);
        void *pointer;
    } callback = {.function = on_division};
    uc_hook_add(core->engine, &hook, UC_HOOK_CODE, callback.pointer, core, (uint64_t)address, (uint64_t)address);
}

static void watch_divisions(Core *core, const Block *block) {
    unsigned divisor;
    for (uint32_t offset = 0; offset < block->size_bytes;) {
        Instruction instruction = instruction_at(block->code + offset);
        if (instruction_is_divide(instruction, &divisor)) {
            watch_division(core, block->address + offset);
        }
        offset += instruction.size_bytes;
    }
    drop_translations(core, block->address, block->size_bytes);
    if (core->watched_division_count == MAX_WATCHED_DIVISIONS) {
        core->trap_flags &= ~BLOCK_DIVIDE;
    }
}

// ---- one run of Unicorn ----

static void set_exits(Core *core, const uint32_t *addresses, size_t count) {
    uint64_t exits[MAX_BREAKPOINTS + 1];
    for (size_t i = 0; i < count; i++) {
        exits[i] = addresses[i];
    }
    uc_ctl_set_exits(core->engine, exits, count);
}

// Translations end at exits, so those that do not know of one, or still do, must go; an exit's own has no length.
static void drop_around(Core *core, uint32_t address) {
    uc_ctl_remove_cache(core->engine, (uint64_t)(address == 0 ? 0 : address - 1), (uint64_t)address + 2);
}

void apply_breakpoints(Core *core) {
    for (size_t i = 0; i < core->exit_count; i++) {
        drop_around(core, core->exits[i]);
    }
    core->exit_count = core->breakpoint_count;
    for (size_t i = 0; i < core->breakpoint_count; i++) {
        core->exits[i] = core->breakpoints[i];
        drop_around(core, core->exits[i]);
    }
    set_exits(core, core->exits, core->exit_count);
}

static uint32_t last_instruction_offset(const Block *block, Instruction *last) {
    uint32_t offset = 0;
    *last = instruction_at(block->code);
    while (offset + last->size_bytes < block->size_bytes) {
        offset += last->size_bytes;
        *last = instruction_at(block->code + offset);
    }
    return offset;
}

static void run_engine(Core *core) {
    core->stop = STOP_NONE;
    core->aborting = false;
    core->block = NULL;
    core->block_cycles = 0;
    core->block_instructions = 0;
    core->done_cycles = 0;
    core->running = true;
    uint32_t thumb = (engine_register(core, UC_ARM_REG_XPSR) & XPSR_T) != 0;
    uc_err error = uc_emu_start(core->engine, core->pc | thumb, 0, 0, 0);
    core->running = false;
    core->stops++;
    if (error != UC_ERR_OK && core->stop == STOP_NONE) {
        fprintf(stderr, "virtual board: Unicorn stopped at 0x%08x: %s\n", (unsigned)core->pc, uc_strerror(error));
        core->locked_up = true;
    }
}

// ITSTATE at the instruction at `position`: Unicorn holds that of the block's start.
static void restore_it_state(Core *core) {
    const Block *block = core->block;
    uint32_t xpsr = engine_register(core, UC_ARM_REG_XPSR);
    unsigned it_state = (xpsr >> 25 & 3u) | (xpsr >> 8 & 0xFCu);
    uint32_t offset = 0;
    for (uint32_t index = 0; block->code != NULL && index < core->position; index++) {
        Instruction instruction = instruction_at(block->code + offset);
        unsigned opened = instruction_it_state(instruction);
        it_state = opened != 0 ? opened : it_advance(it_state);
        offset += instruction.size_bytes;
    }
    uint32_t bits = (it_state & 3u) << 25 | (it_state & 0xFCu) << 8;
    set_engine_register(core, UC_ARM_REG_XPSR, (xpsr & ~XPSR_IT) | bits);
}

static void finish_run(Core *core) { timeline_advance_cycles(core->config.timeline, core->done_cycles); }

// ---- what a stop means ----

static void on_stop_in_block(Core *core, uint32_t *address) {
    if (core->block == NULL) {
        *address = core->pc;
        return;
    }
    restore_it_state(core);
    *address = position_address(core);
    complete_part(core);
}

static void go_to_sleep(Core *core, bool for_event) {
    if (for_event && core->event_register) {
        core->event_register = false;
    } else if (for_event || !pending_wakes(core)) {
        core->sleeping = true;
        core->sleeping_for_event = for_event;
    }
}

static void handle_return_by_itself(Core *core) {
    const Block *block = core->block;
    uint32_t pc = engine_register(core, UC_ARM_REG_R15);
    complete_block(core);
    finish_run(core);
    core->pc = pc & ~1u;
    if (block != NULL && block->code != NULL && pc == block->address + block->size_bytes) {
        Instruction last;
        last_instruction_offset(block, &last);
        if (instruction_hint(last) == HINT_WFI) {
            go_to_sleep(core, false);
            return;
        }
    }
    for (size_t i = 0; i < core->breakpoint_count && !core->stepping; i++) {
        if (core->breakpoints[i] == core->pc) {
            enter_halt(core, DFSR_BKPT);
            return;
        }
    }
}

static bool coprocessor_instruction(Instruction instruction) {
    return instruction.size_bytes == 4 && (instruction.bits & 0xEC000000u) == 0xEC000000u &&
           (instruction.bits >> 8 & 0xFu) != 10 && (instruction.bits >> 8 & 0xFu) != 11;
}

static void handle_invalid(Core *core) {
    const Block *block = core->block;
    bool thumb = (engine_register(core, UC_ARM_REG_XPSR) & XPSR_T) != 0;
    if (block == NULL || block->code == NULL || !thumb) {
        core->pc = block == NULL ? core->pc : block->address;
        core->position = 0;
        complete_part(core);
        finish_run(core);
        uint32_t cause = thumb ? CFSR_UNDEFINSTR : CFSR_INVSTATE;
        raise_fault(core, &(PendingFault){EXCEPTION_USAGE_FAULT, cause, 0}, core->pc);
        return;
    }
    Instruction last;
    uint32_t offset = last_instruction_offset(block, &last);
    Hint hint = instruction_hint(last);
    if (hint == HINT_YIELD || hint == HINT_WFE) {
        core->pc = block->address + block->size_bytes;
        complete_block(core);
        finish_run(core);
        if (hint == HINT_WFE) {
            go_to_sleep(core, true);
        }
        return;
    }
    core->position = block->instructions - 1u;
    core->pc = block->address + offset;
    complete_part(core);
    finish_run(core);
    uint32_t cause = coprocessor_instruction(last) ? CFSR_NOCP : CFSR_UNDEFINSTR;
    raise_fault(core, &(PendingFault){EXCEPTION_USAGE_FAULT, cause, 0}, core->pc);
}

static void handle_breakpoint_instruction(Core *core) {
    Instruction last;
    core->pc = core->block->address + last_instruction_offset(core->block, &last);
    core->position = core->block->instructions - 1u;
    complete_part(core);
    finish_run(core);
    if (core->config.halting_debug_enabled != NULL && core->config.halting_debug_enabled(core->config.context)) {
        enter_halt(core, DFSR_BKPT);
    } else {
        core->dfsr |= DFSR_BKPT;
        raise_fault(core, &(PendingFault){EXCEPTION_HARD_FAULT, 0, 0}, core->pc);
    }
}

static void handle_fetch_fault(Core *core) {
    uint32_t pc = engine_register(core, UC_ARM_REG_R15) & ~1u;
    complete_block(core);
    finish_run(core);
    core->pc = pc;
    raise_fault(core, &core->fault, pc);
}

static void handle_exception_return(Core *core) {
    uint32_t exc_return = engine_register(core, UC_ARM_REG_R15) | (engine_register(core, UC_ARM_REG_XPSR) & XPSR_T ? 1u : 0);
    complete_block(core);
    finish_run(core);
    return_from_exception(core, exc_return);
}

static void handle_watchpoint(Core *core) {
    uint32_t address;
    on_stop_in_block(core, &address);
    finish_run(core);
    core->pc = address;
    step_instruction(core);
    if (!core->halted) {
        enter_halt(core, DFSR_DWTTRAP);
    } else {
        core->dfsr |= DFSR_DWTTRAP;
    }
}

static void handle_stop(Core *core) {
    uint32_t address;
    switch (core->stop) {
    case STOP_NONE:
        handle_return_by_itself(core);
        break;
    case STOP_BOUNDARY:
        finish_run(core);
        break;
    case STOP_FAULT:
        on_stop_in_block(core, &address);
        finish_run(core);
        core->pc = address;
        raise_fault(core, &core->fault, address);
        break;
    case STOP_PREEMPTED:
        on_stop_in_block(core, &address);
        finish_run(core);
        core->pc = address;
        break;
    case STOP_FETCH:
        handle_fetch_fault(core);
        break;
    case STOP_SVC:
        core->pc = core->block->address + core->block->size_bytes;
        complete_block(core);
        finish_run(core);
        raise_svcall(core, core->pc);
        break;
    case STOP_BREAKPOINT_INSTRUCTION:
        handle_breakpoint_instruction(core);
        break;
    case STOP_EXCEPTION_RETURN:
        handle_exception_return(core);
        break;
    case STOP_INVALID:
        handle_invalid(core);
        break;
    case STOP_WATCHPOINT:
        handle_watchpoint(core);
        break;
    }
}

// ---- one instruction ----

void step_instruction(Core *core) {
    const uint8_t *code = code_at(core, core->pc);
    uint32_t start = core->pc;
    uint32_t next = start + (code == NULL ? 2 : instruction_at(code).size_bytes);
    drop_around(core, start);
    drop_around(core, next);
    set_exits(core, &next, 1);
    core->stepping = true;
    core->step_started = false;
    core->step_address = start;
    core->limit_cycles = 0;
    core->fpu_checked = core->fpu_step;
    run_engine(core);
    if (core->stop != STOP_BOUNDARY || core->trap == TRAP_NONE) {
        handle_stop(core);
    } else {
        finish_run(core);
    }
    core->fpu_checked = false;
    core->stepping = false;
    set_exits(core, core->exits, core->exit_count);
    drop_around(core, start);
    drop_around(core, next);
    request_attention(core);
    if (core->masks_stale) {
        core->masks_stale = false;
        refresh_masks(core);
    }
}

// ---- floating point while it is off, or with a FPDSCR to load ----

static bool condition_passes(uint32_t xpsr, unsigned condition) {
    bool n = (xpsr >> 31 & 1u) != 0;
    bool z = (xpsr >> 30 & 1u) != 0;
    bool c = (xpsr >> 29 & 1u) != 0;
    bool v = (xpsr >> 28 & 1u) != 0;
    bool results[] = {z, c, n, v, c && !z, n == v, n == v && !z, true};
    bool result = results[condition >> 1];
    return (condition & 1u) != 0 && condition != 15 ? !result : result;
}

// One instruction of a block with floating-point instructions; raises NOCP at the first that is carried out with the FPU off.
static void step_before_fpu(Core *core) {
    const uint8_t *code = code_at(core, core->pc);
    uint32_t xpsr = engine_register(core, UC_ARM_REG_XPSR);
    unsigned it_state = (xpsr >> 25 & 3u) | (xpsr >> 8 & 0xFCu);
    bool executed = (it_state & 0xFu) == 0 || condition_passes(xpsr, it_state >> 4);
    if (code != NULL && instruction_is_floating_point(instruction_at(code)) && executed) {
        unsigned access = core->cpacr >> 20 & 3u;
        if (access == 0 || (access == 1 && !core_is_privileged(core))) {
            raise_fault(core, &(PendingFault){EXCEPTION_USAGE_FAULT, CFSR_NOCP, 0}, core->pc);
            return;
        }
        uint32_t control = engine_register(core, UC_ARM_REG_CONTROL);
        if ((control & CONTROL_FPCA) == 0 && core->fpdscr != 0) { // a new context starts from FPDSCR (B1.5.7)
            SpecialRegisters special;
            read_special_registers(core, &special);
            special.control |= CONTROL_FPCA;
            write_special_registers(core, &special);
            set_engine_register(core, UC_ARM_REG_FPSCR, core->fpdscr);
        }
    }
    core->fpu_step = true;
    step_instruction(core);
    core->fpu_step = false;
}

static void handle_trap(Core *core);

void step_as_needed(Core *core) {
    if ((core->trap_flags & BLOCK_FPU) != 0) {
        step_before_fpu(core);
    } else {
        step_instruction(core);
    }
    if (core->trap == TRAP_DIVIDE) { // once more, with the division looked at
        handle_trap(core);
        step_instruction(core);
    }
}

static void handle_trap(Core *core) {
    BlockTrap trap = core->trap;
    core->trap = TRAP_NONE;
    if (trap == TRAP_DIVIDE) {
        watch_divisions(core, &core->trapped_block);
        return;
    }
    uint32_t end = core->trapped_block.address + core->trapped_block.size_bytes;
    uint32_t before;
    do { // straight on to the end of the block, or wherever an exception or a branch leads
        before = core->pc;
        step_before_fpu(core);
    } while (core->pc > before && core->pc < end && !core->halted && !core->locked_up);
}

// ---- the loop ----

void enter_halt(Core *core, uint32_t dfsr_bit) {
    core->halted = true;
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
}

static void run_once(Core *core, Picoseconds deadline) {
    apply_changes(core);
    unsigned exception = takeable_exception(core);
    if (exception != 0) {
        take_exception(core, exception, core->pc);
        return;
    }
    uint64_t event = timeline_cycles_to_next_event(core->config.timeline);
    core->deadline_cycles = timeline_cycles_until(core->config.timeline, deadline);
    core->limit_cycles = event < core->deadline_cycles ? event : core->deadline_cycles;
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
