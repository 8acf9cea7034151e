// SPDX-License-Identifier: GPL-2.0-or-later
// The stlink-server protocol over a real socket on 127.0.0.1, with a loop that the test turns by hand.
#include "chip/flash.h"
#include "debug/debug_unit.h"
#include "fake_board.h"
#include "loop/loop.h"
#include "stlink/stlink_probe.h"
#include "stlink/stlink_server.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_WATCHED 16
#define OPEN_REQUEST "\x03\0\0\0\x34\x12\0"
#define INFO_REQUEST "\x02\0\0\0\x29\0\0"

struct Loop {
    struct pollfd watched[MAX_WATCHED];
    LoopReady *ready[MAX_WATCHED];
    void *contexts[MAX_WATCHED];
    nfds_t count;
};

static Loop loop;
static Board *board;
static StlinkServer *server;

void loop_unwatch(Loop *the_loop, int fd) {
    for (nfds_t i = 0; i < the_loop->count; i++) {
        if (the_loop->watched[i].fd == fd) {
            the_loop->count--;
            the_loop->watched[i] = the_loop->watched[the_loop->count];
            the_loop->ready[i] = the_loop->ready[the_loop->count];
            the_loop->contexts[i] = the_loop->contexts[the_loop->count];
            return;
        }
    }
}

void loop_watch(Loop *the_loop, int fd, short events, LoopReady *ready, void *context) {
    loop_unwatch(the_loop, fd);
    CHECK(the_loop->count < MAX_WATCHED);
    the_loop->watched[the_loop->count] = (struct pollfd){.fd = fd, .events = events};
    the_loop->ready[the_loop->count] = ready;
    the_loop->contexts[the_loop->count++] = context;
}

static bool turn(void) {
    if (poll(loop.watched, loop.count, 20) <= 0) {
        return false;
    }
    for (nfds_t i = 0; i < loop.count; i++) {
        if (loop.watched[i].revents != 0) {
            loop.ready[i](loop.contexts[i], loop.watched[i].revents);
            return true;
        }
    }
    return false;
}

static void start(void) {
    BoardOptions options = {.serial = "VIRT0123456789ABCDEF0123", .probe = PROBE_V3, .fast_flash = true};
    board = fake_board_new(&options);
    board->flash = fake_board_flash(board);
    board->debug = fake_board_debug(board);
    memset(&loop, 0, sizeof loop);
    server = stlink_new(board, &loop, 0);
    CHECK(server != NULL);
}

static void stop(void) {
    stlink_free(server);
    CHECK_EQUAL(0, loop.count);
    flash_free(board->flash);
    debug_free(board->debug);
    fake_board_free(board);
}

static int connect_client(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(stlink_port(server))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQUAL(0, connect(fd, (struct sockaddr *)&address, sizeof address));
    while (turn()) {
    }
    return fd;
}

// Sends, lets the server work, returns how many bytes came back; -1 when the connection was closed.
static ssize_t exchange(int fd, const void *request, size_t count, uint8_t *reply, size_t expected) {
    CHECK_EQUAL(count, send(fd, request, count, MSG_NOSIGNAL));
    size_t received = 0;
    for (unsigned idle = 0; idle < 3 && received < expected;) {
        idle += turn() ? 0 : 1;
        ssize_t part = recv(fd, reply + received, expected - received, MSG_DONTWAIT);
        if (part == 0) {
            return -1;
        }
        received += part > 0 ? (size_t)part : 0;
    }
    return (ssize_t)received;
}

static uint32_t open_probe(int fd, uint32_t *connect_id) {
    uint8_t reply[8];
    CHECK_EQUAL(8, exchange(fd, OPEN_REQUEST, 8, reply, 8));
    *connect_id = stlink_get32(reply + 4);
    return stlink_get32(reply);
}

static void usb_request(uint8_t request[32], uint32_t connect_id, const char *cdb, size_t cdb_bytes,
                        bool is_read, uint32_t size_bytes) {
    memset(request, 0, 32);
    request[0] = 5;
    stlink_put32(request + 4, connect_id);
    memcpy(request + 8, cdb, cdb_bytes);
    request[24] = is_read ? 1 : 0;
    stlink_put32(request + 28, size_bytes);
}

