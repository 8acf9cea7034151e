// SPDX-License-Identifier: GPL-2.0-or-later
#include "timing/pipeline.h"
#include <string.h>

#define DIVIDE_CYCLES 8
#define SYSTEM_CYCLES 3 // MSR, MRS
#define FLOAT_DIVIDE_CYCLES 16
#define FLOAT_SQUARE_ROOT_CYCLES 14
#define LONG_AGO (-64)
#define UNKNOWN_BANKS_DIFFER true // fits the published layers better than false

typedef enum {
    STAGE_LATE,
    STAGE_EARLY,
    STAGE_MULTIPLICAND,
    STAGE_ACCUMULATOR,
    STAGE_DATA,
    STAGE_COUNT
} Stage;

// Cycles from the producer's issue to the reader's. An accumulator is needed a stage after the late ALU; a
// store takes any result of its own cycle, but for a byte or halfword just loaded: that is against the source
// and was fitted (TIMING.md).
static const int8_t latencies[UNIT_COUNT][STAGE_COUNT] = {
    // late, early, multiplicand, accumulator, stored data
    [UNIT_EARLY] = {0, 1, 0, 0, 0},          [UNIT_LATE] = {1, 2, 1, 0, 0},
    [UNIT_LOAD] = {1, 2, 2, 0, 0},           [UNIT_NARROW_LOAD] = {2, 3, 3, 1, 2},
    [UNIT_MULTIPLY] = {2, 3, 2, 1, 1},       [UNIT_FLOAT] = {3, 3, 3, 3, 1},
    [UNIT_FLOAT_MULTIPLY] = {5, 5, 5, 3, 3}, [UNIT_FLOAT_LOAD] = {1, 1, 1, 3, 1},
    [UNIT_CORE_TO_FLOAT] = {3, 3, 3, 3, 1},
};

typedef struct Pipeline {
    int cycle;   // of the last instruction issued
    bool open;   // it is the first of its cycle and another may join
    int free_at; // no instruction issues before
    Operands last;
    int issued[64]; // by register: when the producer of its value issued
    uint8_t units[64];
} Pipeline;

static void begin(Pipeline *pipeline, const PipelineState *before) {
    memset(&pipeline->last, 0, sizeof pipeline->last);
    pipeline->cycle = -1;
    pipeline->free_at = 0;
    pipeline->open = before != NULL && before->open;
    for (unsigned i = 0; i < 64; i++) {
        pipeline->issued[i] = LONG_AGO;
        pipeline->units[i] = UNIT_EARLY;
    }
    if (before == NULL) {
        return;
    }
    pipeline->last = before->last;
    pipeline->issued[16] = before->flags_issued;
    for (unsigned i = 0; i < before->pending_count; i++) {
        pipeline->issued[before->pending[i].register_bit] = before->pending[i].issued;
        pipeline->units[before->pending[i].register_bit] = before->pending[i].unit;
    }
}

static int ready_for(const Pipeline *pipeline, RegisterSet registers, Stage stage) {
    int ready = LONG_AGO;
    for (; registers != 0; registers &= registers - 1) {
        int number = __builtin_ctzll(registers);
        int at = pipeline->issued[number] + latencies[pipeline->units[number]][stage];
        ready = at > ready ? at : ready;
    }
    return ready;
}

static int larger(int a, int b) { return a > b ? a : b; }

// The first cycle in which all that the instruction reads can be had.
static int operands_ready(const Pipeline *pipeline, const Operands *operands) {
    RegisterSet late = operands->late;
    if (operands->class == CLASS_BRANCH && operands->conditional) {
        late &= ~FLAGS; // it is resolved later than the late ALU
    }
    int ready = ready_for(pipeline, late, STAGE_LATE);
    ready = larger(ready, ready_for(pipeline, operands->early, STAGE_EARLY));
    ready = larger(ready, ready_for(pipeline, operands->multiplicand, STAGE_MULTIPLICAND));
    ready = larger(ready, ready_for(pipeline, operands->accumulator, STAGE_ACCUMULATOR));
    return larger(ready, ready_for(pipeline, operands->data, STAGE_DATA));
}

static bool issues_alone(const Operands *operands) {
    switch (operands->class) {
    case CLASS_MULTIPLE:
    case CLASS_DIVIDE:
    case CLASS_OTHER:
        return true;
    case CLASS_FLOAT_TO_CORE:
    case CLASS_CORE_TO_FLOAT: // two registers at once
        return __builtin_popcountll(operands->class == CLASS_FLOAT_TO_CORE ? operands->results
                                                                           : operands->late) > 1;
    default:
        return false;
    }
}

// Loads issue together when they read different words of a pair (banks by address bit 2). Two bases are not
// known.
static bool banks_differ(const Operands *older, const Operands *younger) {
    bool same_base = older->early == younger->early && !older->has_index && !younger->has_index &&
                     ((older->write_back | older->results) & younger->early) == 0;
    return same_base ? ((older->offset_bytes ^ younger->offset_bytes) & 4) != 0 : UNKNOWN_BANKS_DIFFER;
}

static bool is_float(OperationClass class) {
    return class == CLASS_FLOAT || class == CLASS_FLOAT_MULTIPLY || class == CLASS_FLOAT_DIVIDE ||
           class == CLASS_FLOAT_SQUARE_ROOT;
}

