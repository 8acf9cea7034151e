// SPDX-License-Identifier: GPL-2.0-or-later
#include "timing/branches.h"
#include <string.h>

void branches_clear(BranchPredictor *predictor) { memset(predictor, 0, sizeof *predictor); }

bool branches_mispredict(BranchPredictor *predictor, uint32_t branch, uint32_t next, bool taken,
                         bool indirect) {
    __typeof__(&predictor->entries[0]) entry = &predictor->entries[(branch >> 1) & (BRANCH_ENTRIES - 1)];
    bool known = entry->branch == branch;
    if (!known) {
        entry->branch = branch;
        entry->target = 0;
        entry->counter = taken && next < branch ? 2 : 1;
    }
    bool foretold = entry->counter >= 2;
    bool wrong = indirect ? taken && entry->target != next : foretold != taken;
    if (taken) {
        entry->target = next;
        entry->counter = entry->counter < 3 ? (uint8_t)(entry->counter + 1) : 3;
    } else {
        entry->counter = entry->counter > 0 ? (uint8_t)(entry->counter - 1) : 0;
    }
    return wrong;
}
