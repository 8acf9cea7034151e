// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_board.h"
#include <string.h>

#define AIRCR_BASE 0xE000ED0Cu

FakeCore fake_core;
unsigned fake_resets;

struct Core {
    int unused;
};
static struct Core the_core;

// The one register of the System Control Space that the probe itself writes.
static BusResult read_aircr(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                            uint32_t *value) {
    (void)context, (void)master, (void)offset, (void)size_bytes;
    *value = 0xFA050000;
    return BUS_OK;
}

static BusResult write_aircr(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                             uint32_t value) {
    (void)master, (void)offset, (void)size_bytes;
    Board *board = context;
    board->reset_pending = board->reset_pending || value == 0x05FA0004;
    return BUS_OK;
}

Board *fake_board_new(const BoardOptions *options) {
    Board *board = calloc(1, sizeof *board);
    memset(&fake_core, 0, sizeof fake_core);
    fake_resets = 0;
    board->options = *options;
    board->timeline = timeline_new();
    board->bus = bus_new();
    board->faults = faults_new();
    board->lints = lints_new();
    board->core = &the_core;
    board->powered = true;
    Device aircr = {.name = "AIRCR",
                    .base = AIRCR_BASE,
                    .size_bytes = 4,
                    .context = board,
                    .read = read_aircr,
                    .write = write_aircr};
    bus_attach_device(board->bus, &aircr);
    return board;
}

void fake_board_free(Board *board) {
    timeline_free(board->timeline);
    bus_free(board->bus);
    faults_free(board->faults);
    lints_free(board->lints);
    free(board);
}

static void flash_interrupt(void *context, bool level) {
    (void)context;
    fake_core.irq[4] = level;
}

static void flash_latency_changed(void *context) { (void)context; }

FlashController *fake_board_flash(Board *board) {
    FlashConfig config = {.timeline = board->timeline,
                          .bus = board->bus,
                          .faults = board->faults,
                          .lints = board->lints,
                          .fast = board->options.fast_flash,
                          .file = board->options.flash_file,
                          .interrupt = flash_interrupt,
                          .latency_changed = flash_latency_changed};
    return flash_new(&config);
}

DebugUnit *fake_board_debug(Board *board) {
    DebugConfig config = {
        .bus = board->bus, .timeline = board->timeline, .lints = board->lints, .core = board->core};
    return debug_new(&config);
}

void fake_arm(Board *board, FaultName name, uint32_t first, uint32_t second) {
    faults_set(board->faults, name, (Fault){.armed = true, .args = {first, second}});
}

void fake_disarm(Board *board, FaultName name) { faults_set(board->faults, name, (Fault){.armed = false}); }

void board_hold_nreset(Board *board, bool held) {
    if (board->nreset_held && !held) {
        fake_resets++;
    }
    board->nreset_held = held;
}

void board_run(Board *board, Picoseconds deadline) {
    (void)deadline;
    fake_resets += board->reset_pending ? 1 : 0;
    board->reset_pending = false;
}

uint32_t core_register(const Core *core, unsigned regsel) {
    (void)core;
    return fake_core.registers[regsel];
}

void core_set_register(Core *core, unsigned regsel, uint32_t value) {
    (void)core;
    fake_core.registers[regsel] = value;
}

CoreState core_state(const Core *core) {
    (void)core;
    return fake_core.halted      ? CORE_HALTED
           : fake_core.locked_up ? CORE_LOCKED_UP
           : fake_core.sleeping  ? CORE_SLEEPS
                                 : CORE_RAN;
}

uint64_t core_instructions(const Core *core) {
    (void)core;
    return fake_core.instructions;
}

void core_halt(Core *core) {
    (void)core;
    fake_core.halted = true;
}

void core_resume(Core *core) {
    (void)core;
    fake_core.halted = false;
    fake_core.resumes++;
}

void core_step(Core *core, bool mask_interrupts) {
    (void)core;
    fake_core.steps++;
    fake_core.step_masked = mask_interrupts;
    fake_core.instructions++;
}

bool core_is_halted(const Core *core) {
    (void)core;
    return fake_core.halted;
}

void core_set_breakpoints(Core *core, const uint32_t *addresses, size_t count) {
    (void)core;
    memcpy(fake_core.breakpoints, addresses, count * sizeof *addresses);
    fake_core.breakpoint_count = count;
}

void core_set_watchpoints(Core *core, const Watchpoint *watchpoints, size_t count) {
    (void)core;
    memcpy(fake_core.watchpoints, watchpoints, count * sizeof *watchpoints);
    fake_core.watchpoint_count = count;
}

uint32_t core_dfsr(const Core *core) {
    (void)core;
    return fake_core.dfsr;
}
