// SPDX-License-Identifier: GPL-2.0-or-later
// What ran between the marks that firmware writes to port 0 of the ITM: time, instructions and misses by
// mark. On silicon a debugger may record the same words; with the ITM disabled, as after reset, they go
// nowhere.
#ifndef VB_INTERVALS_H
#define VB_INTERVALS_H

#include "core/core.h"

#define INTERVAL_MARKS 256u // a larger mark ends an interval and begins none

typedef struct Interval {
    uint64_t count; // how often it began
    CoreCounters sum;
} Interval;

typedef struct Intervals {
    CoreCounters since;
    uint32_t mark; // of the interval that runs; INTERVAL_MARKS: none
    Interval by_mark[INTERVAL_MARKS];
} Intervals;

void intervals_clear(Intervals *intervals);
void intervals_mark(Intervals *intervals, const Core *core, uint32_t mark);

#endif
