// SPDX-License-Identifier: GPL-2.0-or-later
// Virtual time of one board: a clock in picoseconds and the queue of what will happen at which moment of it.
//
// Time moves only when the core executes (by the cycles the core reports, at the CPU clock the registers
// give) or when the host loop lets an idle board jump to its next event. Nothing here reads the host's clock.
#ifndef VB_TIMELINE_H
#define VB_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t Picoseconds;
#define PICOSECONDS_PER_SECOND UINT64_C(1000000000000)
#define TIMELINE_NEVER UINT64_MAX

typedef struct Timeline Timeline;

// Embedded in its owner; `fire` runs between two instructions of the core with timeline_now() >= at.
typedef struct Event {
    const char *name;
    void (*fire)(void *context);
    void *context;
    Picoseconds at;    // valid while queued
    size_t heap_index; // private; 0 = not queued
    uint64_t sequence; // private; events of one moment fire in the order they were scheduled
} Event;

Timeline *timeline_new(void);
void timeline_free(Timeline *timeline);

// Now, exact to the instruction even inside a basic block (the core installs the fine-grained part).
Picoseconds timeline_now(const Timeline *timeline);
// CPU cycles since power-on, exact to the instruction; stands still while the core sleeps or is halted.
uint64_t timeline_cycles(const Timeline *timeline);
// Inside Event.fire: the moment that the event was scheduled for. The core fires it up to a basic block
// later, which on a slow clock is a good part of a bit on a serial line. Outside of events: now.
Picoseconds timeline_event_time(const Timeline *timeline);

// The CPU clock changed (RCC): later cycles take 1/hz. hz > 0.
void timeline_set_cpu_hz(Timeline *timeline, uint32_t hz);
uint32_t timeline_cpu_hz(const Timeline *timeline);

// (Re)schedules the event for `at`; a moment in the past fires at the next instruction boundary.
void timeline_schedule(Timeline *timeline, Event *event, Picoseconds at);
void timeline_cancel(Timeline *timeline, Event *event); // no effect when not queued
bool timeline_is_queued(const Event *event);
Picoseconds timeline_next_event(const Timeline *timeline); // TIMELINE_NEVER when the queue is empty

// count * 1e12 / hz rounded down, without overflow for count < 2^40. A sender of many bytes anchors at the
// first byte and calls this with the total count, so that rounding never accumulates.
Picoseconds picoseconds_of_ticks(uint64_t count, uint32_t hz);

// For the core only: advance by executed cycles, or jump while the core sleeps or is halted.
void timeline_advance_cycles(Timeline *timeline, uint64_t cycles);
void timeline_jump_to(Timeline *timeline, Picoseconds at);
void timeline_fire_due(Timeline *timeline);
// Cycles from now until the next event (rounded up, at least 1), UINT64_MAX when there is none.
uint64_t timeline_cycles_to_next_event(const Timeline *timeline);
// The same for any moment; UINT64_MAX for TIMELINE_NEVER.
uint64_t timeline_cycles_until(const Timeline *timeline, Picoseconds at);
// Called when a new event became the earliest or the clock changed: what the core computed from them is
// stale.
void timeline_on_change(Timeline *timeline, void (*changed)(void *context), void *context);
// `cycles_into_block(context)` gives the cycles of the current basic block that are done already but not yet
// advanced.
void timeline_set_fine_clock(Timeline *timeline, int64_t (*cycles_into_block)(void *context), void *context);

#endif
