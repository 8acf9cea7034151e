// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "isa_harness.h"
#include "core/engine.h"
#include "isa_report.h"
#include "isa_stub.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

// Stubs start in the middle of the code region, so that branches both ways stay inside it.
enum {
    CODE_BASE = 0x08000000,
    CODE_BYTES = 48 << 20,
    STUB_BASE = CODE_BASE + (18 << 20),
    STUB_BYTES = 12 << 20
};
enum { RECORD_BASE = 0x20000000, STUB_ALIGNMENT = 64, PAGE_BYTES = 4096 };

struct Harness {
    uc_engine *engine;
    uint8_t *code;
    State *states; // mapped into the guest
    State *inputs;
    uint32_t next_stub;
    Random random;
    bool random_phase;
    Totals totals;
};

static size_t records_bytes(void) { return (BATCH_STATES * sizeof(State) + 4095) / 4096 * 4096; }

Harness *harness_new(void) {
    Harness *harness = calloc(1, sizeof(Harness));
    if (harness == NULL) {
        return NULL;
    }
    int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    harness->engine = core_open_engine();
    harness->code = mmap(NULL, CODE_BYTES, protection, flags, -1, 0);
    harness->states = mmap(NULL, records_bytes(), protection, flags, -1, 0);
    harness->inputs = calloc(BATCH_STATES, sizeof(State));
    if (harness->engine == NULL || harness->code == MAP_FAILED || harness->states == MAP_FAILED ||
        harness->inputs == NULL ||
        uc_mem_map_ptr(harness->engine, CODE_BASE, CODE_BYTES, UC_PROT_READ | UC_PROT_EXEC, harness->code) !=
            UC_ERR_OK ||
        uc_mem_map_ptr(harness->engine, RECORD_BASE, records_bytes(), UC_PROT_READ | UC_PROT_WRITE,
                       harness->states) != UC_ERR_OK) {
        fprintf(stderr, "isa: cannot set up the engine and its memory\n");
        return NULL;
    }
    harness->next_stub = STUB_BASE;
    return harness;
}

void harness_free(Harness *harness) {
    uc_close(harness->engine);
    munmap(harness->code, CODE_BYTES);
    munmap(harness->states, records_bytes());
    free(harness->inputs);
    free(harness);
}

Random *harness_random(Harness *harness) { return &harness->random; }
void harness_seed(Harness *harness, uint64_t seed) { random_seed(&harness->random, seed); }
void harness_set_random_phase(Harness *harness, bool random) { harness->random_phase = random; }
Totals *harness_totals(Harness *harness) { return &harness->totals; }

State *harness_states(Harness *harness, unsigned count) {
    Random noise = harness->random;
    uint64_t *words = (uint64_t *)(void *)harness->states;
    for (size_t i = 0; i < count * sizeof(State) / sizeof(uint64_t); i++) {
        words[i] = random_doubleword(&noise);
    }
    harness->random = noise;
    for (unsigned i = 0; i < count; i++) {
        State *state = &harness->states[i];
        state->apsr &= APSR_MASK;
        state->r[REGISTER_SP] &= ~UINT32_C(3);
        state->fpscr = 0;
        state->address = RECORD_BASE + (uint32_t)(i * sizeof(State) + offsetof(State, memory));
    }
    return harness->states;
}

static uint32_t branch_if_not_equal(int32_t offset) { // B<c> T3
    uint32_t bits = (uint32_t)offset;
    return 0xF0008000U | 1U << 22 | (bits >> 20 & 1) << 26 | (bits >> 18 & 1) << 13 | (bits >> 19 & 1) << 11 |
           (bits >> 12 & 0x3F) << 16 | (bits >> 1 & 0x7FF);
}

// Returns the offset in bytes of the end of the stub, where execution stops.
static uint32_t finish_stub(Code *stub, StubKind kind, unsigned count) {
    unsigned base = stub_base(kind);
    stub_finish(stub, kind);
    emit_address_of(stub, base, base, (uint32_t)sizeof(State));
    emit_move_word(stub, 0, RECORD_BASE + (uint32_t)(count * sizeof(State)));
    emit16(stub, base == REGISTER_SP ? 0x4585 : 0x4584); // CMP base, r0
    emit32(stub, branch_if_not_equal(-(int32_t)(2 * stub->count + 4)));
    uint32_t end = 2 * stub->count;
    emit16(stub, 0xE7FE); // B .
    return end;
}

uint32_t harness_code_address(Harness *harness, StubKind kind) {
    Code stub;
    stub_start(&stub, kind);
    return harness->next_stub + 2 * stub.count;
}

void harness_straddle_page(Harness *harness, StubKind kind, uint32_t bytes) {
    uint32_t start = harness_code_address(harness, kind);
    harness->next_stub += PAGE_BYTES - (start + bytes) % PAGE_BYTES;
}

void harness_place_code(Harness *harness, uint32_t address, const Code *code) {
    memcpy(harness->code + (address - CODE_BASE), code->halfwords, 2 * (size_t)code->count);
    harness_forget_code(harness, address, code);
}

void harness_forget_code(Harness *harness, uint32_t address, const Code *code) {
    uc_ctl_remove_cache(harness->engine, address, address + 2 * code->count);
}

static uc_err run_stub(Harness *harness, const Code *code, StubKind kind, unsigned count) {
    Code stub;
    stub_start(&stub, kind);
    for (unsigned i = 0; i < code->count; i++) {
        emit16(&stub, code->halfwords[i]);
    }
    uint32_t end = finish_stub(&stub, kind, count);
    uint32_t start = harness->next_stub;
    memcpy(harness->code + (start - CODE_BASE), stub.halfwords, 2 * (size_t)stub.count);
    harness->next_stub += (2 * stub.count + STUB_ALIGNMENT - 1) / STUB_ALIGNMENT * STUB_ALIGNMENT;
    if (harness->next_stub >
        STUB_BASE + STUB_BYTES - 4 * PAGE_BYTES) { // start over; old translations must go
        harness->next_stub = STUB_BASE;
        uc_ctl_remove_cache(harness->engine, STUB_BASE, STUB_BASE + STUB_BYTES);
    }
    uint32_t record = RECORD_BASE;
    uc_reg_write(harness->engine, kind & STUB_R12 ? UC_ARM_REG_R12 : UC_ARM_REG_SP, &record);
    return uc_emu_start(harness->engine, start | 1, start + end, 0, 0);
}

void harness_check(Harness *harness, const char *name, const Code *code, StubKind kind, unsigned count,
                   Reference *reference, KnownDeviation *deviation, const void *context) {
    Totals *totals = &harness->totals;
    memcpy(harness->inputs, harness->states, count * sizeof(State));
    uc_err error = run_stub(harness, code, kind, count);
    if (error != UC_ERR_OK) {
        totals->mismatches++;
        report_refusal(name, code, uc_strerror(error));
        return;
    }
    bool reported = false;
    for (unsigned i = 0; i < count; i++) {
        State expected = harness->inputs[i];
        reference(context, &expected);
        if (deviation != NULL && deviation(context, &harness->inputs[i], &expected)) {
            totals->known_deviations++;
        }
        if (memcmp(&expected, &harness->states[i], sizeof(State)) != 0) {
            totals->mismatches++;
            if (!reported) {
                report_mismatch(name, code, &harness->inputs[i], &expected, &harness->states[i]);
            }
            reported = true;
        }
    }
    *(harness->random_phase ? &totals->random_checks : &totals->matrix_checks) += count;
}
