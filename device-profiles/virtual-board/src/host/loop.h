// SPDX-License-Identifier: GPL-2.0-or-later
// The only thread: waits for file descriptors, lets the board run in slices between them, paces an idle board
// to the host's clock.
#ifndef VB_LOOP_H
#define VB_LOOP_H

#include "board.h"

typedef struct Loop Loop;
typedef void LoopReady(void *context, short revents); // poll(2) bits

Loop *loop_new(Board *board);
void loop_free(Loop *loop);
void loop_watch(Loop *loop, int fd, short events, LoopReady *ready,
                void *context);        // again for the same fd: replaces
void loop_unwatch(Loop *loop, int fd); // allowed inside callbacks
int loop_run(Loop *loop);              // until loop_quit; returns the exit code
void loop_quit(Loop *loop, int exit_code);

#endif
