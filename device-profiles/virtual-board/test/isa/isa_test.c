// SPDX-License-Identifier: GPL-2.0-or-later
// The self-test of the instruction set: an edge-value matrix per instruction, then random checks.
// isa_test [--random N] [--seed S] [--only TITLE]
#include "isa_tables.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { STATES_PER_ENCODING = 32, MATRIX_SEED = 1 };

// clang-format off: one a line
static const InstructionTable *const tables[] = {
    &data_processing_table, &data_processing16_table, &multiply_table, &saturate_table,
    &parallel_table,        &bit_field_table,         &status_table,   &float_arithmetic_table,
    &float_convert_table,   &float_move_table,
};
// clang-format on
enum { TABLE_COUNT = sizeof(tables) / sizeof(tables[0]) };

typedef struct Options {
    unsigned long random_checks;
    uint64_t seed;
    const char *only;
} Options;

static bool parse_number(const char *text, uint64_t *value) {
    char *end;
    *value = strtoull(text, &end, 0);
    return *text >= '0' && *text <= '9' && *end == '\0';
}

static bool parse_options(int argc, char **argv, Options *options) {
    *options = (Options){.random_checks = 200000, .seed = (uint64_t)time(NULL)};
    for (int i = 1; i < argc; i += 2) {
        uint64_t number = 0;
        bool has_value = i + 1 < argc;
        if (has_value && strcmp(argv[i], "--only") == 0) {
            options->only = argv[i + 1];
        } else if (has_value && strcmp(argv[i], "--random") == 0 && parse_number(argv[i + 1], &number)) {
            options->random_checks = (unsigned long)number;
        } else if (has_value && strcmp(argv[i], "--seed") == 0 && parse_number(argv[i + 1], &number)) {
            options->seed = number;
        } else {
            fprintf(stderr, "isa_test: cannot use %s; expected [--random N] [--seed S] [--only TITLE]\n",
                    argv[i]);
            return false;
        }
    }
    return true;
}

static bool is_selected(const Options *options, const char *title) {
    return options->only == NULL || strcmp(options->only, title) == 0;
}

static void run_matrix(Harness *harness, const Options *options) {
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        if (!is_selected(options, tables[t]->title)) {
            continue;
        }
        Totals before = *harness_totals(harness);
        for (unsigned i = 0; i < tables[t]->count; i++) {
            harness_seed(harness, MATRIX_SEED + i);
            check_matrix(harness, &tables[t]->instructions[i]);
        }
        const Totals *after = harness_totals(harness);
        printf("%-28s %3u instructions %9lu matrix checks\n", tables[t]->title,
               after->instructions - before.instructions, after->matrix_checks - before.matrix_checks);
    }
}

static void run_random(Harness *harness, const Options *options) {
    harness_seed(harness, options->seed);
    harness_set_random_phase(harness, true);
    Random *random = harness_random(harness);
    if (harness_totals(harness)->instructions == 0) {
        return;
    }
    while (harness_totals(harness)->random_checks < options->random_checks &&
           harness_totals(harness)->mismatches == 0) {
        const InstructionTable *table = tables[random_below(random, TABLE_COUNT)];
        if (is_selected(options, table->title)) {
            check_random(harness, &table->instructions[random_below(random, table->count)],
                         STATES_PER_ENCODING);
        }
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