// Whether the units let `younger` issue in the cycle of `older`, whatever the registers.
static bool units_pair(const Operands *older, const Operands *younger) {
    OperationClass first = older->class;
    OperationClass second = younger->class;
    if (issues_alone(older) || issues_alone(younger) || second == CLASS_BITFIELD) {
        return false; // bit fields issue from the older slot only
    }
    if (is_float(first) && is_float(second)) {
        return false;
    }
    if (first == CLASS_MULTIPLY || second == CLASS_MULTIPLY) {
        return first != second && first != CLASS_STORE && second != CLASS_STORE;
    }
    if (first == CLASS_LOAD && second == CLASS_LOAD && !banks_differ(older, younger)) {
        return false;
    }
    if (first == CLASS_STORE && second == CLASS_STORE) {
        return false;
    }
    bool older_shifts = older->shifts_operand || older->uses_shifter;
    return !(older_shifts && younger->shifts_operand);
}

// Cycles in which nothing else issues, beyond the first.
static int occupied(const Operands *operands) {
    switch (operands->class) {
    case CLASS_MULTIPLE:
        return operands->words == 0 ? 0 : (int)(operands->words + 1) / 2 - 1;
    case CLASS_DIVIDE:
        return DIVIDE_CYCLES - 1;
    case CLASS_OTHER:
        return SYSTEM_CYCLES - 1;
    case CLASS_FLOAT_DIVIDE:
        return FLOAT_DIVIDE_CYCLES - 1;
    case CLASS_FLOAT_SQUARE_ROOT:
        return FLOAT_SQUARE_ROOT_CYCLES - 1;
    default:
        return 0;
    }
}

static Unit unit_of(const Pipeline *pipeline, const Operands *operands, int cycle, bool younger) {
    switch (operands->class) {
    case CLASS_LOAD:
    case CLASS_MULTIPLE:
        if (operands->results >> 32 != 0) {
            return UNIT_FLOAT_LOAD;
        }
        return operands->narrow ? UNIT_NARROW_LOAD : UNIT_LOAD;
    case CLASS_MULTIPLY:
        return UNIT_MULTIPLY;
    case CLASS_FLOAT:
    case CLASS_FLOAT_DIVIDE:
    case CLASS_FLOAT_SQUARE_ROOT:
        return UNIT_FLOAT;
    case CLASS_FLOAT_MULTIPLY:
        return UNIT_FLOAT_MULTIPLY;
    case CLASS_CORE_TO_FLOAT:
        return UNIT_CORE_TO_FLOAT;
    case CLASS_SIMPLE: // from the older slot only
        return !younger && ready_for(pipeline, operands->late, STAGE_EARLY) <= cycle ? UNIT_EARLY : UNIT_LATE;
    case CLASS_SHIFT:
        return ready_for(pipeline, operands->late, STAGE_EARLY) <= cycle ? UNIT_EARLY : UNIT_LATE;
    default:
        return UNIT_LATE;
    }
}

static void produce(Pipeline *pipeline, RegisterSet registers, Unit unit, int cycle) {
    for (; registers != 0; registers &= registers - 1) {
        int number = __builtin_ctzll(registers);
        // Flags come from the late ALU even where the value does not.
        bool flags = number == 16 && unit == UNIT_EARLY;
        pipeline->issued[number] = cycle;
        pipeline->units[number] = (uint8_t)(flags ? UNIT_LATE : unit);
    }
}

static void issue(Pipeline *pipeline, const Operands *operands) {
    int ready = operands_ready(pipeline, operands);
    bool pairs = pipeline->open && units_pair(&pipeline->last, operands) && ready <= pipeline->cycle;
    int cycle = pipeline->cycle;
    if (!pairs) {
        cycle = larger(larger(pipeline->cycle + 1, pipeline->free_at), ready);
    }
    Unit unit = unit_of(pipeline, operands, cycle, pairs);
    int last_cycle = cycle + occupied(operands);
    produce(pipeline, operands->results, unit, last_cycle);
    produce(pipeline, operands->write_back, UNIT_EARLY, cycle);
    pipeline->open = !pairs && last_cycle == cycle && !issues_alone(operands);
    pipeline->cycle = last_cycle;
    pipeline->free_at = last_cycle + 1;
    pipeline->last = *operands;
}

static void leave(const Pipeline *pipeline, int end, PipelineState *after) {
    memset(after, 0, sizeof *after);
    after->open = pipeline->open;
    after->last = pipeline->last;
    after->flags_issued = pipeline->issued[16] - end > LONG_AGO ? pipeline->issued[16] - end : LONG_AGO;
    for (unsigned i = 0; i < 64 && after->pending_count < PENDING_MAX; i++) {
        int issued = pipeline->issued[i] - end;
        if (issued + 5 >= -1) { // no latency is longer; the next may still join the last cycle
            after->pending[after->pending_count].register_bit = (uint8_t)i;
            after->pending[after->pending_count].unit = pipeline->units[i];
            after->pending[after->pending_count].issued = (int8_t)issued;
            after->pending_count++;
        }
    }
}

unsigned pipeline_cycles(const PipelineState *before, const uint8_t *code, unsigned size_bytes,
                         unsigned it_state, PipelineState *after) {
    Pipeline pipeline;
    begin(&pipeline, before);
    for (unsigned offset = 0; offset < size_bytes;) {
        Instruction instruction = instruction_at(code + offset);
        Operands operands = instruction_operands(instruction, it_state);
        issue(&pipeline, &operands);
        unsigned opened = instruction_it_state(instruction);
        it_state = opened != 0 ? opened : it_advance(it_state);
        offset += instruction.size_bytes;
    }
    int end = pipeline.cycle + 1;
    if (after != NULL) {
        leave(&pipeline, end, after);
    }
    return (unsigned)end;
}
