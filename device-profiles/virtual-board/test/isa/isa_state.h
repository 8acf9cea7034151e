// SPDX-License-Identifier: GPL-2.0-or-later
// What an instruction can read or change, laid out exactly as the guest stubs load and store it.
#ifndef VB_ISA_STATE_H
#define VB_ISA_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define APSR_N (UINT32_C(1) << 31)
#define APSR_Z (UINT32_C(1) << 30)
#define APSR_C (UINT32_C(1) << 29)
#define APSR_V (UINT32_C(1) << 28)
#define APSR_Q (UINT32_C(1) << 27)
#define APSR_NZCV (APSR_N | APSR_Z | APSR_C | APSR_V)
#define APSR_GE (UINT32_C(0xF) << 16)
#define APSR_MASK (APSR_NZCV | APSR_Q | APSR_GE)

enum { REGISTER_SP = 13, REGISTER_LR = 14, REGISTER_PC = 15, STATE_MEMORY_BYTES = 192 };

typedef struct State {
    uint32_t r[15]; // r0-r12, SP, LR
    uint32_t apsr;
    uint32_t fpscr;
    uint32_t address; // guest address of `memory`; never changed by the guest
    uint64_t d[16];   // s[2n] is the low half of d[n]
    uint8_t memory[STATE_MEMORY_BYTES];
} State;

static inline void set_flag(State *state, uint32_t flag, bool value) {
    state->apsr = value ? state->apsr | flag : state->apsr & ~flag;
}

static inline uint32_t single_register(const State *state, unsigned index) {
    return (uint32_t)(state->d[index / 2] >> (index % 2 * 32));
}

static inline void set_single_register(State *state, unsigned index, uint32_t value) {
    unsigned shift = index % 2 * 32;
    state->d[index / 2] = (state->d[index / 2] & ~(UINT64_C(0xFFFFFFFF) << shift)) | (uint64_t)value << shift;
}

// Little-endian accesses to the state's own window of memory; the address must lie inside it.
static inline uint64_t load_bytes(const State *state, uint32_t address, unsigned size_bytes) {
    uint64_t value = 0;
    memcpy(&value, &state->memory[address - state->address], size_bytes);
    return value;
}

static inline void store_bytes(State *state, uint32_t address, unsigned size_bytes, uint64_t value) {
    memcpy(&state->memory[address - state->address], &value, size_bytes);
}

#endif
