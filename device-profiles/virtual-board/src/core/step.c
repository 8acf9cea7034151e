// SPDX-License-Identifier: GPL-2.0-or-later
// One instruction at a time: for the debugger, after a watched access, and up to a floating-point instruction
// while the FPU is off.
#include "core/core_state.h"
#include "decode/instructions.h"

static void set_exits(Core *core, const uint32_t *addresses, size_t count) {
    uint64_t exits[MAX_BREAKPOINTS + 1];
    for (size_t i = 0; i < count; i++) {
        exits[i] = addresses[i];
    }
    uc_ctl_set_exits(core->engine, exits, count);
}

// Translations end at exits, so those that do not know of one, or still do, must go; an exit's own has no
// length.
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

void step_instruction(Core *core) {
    if (core->protection_stale) {
        apply_memory_protection(core);
    }
    Instruction instruction;
    uint32_t start = core->pc;
    uint32_t next = start + (code_instruction(core, start, &instruction) ? instruction.size_bytes : 2);
    drop_around(core, start);
    drop_around(core, next);
    set_exits(core, &next, 1);
    core->stepping = true;
    core->step_started = false;
    core->step_address = start;
    core->limit_cycles = 0;
    core->fpu_checked = core->fpu_step;
    run_engine(core);
    handle_stop(core);
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

static bool condition_passes(uint32_t xpsr, unsigned condition) {
    bool n = (xpsr >> 31 & 1u) != 0;
    bool z = (xpsr >> 30 & 1u) != 0;
    bool c = (xpsr >> 29 & 1u) != 0;
    bool v = (xpsr >> 28 & 1u) != 0;
    bool results[] = {z, c, n, v, c && !z, n == v, n == v && !z, true};
    bool result = results[condition >> 1];
    return (condition & 1u) != 0 && condition != 15 ? !result : result;
}

// One instruction of a block with floating-point instructions; raises NOCP at the first that is carried out
// with the FPU off.
static void step_before_fpu(Core *core) {
    Instruction instruction;
    uint32_t xpsr = engine_register(core, UC_ARM_REG_XPSR);
    unsigned it_state = it_state_of(xpsr);
    bool executed = (it_state & 0xFu) == 0 || condition_passes(xpsr, it_state >> 4);
    if (executed && code_instruction(core, core->pc, &instruction) &&
        instruction_is_floating_point(instruction)) {
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

void handle_trap(Core *core) {
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
