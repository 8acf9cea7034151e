// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/timeline.h"
#include <stdlib.h>

#define RESET_CPU_HZ UINT32_C(64000000) // HSI, the clock after reset (RM0433 8.5.2)

struct Timeline {
    // Time is anchored where the clock last changed or jumped, so that rounding never accumulates.
    Picoseconds anchor_at;
    uint64_t anchor_cycles;
    uint64_t cycles;
    uint32_t cpu_hz;
    Event **heap; // heap[1..count], earliest first
    size_t count;
    size_t capacity;
    uint64_t next_sequence;
    bool firing;
    Picoseconds firing_at; // of the event that fires now
    int64_t (*cycles_into_block)(void *context);
    void *fine_context;
    void (*changed)(void *context);
    void *changed_context;
};

Timeline *timeline_new(void) {
    Timeline *timeline = calloc(1, sizeof *timeline);
    if (timeline == NULL) {
        abort();
    }
    timeline->cpu_hz = RESET_CPU_HZ;
    return timeline;
}

void timeline_free(Timeline *timeline) {
    if (timeline != NULL) {
        free(timeline->heap);
        free(timeline);
    }
}

Picoseconds picoseconds_of_ticks(uint64_t count, uint32_t hz) {
    return (Picoseconds)((unsigned __int128)count * PICOSECONDS_PER_SECOND / hz);
}

static Picoseconds moment_of(const Timeline *timeline, uint64_t cycles) {
    if (cycles <= timeline->anchor_cycles) {
        return timeline->anchor_at; // the block in which the clock changed is not over yet
    }
    return timeline->anchor_at + picoseconds_of_ticks(cycles - timeline->anchor_cycles, timeline->cpu_hz);
}

uint64_t timeline_cycles(const Timeline *timeline) {
    int64_t fine =
        timeline->cycles_into_block == NULL ? 0 : timeline->cycles_into_block(timeline->fine_context);
    return timeline->cycles + (uint64_t)fine;
}

Picoseconds timeline_now(const Timeline *timeline) { return moment_of(timeline, timeline_cycles(timeline)); }

static void notify_changed(Timeline *timeline) {
    if (timeline->changed != NULL) {
        timeline->changed(timeline->changed_context);
    }
}

void timeline_set_cpu_hz(Timeline *timeline, uint32_t hz) {
    if (hz == timeline->cpu_hz) {
        return;
    }
    uint64_t cycles = timeline_cycles(timeline);
    timeline->anchor_at = moment_of(timeline, cycles);
    timeline->anchor_cycles = cycles;
    timeline->cpu_hz = hz;
    notify_changed(timeline);
}

uint32_t timeline_cpu_hz(const Timeline *timeline) { return timeline->cpu_hz; }

// ---- the queue: a binary heap whose events know their places ----

static bool earlier(const Event *a, const Event *b) {
    return a->at != b->at ? a->at < b->at : a->sequence < b->sequence;
}

static void place(Timeline *timeline, size_t index, Event *event) {
    timeline->heap[index] = event;
    event->heap_index = index;
}

static void sift_up(Timeline *timeline, size_t index, Event *event) {
    while (index > 1 && earlier(event, timeline->heap[index / 2])) {
        place(timeline, index, timeline->heap[index / 2]);
        index /= 2;
    }
    place(timeline, index, event);
}

static void sift_down(Timeline *timeline, size_t index, Event *event) {
    for (;;) {
        size_t child = 2 * index;
        if (child > timeline->count) {
            break;
        }
        if (child < timeline->count && earlier(timeline->heap[child + 1], timeline->heap[child])) {
            child++;
        }
        if (!earlier(timeline->heap[child], event)) {
            break;
        }
        place(timeline, index, timeline->heap[child]);
        index = child;
    }
    place(timeline, index, event);
}

static void grow(Timeline *timeline) {
    timeline->capacity = timeline->capacity == 0 ? 32 : 2 * timeline->capacity;
    timeline->heap = realloc(timeline->heap, timeline->capacity * sizeof(Event *));
    if (timeline->heap == NULL) {
        abort();
    }
}

static void remove_from_heap(Timeline *timeline, Event *event) {
    size_t index = event->heap_index;
    Event *last = timeline->heap[timeline->count--];
    event->heap_index = 0;
    if (last == event) {
        return;
    }
    if (index > 1 && earlier(last, timeline->heap[index / 2])) {
        sift_up(timeline, index, last);
    } else {
        sift_down(timeline, index, last);
    }
}

void timeline_schedule(Timeline *timeline, Event *event, Picoseconds at) {
    timeline_cancel(timeline, event);
    if (timeline->count + 1 >= timeline->capacity) {
        grow(timeline);
    }
    event->at = at;
    event->sequence = timeline->next_sequence++;
    sift_up(timeline, ++timeline->count, event);
    if (timeline->heap[1] == event) {
        notify_changed(timeline);
    }
}

void timeline_cancel(Timeline *timeline, Event *event) {
    if (event->heap_index != 0) {
        remove_from_heap(timeline, event);
    }
}

bool timeline_is_queued(const Event *event) { return event->heap_index != 0; }

Picoseconds timeline_next_event(const Timeline *timeline) {
    return timeline->count == 0 ? TIMELINE_NEVER : timeline->heap[1]->at;
}

// ---- for the core ----

void timeline_advance_cycles(Timeline *timeline, uint64_t cycles) {
    timeline->cycles += cycles;
    notify_changed(timeline);
}

void timeline_jump_to(Timeline *timeline, Picoseconds at) {
    uint64_t cycles = timeline_cycles(timeline);
    if (at > moment_of(timeline, cycles)) {
        timeline->anchor_at = at;
        timeline->anchor_cycles = cycles;
        notify_changed(timeline);
    }
}

Picoseconds timeline_event_time(const Timeline *timeline) {
    return timeline->firing ? timeline->firing_at : timeline_now(timeline);
}

void timeline_fire_due(Timeline *timeline) {
    Picoseconds now = timeline_now(timeline);
    while (timeline->count > 0 && timeline->heap[1]->at <= now) {
        Event *event = timeline->heap[1];
        remove_from_heap(timeline, event);
        timeline->firing = true;
        timeline->firing_at = event->at;
        event->fire(event->context);
        timeline->firing = false;
        now = timeline_now(timeline); // an event may change the clock
    }
}

uint64_t timeline_cycles_until(const Timeline *timeline, Picoseconds at) {
    if (at == TIMELINE_NEVER) {
        return UINT64_MAX;
    }
    if (at <= timeline->anchor_at) {
        return 1;
    }
    // The least n with floor(n * 1e12 / hz) >= wait is ceil(wait * hz / 1e12).
    unsigned __int128 wait = at - timeline->anchor_at;
    uint64_t n = (uint64_t)((wait * timeline->cpu_hz + PICOSECONDS_PER_SECOND - 1) / PICOSECONDS_PER_SECOND);
    uint64_t target = timeline->anchor_cycles + n;
    return target > timeline->cycles ? target - timeline->cycles : 1;
}

uint64_t timeline_cycles_to_next_event(const Timeline *timeline) {
    return timeline_cycles_until(timeline, timeline_next_event(timeline));
}

void timeline_set_fine_clock(Timeline *timeline, int64_t (*cycles_into_block)(void *context), void *context) {
    timeline->cycles_into_block = cycles_into_block;
    timeline->fine_context = context;
}

void timeline_on_change(Timeline *timeline, void (*changed)(void *context), void *context) {
    timeline->changed = changed;
    timeline->changed_context = context;
}
