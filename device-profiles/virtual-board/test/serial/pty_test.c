// SPDX-License-Identifier: GPL-2.0-or-later
// The real pseudo-terminal, opened and closed as a host program does.
#define _GNU_SOURCE
#include "chip_test.h"
#include "serial/pty.h"
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

static int open_port(const Pty *pty) {
    int port = open(pty->path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    CHECK(port >= 0);
    return port;
}

static void shouldPassEveryByteUnchanged(void) {
    Pty pty;
    CHECK(pty_open(&pty, 921600));
    int port = open_port(&pty);
    uint8_t sent[256];
    uint8_t heard[512];
    for (unsigned i = 0; i < sizeof sent; i++) {
        sent[i] = (uint8_t)i; // control characters among them
    }
    CHECK_EQUAL(sizeof sent, pty_write(&pty, sent, sizeof sent));
    CHECK_EQUAL(sizeof sent, read(port, heard, sizeof heard));
    CHECK(memcmp(sent, heard, sizeof sent) == 0);
    CHECK_EQUAL(sizeof sent, write(port, sent, sizeof sent));
    usleep(10000);
    CHECK_EQUAL(sizeof sent, pty_read(&pty, heard, sizeof heard));
    CHECK(memcmp(sent, heard, sizeof sent) == 0);
    close(port);
    pty_close(&pty);
}

static void shouldKnowTheHostsRate(void) {
    static const struct {
        speed_t constant;
        uint32_t rate;
    } rates[] = {{B9600, 9600}, {B115200, 115200}, {B921600, 921600}, {B3000000, 3000000}, {B0, 0}};
    Pty pty;
    CHECK(pty_open(&pty, 921600));
    CHECK_EQUAL(921600, pty_host_rate(&pty));
    int port = open_port(&pty);
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct termios settings;
        CHECK(tcgetattr(port, &settings) == 0);
        cfsetspeed(&settings, rates[i].constant);
        CHECK(tcsetattr(port, TCSANOW, &settings) == 0);
        CHECK_EQUAL(rates[i].rate, pty_host_rate(&pty));
    }
    close(port);
    pty_close(&pty);
}

static void shouldNoticeOpeningAndClosing(void) {
    Pty pty;
    int openings = 0;
    CHECK(pty_open(&pty, 921600));
    CHECK(!pty_open_changes(&pty, &openings).opened);
    CHECK_EQUAL(0, openings);
    int port = open_port(&pty);
    PtyChanges changes = pty_open_changes(&pty, &openings);
    CHECK(changes.opened && !changes.abandoned);
    CHECK_EQUAL(1, openings);
    close(port);
    changes = pty_open_changes(&pty, &openings);
    CHECK(!changes.opened && changes.abandoned);
    CHECK_EQUAL(0, openings);
    uint8_t byte;
    CHECK_EQUAL(0, pty_read(&pty, &byte, 1)); // no hang-up: the port can be opened again
    port = open_port(&pty);
    pty_open_changes(&pty, &openings);
    close(port);
    port = open_port(&pty);
    CHECK(pty_open_changes(&pty, &openings).abandoned);
    CHECK_EQUAL(1, openings);
    close(port);
    pty_close(&pty);
}

static void shouldKnowForCertainWhetherThePortIsOpen(void) {
    Pty pty;
    int openings = 0;
    uint8_t byte;
    CHECK(pty_open(&pty, 123456));
    CHECK(!pty_is_open_on_host(&pty));
    int port = open_port(&pty);
    CHECK(pty_is_open_on_host(&pty));
    CHECK_EQUAL(1, write(port, "x", 1));
    pty_open_changes(&pty, &openings);
    CHECK_EQUAL(1, openings);
    close(port);
    CHECK(!pty_is_open_on_host(&pty));
    pty_open_changes(&pty, &openings);
    CHECK_EQUAL(0, openings);
    CHECK_EQUAL(1, pty_read(&pty, &byte, 1));
    CHECK_EQUAL(123456, pty_host_rate(&pty));
    port = open_port(&pty);
    CHECK_EQUAL(1, pty_write(&pty, &byte, 1));
    CHECK_EQUAL(1, read(port, &byte, 1));
    close(port);
    pty_close(&pty);
}

static void shouldNotBlockWhenNobodyReads(void) {
    Pty pty;
    CHECK(pty_open(&pty, 921600));
    static uint8_t bytes[1 << 20];
    size_t taken = pty_write(&pty, bytes, sizeof bytes);
    CHECK(taken < sizeof bytes);
    while (pty_write(&pty, bytes, sizeof bytes) > 0) {
    }
    pty_close(&pty);
}

int main(void) {
    shouldPassEveryByteUnchanged();
    shouldKnowTheHostsRate();
    shouldNoticeOpeningAndClosing();
    shouldKnowForCertainWhetherThePortIsOpen();
    shouldNotBlockWhenNobodyReads();
    return 0;
}
