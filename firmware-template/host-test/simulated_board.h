// SPDX-License-Identifier: Apache-2.0
// A port made of variables: the application of app/main.c runs against a line and a clock that pass only when
// it sleeps or computes. The host's end of the line is the test's.
#ifndef HILDA_SIMULATED_BOARD_H
#define HILDA_SIMULATED_BOARD_H

#include "check.h"

#include <stdbool.h>

#define BYTE_US 11U // 921,600 baud
#define CYCLES_PER_BYTE_TIME 4400U
// What each look at the received bytes costs.
#define CYCLES_PER_PUMP 777U

typedef struct Board {
    uint64_t byte_times;   // since boot
    uint32_t fault_one_in; // bytes on the line, each way; 0: no faults
    uint64_t received_bytes, consumed_bytes;
    uint64_t largest_backlog_bytes;
    uint64_t pumps;
} Board;

extern Board board;
extern Random board_random;

// Runs the application from boot until board_stop().
void board_run(uint32_t fault_one_in);
_Noreturn void board_stop(void);
uint64_t board_now_us(void);
// The CPU is busy while the line goes on.
void board_compute(uint64_t byte_times);

// The test's: one byte time of the host. Puts at most one byte on the line and returns whether it did.
bool host_send(uint8_t *byte, uint64_t now_us);
void host_receive(uint8_t byte, uint64_t now_us);

#endif
