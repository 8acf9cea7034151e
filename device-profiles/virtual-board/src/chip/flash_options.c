// SPDX-License-Identifier: GPL-2.0-or-later
// User option bytes (RM0433 4.4): read-out protection, write protection, boot addresses, bank swap, hardware
// watchdog. PCROP and secure-only areas are kept and shown but protect nothing.
#include "chip/flash_internal.h"
#include "fault/faults.h"
#include <string.h>

#define OPTKEY1 0x08192A3Bu
#define OPTKEY2 0x4C5D6E7Fu
// No data sheet figure exists for an option byte change; assumed as long as a few flash words and an erase of
// one small page.
#define OPTION_CHANGE_PICOSECONDS (UINT64_C(50000) * UINT64_C(1000000))

enum {
    REGISTER_OPTKEYR = 0x08,
    REGISTER_OPTCR = 0x18,
    REGISTER_OPTSR_CUR = 0x1C,
    REGISTER_OPTSR_PRG = 0x20,
    REGISTER_OPTCCR = 0x24,
    REGISTER_PRAR_CUR = 0x28,
    REGISTER_PRAR_PRG = 0x2C,
    REGISTER_SCAR_CUR = 0x30,
    REGISTER_SCAR_PRG = 0x34,
    REGISTER_WPSN_CUR = 0x38,
    REGISTER_WPSN_PRG = 0x3C,
    REGISTER_BOOT_CUR = 0x40,
    REGISTER_BOOT_PRG = 0x44,
};

#define OPTCR_OPTLOCK (1u << 0)
#define OPTCR_OPTSTART (1u << 1)
#define OPTCR_MER (1u << 4)
#define OPTCR_OPTCHANGEERRIE (1u << 30)
#define OPTCR_SWAP_BANK (1u << 31)
#define OPTSR_OPT_BUSY (1u << 0)
#define OPTSR_IWDG1_SW (1u << 4)
#define OPTSR_OPTCHANGEERR (1u << 30)
#define OPTSR_RDP_SHIFT 8
#define RDP_LEVEL_0 0xAAu
#define RDP_LEVEL_2 0xCCu

void flash_options_factory(FlashOptions *options) {
    *options = (FlashOptions){
        .optsr = 0x0FC6AAF0, // RM0433 4.9.8: watchdogs by software, no protection, BOR level 0
        .boot = 0x1FF00800,  // BOOT_ADD1 system memory, BOOT_ADD0 0x08000000
        .protected_area = {0xFF, 0xFF},
        .secure_area = {0xFF, 0xFF},
        .writable_sectors = {0xFF, 0xFF},
    };
}

static unsigned level_of(uint32_t optsr) {
    uint32_t rdp = optsr >> OPTSR_RDP_SHIFT & 0xFFu;
    return rdp == RDP_LEVEL_0 ? 0 : rdp == RDP_LEVEL_2 ? 2 : 1;
}

unsigned flash_readout_level(const FlashController *flash) {
    unsigned level = level_of(flash->current.optsr);
    return level == 0 && fault_armed(flash->config.faults, FAULT_FLASH_READOUT_PROTECT) ? 1 : level;
}

uint32_t flash_writable_sectors(const FlashController *flash, unsigned bank) {
    const Fault *protect = fault(flash->config.faults, FAULT_FLASH_WRITE_PROTECT);
    uint32_t faulty = protect->armed ? protect->args[0] >> (bank * FLASH_SECTORS_PER_BANK) & 0xFFu : 0;
    return flash->current.writable_sectors[bank] & ~faulty;
}

uint32_t flash_boot_address(const FlashController *flash) { return flash->current.boot << 16; }

bool flash_watchdog_starts_by_itself(const FlashController *flash) {
    return (flash->current.optsr & OPTSR_IWDG1_SW) == 0;
}

static uint32_t option_status(const FlashController *flash) {
    uint32_t optsr = flash->current.optsr;
    if (flash_readout_level(flash) == 1 && level_of(optsr) == 0) {
        optsr &= ~(0xFFu << OPTSR_RDP_SHIFT);
    }
    return optsr | (flash->options_busy ? OPTSR_OPT_BUSY : 0) |
           (flash->option_change_error ? OPTSR_OPTCHANGEERR : 0);
}

static uint32_t option_control(const FlashController *flash) {
    return (flash->option_keys == KEYS_OPEN ? 0 : OPTCR_OPTLOCK) |
           (flash->options_busy ? OPTCR_OPTSTART : 0) |
           (flash->option_change_interrupt ? OPTCR_OPTCHANGEERRIE : 0) |
           (flash->banks_swapped ? OPTCR_SWAP_BANK : 0);
}

