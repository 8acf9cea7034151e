// SPDX-License-Identifier: GPL-2.0-or-later
#include "serial/pty.h"
#include <asm/termbits.h> // termios2: arbitrary rates; excludes <termios.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool make_raw(int slave, uint32_t bits_per_second) {
    struct termios2 settings;
    if (ioctl(slave, TCGETS2, &settings) != 0) {
        return false;
    }
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = CS8 | CREAD | CLOCAL | BOTHER;
    settings.c_ispeed = bits_per_second;
    settings.c_ospeed = bits_per_second;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return ioctl(slave, TCSETS2, &settings) == 0;
}

static bool open_pair(Pty *pty, uint32_t bits_per_second) {
    pty->master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    int unlock = 0;
    int number;
    if (pty->master < 0 || ioctl(pty->master, TIOCSPTLCK, &unlock) != 0 ||
        ioctl(pty->master, TIOCGPTN, &number) != 0) {
        return false;
    }
    snprintf(pty->path, sizeof pty->path, "/dev/pts/%d", number);
    pty->slave = open(pty->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return pty->slave >= 0 && make_raw(pty->slave, bits_per_second);
}

static void watch_openings(Pty *pty) {
    pty->watch = pty->inotify >= 0 ? inotify_add_watch(pty->inotify, pty->path, IN_OPEN | IN_CLOSE) : -1;
    if (pty->inotify >= 0 && pty->watch < 0) {
        close(pty->inotify);
        pty->inotify = -1;
    }
}

bool pty_open(Pty *pty, uint32_t bits_per_second) {
    *pty = (Pty){.master = -1, .slave = -1, .inotify = -1};
    if (!open_pair(pty, bits_per_second)) {
        fprintf(stderr, "virtual board: no pseudo-terminal for the serial port: %s\n", strerror(errno));
        pty_close(pty);
        return false;
    }
    pty->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch_openings(pty);
    return true;
}

static void close_if_open(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

void pty_close(Pty *pty) {
    close_if_open(&pty->inotify);
    close_if_open(&pty->slave);
    close_if_open(&pty->master);
}

uint32_t pty_host_rate(const Pty *pty) {
    struct termios2 settings;
    if (ioctl(pty->slave, TCGETS2, &settings) != 0) {
        return 0;
    }
    return settings.c_ospeed;
}

size_t pty_write(const Pty *pty, const uint8_t *bytes, size_t count) {
    ssize_t written = write(pty->master, bytes, count);
    return written < 0 ? 0 : (size_t)written;
}

size_t pty_read(const Pty *pty, uint8_t *bytes, size_t capacity) {
    ssize_t got = read(pty->master, bytes, capacity);
    return got < 0 ? 0 : (size_t)got;
}

PtyChanges pty_open_changes(const Pty *pty, int *openings) {
    _Alignas(struct inotify_event) char buffer[4096];
    PtyChanges changes = {0};
    ssize_t got;
    while (pty->inotify >= 0 && (got = read(pty->inotify, buffer, sizeof buffer)) > 0) {
        for (const char *at = buffer; at < buffer + got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            if ((event->mask & IN_OPEN) != 0) {
                ++*openings;
                changes.opened = true;
            } else if ((event->mask & IN_CLOSE) != 0 && *openings > 0 && --*openings == 0) {
                changes.abandoned = true;
            }
            at += sizeof *event + event->len;
        }
    }
    return changes;
}

// The master hangs up when nobody has the other end: neither the host nor, for this moment, we.
bool pty_is_open_on_host(Pty *pty) {
    struct termios2 settings;
    struct pollfd master = {.fd = pty->master, .events = POLLIN};
    bool known = ioctl(pty->slave, TCGETS2, &settings) == 0;
    if (pty->inotify >= 0) {
        inotify_rm_watch(pty->inotify, pty->watch); // our own closing and opening are no news
    }
    close(pty->slave);
    poll(&master, 1, 0);
    pty->slave = open(pty->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (known) {
        ioctl(pty->slave, TCSETS2, &settings);
    }
    if (pty->inotify >= 0) {
        watch_openings(pty);
    }
    return (master.revents & POLLHUP) == 0;
}

void pty_discard_unread(const Pty *pty) { ioctl(pty->slave, TCFLSH, TCIFLUSH); }
