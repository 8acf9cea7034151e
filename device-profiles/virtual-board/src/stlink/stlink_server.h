// SPDX-License-Identifier: GPL-2.0-or-later
// An ST-Link behind the stlink-server TCP protocol on 127.0.0.1 (OpenOCD: `st-link backend tcp PORT`).
#ifndef VB_STLINK_SERVER_H
#define VB_STLINK_SERVER_H

#include "board/board.h"
#include "loop/loop.h"

typedef struct StlinkServer StlinkServer;

StlinkServer *stlink_new(Board *board, Loop *loop,
                         uint16_t port); // port 0 = a free one; NULL with a message on stderr
void stlink_free(StlinkServer *server);
uint16_t stlink_port(const StlinkServer *server);

#endif
