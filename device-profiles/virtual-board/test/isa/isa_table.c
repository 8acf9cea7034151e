// SPDX-License-Identifier: GPL-2.0-or-later
#include "isa_table.h"
#include "isa_report.h"

enum { MATRIX_BUDGET = 32768, LEAST_EDGES = 6, FLOAT_MODES = 16, FLAG_PATTERNS = 4, PREPARED_STATES = 8 };

// One operand that takes edge values.
typedef struct Source {
    unsigned number;
    const uint32_t *words; // NULL = doubles
    const uint64_t *doubles;
    unsigned edge_count;
} Source;

typedef struct Case {
    const Instruction *instruction;
    Fields fields;
} Case;

static bool is_float(const Instruction *instruction) {
    return (instruction->operands & (FLOAT_SINGLE | FLOAT_DOUBLE | FLOAT_STATE)) != 0;
}

static StubKind stub_kind(const Instruction *instruction) {
    return (is_float(instruction) ? STUB_FLOAT : 0U) |
           (instruction->operands & STACK_POINTER ? STUB_R12 : 0U);
}

static unsigned choose_register(const Instruction *instruction, Random *random) {
    unsigned operands = instruction->operands;
    if (operands & (FLOAT_SINGLE | FLOAT_DOUBLE)) {
        return random_below(random, operands & FLOAT_SINGLE ? 32 : 16);
    }
    if (operands & LOW_REGISTERS) {
        return random_below(random, 8);
    }
    unsigned number = random_below(random, operands & STACK_POINTER ? 13 : 14);
    return number == (operands & STACK_POINTER ? 12U : 13U) ? (unsigned)REGISTER_LR : number;
}

static bool are_distinct(const Fields *fields) {
    return fields->d != fields->n && fields->d != fields->m && fields->d != fields->a &&
           fields->n != fields->m && fields->n != fields->a && fields->m != fields->a;
}

static void choose_registers(const Instruction *instruction, Random *random, bool distinct, Fields *fields) {
    do {
        fields->d = choose_register(instruction, random);
        fields->n = choose_register(instruction, random);
        fields->m = choose_register(instruction, random);
        fields->a = choose_register(instruction, random);
    } while ((distinct && !are_distinct(fields)) ||
             ((instruction->operands & DISTINCT_DA) != 0 && fields->d == fields->a));
}

void choose_fields(const Instruction *instruction, Random *random, Fields *fields) {
    *fields = (Fields){0};
    bool distinct = (instruction->operands & ALL_DISTINCT) != 0 || random_below(random, 2) != 0;
    choose_registers(instruction, random, distinct, fields);
    if (instruction->immediate_count != 0) {
        fields->immediate = random_below(random, instruction->immediate_count);
    }
    if (instruction->operands & USES_SHIFT) {
        fields->shift = random_below(random, 128);
    }
    fields->set_flags = (instruction->operands & USES_S) != 0 && random_below(random, 2) != 0;
}

static unsigned variant_count(const Instruction *instruction) {
    bool all = instruction->immediate_count < 32 || (instruction->operands & EVERY_IMMEDIATE) != 0;
    unsigned count = all ? instruction->immediate_count : 32;
    if (instruction->operands & USES_SHIFT) {
        count = 24;
    }
    count = count < 4 ? 4 : count;
    return instruction->operands & USES_S ? 2 * count : count;
}

// Variant `index` of an encoding: every immediate when there are few, otherwise the extremes and random ones.
static void choose_variant(const Instruction *instruction, Random *random, unsigned index, Fields *fields) {
    static const uint8_t amounts[] = {0, 1, 31, 16, 8, 24};
    choose_fields(instruction, random, fields);
    if (index % 4 != 1) { // every fourth may have overlapping registers
        choose_registers(instruction, random, true, fields);
    }
    if (instruction->operands & USES_S) {
        fields->set_flags = index % 2 != 0;
        index /= 2;
    }
    if (instruction->operands & USES_SHIFT) {
        fields->shift = index % 4 << 5 | amounts[index / 4 % 6];
    }
    uint32_t limit = instruction->immediate_count;
    if (limit > 0 && (limit <= 32 || (instruction->operands & EVERY_IMMEDIATE) != 0)) {
        fields->immediate = index % limit;
    } else if (limit > 32 && index < 4) {
        const uint32_t extremes[] = {0, 1, limit - 1, limit / 2};
        fields->immediate = extremes[index];
    }
}

