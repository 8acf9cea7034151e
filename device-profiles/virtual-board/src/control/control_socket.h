// SPDX-License-Identifier: GPL-2.0-or-later
// UNIX stream socket: one command a line, one JSON object a line back ({"ok":true,…} or
// {"ok":false,"error":"…"}). Commands: status | lints | counters [clear] | fault NAME [ARGUMENTS] | clear
// [NAME] | power off|on | reset
#ifndef VB_CONTROL_SOCKET_H
#define VB_CONTROL_SOCKET_H

#include "board/board.h"
#include "loop/loop.h"

typedef struct ControlSocket ControlSocket;

ControlSocket *control_socket_new(Board *board, Loop *loop,
                                  const char *path); // NULL with a message on stderr
void control_socket_free(ControlSocket *control);

// One command without its line end; the answer is written into `answer` (no line end). For the socket and for
// tests.
void control_execute(Board *board, const char *command, char *answer, size_t answer_bytes);

#endif
