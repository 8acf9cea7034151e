// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/instructions.h"
#include <string.h>

static uint32_t field(uint32_t bits, unsigned high, unsigned low) {
    return (bits >> low) & ((2u << (high - low)) - 1u);
}

bool instruction_is_wide(const uint8_t *code) {
    uint16_t first;
    memcpy(&first, code, sizeof first);
    return first >= 0xE800;
}

Instruction instruction_at(const uint8_t *code) {
    uint16_t first;
    memcpy(&first, code, sizeof first);
    if (!instruction_is_wide(code)) {
        return (Instruction){first, 2};
    }
    uint16_t second;
    memcpy(&second, code + 2, sizeof second);
    return (Instruction){(uint32_t)first << 16 | second, 4};
}

bool instruction_is_floating_point(Instruction instruction) {
    uint32_t bits = instruction.bits;
    if (instruction.size_bytes != 4) {
        return false;
    }
    // Coprocessor space 111x 11xx, coprocessors 10 and 11 (A6.4 to A6.7).
    return (bits & 0xEC000000u) == 0xEC000000u && (field(bits, 11, 8) == 10 || field(bits, 11, 8) == 11);
}

bool instruction_is_divide(Instruction instruction, unsigned *divisor_register) {
    if (instruction.size_bytes != 4 || (instruction.bits & 0xFFD000F0u) != 0xFB9000F0u) {
        return false;
    }
    *divisor_register = field(instruction.bits, 3, 0);
    return true;
}

bool instruction_writes_masks(Instruction instruction) {
    if (instruction.size_bytes == 2) {
        return (instruction.bits & 0xFFE8u) == 0xB660u; // CPSIE, CPSID
    }
    return (instruction.bits & 0xFFE0D000u) == 0xF3808000u; // MSR
}

unsigned instruction_it_state(Instruction instruction) {
    bool is_it = instruction.size_bytes == 2 && (instruction.bits & 0xFF00u) == 0xBF00u;
    return is_it && (instruction.bits & 0xFu) != 0 ? instruction.bits & 0xFFu : 0;
}

Hint instruction_hint(Instruction instruction) {
    uint32_t number;
    if (instruction.size_bytes == 2) {
        if ((instruction.bits & 0xFF0Fu) != 0xBF00u) {
            return HINT_NONE;
        }
        number = field(instruction.bits, 7, 4);
    } else {
        if ((instruction.bits & 0xFFFFFF00u) != 0xF3AF8000u) {
            return HINT_NONE;
        }
        number = field(instruction.bits, 7, 0);
    }
    static const Hint hints[] = {HINT_NOP, HINT_YIELD, HINT_WFE, HINT_WFI, HINT_SEV};
    return number < sizeof hints / sizeof *hints ? hints[number] : HINT_NOP;
}

// ---- loads and stores ----

static unsigned count_bits(uint32_t bits) { return (unsigned)__builtin_popcount(bits); }

static void single(MemoryAccess *access, bool write, unsigned base, unsigned bytes, int32_t offset) {
    *access = (MemoryAccess){
        .write = write, .base = base, .offset = offset, .bytes = bytes, .element_bytes = bytes};
}

static void multiple(MemoryAccess *access, bool write, unsigned base, unsigned words, bool descending) {
    *access = (MemoryAccess){.write = write,
                             .base = base,
                             .offset = descending ? -(int32_t)(4 * words) : 0,
                             .bytes = 4 * words,
                             .element_bytes = 4,
                             .writes_back = true,
                             .must_be_aligned = true};
}

static bool register_offset16(uint32_t bits, MemoryAccess *access) {
    static const uint8_t bytes[] = {4, 2, 1, 1, 4, 2, 1, 2};
    unsigned operation = field(bits, 11, 9);
    single(access, operation < 3, field(bits, 5, 3), bytes[operation], 0);
    access->has_index = true;
    access->index = field(bits, 8, 6);
    return true;
}

static bool access16(uint32_t bits, MemoryAccess *access) {
    bool load = (bits & 0x0800u) != 0;
    int32_t immediate5 = (int32_t)field(bits, 10, 6);
    unsigned base = field(bits, 5, 3);
    switch (bits >> 12) {
    case 4:
        if (!load) {
            return false;
        }
        single(access, false, 15, 4, (int32_t)field(bits, 7, 0) * 4);
        return true;
    case 5:
        return register_offset16(bits, access);
    case 6:
        single(access, !load, base, 4, immediate5 * 4);
        return true;
    case 7:
        single(access, !load, base, 1, immediate5);
        return true;
    case 8:
        single(access, !load, base, 2, immediate5 * 2);
        return true;
    case 9:
        single(access, !load, 13, 4, (int32_t)field(bits, 7, 0) * 4);
        return true;
    case 0xB:
        if ((bits & 0x0600u) != 0x0400u) {
            return false;
        }
        multiple(access, !load, 13, count_bits(bits & 0x1FFu), !load);
        return true;
    case 0xC:
        multiple(access, !load, field(bits, 10, 8), count_bits(bits & 0xFFu), false);
        return true;
    default:
        return false;
    }
}