static void add_source(const Instruction *instruction, unsigned kind, unsigned number, Source *sources,
                       unsigned *count) {
    if ((instruction->operands & kind) != kind) {
        return;
    }
    Source *source = &sources[(*count)++];
    *source = (Source){.number = number};
    if (instruction->operands & FLOAT_DOUBLE) {
        source->doubles = double_edges;
        source->edge_count = (unsigned)double_edge_count;
    } else if ((instruction->operands & FLOAT_SINGLE) && !(instruction->operands & FLOAT_INTEGER)) {
        source->words = single_edges;
        source->edge_count = (unsigned)single_edge_count;
    } else {
        source->words = integer_edges;
        source->edge_count = (unsigned)integer_edge_count;
    }
}

static unsigned find_sources(const Instruction *instruction, const Fields *fields, Source *sources) {
    unsigned count = 0;
    add_source(instruction, SOURCE_N, fields->n, sources, &count);
    add_source(instruction, SOURCE_M, fields->m, sources, &count);
    add_source(instruction, SOURCE_A, fields->a, sources, &count);
    add_source(instruction, SOURCE_D, fields->d, sources, &count);
    return count;
}

static unsigned power(unsigned base, unsigned exponent) {
    unsigned result = 1;
    while (exponent-- > 0) {
        result *= base;
    }
    return result;
}

// As many edge values a source as the budget of the instruction allows, at least LEAST_EDGES.
static void limit_edges(Source *sources, unsigned count, unsigned budget) {
    unsigned edges = LEAST_EDGES;
    while (edges < 64 && power(edges + 1, count) <= budget) {
        edges++;
    }
    for (unsigned i = 0; i < count; i++) {
        sources[i].edge_count = sources[i].edge_count < edges ? sources[i].edge_count : edges;
    }
}

static void set_source(const Instruction *instruction, const Source *source, unsigned edge, State *state) {
    if (source->doubles != NULL) {
        state->d[source->number] = source->doubles[edge];
    } else if (instruction->operands & FLOAT_SINGLE) {
        set_single_register(state, source->number, source->words[edge]);
    } else {
        state->r[source->number] = source->words[edge];
    }
}

static uint32_t float_mode(unsigned index) { return (index & 15) << 22; } // RMode, FZ, DN in FPSCR[25:22]

static void set_matrix_flags(const Instruction *instruction, unsigned index, Random *random, State *state) {
    static const uint32_t patterns[FLAG_PATTERNS] = {0, APSR_C, APSR_N | APSR_Z | APSR_V | APSR_Q, APSR_NZCV};
    state->apsr = patterns[index % FLAG_PATTERNS] | (index / FLAG_PATTERNS * 7 % 16) << 16;
    if (is_float(instruction)) {
        state->fpscr = float_mode(index) | (random_word(random) & 0xF000009F);
    }
}

static void run_reference(const void *context, State *state) {
    const Case *tested = context;
    tested->instruction->reference(tested->instruction, &tested->fields, state);
}

static bool run_deviation(const void *context, const State *input, State *expected) {
    const Case *tested = context;
    State right = *expected;
    tested->instruction->deviation(tested->instruction, &tested->fields, input, expected);
    return memcmp(&right, expected, sizeof(State)) != 0;
}

static void check_case(Harness *harness, Case *tested, const Code *code, unsigned count) {
    const Instruction *instruction = tested->instruction;
    harness_check(harness, instruction->name, code, stub_kind(instruction), count, run_reference,
                  instruction->deviation != NULL ? run_deviation : NULL, tested);
}

static void encode_case(Harness *harness, Case *tested, Code *code) {
    tested->fields.address = harness_code_address(harness, stub_kind(tested->instruction));
    code->count = 0;
    tested->instruction->encode(tested->instruction, &tested->fields, code);
}

