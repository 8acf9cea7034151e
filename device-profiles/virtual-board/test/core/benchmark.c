// SPDX-License-Identifier: GPL-2.0-or-later
// Million instructions a second of the host: median of several runs of a loop, counting instructions and with
// the cycle model, in turn.
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
    CHECK(bus_write(board->bus, MASTER_DEBUG, UINT32_C(0xE000ED14), 4, UINT32_C(0x00030200)) ==
          BUS_OK); // caches on
    core_set_register(board->core, 0, ROUNDS);
    uint64_t instructions = core_instructions(board->core);
    double start = seconds();
    CHECK(test_board_run(board, UINT64_C(1) << 36));
    return (double)(core_instructions(board->core) - instructions) / (seconds() - start) * 1e-6;
}

static void measure(const char *name, uint32_t program) {
    TestBoard *boards[] = {test_board_new(), test_board_new_with_model()};
    double mips[2][RUNS];
    for (int i = 0; i < RUNS; i++) {
        for (int model = 0; model < 2; model++) {
            mips[model][i] = run_once(boards[model], program);
        }
    }
    for (int model = 0; model < 2; model++) {
        qsort(mips[model], RUNS, sizeof *mips[model], ascending);
        test_board_free(boards[model]);
    }
    printf("%-40s median of %d: %.0f MIPS, with the model %.0f: %.0f %%\n", name, RUNS, mips[0][RUNS / 2],
           mips[1][RUNS / 2], 100 * mips[1][RUNS / 2] / mips[0][RUNS / 2]);
}

int main(void) {
    measure("kernel loop, 16 MACs a store", PROGRAM_benchmark_kernel);
    measure("no memory accesses", PROGRAM_benchmark_registers);
    measure("mixed, one store in 7 instructions", PROGRAM_benchmark_mix);
    return 0;
}