// LDRD, STRD, LDREX, STREX and their narrow forms; TBB and TBH.
static bool dual_or_exclusive(uint32_t bits, MemoryAccess *access) {
    bool load = (bits & (1u << 20)) != 0;
    unsigned base = field(bits, 19, 16);
    bool index_or_writeback = (bits & (1u << 24)) != 0 || (bits & (1u << 21)) != 0;
    if (index_or_writeback) {
        bool pre_indexed = (bits & (1u << 24)) != 0;
        int32_t offset = pre_indexed ? (int32_t)field(bits, 7, 0) * 4 : 0;
        single(access, !load, base, 8, (bits & (1u << 23)) != 0 ? offset : -offset);
        access->element_bytes = 4;
        access->writes_back = (bits & (1u << 21)) != 0;
        access->must_be_aligned = true;
        return true;
    }
    if ((bits & (1u << 23)) == 0) { // LDREX, STREX
        single(access, !load, base, 4, (int32_t)field(bits, 7, 0) * 4);
        access->writes_back = true; // the status register of STREX
        access->must_be_aligned = true;
        return true;
    }
    unsigned operation = field(bits, 7, 4);
    if (operation <= 1 && load) { // TBB, TBH
        single(access, false, base, operation + 1, 0);
        access->has_index = true;
        access->index = field(bits, 3, 0);
        access->index_shift = operation;
        return true;
    }
    single(access, !load, base, operation == 4 ? 1 : 2, 0);
    access->writes_back = true;
    access->must_be_aligned = true;
    return operation == 4 || operation == 5;
}

static bool single32(uint32_t bits, MemoryAccess *access) {
    bool load = (bits & (1u << 20)) != 0;
    unsigned bytes = 1u << field(bits, 22, 21);
    unsigned base = field(bits, 19, 16);
    if (bytes > 4) {
        return false;
    }
    if (base == 15) {
        int32_t offset = (int32_t)field(bits, 11, 0);
        single(access, !load, 15, bytes, (bits & (1u << 23)) != 0 ? offset : -offset);
        return true;
    }
    if ((bits & (1u << 23)) != 0) {
        single(access, !load, base, bytes, (int32_t)field(bits, 11, 0));
        return true;
    }
    if ((bits & (1u << 11)) == 0) {
        single(access, !load, base, bytes, 0);
        access->has_index = true;
        access->index = field(bits, 3, 0);
        access->index_shift = field(bits, 5, 4);
        return field(bits, 11, 6) == 0;
    }
    int32_t offset =
        (bits & (1u << 10)) != 0 ? (int32_t)field(bits, 7, 0) : 0; // post-indexed: the base itself
    single(access, !load, base, bytes, (bits & (1u << 9)) != 0 ? offset : -offset);
    access->writes_back = (bits & (1u << 8)) != 0;
    return true;
}

static bool floating_point_access(uint32_t bits, MemoryAccess *access) {
    bool pre = (bits & (1u << 24)) != 0;
    bool up = (bits & (1u << 23)) != 0;
    bool writeback = (bits & (1u << 21)) != 0;
    bool load = (bits & (1u << 20)) != 0;
    unsigned base = field(bits, 19, 16);
    unsigned words = field(bits, 7, 0);
    bool coprocessor = field(bits, 11, 8) == 10 || field(bits, 11, 8) == 11;
    if (!coprocessor || (!pre && !up)) { // VMOV between core registers and doublewords
        return false;
    }
    if (pre && !writeback) { // VLDR, VSTR
        unsigned bytes = field(bits, 11, 8) == 11 ? 8 : 4;
        single(access, !load, base, bytes, up ? (int32_t)(4 * words) : -(int32_t)(4 * words));
        access->element_bytes = 4;
        access->must_be_aligned = true;
        return true;
    }
    multiple(access, !load, base, words, pre);
    return true;
}

bool instruction_access(Instruction instruction, MemoryAccess *access) {
    uint32_t bits = instruction.bits;
    if (instruction.size_bytes == 2) {
        return access16(bits, access);
    }
    if ((bits & 0xFE400000u) == 0xE8000000u) { // LDM, STM
        bool load = (bits & (1u << 20)) != 0;
        bool descending = field(bits, 24, 23) == 2;
        multiple(access, !load, field(bits, 19, 16), count_bits(bits & 0xFFFFu), descending);
        return true;
    }
    if ((bits & 0xFE400000u) == 0xE8400000u) {
        return dual_or_exclusive(bits, access);
    }
    if ((bits & 0xFE000000u) == 0xF8000000u) {
        return single32(bits, access);
    }
    if ((bits & 0xFE000000u) == 0xEC000000u) {
        return floating_point_access(bits, access);
    }
    return false;
}
