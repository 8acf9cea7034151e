// SPDX-License-Identifier: GPL-2.0-or-later
// Runs short pieces of Thumb code on many input states at once and compares every register, flag and memory
// byte with what a reference makes of the same states.
#ifndef VB_ISA_HARNESS_H
#define VB_ISA_HARNESS_H

#include "isa_random.h"
#include "isa_state.h"
#include "isa_stub.h"

enum { BATCH_STATES = 4096 };

typedef struct Harness Harness;

typedef struct Totals {
    unsigned instructions; // entries of the tables
    unsigned long matrix_checks;
    unsigned long random_checks;
    unsigned long known_deviations; // checks in which Unicorn did the wrong thing on the list
    unsigned long mismatches;
} Totals;

Harness *harness_new(void); // NULL with a message on stderr
void harness_free(Harness *harness);
Random *harness_random(Harness *harness);
void harness_seed(Harness *harness, uint64_t seed);
void harness_set_random_phase(Harness *harness, bool random); // what later checks count as
Totals *harness_totals(Harness *harness);

// The batch to be filled by the caller: `state->address` is set, all else is noise unless written.
State *harness_states(Harness *harness, unsigned count);

// Makes of a state what the architecture says; `context` describes the code.
typedef void Reference(const void *context, State *state);

// Turns the right result of `input` into what Unicorn is known to do; false when there is nothing to turn.
typedef bool KnownDeviation(const void *context, const State *input, State *expected);

// Executes `code` on the first `count` states of harness_states() and compares. A mismatch is printed in full
// (the first few) and counted. `deviation` may be NULL.
void harness_check(Harness *harness, const char *name, const Code *code, StubKind kind, unsigned count,
                   Reference *reference, KnownDeviation *deviation, const void *context);

// The address at which the next harness_check() will place the first halfword of its code.
uint32_t harness_code_address(Harness *harness, StubKind kind);

// Code elsewhere, for branches to land on: any address within 16 MB of harness_code_address().
void harness_place_code(Harness *harness, uint32_t address, const Code *code);
void harness_forget_code(Harness *harness, uint32_t address,
                         const Code *code); // before anything else stands there

// Places the next code under test so that a page ends `bytes` (a multiple of 4) after its start.
void harness_straddle_page(Harness *harness, StubKind kind, uint32_t bytes);

#endif
