// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE // ppoll
#include "loop/loop.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_WATCHES 64u
// Virtual time between two looks at the file descriptors while the core runs.
#define SLICE (PICOSECONDS_PER_SECOND / 1000)
// Events that an idle board with a busy serial line carries out between two looks.
#define EVENTS_BETWEEN_LOOKS 256u
// An idle board that has nothing but its own timers to do is woken no more often than this; what it missed is
// made up.
#define IDLE_GRANULARITY (PICOSECONDS_PER_SECOND / 200)
// A board that fell behind the host's clock by more than this is not made to hurry after it.
#define MAX_LAG (PICOSECONDS_PER_SECOND / 20)
#define PICOSECONDS_PER_NANOSECOND 1000u
#define NANOSECONDS_PER_SECOND 1000000000u

typedef struct Watch {
    LoopReady *ready;
    void *context;
} Watch;

struct Loop {
    LoopConfig config;
    struct pollfd fds[MAX_WATCHES];
    Watch watches[MAX_WATCHES];
    nfds_t count;
    Picoseconds anchor; // virtual time at the host's anchor_host
    Picoseconds anchor_host;
    bool quitting;
    int exit_code;
};

Loop *loop_new(const LoopConfig *config) {
    Loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        abort();
    }
    loop->config = *config;
    return loop;
}

void loop_free(Loop *loop) { free(loop); }

static nfds_t find_watch(const Loop *loop, int fd) {
    nfds_t i = 0;
    while (i < loop->count && loop->fds[i].fd != fd) {
        i++;
    }
    return i;
}

void loop_watch(Loop *loop, int fd, short events, LoopReady *ready, void *context) {
    nfds_t i = find_watch(loop, fd);
    if (i == loop->count) {
        if (loop->count == MAX_WATCHES) {
            abort();
        }
        loop->fds[loop->count++] = (struct pollfd){.fd = fd};
    }
    loop->fds[i].events = events;
    loop->watches[i] = (Watch){ready, context};
}

void loop_unwatch(Loop *loop, int fd) {
    nfds_t i = find_watch(loop, fd);
    if (i < loop->count) {
        loop->count--;
        memmove(&loop->fds[i], &loop->fds[i + 1], (loop->count - i) * sizeof loop->fds[0]);
        memmove(&loop->watches[i], &loop->watches[i + 1], (loop->count - i) * sizeof loop->watches[0]);
    }
}

void loop_quit(Loop *loop, int exit_code) {
    loop->quitting = true;
    loop->exit_code = exit_code;
}

// ---- the host's clock ----

static Picoseconds host_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (Picoseconds)now.tv_sec * PICOSECONDS_PER_SECOND +
           (Picoseconds)now.tv_nsec * PICOSECONDS_PER_NANOSECOND;
}

static void anchor_here(Loop *loop) {
    loop->anchor = timeline_now(loop->config.timeline);
    loop->anchor_host = host_now();
}

// Where virtual time would be if it had followed the host's clock since the anchor.
static Picoseconds paced_now(const Loop *loop) { return loop->anchor + (host_now() - loop->anchor_host); }

// An idle board never stays ahead of the host's clock, and a board that lags much does not try to catch up.
static void correct_anchor(Loop *loop) {
    Picoseconds now = timeline_now(loop->config.timeline);
    Picoseconds paced = paced_now(loop);
    bool ahead = now > paced && !loop->config.throttle;
    if (ahead || paced > now + MAX_LAG) {
        anchor_here(loop);
    }
}

// ---- waiting ----

static bool is_idle(const Loop *loop) { return loop->config.is_idle(loop->config.context); }

static bool line_is_active(const Loop *loop) { return loop->config.line_is_active(loop->config.context); }

static bool host_is_late(const Loop *loop) { return loop->config.host_is_late(loop->config.context); }

static void run_until(Loop *loop, Picoseconds deadline) { loop->config.run(loop->config.context, deadline); }

// Virtual time must wait for the host: it asked for that, or it does not fetch the serial bytes fast enough.
static bool follows_host(const Loop *loop) { return loop->config.throttle || host_is_late(loop); }

// How long nothing needs doing unless a file descriptor becomes ready; TIMELINE_NEVER = for ever.
static Picoseconds time_to_wait(Loop *loop) {
    bool idle = is_idle(loop);
    Picoseconds now = timeline_now(loop->config.timeline);
    Picoseconds paced = paced_now(loop);
    if (!follows_host(loop) && (!idle || line_is_active(loop))) {
        return 0;
    }
    if (!idle) { // run a slice at a time, rather than spin in step with the clock
        return now + SLICE > paced ? now + SLICE - paced : 0;
    }
    Picoseconds next = timeline_next_event(loop->config.timeline);
    if (next == TIMELINE_NEVER) {
        return TIMELINE_NEVER;
    }
    Picoseconds wait = next > paced ? next - paced : 0;
    return wait < IDLE_GRANULARITY && !line_is_active(loop) ? IDLE_GRANULARITY : wait;
}

static int wait_for_files(Loop *loop, Picoseconds duration) {
    Picoseconds nanoseconds = duration / PICOSECONDS_PER_NANOSECOND;
    struct timespec limit = {.tv_sec = (time_t)(nanoseconds / NANOSECONDS_PER_SECOND),
                             .tv_nsec = (long)(nanoseconds % NANOSECONDS_PER_SECOND)};
    return ppoll(loop->fds, loop->count, duration == TIMELINE_NEVER ? NULL : &limit, NULL);
}

// Callbacks may change the watches: look each ready descriptor up again.
static void dispatch(Loop *loop) {
    struct pollfd ready[MAX_WATCHES];
    nfds_t count = 0;
    for (nfds_t i = 0; i < loop->count; i++) {
        if (loop->fds[i].revents != 0) {
            ready[count++] = loop->fds[i];
        }
    }
    for (nfds_t i = 0; i < count && !loop->quitting; i++) {
        nfds_t index = find_watch(loop, ready[i].fd);
        if (index < loop->count) {
            Watch watch = loop->watches[index];
            watch.ready(watch.context, ready[i].revents);
        }
    }
}

// ---- running ----

static void run_idle_line(Loop *loop) {
    for (unsigned i = 0; i < EVENTS_BETWEEN_LOOKS && is_idle(loop) && line_is_active(loop); i++) {
        Picoseconds next = timeline_next_event(loop->config.timeline);
        if (next == TIMELINE_NEVER || host_is_late(loop)) {
            return;
        }
        run_until(loop, next);
    }
}

static void run_slice(Loop *loop) {
    if (follows_host(loop)) {
        run_until(loop, paced_now(loop));
    } else if (!is_idle(loop)) {
        loop->config.run_while_busy(loop->config.context, timeline_now(loop->config.timeline) + SLICE);
    } else if (line_is_active(loop)) {
        run_idle_line(loop);
    }
    correct_anchor(loop);
}

int loop_run(Loop *loop) {
    loop->quitting = false;
    anchor_here(loop);
    while (!loop->quitting) {
        int ready = wait_for_files(loop, time_to_wait(loop));
        if (is_idle(loop)) {
            run_until(loop, paced_now(loop)); // what happened while we waited, before anybody looks
        }
        if (ready > 0) {
            dispatch(loop);
        }
        run_slice(loop);
    }
    return loop->exit_code;
}
