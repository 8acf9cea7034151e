// SPDX-License-Identifier: GPL-2.0-or-later
// Million instructions a second of the host while counting: median of several runs of a mixed loop.
#include "programs.h"
#include "test_board.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS 9
#define ROUNDS 2000000u

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double run_once(TestBoard *board) {
    test_board_start(board, PROGRAM_benchmark_mix);
    core_set_register(board->core, 0, ROUNDS);
    uint64_t instructions = core_instructions(board->core);
    double start = seconds();
    CHECK(test_board_run(board, UINT64_C(1) << 36));
    return (double)(core_instructions(board->core) - instructions) / (seconds() - start) * 1e-6;
}

int main(int argc, char **argv) {
    (void)argv;
    TestBoard *board = test_board_new();
    core_set_strict_alignment(board->core, argc > 1);
    double mips[RUNS];
    for (int i = 0; i < RUNS; i++) {
        mips[i] = run_once(board);
    }
    qsort(mips, RUNS, sizeof *mips, ascending);
    printf("core benchmark%s: median %.0f MIPS of %d runs (%.0f to %.0f)\n", argc > 1 ? ", strict alignment" : "",
           mips[RUNS / 2], RUNS, mips[0], mips[RUNS - 1]);
    test_board_free(board);
    return 0;
}
