// SPDX-License-Identifier: GPL-2.0-or-later
// Which instruction of the running block makes the access that Unicorn calls back for. Its registers are
// those that the instruction sees, but its PC is that of the block's first instruction. Where the library
// does not tell more (see engine_access.h) it is taken to be the first load or store after the last one seen
// whose address comes out as the accessed one. A candidate is passed over when the block itself loads its
// base register with a constant that rules it out and has not done so yet, as in two accesses with "ldr r0,
// =DEVICE" between them.
#include "core/core_state.h"
#include "decode/instructions.h"

typedef struct Walk {
    Core *core;
    uint32_t values[16];
    uint32_t known; // bit n: values[n] was read
} Walk;

static uint32_t walk_register(Walk *walk, unsigned number, uint32_t instruction_address) {
    if (number == 15) {
        return (instruction_address + 4) & ~3u;
    }
    if ((walk->known & (1u << number)) == 0) {
        static const int ids[] = {UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3,
                                  UC_ARM_REG_R4,  UC_ARM_REG_R5,  UC_ARM_REG_R6,  UC_ARM_REG_R7,
                                  UC_ARM_REG_R8,  UC_ARM_REG_R9,  UC_ARM_REG_R10, UC_ARM_REG_R11,
                                  UC_ARM_REG_R12, UC_ARM_REG_R13, UC_ARM_REG_R14};
        walk->values[number] = engine_register(walk->core, ids[number]);
        walk->known |= 1u << number;
    }
    return walk->values[number];
}

static uint32_t effective_address(Walk *walk, const MemoryAccess *access, uint32_t instruction_address) {
    uint32_t address = walk_register(walk, access->base, instruction_address) + (uint32_t)access->offset;
    if (access->has_index) {
        address += walk_register(walk, access->index, instruction_address) << access->index_shift;
    }
    return address;
}

static bool covers(Walk *walk, const MemoryAccess *access, uint32_t instruction_address, uint32_t address,
                   unsigned size_bytes) {
    uint32_t start = effective_address(walk, access, instruction_address);
    // Unaligned accesses to devices arrive as the aligned words around them.
    uint32_t first = start & ~(size_bytes - 1u);
    return address - first < access->bytes + (start - first);
}

