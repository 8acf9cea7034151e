// SPDX-License-Identifier: Apache-2.0
#include "simulated_board.h"

#include "port/port.h"

#include <setjmp.h>

// As in port/stm32h743/serial.c.
#define RECEIVE_BYTES 28160U
#define SEND_BYTES 4096U
#define TICK_BYTE_TIMES 364U        // 4 ms
#define WATCHDOG_BYTE_TIMES 272727U // 3 s

int firmware_main(void);

Board board;
Random board_random;
static jmp_buf stopped;
static uint8_t receive_ring[RECEIVE_BYTES];
static uint8_t send_ring[SEND_BYTES];
static uint64_t written_bytes, sent_bytes;
static bool line_was_busy, news;
static uint64_t watchdog_refreshed_at;

void board_run(uint32_t fault_one_in) {
    board = (Board){.fault_one_in = fault_one_in};
    written_bytes = sent_bytes = watchdog_refreshed_at = 0;
    line_was_busy = news = false;
    if (setjmp(stopped) == 0) {
        firmware_main();
    }
}

void board_stop(void) { longjmp(stopped, 1); }

uint64_t board_now_us(void) { return board.byte_times * BYTE_US; }

static void take_byte(uint8_t byte) {
    receive_ring[board.received_bytes++ % RECEIVE_BYTES] = byte;
    uint64_t backlog = board.received_bytes - board.consumed_bytes;
    CHECK(backlog < RECEIVE_BYTES);
    if (backlog > board.largest_backlog_bytes) {
        board.largest_backlog_bytes = backlog;
    }
}

// Bytes get lost, change, come twice or out of nothing.
static void carry(uint8_t byte, void (*take)(uint8_t)) {
    bool faulty = board.fault_one_in != 0 && random_below(&board_random, board.fault_one_in) == 0;
    unsigned kind = faulty ? random_below(&board_random, 4) : 4;
    if (kind == 0) {
        return;
    }
    take(kind == 1 ? (uint8_t)random_next(&board_random) : byte);
    if (kind >= 2 && kind < 4) {
        take(kind == 2 ? byte : (uint8_t)random_next(&board_random));
    }
}

static void give_byte(uint8_t byte) { host_receive(byte, board_now_us()); }

static void pass_byte_time(void) {
    board.byte_times++;
    uint8_t byte;
    bool line_is_busy = host_send(&byte, board_now_us());
    if (line_is_busy) {
        carry(byte, take_byte);
    }
    if (written_bytes > sent_bytes) {
        carry(send_ring[sent_bytes++ % SEND_BYTES], give_byte);
        news = news || sent_bytes == written_bytes;
    }
    news = news || (line_was_busy && !line_is_busy) || board.byte_times % TICK_BYTE_TIMES == 0;
    line_was_busy = line_is_busy;
    CHECK(board.byte_times - watchdog_refreshed_at < WATCHDOG_BYTE_TIMES);
}

void board_compute(uint64_t byte_times) {
    for (uint64_t i = 0; i < byte_times; i++) {
        pass_byte_time();
    }
}

// ---- the port ----

void port_describe(Hello *hello) { hello->cpu_hz = 400000000; }
void port_measure(Statistics *statistics) { statistics->uptime_cycles = port_cycles(); }
uint32_t port_serial_baud(void) { return 921600; }
uint32_t port_serial_divider(uint32_t baud) { return 120000000 / baud; }
void port_serial_set_divider(uint32_t divider) { CHECK(divider != divider); }
uint64_t port_now_us(void) { return board_now_us(); }

void port_mark(uint32_t mark) { (void)mark; }
uint64_t port_cycles(void) { return board.byte_times * CYCLES_PER_BYTE_TIME + board.pumps * CYCLES_PER_PUMP; }

bool port_take_news(void) {
    bool taken = news;
    news = false;
    return taken;
}

void port_sleep(void) {
    while (!port_take_news()) {
        pass_byte_time();
    }
}

void port_refresh_watchdog(void) { watchdog_refreshed_at = board.byte_times; }

size_t port_serial_received(const uint8_t **bytes) {
    board.pumps++;
    size_t start = board.consumed_bytes % RECEIVE_BYTES;
    size_t available = board.received_bytes - board.consumed_bytes;
    *bytes = receive_ring + start;
    return available < RECEIVE_BYTES - start ? available : RECEIVE_BYTES - start;
}

void port_serial_consume(size_t count) { board.consumed_bytes += count; }

size_t port_serial_space(uint8_t **space) {
    size_t start = written_bytes % SEND_BYTES;
    size_t left = SEND_BYTES - (size_t)(written_bytes - sent_bytes);
    *space = send_ring + start;
    return left < SEND_BYTES - start ? left : SEND_BYTES - start;
}

void port_serial_send(size_t count) { written_bytes += count; }

bool port_serial_drained(void) { return written_bytes == sent_bytes; }

_Noreturn void port_reset(void) {
    CHECK(!"the board resets");
    abort();
}

void port_provoke(uint8_t kind) { CHECK(kind != kind); }
