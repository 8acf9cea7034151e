// SPDX-License-Identifier: GPL-2.0-or-later
// The self-test of the instruction set: an edge-value matrix per instruction, then random checks.
// isa_test [--random N] [--seed S] [--only TITLE] [--thin N]
#include "isa_tables.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { STATES_PER_ENCODING = 32, MATRIX_SEED = 1 };

static const InstructionTable *const tables[] = {
    &data_processing_table,     //
    &data_processing16_table,   //
    &multiply_table,            //
    &saturate_table,            //
    &parallel_table,            //
    &bit_field_table,           //
    &status_table,              //
    &load_store_table,          //
    &load_store_multiple_table, //
    &float_arithmetic_table,    //
    &float_convert_table,       //
    &float_move_table,          //
};
enum { TABLE_COUNT = sizeof(tables) / sizeof(tables[0]) };

typedef struct Options {
    unsigned long random_checks;
    uint64_t seed;
    const char *only;
    unsigned thinning; // see check_matrix()
} Options;

static bool parse_number(const char *text, uint64_t *value) {
    char *end;
    *value = strtoull(text, &end, 0);
    return *text >= '0' && *text <= '9' && *end == '\0';
}

static bool parse_options(int argc, char **argv, Options *options) {
    *options = (Options){.thinning = 1, .random_checks = 200000, .seed = (uint64_t)time(NULL)};
    for (int i = 1; i < argc; i += 2) {
        uint64_t number = 0;
        bool has_value = i + 1 < argc;
        if (has_value && strcmp(argv[i], "--only") == 0) {
            options->only = argv[i + 1];
        } else if (has_value && strcmp(argv[i], "--random") == 0 && parse_number(argv[i + 1], &number)) {
            options->random_checks = (unsigned long)number;
        } else if (has_value && strcmp(argv[i], "--thin") == 0 && parse_number(argv[i + 1], &number) &&
                   number > 0 && number < 1000) {
            options->thinning = (unsigned)number;
        } else if (has_value && strcmp(argv[i], "--seed") == 0 && parse_number(argv[i + 1], &number)) {
            options->seed = number;
        } else {
            fprintf(stderr,
                    "isa_test: cannot use %s; expected [--random N] [--seed S] [--only TITLE] [--thin N]\n",
                    argv[i]);
            return false;
        }
    }
    return true;
}

static bool is_selected(const Options *options, const char *title) {
    return options->only == NULL || strcmp(options->only, title) == 0;
}

// What is not one instruction of a table at a time.
typedef struct Group {
    const char *title;
    void (*matrix)(Harness *harness);
    void (*random)(Harness *harness, unsigned states);
} Group;

static const Group groups[] = {
    {"IT blocks", check_it_matrix, check_it_random},
    {"branches", check_branches_matrix, check_branches_random},
};
enum { GROUP_COUNT = sizeof(groups) / sizeof(groups[0]) };

static void print_subtotal(const char *title, const Totals *before, const Totals *after) {
    printf("%-28s %3u instructions %9lu matrix checks\n", title, after->instructions - before->instructions,
           after->matrix_checks - before->matrix_checks);
}

static void run_matrix(Harness *harness, const Options *options) {
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        if (!is_selected(options, tables[t]->title)) {
            continue;
        }
        Totals before = *harness_totals(harness);
        for (unsigned i = 0; i < tables[t]->count; i++) {
            harness_seed(harness, MATRIX_SEED + i);
            check_matrix(harness, &tables[t]->instructions[i], options->thinning);
        }
        print_subtotal(tables[t]->title, &before, harness_totals(harness));
    }
    for (unsigned g = 0; g < GROUP_COUNT; g++) {
        if (is_selected(options, groups[g].title)) {
            Totals before = *harness_totals(harness);
            harness_seed(harness, MATRIX_SEED);
            groups[g].matrix(harness);
            print_subtotal(groups[g].title, &before, harness_totals(harness));
        }
    }
}

static void run_one_random(Harness *harness, const Options *options) {
    Random *random = harness_random(harness);
    unsigned pick = random_below(random, TABLE_COUNT + GROUP_COUNT);
    if (pick >= TABLE_COUNT) {
        const Group *group = &groups[pick - TABLE_COUNT];
        if (is_selected(options, group->title)) {
            group->random(harness, STATES_PER_ENCODING);
        }
    } else if (is_selected(options, tables[pick]->title)) {
        const InstructionTable *table = tables[pick];
        check_random(harness, &table->instructions[random_below(random, table->count)], STATES_PER_ENCODING);
    }
}

static void run_random(Harness *harness, const Options *options) {
    harness_seed(harness, options->seed);
    harness_set_random_phase(harness, true);
    const Totals *totals = harness_totals(harness);
    while (totals->instructions != 0 && totals->mismatches == 0 &&
           totals->random_checks < options->random_checks) {
        run_one_random(harness, options);
    }
}

int main(int argc, char **argv) {
    Options options;
    if (!parse_options(argc, argv, &options)) {
        return 2;
    }
    Harness *harness = harness_new();
    if (harness == NULL) {
        return 70;
    }
    printf("seed of the random checks: %" PRIu64 "\n", options.seed);
    run_matrix(harness, &options);
    run_random(harness, &options);
    Totals totals = *harness_totals(harness);
    harness_free(harness);
    printf("%u instructions, %lu matrix checks, %lu random checks, %lu known deviations, %lu mismatches\n",
           totals.instructions, totals.matrix_checks, totals.random_checks, totals.known_deviations,
           totals.mismatches);
    if (totals.instructions == 0) {
        fprintf(stderr, "isa_test: no table is called '%s'\n", options.only);
        return 2;
    }
    return totals.mismatches == 0 ? 0 : 1;
}
