// SPDX-License-Identifier: GPL-2.0-or-later
// CCR.DIV_0_TRP. Unicorn divides by zero without a word, so each division that a block contains gets a hook
// of its own before the block runs with the trap on for the first time.
#include "core/core_state.h"
#include "core/instructions.h"

// DIV_0_TRP: called before each division of the program while the trap is on.
static void on_division(uc_engine *engine, uint64_t address, uint32_t size_bytes, void *context) {
    (void)engine;
    (void)size_bytes;
    Core *core = context;
    Instruction instruction;
    unsigned divisor;
    if ((core->ccr & CCR_DIV_0_TRP) == 0 || core->block == NULL ||
        !code_instruction(core, (uint32_t)address, &instruction) ||
        !instruction_is_divide(instruction, &divisor) ||
        engine_register(core, divisor == 13   ? UC_ARM_REG_R13
                              : divisor == 14 ? UC_ARM_REG_R14
                                              : UC_ARM_REG_R0 + (int)divisor) != 0) {
        return;
    }
    set_position(core, (uint32_t)address);
    core->position_it_state = it_state_at_position(core, core->block_it_state);
    fault_instruction(core, EXCEPTION_USAGE_FAULT, CFSR_DIVBYZERO, 0);
}

static bool division_is_watched(const Core *core, uint32_t address) {
    for (size_t i = 0; i < core->watched_division_count; i++) {
        if (core->watched_divisions[i] == address) {
            return true;
        }
    }
    return false;
}

bool divisions_are_watched(const Core *core, const Block *block) {
    unsigned divisor;
    for (uint32_t offset = 0; block->code != NULL && offset < block->size_bytes;) {
        Instruction instruction = instruction_at(block->code + offset);
        if (instruction_is_divide(instruction, &divisor) &&
            !division_is_watched(core, block->address + offset)) {
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
    uc_hook_add(core->engine, &hook, UC_HOOK_CODE, callback.pointer, core, (uint64_t)address,
                (uint64_t)address);
}

void watch_divisions(Core *core, const Block *block) {
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
