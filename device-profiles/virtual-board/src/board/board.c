// SPDX-License-Identifier: GPL-2.0-or-later
#include "board/board.h"
#include <stdlib.h>

// ---- what the core tells ----

static void system_reset_request(void *context) { board_request_reset(context, RESET_SOFTWARE); }

static void debug_event(void *context, uint32_t dfsr_bit) {
    Board *board = context;
    (void)dfsr_bit;
    chip_core_halted(board->chip, true);
}

static bool halting_debug_enabled(void *context) {
    return debug_halting_enabled(((const Board *)context)->debug);
}

static uint32_t vector_catch(void *context) { return debug_vector_catch(((const Board *)context)->debug); }

static void core_lint(void *context, const char *kind, const char *message) {
    lints_note(((Board *)context)->lints, kind, "%s", message);
}

// ---- faults that concern the whole board ----

static void brown_out(Board *board) {
    chip_power_lost(board->chip);
    flash_power_lost(board->flash);
    board_reset(board, RESET_BROWN_OUT);
}

static void fault_changed(void *context, FaultName name, const Fault *changed) {
    Board *board = context;
    if (name == FAULT_POWER_OFF) {
        board_set_power(board, !changed->armed || changed->args[0] > 0);
    } else if (name == FAULT_BROWN_OUT && changed->armed) {
        fault(board->faults, name)->armed = false; // a moment, not a state
        brown_out(board);
    }
}

static const char *objection(void *context, FaultName name) {
    bool powered = ((const Board *)context)->powered;
    return name == FAULT_BROWN_OUT && !powered ? "the board has no power; 'power on' first" : NULL;
}

// ---- what the chip tells ----

static void request_reset(void *context, ResetCause cause) { board_request_reset(context, cause); }

static bool powered(void *context) { return ((const Board *)context)->powered; }

static void serial_send(void *context, uint8_t byte, double bits_per_second) {
    SerialLine *line = ((const Board *)context)->serial_line;
    if (line != NULL) {
        serial_line_to_host(line, byte, bits_per_second);
    }
}

static bool serial_receiving(void *context) {
    const SerialLine *line = ((const Board *)context)->serial_line;
    return line != NULL && serial_line_busy(line);
}

static void marked(void *context, uint32_t mark) {
    Board *board = context;
    intervals_mark(&board->intervals, board->core, mark);
}

// ---- construction ----

static Chip *new_chip(Board *board) {
    ChipConfig config = {.timeline = board->timeline,
                         .bus = board->bus,
                         .faults = board->faults,
                         .lints = board->lints,
                         .revision = board->options.revision,
                         .serial = board->options.serial,
                         .fast_flash = board->options.fast_flash,
                         .flash_file = board->options.flash_file,
                         .context = board,
                         .request_reset = request_reset,
                         .powered = powered,
                         .serial_send = serial_send,
                         .serial_receiving = serial_receiving};
    return chip_new(&config);
}

static bool build(Board *board) {
    board->timeline = timeline_new();
    board->bus = bus_new();
    board->faults = faults_new();
    board->lints = lints_new();
    board->chip = new_chip(board);
    if (board->chip == NULL) {
        return false;
    }
    board->flash = chip_flash(board->chip);
    CoreConfig config = {
        .bus = board->bus,
        .timeline = board->timeline,
        .context = board,
        .system_reset_request = system_reset_request,
        .debug_event = debug_event,
        .halting_debug_enabled = halting_debug_enabled,
        .vector_catch = vector_catch,
        .lint = core_lint,
        .profile = board->options.profile,
        .instruction_timing = board->options.instruction_timing,
    };
    board->core = core_new(&config);
    if (board->core == NULL) {
        return false;
    }
    core_attach_system_control_space(board->core);
    intervals_clear(&board->intervals);
    DebugConfig debug = {.bus = board->bus,
                         .timeline = board->timeline,
                         .lints = board->lints,
                         .core = board->core,
                         .context = board,
                         .marked = marked};
    board->debug = debug_new(&debug);
    chip_set_core(board->chip, board->core);
    faults_on_arming(board->faults, objection, board);
    faults_on_change(board->faults, fault_changed, board);
    return true;
}

