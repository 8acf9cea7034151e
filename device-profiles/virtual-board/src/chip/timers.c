// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/timers.h"
#include "chip/rcc.h"
#include <stdlib.h>
#include <string.h>

enum {
    R_CR1 = 0x00,
    R_DIER = 0x0C,
    R_SR = 0x10,
    R_EGR = 0x14,
    R_CNT = 0x24,
    R_PSC = 0x28,
    R_ARR = 0x2C,
    R_LAST = 0x68
};

#define CR1_CEN 1u
#define CR1_OPM (1u << 3)
#define FLAG_UPDATE 1u
#define EGR_UG 1u

typedef struct Timer {
    ClockGate gate; // first: the context of the device
    unsigned irq;
    uint32_t registers[R_LAST / 4 + 1];
    uint32_t status;
    uint32_t prescaler;  // PSC as taken over at the last update
    uint32_t hz;         // kernel clock while it counts
    Picoseconds started; // when it held `start_count`
    uint32_t start_count;
    Event update;
} Timer;

struct Timers {
    Timer timers[2];
};

static uint32_t reg(const Timer *timer, unsigned offset) { return timer->registers[offset / 4]; }

static bool counts(const Timer *timer) { return (reg(timer, R_CR1) & CR1_CEN) != 0 && timer->hz != 0; }

// hz / (PSC + 1) counts a second, kept exact as ticks of the kernel clock.
static uint64_t elapsed_ticks(const Timer *timer) {
    Picoseconds elapsed = chip_now(timer->gate.chip) - timer->started;
    return (uint64_t)((unsigned __int128)elapsed * timer->hz / PICOSECONDS_PER_SECOND);
}

static uint64_t elapsed_counts(const Timer *timer) {
    return elapsed_ticks(timer) / ((uint64_t)timer->prescaler + 1);
}

static uint32_t count(const Timer *timer) {
    if (!counts(timer)) {
        return timer->start_count;
    }
    uint64_t period = (uint64_t)reg(timer, R_ARR) + 1;
    return (uint32_t)((timer->start_count + elapsed_counts(timer)) % period);
}

static void update_interrupt(const Timer *timer) {
    if (timer->gate.chip->core != NULL) {
        core_set_irq_line(timer->gate.chip->core, timer->irq,
                          (timer->status & reg(timer, R_DIER) & FLAG_UPDATE) != 0);
    }
}

// The flag rises when the counter passes ARR. Only a listener makes an event worth while: the count itself is
// computed.
static void schedule(Timer *timer) {
    Timeline *timeline = timer->gate.chip->config.timeline;
    timeline_cancel(timeline, &timer->update);
    if (!counts(timer)) {
        return;
    }
    uint64_t left = (uint64_t)reg(timer, R_ARR) + 1 - timer->start_count;
    unsigned __int128 ticks = (unsigned __int128)left * ((uint64_t)timer->prescaler + 1);
    Picoseconds wait = (Picoseconds)((ticks * PICOSECONDS_PER_SECOND + timer->hz - 1) / timer->hz);
    timeline_schedule(timeline, &timer->update, timer->started + wait);
}

static void restart(Timer *timer, uint32_t from) {
    Clocks clocks = rcc_clocks(timer->gate.chip->rcc);
    timer->hz = clocks.timers1;
    timer->started = chip_now(timer->gate.chip);
    timer->start_count = from;
    schedule(timer);
}

// The prescaler keeps what it has counted.
static void clock_changed(Timer *timer, uint32_t hz) {
    if (timer->hz == hz || (reg(timer, R_CR1) & CR1_CEN) == 0) {
        return;
    }
    uint64_t ticks = counts(timer) ? elapsed_ticks(timer) % ((uint64_t)timer->prescaler + 1) : 0;
    timer->start_count = count(timer);
    timer->started = chip_now(timer->gate.chip) - (hz != 0 ? picoseconds_of_ticks(ticks, hz) : 0);
    timer->hz = hz;
    schedule(timer);
}

