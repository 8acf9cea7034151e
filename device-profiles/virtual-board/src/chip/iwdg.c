// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/iwdg.h"
#include "chip/dbgmcu.h"
#include "chip/flash.h"
#include "chip/rcc.h"
#include "chip/register_frame.h"
#include <stdlib.h>

#define IWDG1_BASE 0x58004800u
#define LSI_HZ 32000u
#define UPDATE_TICKS 5u // LSI cycles until a new value has crossed the clock domains (RM0433 46.3.3)

enum { KEY_START = 0xCCCC, KEY_RELOAD = 0xAAAA, KEY_ACCESS = 0x5555 };
enum { SR_PVU = 1 << 0, SR_RVU = 1 << 1, SR_WVU = 1 << 2 };

#define COUNTER_MAX 0xFFFu

// A register on its way into the LSI's domain.
typedef struct Setting {
    Iwdg *iwdg;
    uint32_t value;
    uint32_t next;
    uint32_t busy_flag; // of SR, while `arrives` is queued
    Event arrives;
} Setting;

struct Iwdg {
    Chip *chip;
    RegisterFrame frame;
    bool running;
    bool writable;
    bool frozen;
    Setting prescaler;
    Setting reload;
    Setting window;
    uint32_t counted_from;   // what the counter held
    Picoseconds reloaded_at; // then
    Picoseconds frozen_at;
    Event expires;
};

static uint32_t ticks_per_count(const Iwdg *iwdg) {
    unsigned prescaler = iwdg->prescaler.value;
    return 4u << (prescaler > 6 ? 6 : prescaler);
}

static Picoseconds duration(const Iwdg *iwdg, uint32_t counts) {
    return picoseconds_of_ticks((uint64_t)counts * ticks_per_count(iwdg), LSI_HZ);
}

static void schedule(Iwdg *iwdg) {
    if (iwdg->running && !iwdg->frozen) {
        timeline_schedule(iwdg->chip->config.timeline, &iwdg->expires,
                          iwdg->reloaded_at + duration(iwdg, iwdg->counted_from + 1));
    }
}

static void expires(void *context) {
    Iwdg *iwdg = context;
    iwdg->running = false;
    iwdg->chip->config.request_reset(iwdg->chip->config.context, RESET_INDEPENDENT_WATCHDOG);
}

static uint32_t counter(const Iwdg *iwdg) {
    Picoseconds now = iwdg->frozen ? iwdg->frozen_at : chip_now(iwdg->chip);
    Picoseconds one = duration(iwdg, 1);
    uint64_t counted = (now - iwdg->reloaded_at) / one;
    return counted > iwdg->counted_from ? 0 : iwdg->counted_from - (uint32_t)counted;
}

static void count_from(Iwdg *iwdg, uint32_t count) {
    iwdg->counted_from = count;
    iwdg->reloaded_at = chip_now(iwdg->chip);
    iwdg->frozen_at = iwdg->reloaded_at;
    schedule(iwdg);
}

// With the reload value that has arrived. The oscillator needs no leave of RCC_CSR (RM0433 8.5.5).
static void restart(Iwdg *iwdg) {
    rcc_force_lsi(iwdg->chip->rcc);
    count_from(iwdg, iwdg->reload.value);
}

static void write_key(Iwdg *iwdg, uint32_t key) {
    iwdg->writable = key == KEY_ACCESS;
    if (key == KEY_START && !iwdg->running) {
        iwdg->running = true;
        restart(iwdg);
    } else if (key == KEY_RELOAD && iwdg->running) {
        if (counter(iwdg) > iwdg->window.value) { // too early
            expires(iwdg);
            return;
        }
        restart(iwdg);
    }
}

static void arrives(void *context) {
    Setting *setting = context;
    Iwdg *iwdg = setting->iwdg;
    uint32_t count = counter(iwdg);
    setting->value = setting->next;
    if (iwdg->running && setting == &iwdg->prescaler) {
        count_from(iwdg, count);
    } else if (iwdg->running && setting == &iwdg->window) {
        restart(iwdg); // a write of WINR reloads (RM0433 46.4.5)
    }
}

static void write_setting(Iwdg *iwdg, Setting *setting, uint32_t value) {
    if (!iwdg->writable) {
        lints_note(iwdg->chip->config.lints, "iwdg-locked",
                   "an IWDG1 setting is written without the key 0x5555; nothing changes");
        return;
    }
    if (timeline_is_queued(&setting->arrives)) {
        lints_note(
            iwdg->chip->config.lints, "iwdg-busy",
            "an IWDG1 setting is written while IWDG_SR (bit 0x%x) says that the last one is under way; "
            "nothing changes",
            (unsigned)setting->busy_flag);
        return;
    }
    setting->next = value;
    timeline_schedule(iwdg->chip->config.timeline, &setting->arrives,
                      chip_now(iwdg->chip) + picoseconds_of_ticks(UPDATE_TICKS, LSI_HZ));
}

