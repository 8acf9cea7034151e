// SPDX-License-Identifier: GPL-2.0-or-later
// The wire and its faults, with USART3 behind it.
#include "chip_test.h"
#include "fault/faults.h"

#define CR1_RE (1u << 2)
#define CR1_TE (1u << 3)
#define CR1_FIFOEN (1u << 29)
#define ISR_RXNE 0x20u
#define ISR_TXE 0x80u

static Board *start(ProbePersonality probe, uint32_t rate) {
    Board *board = test_board(REVISION_V);
    serial_line_free(board->serial_line);
    board->options.probe = probe;
    board_serial_line_new(board, NULL);
    serial_line_set_host_rate(board->serial_line, rate);
    start_usart(board, 64000000u / rate, CR1_RE | CR1_TE | CR1_FIFOEN, 0);
    run_for(board, MILLISECONDS);
    return board;
}

static void arm(Board *board, const char *text) {
    char error[256];
    CHECK(faults_arm(board->faults, text, error, sizeof error));
}

// Sends bytes 0, 1, 2 … to the board; returns how many came and the sum of those that were not as expected.
static unsigned send_to_board(Board *board, unsigned count, unsigned *changed) {
    unsigned heard = 0;
    *changed = 0;
    for (unsigned i = 0; i < count; i++) {
        uint8_t byte = (uint8_t)i;
        serial_line_from_host(board->serial_line, &byte, 1);
        run_for(board, 20 * MICROSECONDS);
        if ((peek(board, USART3_ISR) & ISR_RXNE) != 0) {
            heard++;
            *changed += peek(board, USART3_RDR) != byte;
        }
    }
    return heard;
}

static unsigned send_to_host(Board *board, unsigned count, unsigned *changed) {
    unsigned heard = 0;
    *changed = 0;
    for (unsigned i = 0; i < count; i++) {
        poke(board, USART3_TDR, i & 0xFFu);
        run_for(board, 20 * MICROSECONDS);
        uint8_t byte;
        if (serial_line_take(board->serial_line, &byte, 1) == 1) {
            heard++;
            *changed += byte != (uint8_t)i;
        }
    }
    return heard;
}

static void shouldDropAndCorruptAsManyBytesAsToldAndNoMore(void) {
    unsigned changed;
    Board *board = start(PROBE_V3, 1000000);
    CHECK_EQUAL(100, send_to_board(board, 100, &changed));
    CHECK_EQUAL(0, changed);
    arm(board, "serial-drop:to-board:7");
    CHECK_EQUAL(100, send_to_host(board, 100, &changed));
    CHECK_EQUAL(93, send_to_board(board, 100, &changed));
    CHECK_EQUAL(0, changed);
    CHECK(!fault_armed(board->faults, FAULT_SERIAL_DROP));
    arm(board, "serial-corrupt to-host 3");
    CHECK_EQUAL(100, send_to_host(board, 100, &changed));
    CHECK_EQUAL(3, changed);
    arm(board, "serial-dead");
    CHECK_EQUAL(0, send_to_board(board, 10, &changed));
    CHECK_EQUAL(0, send_to_host(board, 10, &changed));
    faults_clear(board->faults, "serial-dead");
    CHECK_EQUAL(10, send_to_host(board, 10, &changed));
    CHECK_EQUAL(7 + 10, serial_line_counters(board->serial_line).lost[0]);
    test_board_free(board);
}

// A V2-1 loses what exceeds 1.2 Mbaud: at 2 Mbaud two bytes of five.
static void shouldChangeAShareOfTheBytesOfOneDirection(void) {
    unsigned changed;
    Board *board = start(PROBE_V3, 1000000);
    arm(board, "serial-noise to-board 100000");
    CHECK_EQUAL(2000, send_to_board(board, 2000, &changed));
    CHECK(changed > 150 && changed < 250);
    CHECK_EQUAL(500, send_to_host(board, 500, &changed));
    CHECK_EQUAL(0, changed);
    test_board_free(board);
}

static void shouldLoseBytesAboveTheLimitOfAV21(void) {
    unsigned changed;
    Board *board = start(PROBE_V2_1, 2000000);
    CHECK_EQUAL(60, send_to_board(board, 100, &changed));
    CHECK_EQUAL(60, send_to_host(board, 100, &changed));
    test_board_free(board);
    board = start(PROBE_V2_1, 1000000);
    CHECK_EQUAL(100, send_to_board(board, 100, &changed));
    test_board_free(board);
    board = start(PROBE_V3, 4000000);
    CHECK_EQUAL(100, send_to_board(board, 100, &changed));
    CHECK_EQUAL(100, send_to_host(board, 100, &changed));
    test_board_free(board);
}

static void shouldSpaceBytesByTenBitsOfTheHostsRate(void) {
    Board *board = start(PROBE_V3, 921600);
    poke(board, USART3_CR1, 0); // nobody listens; the wire is busy all the same
    static uint8_t bytes[65536];
    Picoseconds begin = timeline_now(board->timeline);
    serial_line_from_host(board->serial_line, bytes, sizeof bytes);
    while (serial_line_busy(board->serial_line)) {
        board_run(board, timeline_next_event(board->timeline));
    }
    unsigned __int128 ticks = (unsigned __int128)sizeof bytes * 10 * PICOSECONDS_PER_SECOND;
    CHECK_EQUAL((Picoseconds)(ticks / 921600), timeline_now(board->timeline) - begin);
    test_board_free(board);
}

static void shouldSendNothingAtRateZero(void) {
    Board *board = start(PROBE_V3, 1000000);
    serial_line_set_host_rate(board->serial_line, 0);
    serial_line_from_host(board->serial_line, (const uint8_t *)"x", 1);
    CHECK(!serial_line_busy(board->serial_line));
    test_board_free(board);
}

int main(void) {
    shouldDropAndCorruptAsManyBytesAsToldAndNoMore();
    shouldChangeAShareOfTheBytesOfOneDirection();
    shouldLoseBytesAboveTheLimitOfAV21();
    shouldSpaceBytesByTenBitsOfTheHostsRate();
    shouldSendNothingAtRateZero();
    return 0;
}