void timers_clocks_changed(Timers *timers) {
    Clocks clocks = rcc_clocks(timers->timers[0].gate.chip->rcc);
    clock_changed(&timers->timers[0], clocks.timers1);
    clock_changed(&timers->timers[1], clocks.timers1);
}

static void update(void *context) {
    Timer *timer = context;
    timer->status |= FLAG_UPDATE;
    timer->prescaler = reg(timer, R_PSC) & 0xFFFFu;
    timer->started = timer->update.at;
    timer->start_count = 0;
    if ((reg(timer, R_CR1) & CR1_OPM) != 0) {
        timer->registers[R_CR1 / 4] &= ~CR1_CEN;
    }
    schedule(timer);
    update_interrupt(timer);
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    const Timer *timer = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    uint32_t word = 0;
    if (aligned == R_CNT) {
        word = count(timer);
    } else if (aligned == R_SR) {
        word = timer->status;
    } else if (aligned <= R_LAST) {
        word = reg(timer, aligned);
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static void write_word(Timer *timer, uint32_t offset, uint32_t word) {
    uint32_t now = count(timer);
    switch (offset) {
    case R_SR:
        timer->status &= word;
        break;
    case R_EGR:
        if ((word & EGR_UG) != 0) {
            timer->prescaler = reg(timer, R_PSC) & 0xFFFFu;
            timer->status |= FLAG_UPDATE;
            restart(timer, 0);
        }
        break;
    case R_CNT:
        restart(timer, word);
        break;
    case R_CR1:
    case R_ARR:
        timer->registers[offset / 4] = word;
        restart(timer, now);
        break;
    default:
        timer->registers[offset / 4] = word;
        break;
    }
    update_interrupt(timer);
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Timer *timer = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    if (aligned <= R_LAST) {
        uint32_t old = aligned == R_SR ? timer->status : aligned == R_EGR ? 0 : reg(timer, aligned);
        write_word(timer, aligned, narrow_merge(old, offset, size_bytes, value));
    }
    return BUS_OK;
}

static bool clocked(void *context) { return clock_gate_open(context); }

static void reset(void *context) {
    Timer *timer = context;
    timeline_cancel(timer->gate.chip->config.timeline, &timer->update);
    memset(timer->registers, 0, sizeof timer->registers);
    timer->registers[R_ARR / 4] = UINT32_MAX;
    timer->status = 0;
    timer->prescaler = 0;
    timer->start_count = 0;
    update_interrupt(timer);
}

static void attach(Chip *chip, Timer *timer, const ClockGate *gate, uint32_t base, unsigned irq) {
    timer->gate = *gate;
    timer->irq = irq;
    timer->update = (Event){.name = gate->name, .fire = update, .context = timer};
    Device device = {.name = gate->name,
                     .base = base,
                     .size_bytes = 0x400,
                     .context = timer,
                     .read = read_register,
                     .write = write_register,
                     .clocked = clocked,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    rcc_on_peripheral_reset(chip->rcc, gate->enable_register, gate->bit, reset, timer);
    reset(timer);
}

Timers *timers_new(Chip *chip) {
    Timers *timers = chip_allocate(sizeof *timers);
    ClockGate tim2 = {chip, "TIM2", RCC_APB1LENR, 0, "RCC_APB1LENR.TIM2EN"};
    ClockGate tim5 = {chip, "TIM5", RCC_APB1LENR, 3, "RCC_APB1LENR.TIM5EN"};
    attach(chip, &timers->timers[0], &tim2, 0x40000000u, 28);
    attach(chip, &timers->timers[1], &tim5, 0x40000C00u, 50);
    return timers;
}

void timers_free(Timers *timers) {
    if (timers != NULL) {
        reset(&timers->timers[0]);
        reset(&timers->timers[1]);
        free(timers);
    }
}
