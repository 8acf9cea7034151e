// SPDX-License-Identifier: GPL-2.0-or-later
#include "board/intervals.h"
#include <string.h>

void intervals_clear(Intervals *intervals) {
    memset(intervals, 0, sizeof *intervals);
    intervals->mark = INTERVAL_MARKS;
}

static void add_memory(MemoryCounters *sum, const MemoryCounters *now, const MemoryCounters *since) {
    for (unsigned region = 0; region < REGION_COUNT; region++) {
        sum->instruction_misses[region] +=
            now->instruction_misses[region] - since->instruction_misses[region];
        sum->data_misses[region] += now->data_misses[region] - since->data_misses[region];
        sum->evictions[region] += now->evictions[region] - since->evictions[region];
        sum->uncached[region] += now->uncached[region] - since->uncached[region];
        sum->instruction_stall_cycles[region] +=
            now->instruction_stall_cycles[region] - since->instruction_stall_cycles[region];
        sum->data_stall_cycles[region] += now->data_stall_cycles[region] - since->data_stall_cycles[region];
    }
}

void intervals_mark(Intervals *intervals, const Core *core, uint32_t mark) {
    CoreCounters now = core_counters(core);
    if (intervals->mark < INTERVAL_MARKS) {
        CoreCounters *sum = &intervals->by_mark[intervals->mark].sum;
        sum->cycles += now.cycles - intervals->since.cycles;
        sum->instructions += now.instructions - intervals->since.instructions;
        sum->multiplies += now.multiplies - intervals->since.multiplies;
        sum->mispredictions += now.mispredictions - intervals->since.mispredictions;
        add_memory(&sum->memory, &now.memory, &intervals->since.memory);
    }
    intervals->since = now;
    intervals->mark = mark < INTERVAL_MARKS ? mark : INTERVAL_MARKS;
    if (mark < INTERVAL_MARKS) {
        intervals->by_mark[mark].count++;
    }
}
