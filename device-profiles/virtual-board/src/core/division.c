// SPDX-License-Identifier: GPL-2.0-or-later
// CCR.DIV_0_TRP. Unicorn divides by zero without a word, so each division that a block contains gets a hook
// of its own before the block runs with the trap on for the first time.
#include "core/core_state.h"
#include "decode/instructions.h"

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
        if (core->watched_divisions[i].address == address) {
            return true;
        }
    }
    return false;
}

bool divisions_are_watched(const Core *core, const Block *block) {
    unsigned divisor;
    if (core->divisions_unwatched) {
        return true;
    }
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

// Makes room: of the divisions that are watched, those whose code is gone need it no longer.
static void forget_overwritten_divisions(Core *core) {
    size_t kept = 0;
    for (size_t i = 0; i < core->watched_division_count; i++) {
        WatchedDivision *watched = &core->watched_divisions[i];
        Instruction instruction;
        unsigned divisor;
        if (code_instruction(core, watched->address, &instruction) &&
            instruction_is_divide(instruction, &divisor)) {
            core->watched_divisions[kept++] = *watched;
        } else {
            uc_hook_del(core->engine, watched->hook);
        }
    }
    core->watched_division_count = kept;
}

static void watch_division(Core *core, uint32_t address) {
    if (core->divisions_unwatched || division_is_watched(core, address)) {
        return;
    }
    if (core->watched_division_count == MAX_WATCHED_DIVISIONS) {
        forget_overwritten_divisions(core);
    }
    if (core->watched_division_count == MAX_WATCHED_DIVISIONS) {
        core->divisions_unwatched = true;
        if (core->config.lint != NULL) {
            core->config.lint(core->config.context, "division",
                              "more than 1024 divisions run with CCR.DIV_0_TRP: the others do not trap here");
        }
        return;
    }
    WatchedDivision *watched = &core->watched_divisions[core->watched_division_count++];
    watched->address = address;
    union {
        void (*function)(uc_engine *, uint64_t, uint32_t, void *);
        void *pointer;
    } callback = {.function = on_division};
    uc_hook_add(core->engine, &watched->hook, UC_HOOK_CODE, callback.pointer, core, (uint64_t)address,
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
}
