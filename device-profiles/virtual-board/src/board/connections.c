// SPDX-License-Identifier: GPL-2.0-or-later
// What connects the board to the host: the loop that drives it and the serial line.
#include "board/board.h"

static bool is_idle(void *context) { return board_is_idle(context); }

static void run(void *context, Picoseconds deadline) { board_run(context, deadline); }

static void run_while_busy(void *context, Picoseconds deadline) { board_run_while_busy(context, deadline); }

static bool line_is_active(void *context) {
    const Board *board = context;
    return serial_line_busy(board->serial_line) || chip_serial_sending(board->chip);
}

static bool host_is_late(void *context) {
    return serial_line_host_is_late(((const Board *)context)->serial_line);
}

Loop *board_loop_new(Board *board) {
    LoopConfig config = {.timeline = board->timeline,
                         .throttle = board->options.throttle,
                         .context = board,
                         .is_idle = is_idle,
                         .run = run,
                         .run_while_busy = run_while_busy,
                         .line_is_active = line_is_active,
                         .host_is_late = host_is_late};
    return loop_new(&config);
}

static bool powered(void *context) { return ((const Board *)context)->powered; }

static void deliver(void *context, uint8_t byte, double bits_per_second) {
    chip_serial_receive(((const Board *)context)->chip, byte, bits_per_second);
}

SerialLine *board_serial_line_new(Board *board, Loop *loop) {
    SerialLineConfig config = {.timeline = board->timeline,
                               .faults = board->faults,
                               .loop = loop,
                               .v2_1 = board->options.probe == PROBE_V2_1,
                               .context = board,
                               .powered = powered,
                               .deliver = deliver};
    board->serial_line = serial_line_new(&config);
    return board->serial_line;
}