// A constant that this instruction loads into a register: LDR (literal), both encodings.
static bool loads_constant(const Core *core, const Block *block, uint32_t offset, Instruction instruction,
                           unsigned *target, uint32_t *constant) {
    MemoryAccess access;
    if (!instruction_access(instruction, &access) || access.base != 15 || access.write || access.bytes != 4) {
        return false;
    }
    *target = instruction.size_bytes == 2 ? (instruction.bits >> 8) & 7u : (instruction.bits >> 12) & 15u;
    uint32_t literal = ((block->address + offset + 4) & ~3u) + (uint32_t)access.offset;
    const uint8_t *bytes = code_at(core, literal, 4);
    if (bytes == NULL) {
        return false;
    }
    *constant =
        (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return true;
}

// True when an instruction after `offset` reloads the candidate's base with the very value it has now: the
// candidate would have used another value, so it has gone by already and the access is a later one's.
static bool base_is_set_later(const Core *core, const Block *block, uint32_t offset,
                              const MemoryAccess *candidate, uint32_t base_value) {
    while (offset < block->size_bytes) {
        Instruction instruction = instruction_at(block->code + offset);
        unsigned target;
        uint32_t constant;
        if (loads_constant(core, block, offset, instruction, &target, &constant) &&
            target == candidate->base) {
            return constant == base_value;
        }
        offset += instruction.size_bytes;
    }
    return false;
}

// The constant that the block loaded into the base before `end`, so that the candidate's address is certain.
static bool base_was_set_before(const Core *core, const Block *block, uint32_t end, unsigned base) {
    bool set = false;
    for (uint32_t offset = 0; offset < end;) {
        Instruction instruction = instruction_at(block->code + offset);
        unsigned target;
        uint32_t constant;
        set = set || (loads_constant(core, block, offset, instruction, &target, &constant) && target == base);
        offset += instruction.size_bytes;
    }
    return set;
}

// What the access at `position` is like; `start` is the address that the instruction forms.
static void describe_access(Core *core, const MemoryAccess *access, uint32_t start, uint32_t address,
                            unsigned size_bytes) {
    core->access_unaligned = (start & (access->element_bytes - 1u)) != 0;
    core->access_must_align = access->must_be_aligned;
    core->access_ends_instruction = access->write && !access->writes_back && access->bytes == size_bytes;
    core->next_access = core->position + 1;
    core->next_address = access->bytes > size_bytes ? address + size_bytes : UINT32_MAX;
}

static bool locate_exactly(Core *core, uint32_t address, unsigned size_bytes) {
    uint32_t instruction_address;
    if (!engine_locate_access(core->engine_cpu, &instruction_address, &core->position_it_state) ||
        !set_position(core, instruction_address)) {
        return false;
    }
    Walk walk = {.core = core};
    MemoryAccess access;
    const uint8_t *code = core->block->code + (instruction_address - core->block->address);
    // Not so for the second word of an LDRD that has loaded its base register with the first.
    if (instruction_access(instruction_at(code), &access) &&
        covers(&walk, &access, instruction_address, address, size_bytes)) {
        describe_access(core, &access, effective_address(&walk, &access, instruction_address), address,
                        size_bytes);
    }
    return true;
}

static void locate_by_address(Core *core, uint32_t address, unsigned size_bytes, bool write) {
    const Block *block = core->block;
    Walk walk = {.core = core};
    uint32_t offset = 0;
    for (uint32_t index = 0; index < block->instructions; index++) {
        Instruction instruction = instruction_at(block->code + offset);
        MemoryAccess access;
        bool continues = index + 1 == core->next_access && address == core->next_address;
        if ((index >= core->next_access || continues) && instruction_access(instruction, &access) &&
            access.write == write && covers(&walk, &access, block->address + offset, address, size_bytes) &&
            (continues || base_was_set_before(core, block, offset, access.base) ||
             !base_is_set_later(core, block, offset + instruction.size_bytes, &access,
                                walk.values[access.base]))) {
            core->position = index;
            describe_access(core, &access, effective_address(&walk, &access, block->address + offset),
                            address, size_bytes);
            break;
        }
        offset += instruction.size_bytes;
    }
    unsigned it_state = it_state_of(engine_register(core, UC_ARM_REG_XPSR)); // of the block's start
    core->position_it_state = it_state_at_position(core, it_state);
}

void locate_access(Core *core, uint32_t address, unsigned size_bytes, bool write) {
    if (core->block == NULL || core->block->code == NULL) {
        core->position_it_state = it_state_of(engine_register(core, UC_ARM_REG_XPSR));
        return;
    }
    core->access_unaligned = false;
    core->access_ends_instruction = false;
    if (!locate_exactly(core, address, size_bytes)) {
        locate_by_address(core, address, size_bytes, write);
    }
}

bool set_position(Core *core, uint32_t address) {
    const Block *block = core->block;
    uint32_t offset = 0;
    for (uint32_t index = 0; block->code != NULL && index < block->instructions; index++) {
        if (block->address + offset == address) {
            core->position = index;
            return true;
        }
        offset += instruction_at(block->code + offset).size_bytes;
    }
    return false;
}

unsigned it_state_at_position(const Core *core, unsigned it_state) {
    const Block *block = core->block;
    uint32_t offset = 0;
    for (uint32_t index = 0; block->code != NULL && index < core->position; index++) {
        Instruction instruction = instruction_at(block->code + offset);
        unsigned opened = instruction_it_state(instruction);
        it_state = opened != 0 ? opened : it_advance(it_state);
        offset += instruction.size_bytes;
    }
    return it_state;
}

uint32_t position_address(const Core *core) {
    const Block *block = core->block;
    uint32_t offset = 0;
    if (block->code != NULL) {
        for (uint32_t index = 0; index < core->position; index++) {
            offset += instruction_at(block->code + offset).size_bytes;
        }
    }
    return block->address + offset;
}
