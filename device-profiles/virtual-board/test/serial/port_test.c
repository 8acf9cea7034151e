// SPDX-License-Identifier: GPL-2.0-or-later
// The serial port as programs on the host use it: opened, written, closed, and opened by the next one.
#define _GNU_SOURCE
#include "chip_test.h"
#include "fault/faults.h"
#include "loop/loop.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define CR1_RE (1u << 2)
#define CR1_TE (1u << 3)
#define CR1_FIFOEN (1u << 29)
#define ISR_RXNE 0x20u

typedef struct Bench {
    Board *board;
    Loop *loop;
    int timer;
} Bench;

static void quit(void *context, short revents) {
    Bench *bench = context;
    uint64_t expirations;
    (void)revents;
    CHECK(read(bench->timer, &expirations, sizeof expirations) == sizeof expirations);
    loop_quit(bench->loop, 0);
}

static Loop *loop_of(Bench *bench) {
    Loop *loop = board_loop_new(bench->board);
    loop_watch(loop, bench->timer, POLLIN, quit, bench);
    return loop;
}

static Bench *start(void) {
    static Bench bench;
    bench.board = test_board(REVISION_V);
    bench.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    bench.loop = loop_of(&bench);
    serial_line_free(bench.board->serial_line);
    board_serial_line_new(bench.board, bench.loop);
    CHECK(bench.board->serial_line != NULL);
    start_usart(bench.board, 69, CR1_RE | CR1_TE | CR1_FIFOEN, 0);
    return &bench;
}

static void end(Bench *bench) {
    test_board_free(bench->board);
    loop_free(bench->loop);
    close(bench->timer);
}

static void run_loop(Bench *bench) {
    struct itimerspec in = {.it_value = {.tv_nsec = 20000000L}};
    CHECK(timerfd_settime(bench->timer, 0, &in, NULL) == 0);
    CHECK_EQUAL(0, loop_run(bench->loop));
}

static int open_port(const Bench *bench) {
    int port = open(serial_line_pty(bench->board->serial_line), O_RDWR | O_NOCTTY | O_NONBLOCK);
    CHECK(port >= 0);
    return port;
}

static void board_sends(Bench *bench, const char *text) {
    for (; *text != '\0'; text++) {
        poke(bench->board, USART3_TDR, (uint8_t)*text);
    }
    run_loop(bench);
}

static void check_board_heard(Bench *bench, const char *text) {
    for (; *text != '\0'; text++) {
        CHECK((peek(bench->board, USART3_ISR) & ISR_RXNE) != 0);
        CHECK_EQUAL(*text, peek(bench->board, USART3_RDR));
    }
    CHECK((peek(bench->board, USART3_ISR) & ISR_RXNE) == 0);
}

static void check_host_heard(int port, const char *text) {
    char bytes[64];
    ssize_t got = read(port, bytes, sizeof bytes);
    CHECK_EQUAL(strlen(text), got < 0 ? 0 : got);
    CHECK(memcmp(text, bytes, strlen(text)) == 0);
}

static void shouldKeepOldBytesFromTheNextHost(void) {
    for (unsigned seen = 0; seen < 2; seen++) {
        Bench *bench = start();
        int port = open_port(bench);
        run_loop(bench);
        board_sends(bench, "old");
        close(port);
        if (seen != 0) { // else the next one is as quick as the board
            run_loop(bench);
        }
        port = open_port(bench);
        run_loop(bench);
        board_sends(bench, "new");
        check_host_heard(port, "new");
        close(port);
        end(bench);
    }
}

static void shouldHearNobodyWhenNobodyIsThere(void) {
    Bench *bench = start();
    int port = open_port(bench);
    CHECK(write(port, "x", 1) == 1); // opening and byte are found at the same look
    run_loop(bench);
    check_board_heard(bench, "x");
    close(port);
    run_loop(bench);
    board_sends(bench, "lost");
    CHECK_EQUAL(4, serial_line_counters(bench->board->serial_line).unheard);
    end(bench);
}

// Two openings and a closing between two looks: somebody is still there.
static void shouldCountTwoOpeningsInARow(void) {
    Bench *bench = start();
    int port = open_port(bench);
    close(open_port(bench));
    run_loop(bench);
    board_sends(bench, "heard");
    check_host_heard(port, "heard");
    close(port);
    end(bench);
}

static void shouldSendTheProbeOfAModemManagerAtEachOpening(void) {
    Bench *bench = start();
    char error[256];
    int port = open_port(bench);
    run_loop(bench);
    check_board_heard(bench, "");
    close(port);
    CHECK(faults_arm(bench->board->faults, "serial-at-on-open", error, sizeof error));
    for (unsigned i = 0; i < 2; i++) {
        port = open_port(bench);
        CHECK(write(port, "hello", 5) == 5);
        run_loop(bench);
        check_board_heard(bench, "AT\r\nhello");
        close(port);
        run_loop(bench);
        check_board_heard(bench, "");
    }
    end(bench);
}

int main(void) {
    shouldKeepOldBytesFromTheNextHost();
    shouldHearNobodyWhenNobodyIsThere();
    shouldCountTwoOpeningsInARow();
    shouldSendTheProbeOfAModemManagerAtEachOpening();
    return 0;
}
