// SPDX-License-Identifier: GPL-2.0-or-later
// What decode/operands.h says that an instruction reads and writes, against its pseudocode: nothing else
// changes, and what is not read makes no difference.
#include "isa_tables.h"
#include "operand_sets.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TRIALS = 300, FLAGS_BIT = 16, GE_BIT = 18, FLOATS = 32 };

static const InstructionTable *const tables[] = {
    &data_processing_table,  &data_processing16_table, &multiply_table,   &saturate_table,
    &parallel_table,         &bit_field_table,         &load_store_table, &load_store_multiple_table,
    &float_arithmetic_table, &float_convert_table,     &float_move_table,
};

static unsigned failures;
static unsigned long checks;

static void fail(const Instruction *instruction, const Code *code, const char *what, unsigned number) {
    static const char *last;
    failures++;
    if (last != instruction->name) { // once for each
        last = instruction->name;
        printf("%s (%04x %04x): %s %s%u\n", instruction->name, code->halfwords[0], code->halfwords[1], what,
               number >= FLOATS ? "S" : "R", number >= FLOATS ? number - FLOATS : number);
    }
}

static bool is_in(uint64_t set, unsigned number) { return (set >> number & 1u) != 0; }

static uint32_t value_of(const State *state, unsigned number) {
    if (number >= FLOATS) {
        return single_register(state, number - FLOATS);
    }
    if (number >= 15) {
        return state->apsr & (number == FLAGS_BIT ? APSR_NZCV : APSR_GE);
    }
    return state->r[number];
}

static void set_value(State *state, unsigned number, uint32_t value) {
    if (number >= FLOATS) {
        set_single_register(state, number - FLOATS, value);
    } else if (number >= 15) {
        uint32_t mask = number == FLAGS_BIT ? APSR_NZCV : APSR_GE;
        state->apsr = (state->apsr & ~mask) | (value & mask);
    } else {
        state->r[number] = value;
    }
}

static bool is_register(unsigned number) {
    return number < 15 || number == FLAGS_BIT || number == GE_BIT || number >= FLOATS;
}

static void check_writes(const Instruction *instruction, const Code *code, uint64_t writes,
                         const State *before, const State *after) {
    for (unsigned number = 0; number < 64; number++) {
        if (is_register(number) && !is_in(writes, number) &&
            value_of(before, number) != value_of(after, number)) {
            fail(instruction, code, "also writes", number);
        }
        checks++;
    }
}

// Runs it again with another value in what it does not read.
static void check_reads(const Instruction *instruction, const Fields *fields, const Code *code,
                        OperandSets sets, const State *before, const State *after, Random *random) {
    for (unsigned number = 0; number < 64; number++) {
        if (!is_register(number) || is_in(sets.reads, number)) {
            continue;
        }
        State other = *before;
        set_value(&other, number, random_word(random));
        uint32_t kept = value_of(&other, number);
        instruction->reference(instruction, fields, &other);
        State expected = *after;
        // Flags may be written in part; all others wholly or not at all.
        bool in_part = number == FLAGS_BIT || number == GE_BIT;
        bool written = is_in(sets.writes, number) && !in_part;
        set_value(&expected, number, written ? value_of(after, number) : kept);
        if (in_part) {
            set_value(&other, number, kept);
        }
        expected.apsr &= ~APSR_Q;
        other.apsr &= ~APSR_Q;
        if (memcmp(&expected, &other, sizeof expected) != 0) {
            fail(instruction, code, "also reads", number);
        }
        checks++;
    }
}

static void check(const Instruction *instruction, Random *random) {
    Fields fields = {0};
    choose_fields(instruction, random, &fields);
    fields.in_it_block = false;
    fields.address = 0x08000100;
    Code code = {.count = 0};
    instruction->encode(instruction, &fields, &code);
    OperandSets sets = operand_sets(&code);
    if (sets.size_bytes != code.count * 2) {
        return; // an IT block around it
    }
    State before;
    for (size_t i = 0; i < sizeof before; i++) {
        ((uint8_t *)&before)[i] = (uint8_t)random_word(random);
    }
    before.apsr &= APSR_MASK;
    before.fpscr = 0;
    before.address = 0x20000000;
    randomize_operands(instruction, &fields, random, &before);
    State after = before;
    instruction->reference(instruction, &fields, &after);
    check_writes(instruction, &code, sets.writes, &before, &after);
    check_reads(instruction, &fields, &code, sets, &before, &after, random);
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);
    printf("seed %llu\n", (unsigned long long)seed);
    Random random;
    random_seed(&random, seed);
    unsigned instructions = 0;
    for (size_t table = 0; table < sizeof tables / sizeof *tables; table++) {
        for (unsigned i = 0; i < tables[table]->count; i++, instructions++) {
            for (unsigned trial = 0; trial < TRIALS; trial++) {
                check(&tables[table]->instructions[i], &random);
            }
        }
    }
    printf("%u instructions, %lu checks, %u failures\n", instructions, checks, failures);
    return failures > 0 || checks < 1000000;
}