static ssize_t get_mode(int fd, uint32_t connect_id, uint8_t reply[6]) {
    uint8_t request[32];
    usb_request(request, connect_id, "\xF5", 1, true, 2);
    return exchange(fd, request, 32, reply, 6);
}

static void should_answer_the_opening_conversation(void) {
    start();
    int fd = connect_client();
    uint8_t reply[64];
    CHECK_EQUAL(16, exchange(fd, "\x06\x01\0", 4, reply, 16));
    CHECK_EQUAL(2, stlink_get32(reply));
    CHECK_EQUAL(4, exchange(fd, "\0\0", 2, reply, 4));
    CHECK_EQUAL(1, stlink_get32(reply));
    CHECK_EQUAL(4, exchange(fd, "\x01", 1, reply, 4));
    CHECK_EQUAL(1, stlink_get32(reply));
    CHECK_EQUAL(45, exchange(fd, INFO_REQUEST, 8, reply, 45));
    CHECK_EQUAL(1, stlink_get32(reply));
    CHECK_EQUAL(0, strcmp("VIRT0123456789ABCDEF0123", (const char *)reply + 8));
    CHECK_EQUAL(0x374E0483, stlink_get32(reply + 40));
    CHECK_EQUAL(0, reply[44]);
    uint32_t id;
    CHECK_EQUAL(1, open_probe(fd, &id));
    CHECK(id != 0);
    CHECK_EQUAL(6, get_mode(fd, id, reply));
    CHECK_EQUAL(1, reply[4]);
    close(fd);
    stop();
}

static void should_take_requests_in_pieces_and_in_a_row(void) {
    start();
    int fd = connect_client();
    uint32_t id;
    uint8_t reply[32];
    open_probe(fd, &id);
    uint8_t request[40];
    usb_request(request, id, "\xF2\x08\x00\x20\x00\xE0\x04\x00\x00", 9, false, 4); // FP_CTRL
    memcpy(request + 32, "\x03\0\0", 4);
    CHECK_EQUAL(0, exchange(fd, request, 10, reply, 4));
    CHECK_EQUAL(0, exchange(fd, request + 10, 25, reply, 4));
    CHECK_EQUAL(4, exchange(fd, request + 35, 1, reply, 4)); // a write answers with its status alone
    usb_request(request, id, "\xF2\x07\x00\x20\x00\xE0\x04\x00\x00", 9, true, 4);
    uint8_t twice[64];
    memcpy(twice, request, 32);
    memcpy(twice + 32, request, 32);
    CHECK_EQUAL(16, exchange(fd, twice, 64, reply, 16));
    CHECK_EQUAL(0x10000081, stlink_get32(reply + 4));
    CHECK_EQUAL(0x10000081, stlink_get32(reply + 12));
    close(fd);
    stop();
}

static void should_lend_the_probe_to_one_client_at_a_time(void) {
    start();
    int first = connect_client();
    int second = connect_client();
    uint32_t id;
    uint32_t other;
    uint8_t reply[64];
    CHECK_EQUAL(1, open_probe(first, &id));
    CHECK_EQUAL(0x2004, open_probe(second, &other));
    CHECK_EQUAL(45, exchange(second, INFO_REQUEST, 8, reply, 45));
    CHECK_EQUAL(1, reply[44]);
    get_mode(second, id, reply);
    CHECK_EQUAL(0x1002, stlink_get32(reply)); // not its connection
    close(first);                             // killed, without closing the probe
    while (turn()) {
    }
    CHECK_EQUAL(1, open_probe(second, &other));
    close(second);
    stop();
}

