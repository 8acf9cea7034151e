// SPDX-License-Identifier: GPL-2.0-or-later
// What it means that Unicorn stopped: accounts for the block, brings core->pc up to date, takes the
// exception.
#include "core/core_state.h"
#include "decode/instructions.h"

static void complete_block(Core *core) {
    core->done_cycles += core->block_cycles;
    cycles_of_accesses(core);
    core->instructions += core->block_instructions;
    core->block_cycles = 0;
    core->block_instructions = 0;
    profile_block(core);
}

// The block ends before the instruction at `position`.
static void complete_part(Core *core) {
    core->done_cycles += cycles_of_part(core, core->position);
    cycles_of_accesses(core);
    core->instructions += core->position;
    core->block_cycles = 0;
    core->block_instructions = 0;
    profile_block(core);
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

static void restore_it_state(Core *core) {
    unsigned it_state = core->position_it_state;
    uint32_t xpsr = engine_register(core, UC_ARM_REG_XPSR);
    uint32_t bits = (it_state & 3u) << 25 | (it_state & 0xFCu) << 8;
    set_engine_register(core, UC_ARM_REG_XPSR, (xpsr & ~XPSR_IT) | bits);
}

static void finish_run(Core *core) { timeline_advance_cycles(core->config.timeline, core->done_cycles); }

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
    if (core->config.halting_debug_enabled != NULL &&
        core->config.halting_debug_enabled(core->config.context)) {
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
    uint32_t exc_return =
        engine_register(core, UC_ARM_REG_R15) | (engine_register(core, UC_ARM_REG_XPSR) & XPSR_T ? 1u : 0);
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

void handle_stop(Core *core) {
    uint32_t address;
    if (core->stop != STOP_BOUNDARY) {
        core->time.previous = NULL; // what comes next does not follow in the pipeline
    }
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
    case STOP_INTERRUPTED:
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
