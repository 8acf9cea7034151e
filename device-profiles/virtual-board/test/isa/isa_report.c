// SPDX-License-Identifier: GPL-2.0-or-later
#include "isa_report.h"
#include <inttypes.h>
#include <stdio.h>

enum { SHOWN = 8 };

static unsigned shown;

static void print_heading(const char *name, const Code *code) {
    fprintf(stderr, "MISMATCH %s, encoding", name);
    for (unsigned i = 0; i < code->count; i++) {
        fprintf(stderr, " %04x", code->halfwords[i]);
    }
    fprintf(stderr, "\n");
}

static void print_state(const char *title, const State *state, bool with_float) {
    fprintf(stderr, "  %-8s", title);
    for (unsigned i = 0; i < 15; i++) {
        fprintf(stderr, " r%u=%08" PRIx32, i, state->r[i]);
    }
    fprintf(stderr, " apsr=%08" PRIx32 " fpscr=%08" PRIx32 "\n", state->apsr, state->fpscr);
    for (unsigned i = 0; with_float && i < 16; i++) {
        fprintf(stderr, "%s d%u=%016" PRIx64, i % 8 == 0 ? "          " : "", i, state->d[i]);
        if (i % 8 == 7) {
            fprintf(stderr, "\n");
        }
    }
}

static void print_difference(const State *expected, const State *got) {
    for (unsigned i = 0; i < 15; i++) {
        if (expected->r[i] != got->r[i]) {
            fprintf(stderr, "  r%u: expected %08" PRIx32 ", got %08" PRIx32 "\n", i, expected->r[i],
                    got->r[i]);
        }
    }
    if (expected->apsr != got->apsr) {
        fprintf(stderr, "  APSR: expected %08" PRIx32 ", got %08" PRIx32 "\n", expected->apsr, got->apsr);
    }
    if (expected->fpscr != got->fpscr) {
        fprintf(stderr, "  FPSCR: expected %08" PRIx32 ", got %08" PRIx32 "\n", expected->fpscr, got->fpscr);
    }
    for (unsigned i = 0; i < 16; i++) {
        if (expected->d[i] != got->d[i]) {
            fprintf(stderr, "  d%u: expected %016" PRIx64 ", got %016" PRIx64 "\n", i, expected->d[i],
                    got->d[i]);
        }
    }
    for (unsigned i = 0; i < STATE_MEMORY_BYTES; i++) {
        if (expected->memory[i] != got->memory[i]) {
            fprintf(stderr, "  memory+%u (%08" PRIx32 "): expected %02x, got %02x\n", i,
                    expected->address + i, expected->memory[i], got->memory[i]);
        }
    }
}

void report_mismatch(const char *name, const Code *code, const State *input, const State *expected,
                     const State *got) {
    if (shown++ >= SHOWN) {
        return;
    }
    print_heading(name, code);
    print_state("input", input,
                memcmp(expected->d, got->d, sizeof(got->d)) != 0 || expected->fpscr != got->fpscr);
    print_difference(expected, got);
}

void report_refusal(const char *name, const Code *code, const char *error) {
    if (shown++ >= SHOWN) {
        return;
    }
    print_heading(name, code);
    fprintf(stderr, "  expected to execute, Unicorn stopped: %s\n", error);
}

void report_absent_deviation(const char *name) {
    fprintf(stderr,
            "MISMATCH %s: its known deviation never happened; expected it on the matrix, see the table\n",
            name);
}