static uint32_t busy(const Setting *setting) {
    return timeline_is_queued(&setting->arrives) ? setting->busy_flag : 0;
}

static uint32_t status(const Iwdg *iwdg) {
    return busy(&iwdg->prescaler) | busy(&iwdg->reload) | busy(&iwdg->window);
}

static uint32_t status_read(const void *owner, uint32_t stored) {
    (void)stored;
    return status(owner);
}

static uint32_t prescaler_read(const void *owner, uint32_t stored) {
    (void)stored;
    return ((const Iwdg *)owner)->prescaler.value;
}

static uint32_t reload_read(const void *owner, uint32_t stored) {
    (void)stored;
    return ((const Iwdg *)owner)->reload.value;
}

static uint32_t window_read(const void *owner, uint32_t stored) {
    (void)stored;
    return ((const Iwdg *)owner)->window.value;
}

static void key_written(void *owner, const RegisterWrite *write) { write_key(owner, write->value & 0xFFFFu); }

static void prescaler_written(void *owner, const RegisterWrite *write) {
    Iwdg *iwdg = owner;
    write_setting(iwdg, &iwdg->prescaler, write->value & 7u);
}

static void reload_written(void *owner, const RegisterWrite *write) {
    Iwdg *iwdg = owner;
    write_setting(iwdg, &iwdg->reload, write->value & COUNTER_MAX);
}

static void window_written(void *owner, const RegisterWrite *write) {
    Iwdg *iwdg = owner;
    write_setting(iwdg, &iwdg->window, write->value & COUNTER_MAX);
}

// Nothing is stored here: a setting is on its way first.
static const Register registers[] = {
    {"KR", 0x00, 0, 0, 0, NULL, key_written, 0, false},
    {"PR", 0x04, 0, 7, 0, prescaler_read, prescaler_written, 0, false},
    {"RLR", 0x08, 0, COUNTER_MAX, 0, reload_read, reload_written, 0, false},
    {"SR", 0x0C, 0, SR_PVU | SR_RVU | SR_WVU, 0, status_read, NULL, 0, false},
    {"WINR", 0x10, 0, COUNTER_MAX, 0, window_read, window_written, 0, false},
};

void iwdg_core_halted(Iwdg *iwdg, bool halted) {
    bool freeze = halted && dbgmcu_freezes_watchdog(iwdg->chip->dbgmcu);
    if (freeze == iwdg->frozen) {
        return;
    }
    iwdg->frozen = freeze;
    if (freeze) {
        iwdg->frozen_at = chip_now(iwdg->chip);
        timeline_cancel(iwdg->chip->config.timeline, &iwdg->expires);
        return;
    }
    iwdg->reloaded_at += chip_now(iwdg->chip) - iwdg->frozen_at;
    schedule(iwdg);
}

static void set_up(Iwdg *iwdg, Setting *setting, uint32_t busy_flag, uint32_t value) {
    timeline_cancel(iwdg->chip->config.timeline, &setting->arrives);
    *setting = (Setting){.iwdg = iwdg, .value = value, .busy_flag = busy_flag};
    setting->arrives = (Event){.name = "watchdog setting", .fire = arrives, .context = setting};
}

void iwdg_stop(Iwdg *iwdg) {
    timeline_cancel(iwdg->chip->config.timeline, &iwdg->expires);
    iwdg->running = false;
    iwdg->writable = false;
    set_up(iwdg, &iwdg->prescaler, SR_PVU, 0);
    set_up(iwdg, &iwdg->reload, SR_RVU, COUNTER_MAX);
    set_up(iwdg, &iwdg->window, SR_WVU, COUNTER_MAX);
    iwdg->counted_from = COUNTER_MAX;
}

void iwdg_system_reset(Iwdg *iwdg) {
    iwdg_stop(iwdg);
    if (flash_watchdog_starts_by_itself(iwdg->chip->flash)) {
        iwdg->running = true;
        restart(iwdg);
    }
}

Iwdg *iwdg_new(Chip *chip) {
    Iwdg *iwdg = chip_allocate(sizeof *iwdg);
    iwdg->chip = chip;
    iwdg->expires = (Event){.name = "watchdog", .fire = expires, .context = iwdg};
    Device device = {.name = "IWDG1", .base = IWDG1_BASE, .size_bytes = 0x400, .context = iwdg};
    register_frame_attach(&iwdg->frame, registers, sizeof registers / sizeof registers[0], chip->config.bus,
                          &device);
    iwdg_stop(iwdg);
    return iwdg;
}

void iwdg_free(Iwdg *iwdg) {
    if (iwdg != NULL) {
        iwdg_stop(iwdg);
        free(iwdg);
    }
}
