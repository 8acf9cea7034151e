// SPDX-License-Identifier: GPL-2.0-or-later
// How virtual time and the host's clock go together: a program that sleeps between the ticks of SysTick.
#include "chip_test.h"
#include "loop/loop.h"
#include <poll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM AXI_SRAM
#define VECTORS (AXI_SRAM + 0x400)
#define HANDLER (AXI_SRAM + 0x800)
#define VTOR 0xE000ED08u
#define ICSR 0xE000ED04u
#define PENDSTSET (1u << 26)
#define SYST_CSR 0xE000E010u
#define SYST_RVR 0xE000E014u
#define SYSTICK_VECTOR 15u
#define SLEEP_FOR_EVER 0xE7FDBF30u // wfi; b .-2
#define RETURN 0x47704770u
#define LOOP_FOR_EVER 0xE7FEE7FEu

typedef struct Run {
    double host_seconds;
    double processor_seconds;
    double virtual_seconds;
} Run;

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void quit(void *context, short revents) {
    (void)revents;
    loop_quit(context, 0);
}

static Run run_loop(Board *board, unsigned milliseconds) {
    Loop *loop = board_loop_new(board);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    struct itimerspec in = {
        .it_value = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L}};
    CHECK(timerfd_settime(timer, 0, &in, NULL) == 0);
    loop_watch(loop, timer, POLLIN, quit, loop);
    Run run = {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID),
               (double)timeline_now(board->timeline) / 1e12};
    CHECK_EQUAL(0, loop_run(loop));
    run.host_seconds = seconds(CLOCK_MONOTONIC) - run.host_seconds;
    run.processor_seconds = seconds(CLOCK_PROCESS_CPUTIME_ID) - run.processor_seconds;
    run.virtual_seconds = (double)timeline_now(board->timeline) / 1e12 - run.virtual_seconds;
    loop_free(loop);
    close(timer);
    return run;
}

static Board *start(uint32_t program) {
    Board *board = test_board(REVISION_V);
    poke(board, PROGRAM, program);
    poke(board, HANDLER, RETURN);
    poke(board, VECTORS + 4 * SYSTICK_VECTOR, HANDLER | 1u);
    poke(board, VTOR, VECTORS);
    core_set_register(board->core, 13, DTCM + 0x1000);
    core_set_register(board->core, 15, PROGRAM);
    core_set_register(board->core, 16, 1u << 24);
    poke(board, SYST_RVR, 64000 - 1); // 1 kHz
    poke(board, SYST_CSR, 7);
    core_resume(board->core);
    return board;
}

static void shouldFollowTheHostsClockWhileItSleeps(void) {
    Board *board = start(SLEEP_FOR_EVER);
    run_loop(board, 200); // translate
    uint64_t before = core_instructions(board->core);
    Run run = run_loop(board, 2000);
    double ticks = (double)(core_instructions(board->core) - before) / 3; // bx, b, wfi
    printf("sleeping with a 1 kHz tick for %.2f s: %.3f s of virtual time, %.1f%% of a core, %.0f ticks\n",
           run.host_seconds, run.virtual_seconds, 100 * run.processor_seconds / run.host_seconds, ticks);
    // Never ahead of the host; a busy host may hold it up, but not by much over two seconds.
    CHECK(run.virtual_seconds < 1.01 * run.host_seconds && run.virtual_seconds > 0.8 * run.host_seconds);
    CHECK(run.processor_seconds < 0.05 * run.host_seconds);
    CHECK(ticks > 995 * run.virtual_seconds && ticks < 1005 * run.virtual_seconds + 2);
    test_board_free(board);
}

static void shouldRunAheadUnlessThrottled(void) {
    for (unsigned throttled = 0; throttled < 2; throttled++) {
        Board *board = start(LOOP_FOR_EVER);
        board->options.throttle = throttled;
        Run run = run_loop(board, 500);
        printf("running%s for %.2f s: %.3f s of virtual time\n", throttled ? " throttled" : "",
               run.host_seconds, run.virtual_seconds);
        CHECK(run.virtual_seconds > 0);
        CHECK(!throttled || run.virtual_seconds <= run.host_seconds);
#ifndef __SANITIZE_ADDRESS__ // sanitized code is too slow to run ahead
        // Against processor time: other processes may hold the host.
        CHECK(throttled || run.virtual_seconds > 2 * run.processor_seconds);
#endif
        test_board_free(board);
    }
}

// An interrupt that pends wakes no halted core: time passes all the same.
static void shouldFollowTheHostsClockWhileItIsHalted(void) {
    Board *board = start(SLEEP_FOR_EVER);
    run_loop(board, 20);
    core_halt(board->core);
    poke(board, ICSR, PENDSTSET);
    Run run = run_loop(board, 300);
    CHECK(run.virtual_seconds > 0.1 && run.virtual_seconds < 1.01 * run.host_seconds);
    CHECK(run.processor_seconds < 0.1);
    test_board_free(board);
}

// 20,000 bytes last 0.217 s on the wire: are they through in half of that?
static bool bytes_pass_at_once(void) {
    Board *board = start(SLEEP_FOR_EVER);
    static uint8_t bytes[20000];
    serial_line_from_host(board->serial_line, bytes, sizeof bytes);
    Run run = run_loop(board, 100);
    bool passed = !serial_line_busy(board->serial_line);
    CHECK(!passed || run.virtual_seconds > 0.216);
    test_board_free(board);
    return passed;
}

// A busy host may hold the process up for all of the 100 ms, but not again and again.
static void shouldNotWaitForBytesOnTheLine(void) {
    bool passed = false;
    for (unsigned attempt = 0; attempt < 10 && !passed; attempt++) {
        passed = bytes_pass_at_once();
    }
    CHECK(passed);
}

int main(void) {
    shouldFollowTheHostsClockWhileItSleeps();
    shouldRunAheadUnlessThrottled();
    shouldFollowTheHostsClockWhileItIsHalted();
    shouldNotWaitForBytesOnTheLine();
    return 0;
}
