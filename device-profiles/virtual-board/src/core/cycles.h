// SPDX-License-Identifier: GPL-2.0-or-later
// The time that a core's instructions take: the model of src/timing fed with the blocks and accesses of the
// run.
#ifndef VB_CYCLES_H
#define VB_CYCLES_H

#include "core/blocks.h"
#include "timing/branches.h"
#include "timing/memory_time.h"

// What translated code writes down for each access to memory, read at the next block.
typedef struct AccessRecord {
    uint32_t address;
    uint32_t kind; // bytes, and ACCESS_IS_WRITE
} AccessRecord;
#define ACCESS_IS_WRITE 0x100u
#define ACCESS_BYTES 0xFFu
#define ACCESS_RECORDS 16384u // a block has at most 512 instructions of at most 16 accesses

typedef struct AccessTrace {
    AccessRecord *next; // first: translated code knows its address
    AccessRecord records[ACCESS_RECORDS];
} AccessTrace;

typedef struct CoreTime {
    bool model; // false: an instruction takes a cycle
    AccessTrace *trace;
    MemoryTime memory;
    BranchPredictor branches;
    uint64_t multiplies;
    uint64_t mispredictions;
    uint64_t base_cycles; // done before this run of the engine
    Block *previous;      // what ran before the block that runs; NULL: nothing that matters to it
    Block *before;        // of the running block
    bool sequential;      // the running block follows `before` in memory
} CoreTime;

#endif
