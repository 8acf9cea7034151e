// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE // RTLD_NEXT
#include "core/engine_access.h"
#include "decode/instructions.h"
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// What runs in this thread; translation and execution take turns.
static _Thread_local void **current_cpu;
static _Thread_local AccessTrace *current_trace;      // NULL: accesses are not written down
static _Thread_local uintptr_t access_return_address; // into translated code, of the access being made
static _Thread_local struct {
    bool wanted;
    bool found;
    uint32_t address;
    unsigned it_state;
} search;
static _Thread_local struct {
    uint32_t address; // of the halfword read last
    bool incomplete;  // it is the first of two
    Instruction instruction;
} translated;

void engine_access_begin(void **cpu, AccessTrace *trace) {
    current_cpu = cpu;
    current_trace = trace;
}

// The library's own definition of a function that this file also defines.
static void *original(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        fprintf(stderr, "virtual board: this Unicorn has no function %s (version 2.0.1 has)\n", name);
        abort();
    }
    return function;
}

// Calls the library's definition, looked up once.
#define FORWARD(name, ...)                                                                                   \
    static union {                                                                                           \
        void *pointer;                                                                                       \
        __typeof__(&(name)) function;                                                                        \
    } next;                                                                                                  \
    if (__builtin_expect(next.pointer == NULL, 0)) {                                                         \
        next.pointer = original(#name);                                                                      \
    }                                                                                                        \
    return next.function(__VA_ARGS__)

// ---- execution: where the access is made ----

// Loads and stores of translated code that are not plain memory known to be there, and all stores.
#define LOAD_HELPER(name, type)                                                                              \
    type name(void *env, uint32_t address, uint32_t operation, uintptr_t return_address);                    \
    type name(void *env, uint32_t address, uint32_t operation, uintptr_t return_address) {                   \
        access_return_address = return_address;                                                              \
        FORWARD(name, env, address, operation, return_address);                                              \
    }
#define STORE_HELPER(name, type)                                                                             \
    void name(void *env, uint32_t address, type value, uint32_t operation, uintptr_t return_address);        \
    void name(void *env, uint32_t address, type value, uint32_t operation, uintptr_t return_address) {       \
        access_return_address = return_address;                                                              \
        FORWARD(name, env, address, value, operation, return_address);                                       \
    }

LOAD_HELPER(helper_ret_ldub_mmu_arm, uintptr_t)
LOAD_HELPER(helper_le_lduw_mmu_arm, uintptr_t)
LOAD_HELPER(helper_le_ldul_mmu_arm, uintptr_t)
LOAD_HELPER(helper_le_ldq_mmu_arm, uint64_t)
STORE_HELPER(helper_le_stw_mmu_arm, uint16_t)
STORE_HELPER(helper_le_stl_mmu_arm, uint32_t)
STORE_HELPER(helper_le_stq_mmu_arm, uint64_t)

// A doubleword that is not aligned as one arrives as bytes, each with the alignment that the whole was to
// have.
void helper_ret_stb_mmu_arm(void *env, uint32_t address, uint8_t value, uint32_t operation,
                            uintptr_t return_address);
void helper_ret_stb_mmu_arm(void *env, uint32_t address, uint8_t value, uint32_t operation,
                            uintptr_t return_address) {
    enum { ALIGN_MASK = 7 << 8 };
    access_return_address = return_address;
    FORWARD(helper_ret_stb_mmu_arm, env, address, value, operation & ~(uint32_t)ALIGN_MASK, return_address);
}

bool cpu_restore_state_arm(void *cpu, uintptr_t host_address, bool will_exit);
void restore_state_to_opc_arm(void *env, void *block, uint32_t *data);

// The end of cpu_restore_state: `data` is what the translator noted for the instruction.
void restore_state_to_opc_arm(void *env, void *block, uint32_t *data) {
    if (search.wanted) { // without changing the registers of a program that goes on
        search.found = true;
        search.address = data[0];
        search.it_state = data[1] & 0xFFu;
        return;
    }
    FORWARD(restore_state_to_opc_arm, env, block, data);
}

bool engine_locate_access(void *cpu, uint32_t *address, unsigned *it_state) {
    if (cpu == NULL || access_return_address == 0) {
        return false;
    }
    search.wanted = true;
    search.found = false;
    cpu_restore_state_arm(cpu, access_return_address, false);
    search.wanted = false;
    *address = search.address;
    *it_state = search.it_state;
    return search.found;
}

// ---- translation: accesses that must be aligned ----

void gen_intermediate_code_arm(void *cpu, void *block, int instructions);
uint32_t cpu_lduw_code_arm(void *env, uint32_t address);

void gen_intermediate_code_arm(void *cpu, void *block, int instructions) {
    if (current_cpu != NULL) {
        *current_cpu = cpu;
    }
    translated.incomplete = false;
    FORWARD(gen_intermediate_code_arm, cpu, block, instructions);
}

static uint32_t load_code(void *env, uint32_t address) { FORWARD(cpu_lduw_code_arm, env, address); }

// The translator reads an instruction, one halfword after the other, before it writes code for it.
uint32_t cpu_lduw_code_arm(void *env, uint32_t address) {
    uint32_t halfword = load_code(env, address) & 0xFFFFu;
    if (translated.incomplete && address == translated.address + 2) {
        translated.incomplete = false;
        translated.instruction = (Instruction){translated.instruction.bits << 16 | halfword, 4};
    } else {
        translated.incomplete = halfword >= 0xE800;
        translated.instruction = (Instruction){halfword, 2};
    }
    translated.address = address;
    return halfword;
}

// LDM, LDRD, VLDR … fault when unaligned (A3.2.1), which Unicorn leaves out although its code for an access
// can check it at no cost: QEMU's MO_ALIGN_4.
static unsigned with_alignment(unsigned operation) {
    enum { SIZE_MASK = 3, WORD = 2, ALIGN_MASK = 7 << 4, ALIGN_4 = 2 << 4 };
    MemoryAccess access;
    bool words = (operation & SIZE_MASK) >= WORD && (operation & ALIGN_MASK) == 0;
    bool aligned =
        instruction_access(translated.instruction, &access) && access.must_be_aligned && access.bytes >= 4;
    return words && aligned ? operation | ALIGN_4 : operation;
}

// ---- translation: a record of each access ----

// Of libunicorn, which exports them: the intermediate code of QEMU 5.0's tcg-op.h. A value's argument is its
// place in the context.
void *tcg_temp_new_internal_arm(void *context, int type, bool is_local);
void tcg_temp_free_internal_arm(void *context, void *temporary);
void *tcg_const_i32_arm(void *context, int32_t value);
void *tcg_const_i64_arm(void *context, int64_t value);
void tcg_gen_addi_i64_arm(void *context, void *result, void *value, int64_t addend);
void tcg_gen_op3_arm(void *context, int operation, uintptr_t first, uintptr_t second, uintptr_t third);

// Positions in the list of tcg-opc.h, the same in all of Unicorn 2.0.
enum { OPERATION_ST_I32 = 16, OPERATION_LD_I64 = 73, OPERATION_ST_I64 = 77, TYPE_I64 = 1 };

static void *temporary_of(void *context, void *value) { return (char *)context + (uintptr_t)value; }

static void load_or_store(void *context, int operation, void *value, void *base, uintptr_t offset) {
    tcg_gen_op3_arm(context, operation, (uintptr_t)temporary_of(context, value),
                    (uintptr_t)temporary_of(context, base), offset);
}

// *trace->next++ = {address, kind}
static void record_access(void *context, void *address, uint32_t kind) {
    if (current_trace == NULL) {
        return;
    }
    void *trace = tcg_const_i64_arm(context, (int64_t)(uintptr_t)current_trace);
    void *kinds = tcg_const_i32_arm(context, (int32_t)kind);
    void *temporary = tcg_temp_new_internal_arm(context, TYPE_I64, false);
    void *next = (void *)((uintptr_t)temporary - (uintptr_t)context);
    load_or_store(context, OPERATION_LD_I64, next, trace, offsetof(AccessTrace, next));
    load_or_store(context, OPERATION_ST_I32, address, next, offsetof(AccessRecord, address));
    load_or_store(context, OPERATION_ST_I32, kinds, next, offsetof(AccessRecord, kind));
    tcg_gen_addi_i64_arm(context, next, next, sizeof(AccessRecord));
    load_or_store(context, OPERATION_ST_I64, next, trace, offsetof(AccessTrace, next));
    tcg_temp_free_internal_arm(context, temporary);
    tcg_temp_free_internal_arm(context, temporary_of(context, kinds));
    tcg_temp_free_internal_arm(context, temporary_of(context, trace));
}

#define TRANSLATE_ACCESS(name, kind)                                                                         \
    void name(void *context, void *value, void *address, uintptr_t index, unsigned operation);               \
    void name(void *context, void *value, void *address, uintptr_t index, unsigned operation) {              \
        record_access(context, address, (kind) | 1u << (operation & 3u));                                    \
        FORWARD(name, context, value, address, index, with_alignment(operation));                            \
    }

TRANSLATE_ACCESS(tcg_gen_qemu_ld_i32_arm, 0u)
TRANSLATE_ACCESS(tcg_gen_qemu_st_i32_arm, ACCESS_IS_WRITE)
TRANSLATE_ACCESS(tcg_gen_qemu_ld_i64_arm, 0u)
TRANSLATE_ACCESS(tcg_gen_qemu_st_i64_arm, ACCESS_IS_WRITE)