void flash_options_read(FlashController *flash, unsigned bank, uint32_t offset, uint32_t *value) {
    const uint32_t registers[][2] = {
        {REGISTER_OPTCR, option_control(flash)},
        {REGISTER_OPTSR_CUR, option_status(flash)},
        {REGISTER_OPTSR_PRG, flash->to_program.optsr},
        {REGISTER_PRAR_CUR, flash->current.protected_area[bank]},
        {REGISTER_PRAR_PRG, flash->to_program.protected_area[bank]},
        {REGISTER_SCAR_CUR, flash->current.secure_area[bank]},
        {REGISTER_SCAR_PRG, flash->to_program.secure_area[bank]},
        {REGISTER_WPSN_CUR, flash_writable_sectors(flash, bank)},
        {REGISTER_WPSN_PRG, flash->to_program.writable_sectors[bank]},
        {REGISTER_BOOT_CUR, flash->current.boot},
        {REGISTER_BOOT_PRG, flash->to_program.boot},
    };
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++) {
        if (registers[i][0] == offset) {
            *value = registers[i][1];
        }
    }
}

// RM0433 4.5.3: level 2 is for ever, and going from level 1 to 0 erases both banks first.
void flash_options_programmed(void *context) {
    FlashController *flash = context;
    flash->options_busy = false;
    unsigned before = level_of(flash->current.optsr);
    unsigned after = level_of(flash->to_program.optsr);
    if (before == 2) {
        flash->option_change_error = true;
        flash->to_program = flash->current;
        flash_update_interrupt(flash);
        return;
    }
    if (before == 1 && after == 0) {
        flash_erase_range(flash, 0, FLASH_BYTES);
    }
    flash->current = flash->to_program;
    flash_mark_dirty(flash);
    flash_file_save(flash);
}

static void write_option_control(FlashController *flash, uint32_t value) {
    if (flash->option_keys != KEYS_OPEN || flash->options_busy) {
        return;
    }
    flash->option_change_interrupt = (value & OPTCR_OPTCHANGEERRIE) != 0;
    if ((value & OPTCR_MER) != 0 && ((flash->banks[0].cr | flash->banks[1].cr) & CR_LOCK) == 0) {
        flash_mass_erase(flash);
    }
    if ((value & OPTCR_OPTSTART) != 0) {
        flash->options_busy = true;
        if (flash->config.fast) {
            flash_options_programmed(flash);
        } else {
            Timeline *timeline = flash->config.timeline;
            timeline_schedule(timeline, &flash->options_done,
                              timeline_now(timeline) + OPTION_CHANGE_PICOSECONDS);
        }
    }
    if ((value & OPTCR_OPTLOCK) != 0) {
        flash->option_keys = KEYS_LOCKED;
    }
    flash_update_interrupt(flash);
}

static void write_to_program(FlashController *flash, unsigned bank, uint32_t offset, uint32_t value) {
    FlashOptions *options = &flash->to_program;
    if (flash->option_keys != KEYS_OPEN) {
        return;
    }
    switch (offset) {
    case REGISTER_OPTSR_PRG:
        options->optsr = value & ~(OPTSR_OPT_BUSY | OPTSR_OPTCHANGEERR);
        break;
    case REGISTER_PRAR_PRG:
        options->protected_area[bank] = value & 0x8FFF0FFFu;
        break;
    case REGISTER_SCAR_PRG:
        options->secure_area[bank] = value & 0x8FFF0FFFu;
        break;
    case REGISTER_WPSN_PRG:
        options->writable_sectors[bank] = value & 0xFFu;
        break;
    case REGISTER_BOOT_PRG:
        options->boot = value;
        break;
    default:
        break;
    }
}

BusResult flash_options_write(FlashController *flash, unsigned bank, uint32_t offset, uint32_t value) {
    switch (offset) {
    case REGISTER_OPTKEYR:
        flash->option_keys = flash_key_given(flash->option_keys, value, OPTKEY1, OPTKEY2);
        return flash->option_keys == KEYS_REFUSED_UNTIL_RESET ? BUS_ERROR : BUS_OK;
    case REGISTER_OPTCR:
        write_option_control(flash, value);
        break;
    case REGISTER_OPTCCR:
        flash->option_change_error = flash->option_change_error && (value & OPTSR_OPTCHANGEERR) == 0;
        flash_update_interrupt(flash);
        break;
    default:
        write_to_program(flash, bank, offset, value);
        break;
    }
    return BUS_OK;
}

void flash_options_reset(FlashController *flash) {
    timeline_cancel(flash->config.timeline, &flash->options_done);
    flash->options_busy = false;
    flash->option_change_error = false;
    flash->option_change_interrupt = false;
    flash->option_keys = KEYS_LOCKED;
    flash->to_program = flash->current;
}
