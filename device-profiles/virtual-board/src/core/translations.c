// SPDX-License-Identifier: GPL-2.0-or-later
// Unicorn 2.0.1 never gives back the memory of code that it translated anew, and crashes when its buffer of
// 1 GB is full. So what it holds is estimated, generously, and the buffer is emptied in time.
#include "core/core_state.h"
#include "decode/instructions.h"

// Measured with Unicorn 2.0.1 on x86-64: PUSH and POP of nine registers take 870 bytes each.
#define TRANSLATION_OVERHEAD_BYTES 512u
#define TRANSLATION_BYTES_AN_INSTRUCTION 128u
#define TRANSLATION_BYTES_A_REGISTER 160u
#define TRANSLATION_LIMIT_BYTES (UINT64_C(512) << 20)

void count_translation(Core *core, uint32_t address, uint32_t size_bytes) {
    uint64_t bytes = TRANSLATION_OVERHEAD_BYTES;
    const uint8_t *code = code_at(core, address, size_bytes);
    for (uint32_t offset = 0; code != NULL && offset < size_bytes;) {
        Instruction instruction = instruction_at(code + offset);
        MemoryAccess access;
        unsigned registers = instruction_access(instruction, &access) ? (access.bytes + 3) / 4 : 0;
        bytes += TRANSLATION_BYTES_AN_INSTRUCTION + registers * TRANSLATION_BYTES_A_REGISTER;
        offset += instruction.size_bytes;
    }
    core->translated_bytes += bytes;
    if (translations_are_full(core)) {
        core->limit_cycles = 0; // stop before the next block
    }
}

bool translations_are_full(const Core *core) { return core->translated_bytes > TRANSLATION_LIMIT_BYTES; }

void limit_translations(Core *core) {
    if (translations_are_full(core)) {
        core->translated_bytes = 0;
        blocks_clear(&core->blocks);
        uc_ctl_flush_tlb(core->engine); // all translations, despite its name
    }
}
