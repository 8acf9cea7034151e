// SPDX-License-Identifier: GPL-2.0-or-later
// SysTick (ARMv7-M ARM B3.3). Counts on in sleep, hence by time and not by executed cycles.
#include "core/core_state.h"

#define CONTROL_ENABLE 1u
#define CONTROL_TICKINT 2u
#define CONTROL_CLKSOURCE 4u
#define CONTROL_COUNTFLAG (1u << 16)
#define COUNTER_MASK 0x00FFFFFFu

// The external reference is the CPU clock divided by 8 (RM0433, chapter RCC, clock tree).
static uint32_t counter_hz(const Core *core, uint32_t cpu_hz) {
    return (core->systick.control & CONTROL_CLKSOURCE) != 0 ? cpu_hz : cpu_hz / 8;
}

static uint64_t ticks_since_anchor(const Core *core, uint32_t hz) {
    Picoseconds elapsed = timeline_now(core->config.timeline) - core->systick.anchor_at;
    // The greatest n whose moment, rounded down to a picosecond, is not later.
    unsigned __int128 bound = ((unsigned __int128)elapsed + 1) * hz;
    return (uint64_t)((bound + PICOSECONDS_PER_SECOND - 1) / PICOSECONDS_PER_SECOND) - 1;
}

static bool counting(const SysTick *systick) {
    return !systick->frozen && (systick->control & CONTROL_ENABLE) != 0 &&
           (systick->reload != 0 || systick->anchor_value != 0);
}

// Ticks from the anchor to the n-th time that the counter reaches 0; n >= 1.
static uint64_t ticks_to_zero(const SysTick *systick, uint64_t n) {
    uint64_t period = (uint64_t)systick->reload + 1;
    return systick->anchor_value == 0 ? n * period : systick->anchor_value + (n - 1) * period;
}

static uint64_t zeros_until(const SysTick *systick, uint64_t ticks) {
    uint64_t first = ticks_to_zero(systick, 1);
    if (ticks < first) {
        return 0;
    }
    return systick->reload == 0 ? 1 : 1 + (ticks - first) / ((uint64_t)systick->reload + 1);
}

static uint32_t counter_at(const SysTick *systick, uint64_t ticks) {
    uint64_t zeros = zeros_until(systick, ticks);
    if (zeros == 0 && systick->anchor_value != 0) {
        return systick->anchor_value - (uint32_t)ticks;
    }
    uint64_t after = zeros == 0 ? ticks : ticks - ticks_to_zero(systick, zeros);
    return after == 0 || systick->reload == 0 ? 0 : systick->reload + 1 - (uint32_t)after;
}

static void schedule_zero(Core *core) {
    SysTick *systick = &core->systick;
    bool last_zero = systick->reload == 0 && systick->zeros_seen > 0;
    if (!counting(systick) || last_zero) {
        timeline_cancel(core->config.timeline, &systick->zero);
        return;
    }
    uint32_t hz = counter_hz(core, timeline_cpu_hz(core->config.timeline));
    uint64_t ticks = ticks_to_zero(systick, systick->zeros_seen + 1);
    timeline_schedule(core->config.timeline, &systick->zero,
                      systick->anchor_at + picoseconds_of_ticks(ticks, hz));
}

// Notes the zeros that have passed by now, also before their event had its turn.
static void catch_up(Core *core) {
    SysTick *systick = &core->systick;
    if (!counting(systick)) {
        return;
    }
    uint64_t ticks = ticks_since_anchor(core, counter_hz(core, timeline_cpu_hz(core->config.timeline)));
    uint64_t zeros = zeros_until(systick, ticks);
    if (zeros > systick->zeros_seen) {
        systick->zeros_seen = zeros;
        systick->count_flag = true;
        if ((systick->control & CONTROL_TICKINT) != 0) {
            set_pending(core, EXCEPTION_SYSTICK, true);
        }
        schedule_zero(core);
    }
}

static uint32_t counter_now(Core *core, uint32_t cpu_hz) {
    SysTick *systick = &core->systick;
    return counting(systick) ? counter_at(systick, ticks_since_anchor(core, counter_hz(core, cpu_hz)))
                             : systick->anchor_value;
}

static void anchor(Core *core, uint32_t value) {
    core->systick.anchor_value = value;
    core->systick.anchor_at = timeline_now(core->config.timeline);
    core->systick.zeros_seen = 0;
    schedule_zero(core);
}

static void on_zero(void *context) {
    Core *core = context;
    catch_up(core);
    if (!timeline_is_queued(&core->systick.zero)) {
        schedule_zero(core);
    }
}

void systick_new(Core *core) {
    core->systick.zero = (Event){.name = "SysTick", .fire = on_zero, .context = core};
    core->systick_cpu_hz = timeline_cpu_hz(core->config.timeline);
}

void systick_reset(Core *core) {
    timeline_cancel(core->config.timeline, &core->systick.zero);
    core->systick.control = 0;
    core->systick.count_flag = false;
    core->systick.anchor_value = 0;
    core->systick.reload = 0;
}

// The counter stands still while the processor is halted for debugging (PM0253, SysTick timer).
void systick_freeze(Core *core, bool frozen) {
    if (core->systick.frozen != frozen) {
        catch_up(core);
        uint32_t value = counter_now(core, timeline_cpu_hz(core->config.timeline));
        core->systick.frozen = frozen;
        anchor(core, value);
    }
}

void systick_clock_changed(Core *core) {
    uint32_t cpu_hz = timeline_cpu_hz(core->config.timeline);
    if (cpu_hz != core->systick_cpu_hz) {
        uint32_t value = counter_now(core, core->systick_cpu_hz);
        core->systick_cpu_hz = cpu_hz;
        anchor(core, value);
    }
}

uint32_t systick_read(Core *core, uint32_t offset) {
    SysTick *systick = &core->systick;
    uint32_t cpu_hz = timeline_cpu_hz(core->config.timeline);
    switch (offset) {
    case 0x10: {
        catch_up(core);
        uint32_t value = systick->control | (systick->count_flag ? CONTROL_COUNTFLAG : 0);
        systick->count_flag = false;
        return value;
    }
    case 0x14:
        return systick->reload;
    case 0x18:
        return counter_now(core, cpu_hz);
    default:
        return 0; // SYST_CALIB: calibration value not known
    }
}

void systick_write(Core *core, uint32_t offset, uint32_t value) {
    SysTick *systick = &core->systick;
    catch_up(core);
    uint32_t counter = counter_now(core, timeline_cpu_hz(core->config.timeline));
    switch (offset) {
    case 0x10:
        systick->control = value & (CONTROL_ENABLE | CONTROL_TICKINT | CONTROL_CLKSOURCE);
        anchor(core, counter);
        break;
    case 0x14:
        systick->reload = value & COUNTER_MASK;
        anchor(core, counter);
        break;
    case 0x18:
        systick->count_flag = false;
        anchor(core, 0);
        break;
    default:
        break;
    }
}
