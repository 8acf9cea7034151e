// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/iwdg.h"
#include "chip/dbgmcu.h"
#include "chip/flash.h"
#include <stdlib.h>

#define IWDG1_BASE 0x58004800u
#define LSI_HZ 32000u
#define UPDATE_TICKS 5u // LSI cycles until a new value has crossed the clock domains (RM0433 46.3.3)

enum { R_KR = 0x00, R_PR = 0x04, R_RLR = 0x08, R_SR = 0x0C, R_WINR = 0x10 };
enum { KEY_START = 0xCCCC, KEY_RELOAD = 0xAAAA, KEY_ACCESS = 0x5555 };
enum { SR_PVU = 1 << 0, SR_RVU = 1 << 1, SR_WVU = 1 << 2 };

#define COUNTER_MAX 0xFFFu

struct Iwdg {
    Board *board;
    bool running;
    bool writable;
    bool frozen;
    uint32_t prescaler;
    uint32_t reload;
    uint32_t window;
    Picoseconds updated_at[3]; // PR, RLR, WINR: SR says busy until then
    Picoseconds reloaded_at;   // when the counter held the reload value
    Picoseconds frozen_at;
    Event expires;
};

static uint32_t ticks_per_count(const Iwdg *iwdg) {
    unsigned prescaler = iwdg->prescaler & 7u;
    return 4u << (prescaler > 6 ? 6 : prescaler);
}

static Picoseconds duration(const Iwdg *iwdg, uint32_t counts) {
    return picoseconds_of_ticks((uint64_t)counts * ticks_per_count(iwdg), LSI_HZ);
}

static void schedule(Iwdg *iwdg) {
    if (iwdg->running && !iwdg->frozen) {
        timeline_schedule(iwdg->board->timeline, &iwdg->expires,
                          iwdg->reloaded_at + duration(iwdg, iwdg->reload + 1));
    }
}

static void expires(void *context) {
    Iwdg *iwdg = context;
    iwdg->running = false;
    board_request_reset(iwdg->board, RESET_INDEPENDENT_WATCHDOG);
}

static uint32_t counter(const Iwdg *iwdg) {
    Picoseconds now = iwdg->frozen ? iwdg->frozen_at : chip_now(iwdg->board);
    Picoseconds one = duration(iwdg, 1);
    uint64_t counted = (now - iwdg->reloaded_at) / one;
    return counted > iwdg->reload ? 0 : iwdg->reload - (uint32_t)counted;
}

static void restart(Iwdg *iwdg) {
    iwdg->reloaded_at = chip_now(iwdg->board);
    iwdg->frozen_at = iwdg->reloaded_at;
    schedule(iwdg);
}

static void write_key(Iwdg *iwdg, uint32_t key) {
    iwdg->writable = key == KEY_ACCESS;
    if (key == KEY_START && !iwdg->running) {
        iwdg->running = true;
        restart(iwdg);
    } else if (key == KEY_RELOAD && iwdg->running) {
        if (counter(iwdg) > iwdg->window) { // too early
            expires(iwdg);
            return;
        }
        restart(iwdg);
    }
}

static void write_setting(Iwdg *iwdg, unsigned index, uint32_t *setting, uint32_t value) {
    if (!iwdg->writable) {
        board_lint(iwdg->board, "iwdg-locked",
                   "an IWDG1 setting is written without the key 0x5555; nothing changes");
        return;
    }
    *setting = value;
    iwdg->updated_at[index] = chip_now(iwdg->board) + picoseconds_of_ticks(UPDATE_TICKS, LSI_HZ);
    if (index == 2 && iwdg->running) {
        restart(iwdg); // a write of WINR reloads (RM0433 46.4.5)
    }
}

static uint32_t status(const Iwdg *iwdg) {
    static const uint32_t flags[3] = {SR_PVU, SR_RVU, SR_WVU};
    uint32_t value = 0;
    for (unsigned i = 0; i < 3; i++) {
        value |= chip_now(iwdg->board) < iwdg->updated_at[i] ? flags[i] : 0;
    }
    return value;
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    const Iwdg *iwdg = context;
    (void)master;
    uint32_t word = 0;
    switch (offset & ~3u) {
    case R_PR:
        word = iwdg->prescaler;
        break;
    case R_RLR:
        word = iwdg->reload;
        break;
    case R_SR:
        word = status(iwdg);
        break;
    case R_WINR:
        word = iwdg->window;
        break;
    default:
        break;
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Iwdg *iwdg = context;
    (void)master;
    (void)size_bytes;
    switch (offset & ~3u) {
    case R_KR:
        write_key(iwdg, value & 0xFFFFu);
        break;
    case R_PR:
        write_setting(iwdg, 0, &iwdg->prescaler, value & 7u);
        break;
    case R_RLR:
        write_setting(iwdg, 1, &iwdg->reload, value & COUNTER_MAX);
        break;
    case R_WINR:
        write_setting(iwdg, 2, &iwdg->window, value & COUNTER_MAX);
        break;
    default:
        break;
    }
    return BUS_OK;
}

void iwdg_core_halted(Iwdg *iwdg, bool halted) {
    bool freeze = halted && dbgmcu_freezes_watchdog(iwdg->board->chip->dbgmcu);
    if (freeze == iwdg->frozen) {
        return;
    }
    iwdg->frozen = freeze;
    if (freeze) {
        iwdg->frozen_at = chip_now(iwdg->board);
        timeline_cancel(iwdg->board->timeline, &iwdg->expires);
        return;
    }
    iwdg->reloaded_at += chip_now(iwdg->board) - iwdg->frozen_at;
    schedule(iwdg);
}

void iwdg_stop(Iwdg *iwdg) {
    timeline_cancel(iwdg->board->timeline, &iwdg->expires);
    iwdg->running = false;
    iwdg->writable = false;
    iwdg->prescaler = 0;
    iwdg->reload = COUNTER_MAX;
    iwdg->window = COUNTER_MAX;
}

void iwdg_system_reset(Iwdg *iwdg) {
    iwdg_stop(iwdg);
    if (flash_watchdog_starts_by_itself(iwdg->board->flash)) {
        iwdg->running = true;
        restart(iwdg);
    }
}

Iwdg *iwdg_new(Board *board) {
    Iwdg *iwdg = chip_allocate(sizeof *iwdg);
    iwdg->board = board;
    iwdg->expires = (Event){.name = "watchdog", .fire = expires, .context = iwdg};
    Device device = {.name = "IWDG1",
                     .base = IWDG1_BASE,
                     .size_bytes = 0x400,
                     .context = iwdg,
                     .read = read_register,
                     .write = write_register};
    bus_attach_device(board->bus, &device);
    iwdg_stop(iwdg);
    return iwdg;
}

void iwdg_free(Iwdg *iwdg) {
    if (iwdg != NULL) {
        timeline_cancel(iwdg->board->timeline, &iwdg->expires);
        free(iwdg);
    }
}
