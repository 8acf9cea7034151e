// SPDX-License-Identifier: GPL-2.0-or-later
// The only thread: waits for file descriptors, lets the board run in slices between them, paces an idle board
// to the host's clock.
#ifndef VB_LOOP_H
#define VB_LOOP_H

#include "time/timeline.h"
#include <stdbool.h>

typedef struct Loop Loop;
typedef void LoopReady(void *context, short revents); // poll(2) bits

typedef struct LoopConfig {
    Timeline *timeline;
    bool throttle;                  // virtual time never runs ahead of the host's clock
    void *context;                  // passed to the callbacks below
    bool (*is_idle)(void *context); // nothing executes until an event of the timeline or the outside
    void (*run)(void *context, Picoseconds deadline);
    void (*run_while_busy)(void *context, Picoseconds deadline); // the same, but returns once idle
    bool (*line_is_active)(void *context);                       // bytes are on the serial line
    bool (*host_is_late)(void *context); // the host does not fetch the serial bytes fast enough
} LoopConfig;

Loop *loop_new(const LoopConfig *config);
void loop_free(Loop *loop);
void loop_watch(Loop *loop, int fd, short events, LoopReady *ready,
                void *context);        // again for the same fd: replaces
void loop_unwatch(Loop *loop, int fd); // allowed inside callbacks
int loop_run(Loop *loop);              // until loop_quit; returns the exit code
void loop_quit(Loop *loop, int exit_code);

#endif
