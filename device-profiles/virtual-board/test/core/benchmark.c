// SPDX-License-Identifier: GPL-2.0-or-later
// Million instructions a second of the host while counting: median of several runs of a mixed loop.
#include "programs.h"
#include "test_board.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS 5
#define ROUNDS 500000u

// Processor time: the machine may have other work.
static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double run_once(TestBoard *board, uint32_t program) {
    test_board_start(board, program);
    core_set_register(board->core, 0, ROUNDS);
    uint64_t instructions = core_instructions(board->core);
    double start = seconds();
    CHECK(test_board_run(board, UINT64_C(1) << 36));
    return (double)(core_instructions(board->core) - instructions) / (seconds() - start) * 1e-6;
}

static void measure(const char *name, uint32_t program) {
    TestBoard *board = test_board_new();
    double mips[RUNS];
    for (int i = 0; i < RUNS; i++) {
        mips[i] = run_once(board, program);
    }
    qsort(mips, RUNS, sizeof *mips, ascending);
    printf("%-40s median %.0f MIPS of %d runs (%.0f to %.0f)\n", name, mips[RUNS / 2], RUNS, mips[0],
           mips[RUNS - 1]);
    test_board_free(board);
}

int main(void) {
    measure("kernel loop, 16 MACs a store", PROGRAM_benchmark_kernel);
    measure("no memory accesses", PROGRAM_benchmark_registers);
    measure("mixed, one store in 7 instructions", PROGRAM_benchmark_mix);
    return 0;
}
