// SPDX-License-Identifier: GPL-2.0-or-later
// A seeded mistake: what is changed in the firmware, and what a board of each revision then shows to the
// outside.
#ifndef VB_TEST_MUTATION_H
#define VB_TEST_MUTATION_H

#include "board/board.h"
#include <stddef.h>

// What somebody with a serial terminal and a probe would see. In the order in which they are looked for.
typedef enum {
    NOT_RUN,      // the mistake does not concern this revision
    RESETS,       // the board resets by itself; code: crash kind that the record in RAM names
    LOCKED_UP,    // a fault inside a fault handler: the core stands still
    SILENT,       // not one byte on the line
    GARBLED,      // bytes, but never a frame
    DEAF,         // announces itself and never answers
    ECHO_CORRUPT, // CRC errors, repeated frames or wrong bytes
    STALLS,       // answered, and then no more
    BOOT_ERROR,   // works from HSI and names the step that failed; code: its number
    FALLS_BACK,   // works, from HSI instead of HSE
    WRONG_HELLO,  // works, but says something about itself that is not true
    RUNS_BY_LUCK, // works here; the board's lint says why it does not always
    WORKS,
    SYMPTOMS
} Symptom;

#define ANY_CODE 0xFFFFFFFFu // depends on what the RAM held at power-on

typedef struct Expectation {
    Symptom symptom;
    unsigned code;    // of RESETS and BOOT_ERROR, else 0
    const char *lint; // kind that must be among the lints; NULL = no matter
} Expectation;

// The text must occur exactly once in the file: a firmware that was rewritten cannot disable a mutation
// unnoticed.
typedef struct Edit {
    const char *file; // path inside the firmware's folder
    const char *find;
    const char *replace;
} Edit;

#define MAX_EDITS 4

typedef enum {
    RUN_NORMALLY,
    RUN_BRIEFLY,          // interrupts without end: a few milliseconds of them tell as much as a second
    RUN_HALT_FOR_A_WHILE, // a debugger holds the core for longer than the watchdog waits
    RUN_CRASH_ON_REQUEST, // provokes a bus fault; afterwards the hello must tell of it
} Procedure;

typedef struct Mutation {
    const char *name;    // slug
    const char *mistake; // what somebody did wrong
    Edit edits[MAX_EDITS];
    Expectation on_y;
    Expectation on_v;
    const char *fault; // armed before power-on; NULL = none
    Procedure procedure;
    // The board cannot show it, for this reason: reported, neither caught nor failed. Fails as soon as it is
    // caught.
    const char *gap;
} Mutation;

typedef struct MutationTable {
    const char *topic;
    const Mutation *mutations;
    size_t count;
} MutationTable;

extern const MutationTable clock_mutations;
extern const MutationTable serial_mutations;
extern const MutationTable dma_mutations;
extern const MutationTable boot_mutations;
extern const MutationTable flash_mutations;

static inline const Expectation *mutation_expectation(const Mutation *mutation, Revision revision) {
    return revision == REVISION_Y ? &mutation->on_y : &mutation->on_v;
}

#endif
