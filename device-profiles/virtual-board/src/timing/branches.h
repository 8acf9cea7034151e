// SPDX-License-Identifier: GPL-2.0-or-later
// Which branches the prefetch unit foretells: two bits a branch, and the last target of those whose target is
// in a register or memory (Cortex-M7 TRM, "Prefetch Unit": a branch target address cache, no return stack).
//
// The branch target address cache has 64 entries on silicon; how it is indexed is not published, so capacity
// is not modelled.
#ifndef VB_BRANCHES_H
#define VB_BRANCHES_H

#include <stdbool.h>
#include <stdint.h>

#define BRANCH_ENTRIES 1024u

typedef struct BranchPredictor {
    struct {
        uint32_t branch; // its address; 0 while the entry is free
        uint32_t target; // of an indirect branch, the last
        uint8_t counter; // 0 and 1: not taken, 2 and 3: taken
    } entries[BRANCH_ENTRIES];
} BranchPredictor;

void branches_clear(BranchPredictor *predictor);

// A branch that is new is taken to be a loop when it goes backwards and is foretold as not taken when it goes
// forwards. True when the prefetch unit was wrong.
bool branches_mispredict(BranchPredictor *predictor, uint32_t branch, uint32_t next, bool taken,
                         bool indirect);

#endif
