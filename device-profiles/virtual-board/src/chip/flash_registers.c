// SPDX-License-Identifier: GPL-2.0-or-later
// The register block at 0x52002000 (RM0433 4.9): bank 1 from 0x000, bank 2 from 0x100; what both share
// answers at both.
#include "chip/flash_internal.h"

#define KEY1 0x45670123u
#define KEY2 0xCDEF89ABu
#define CR_WRITABLE 0x1FEF87FFu
#define CR_CRC_EN (1u << 15)
#define ACR_WRITABLE 0x3Fu
#define SPIN_CYCLES 64u // between two polls of a core that does nothing else
#define SPIN_POLLS 16u
#define SPIN_STEP (PICOSECONDS_PER_SECOND / 1000)

enum {
    REGISTER_ACR = 0x00,
    REGISTER_KEYR = 0x04,
    REGISTER_CR = 0x0C,
    REGISTER_SR = 0x10,
    REGISTER_CCR = 0x14,
    REGISTER_ECC_FA = 0x60,
};

void flash_update_interrupt(FlashController *flash) {
    bool level = flash->option_change_interrupt && flash->option_change_error;
    for (unsigned i = 0; i < FLASH_BANKS; i++) {
        level = level || (flash->banks[i].cr & flash->banks[i].flags & SR_FLAGS) != 0;
    }
    flash->config.interrupt(flash->config.context, level);
}

KeyState flash_key_given(KeyState state, uint32_t key, uint32_t first, uint32_t second) {
    if (state == KEYS_LOCKED && key == first) {
        return KEYS_FIRST_GIVEN;
    }
    if (state == KEYS_FIRST_GIVEN && key == second) {
        return KEYS_OPEN;
    }
    return KEYS_REFUSED_UNTIL_RESET;
}

// RM0433 4.5.1: a wrong key, or a key when the register is open already, is a bus error and locks until the
// next reset.
static BusResult write_key(FlashBank *bank, uint32_t key) {
    bank->keys = flash_key_given(bank->keys, key, KEY1, KEY2);
    if (bank->keys == KEYS_REFUSED_UNTIL_RESET) {
        bank->cr |= CR_LOCK;
        return BUS_ERROR;
    }
    if (bank->keys == KEYS_OPEN) {
        bank->cr &= ~(uint32_t)CR_LOCK;
    }
    return BUS_OK;
}

static void write_control(FlashBank *bank, BusMaster master, uint32_t value) {
    FlashController *flash = bank->controller;
    if ((bank->cr & CR_LOCK) != 0) {
        return;
    }
    uint32_t started = bank->cr & CR_START; // stays until the erase is done
    bank->cr = (value & CR_WRITABLE) | started;
    if ((value & CR_CRC_EN) != 0) {
        lints_note(flash->config.lints, "flash-crc",
                   "the CRC unit of the flash controller is not modelled; CRC_EN has no effect");
    }
    if ((bank->cr & CR_FW) != 0) {
        bank->cr &= ~(uint32_t)CR_FW;
        flash_force_write(bank);
    }
    if ((value & CR_START) != 0 && started == 0) {
        flash_start_erase(bank, master);
    }
    if ((value & CR_LOCK) != 0) {
        bank->keys = KEYS_LOCKED;
        if (flash->dirty && flash->banks[0].queued == 0 && flash->banks[1].queued == 0) {
            flash_file_save(flash); // a tool locks when its work is complete
        }
    }
    flash_update_interrupt(flash);
}

static void write_access_control(FlashController *flash, uint32_t value) {
    flash->acr = value & ACR_WRITABLE;
    flash->config.latency_changed(flash->config.context);
}

// A core that does nothing but ask whether the bank is still busy would be emulated at a fraction of its
// speed for seconds of flash time. Virtual time passes in larger steps then, never beyond anything else that
// is due; a loop that does other work between two polls is left alone.
static void let_time_of_spinning_core_pass(FlashBank *bank) {
    Timeline *timeline = bank->controller->config.timeline;
    uint64_t cycle = timeline_cycles(timeline);
    bank->polls_in_a_row = cycle - bank->polled_at_cycle <= SPIN_CYCLES ? bank->polls_in_a_row + 1 : 0;
    bank->polled_at_cycle = cycle;
    if (bank->queued == 0 || bank->polls_in_a_row < SPIN_POLLS) {
        return;
    }
    Picoseconds now = timeline_now(timeline);
    Picoseconds until = now + SPIN_STEP < bank->busy_until ? now + SPIN_STEP : bank->busy_until;
    Picoseconds next = timeline_next_event(timeline);
    until = next < until ? next : until;
    if (until > now) {
        uint64_t cycles = (until - now) * timeline_cpu_hz(timeline) / PICOSECONDS_PER_SECOND;
        timeline_advance_cycles(timeline, cycles);
        timeline_schedule(timeline, &bank->done,
                          bank->busy_until); // the core looks again at what is due next
        bank->polled_at_cycle += cycles;
    }
}

BusResult flash_register_read(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                              uint32_t *value) {
    FlashController *flash = context;
    *value = 0;
    if (offset >= 0x200) {
        return BUS_OK;
    }
    FlashBank *bank = &flash->banks[offset >> 8];
    uint32_t word = 0;
    switch (offset & 0xFCu) {
    case REGISTER_ACR:
        word = flash->acr;
        break;
    case REGISTER_CR:
        word = bank->cr;
        break;
    case REGISTER_SR:
        word = flash_status(bank);
        if (master == MASTER_CPU) {
            let_time_of_spinning_core_pass(bank);
        }
        break;
    case REGISTER_ECC_FA:
        word = bank->ecc_fail_address;
        break;
    default:
        flash_options_read(flash, bank->index, offset & 0xFCu, &word);
        break;
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

BusResult flash_register_write(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t value) {
    FlashController *flash = context;
    if (size_bytes != 4) {
        lints_note(flash->config.lints, "flash-register-width",
                   "flash register +0x%03x written with %u bytes; words only", (unsigned)offset, size_bytes);
        return BUS_OK;
    }
    if (offset >= 0x200) {
        return BUS_OK;
    }
    FlashBank *bank = &flash->banks[offset >> 8];
    switch (offset & 0xFCu) {
    case REGISTER_ACR:
        write_access_control(flash, value);
        return BUS_OK;
    case REGISTER_KEYR:
        return write_key(bank, value);
    case REGISTER_CR:
        write_control(bank, master, value);
        return BUS_OK;
    case REGISTER_CCR:
        bank->flags &= ~(value & SR_FLAGS);
        flash_update_interrupt(flash);
        return BUS_OK;
    default:
        return flash_options_write(flash, bank->index, offset & 0xFCu, value);
    }
}