Board *board_new(const BoardOptions *options) {
    Board *board = calloc(1, sizeof *board);
    if (board == NULL) {
        abort();
    }
    board->options = *options;
    if (!build(board)) {
        board_free(board);
        return NULL;
    }
    board_set_power(board, true);
    return board;
}

void board_free(Board *board) {
    if (board == NULL) {
        return;
    }
    debug_free(board->debug);
    board->debug = NULL;
    core_free(board->core);
    board->core = NULL;
    if (board->chip != NULL) {
        chip_set_core(board->chip, NULL); // it switches its interrupts off while it goes
    }
    chip_free(board->chip);
    lints_free(board->lints);
    faults_free(board->faults);
    bus_free(board->bus);
    timeline_free(board->timeline);
    free(board);
}

// ---- reset and power ----

void board_request_reset(Board *board, ResetCause cause) {
    board->reset_pending = true;
    board->reset_cause = cause;
    core_stop(board->core);
}

static void reset_parts(Board *board, ResetCause cause) {
    board->reset_pending = false;
    board->reset_cause = cause;
    fault(board->faults, FAULT_CORE_HANG)->armed = false; // a reset is the cure
    flash_reset(board->flash);
    bus_reset_devices(board->bus);
    chip_reset(board->chip, cause);
    debug_reset(board->debug, cause == RESET_POWER_ON || cause == RESET_BROWN_OUT);
    core_reset(board->core, flash_boot_address(board->flash), debug_halts_at_reset(board->debug));
    chip_core_halted(board->chip, core_is_halted(board->core));
}

void board_reset(Board *board, ResetCause cause) {
    board->resets++;
    reset_parts(board, cause);
}

// Everything is in reset from the falling edge on; the core starts at the rising one, with the vector catch
// that the debugger asked for in between.
void board_hold_nreset(Board *board, bool held) {
    bool changed = board->nreset_held != held;
    board->nreset_held = held;
    if (!changed || !board->powered) {
        return;
    }
    if (held) {
        reset_parts(board, RESET_PIN);
    } else {
        board_reset(board, RESET_PIN);
    }
}

void board_set_power(Board *board, bool on) {
    if (on == board->powered) {
        return;
    }
    board->powered = on;
    if (on) {
        board_reset(board, RESET_POWER_ON);
        return;
    }
    flash_power_lost(board->flash);
    bus_reset_devices(board->bus);
    chip_power_lost(board->chip);
}

// ---- running ----

static bool core_can_run(Board *board) {
    return board->powered && !board->nreset_held && !fault_armed(board->faults, FAULT_CORE_HANG) &&
           !chip_clock_stopped(board->chip);
}

bool board_is_idle(Board *board) {
    if (board->reset_pending) {
        return false;
    }
    CoreState state = core_state(board->core);
    bool runs = state == CORE_RAN ||
                (state == CORE_SLEEPS && core_wakes(board->core)); // interrupts wake no halted core
    return !runs || !core_can_run(board);
}

static void skip_to_next_event(Board *board, Picoseconds deadline) {
    Picoseconds next = timeline_next_event(board->timeline);
    timeline_jump_to(board->timeline, next < deadline ? next : deadline);
    timeline_fire_due(board->timeline);
}

// Executes until the deadline or until the core stops by itself. False when the deadline is reached.
static bool execute(Board *board, Picoseconds deadline) {
    if (board->reset_pending) {
        board_reset(board, board->reset_cause);
    }
    if (timeline_now(board->timeline) >= deadline) {
        return false;
    }
    if (core_can_run(board)) {
        chip_core_halted(board->chip, core_is_halted(board->core));
        if (core_run(board->core, deadline) == CORE_RESET_REQUESTED) {
            board->reset_pending = true;
        }
    }
    return true;
}

void board_run(Board *board, Picoseconds deadline) {
    while (execute(board, deadline)) {
        if (board_is_idle(board)) {
            skip_to_next_event(board, deadline);
        }
    }
}

void board_run_while_busy(Board *board, Picoseconds deadline) {
    while (!board_is_idle(board) && execute(board, deadline)) {
    }
}