static void check_variant(Harness *harness, Case *tested, unsigned budget) {
    const Instruction *instruction = tested->instruction;
    Random *random = harness_random(harness);
    Source sources[4];
    unsigned source_count = find_sources(instruction, &tested->fields, sources);
    unsigned modes = is_float(instruction) ? FLOAT_MODES : FLAG_PATTERNS;
    limit_edges(sources, source_count, budget / modes);
    unsigned total = modes;
    for (unsigned i = 0; i < source_count; i++) {
        total *= sources[i].edge_count;
    }
    if (source_count == 0 && instruction->prepare != NULL && budget >= modes * PREPARED_STATES) {
        total *= PREPARED_STATES;
    }
    for (unsigned done = 0; done < total;) {
        unsigned count = total - done < BATCH_STATES ? total - done : BATCH_STATES;
        Code code;
        encode_case(harness, tested, &code);
        State *states = harness_states(harness, count);
        for (unsigned i = 0; i < count; i++) {
            unsigned rest = (done + i) / modes;
            for (unsigned k = 0; k < source_count; k++) {
                set_source(instruction, &sources[k], rest % sources[k].edge_count, &states[i]);
                rest /= sources[k].edge_count;
            }
            set_matrix_flags(instruction, done + i, random, &states[i]);
            if (instruction->prepare != NULL) {
                instruction->prepare(instruction, &tested->fields, random, &states[i]);
            }
        }
        check_case(harness, tested, &code, count);
        done += count;
    }
}

void check_matrix(Harness *harness, const Instruction *instruction, unsigned thinning) {
    unsigned variants = variant_count(instruction);
    unsigned long deviations = harness_totals(harness)->known_deviations;
    unsigned budget = is_float(instruction) ? 2 * MATRIX_BUDGET : MATRIX_BUDGET;
    budget /= thinning;
    for (unsigned i = 0; i < variants; i++) {
        Case tested = {.instruction = instruction};
        choose_variant(instruction, harness_random(harness), i, &tested.fields);
        check_variant(harness, &tested, budget / variants);
    }
    if (instruction->deviation != NULL && harness_totals(harness)->known_deviations == deviations) {
        report_absent_deviation(instruction->name);
        harness_totals(harness)->mismatches++;
    }
    harness_totals(harness)->instructions++;
}

static void randomize_source(const Instruction *instruction, const Source *source, Random *random,
                             State *state) {
    if (source->doubles != NULL) {
        state->d[source->number] = random_double(random);
    } else if (source->words == single_edges) {
        set_single_register(state, source->number, random_single(random));
    } else if (instruction->operands & FLOAT_SINGLE) {
        set_single_register(state, source->number, random_operand(random));
    } else {
        state->r[source->number] = random_operand(random);
    }
}

void randomize_operands(const Instruction *instruction, const Fields *fields, Random *random, State *state) {
    Source sources[4];
    unsigned source_count = find_sources(instruction, fields, sources);
    for (unsigned k = 0; k < source_count; k++) {
        randomize_source(instruction, &sources[k], random, state);
    }
    if (is_float(instruction)) { // AHP is left to the half-precision conversions
        state->fpscr = random_word(random) & 0xF3C0009F;
    }
    if (instruction->prepare != NULL) {
        instruction->prepare(instruction, fields, random, state);
    }
}

void check_random(Harness *harness, const Instruction *instruction, unsigned count) {
    Random *random = harness_random(harness);
    Case tested = {.instruction = instruction};
    choose_fields(instruction, random, &tested.fields);
    Code code;
    encode_case(harness, &tested, &code);
    State *states = harness_states(harness, count);
    for (unsigned i = 0; i < count; i++) {
        randomize_operands(instruction, &tested.fields, random, &states[i]);
    }
    check_case(harness, &tested, &code, count);
}

void encode_registers(const Instruction *instruction, const Fields *fields, Code *code) {
    unsigned operands = instruction->operands;
    emit32(code, instruction->opcode | (operands & USES_N ? fields->n << 16 : 0) |
                     (operands & USES_A ? fields->a << 12 : 0) | (operands & USES_D ? fields->d << 8 : 0) |
                     (operands & USES_M ? fields->m : 0));
}

void encode_shifted_register(const Instruction *instruction, const Fields *fields, Code *code) {
    Code plain = {.count = 0};
    encode_registers(instruction, fields, &plain);
    uint32_t type = fields->shift >> 5, amount = fields->shift & 31;
    emit16(code, plain.halfwords[0] | (uint32_t)fields->set_flags << 4);
    emit16(code, plain.halfwords[1] | (amount >> 2) << 12 | (amount & 3) << 6 | type << 4);
}