// The loop reads the second client's request first, as it may when both are there at once.
static void should_take_the_probe_from_a_client_that_has_just_ended(void) {
    start();
    int second = connect_client();
    int first = connect_client();
    uint32_t id;
    uint32_t other;
    uint8_t reply[64];
    CHECK_EQUAL(1, open_probe(first, &id));
    close(first);
    CHECK_EQUAL(45, exchange(second, INFO_REQUEST, 8, reply, 45));
    CHECK_EQUAL(0, reply[44]);
    CHECK_EQUAL(1, open_probe(second, &other));
    close(second);
    stop();
}

static void should_carry_out_a_reset_before_the_answer(void) {
    start();
    int fd = connect_client();
    uint32_t id;
    uint8_t reply[8];
    uint8_t request[32];
    open_probe(fd, &id);
    usb_request(request, id, "\xF2\x32", 2, true, 2);
    CHECK_EQUAL(6, exchange(fd, request, 32, reply, 6));
    CHECK_EQUAL(1, fake_resets);
    close(fd);
    stop();
}

static void should_break_as_told(void) {
    start();
    uint32_t id;
    uint8_t reply[64];
    int fd = connect_client();
    fake_arm(board, FAULT_STLINK_WRONG_SERIAL, 0, 0);
    exchange(fd, INFO_REQUEST, 8, reply, 45);
    CHECK(strcmp("VIRT0123456789ABCDEF0123", (const char *)reply + 8) != 0);
    fake_arm(board, FAULT_STLINK_BUSY, 0, 0);
    exchange(fd, INFO_REQUEST, 8, reply, 45);
    CHECK_EQUAL(1, reply[44]);
    fake_disarm(board, FAULT_STLINK_BUSY);
    fake_arm(board, FAULT_STLINK_OPEN_ERROR, 0, 0);
    CHECK_EQUAL(0x1003, open_probe(fd, &id));
    fake_disarm(board, FAULT_STLINK_OPEN_ERROR);
    CHECK_EQUAL(1, open_probe(fd, &id));
    fake_arm(board, FAULT_STLINK_UNPLUG, 0, 0);
    CHECK_EQUAL(6, get_mode(fd, id, reply));
    CHECK_EQUAL(0x1001, stlink_get32(reply));
    exchange(fd, "\x01", 1, reply, 4);
    CHECK_EQUAL(0, stlink_get32(reply));
    fake_disarm(board, FAULT_STLINK_UNPLUG);
    fake_arm(board, FAULT_STLINK_STALL, 2, 0);
    CHECK_EQUAL(6, get_mode(fd, id, reply));
    CHECK_EQUAL(6, get_mode(fd, id, reply));
    CHECK_EQUAL(0, get_mode(fd, id, reply));
    CHECK_EQUAL(0, get_mode(fd, id, reply));
    fake_disarm(board, FAULT_STLINK_STALL);
    CHECK_EQUAL(6, get_mode(fd, id, reply));
    fake_arm(board, FAULT_STLINK_TCP_DROP, 1, 0);
    CHECK_EQUAL(6, get_mode(fd, id, reply));
    CHECK_EQUAL(-1, get_mode(fd, id, reply));
    close(fd);
    fd = connect_client();
    CHECK_EQUAL(1, open_probe(fd, &id)); // the line is cut once
    CHECK_EQUAL(6, get_mode(fd, id, reply));
    close(fd);
    stop();
}

static void should_hang_up_on_nonsense(void) {
    start();
    uint8_t reply[4];
    int fd = connect_client();
    CHECK_EQUAL(-1, exchange(fd, "GET / HTTP/1.0", 14, reply, 4));
    close(fd);
    fd = connect_client();
    uint8_t request[32];
    usb_request(request, 1, "\xF2", 1, true, 1u << 30);
    CHECK_EQUAL(-1, exchange(fd, request, 32, reply, 4));
    close(fd);
    stop();
}

int main(void) {
    should_answer_the_opening_conversation();
    should_take_requests_in_pieces_and_in_a_row();
    should_lend_the_probe_to_one_client_at_a_time();
    should_take_the_probe_from_a_client_that_has_just_ended();
    should_carry_out_a_reset_before_the_answer();
    should_break_as_told();
    should_hang_up_on_nonsense();
    puts("ST-Link over TCP: 6 checks passed");
    return 0;
}
