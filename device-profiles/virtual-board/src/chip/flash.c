// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/flash.h"
#include "chip/flash_internal.h"
#include "fault/faults.h"
#include <stdlib.h>
#include <string.h>

#define REGISTERS_BASE 0x52002000u
#define REGISTERS_BYTES 0x400u
#define ACR_AFTER_RESET 0x37u // RM0433 4.9.2: 7 wait states
#define CR_AFTER_RESET 0x31u  // locked, x64
#define OPTSR_SWAP_BANK_OPT (1u << 31)

static void save_now(void *context) { flash_file_save(context); }

static bool accessible(void *context, BusMaster master) {
    const FlashController *flash = context;
    return master != MASTER_DEBUG || flash_readout_level(flash) == 0;
}

static void attach(FlashController *flash) {
    Memory memory = {.name = "flash",
                     .kind = MEMORY_FLASH,
                     .base = FLASH_BASE,
                     .size_bytes = FLASH_BYTES,
                     .host = flash->contents,
                     .context = flash,
                     .write = flash_array_write,
                     .accessible = accessible,
                     .read = flash_array_read};
    bus_attach_memory(flash->config.bus, &memory);
    Device registers = {.name = "FLASH",
                        .base = REGISTERS_BASE,
                        .size_bytes = REGISTERS_BYTES,
                        .context = flash,
                        .read = flash_register_read,
                        .write = flash_register_write};
    bus_attach_device(flash->config.bus, &registers);
}

static void fault_changed(void *context, FaultName name, const Fault *changed) {
    FlashController *flash = context;
    uint32_t offset = changed->args[0] - FLASH_BASE;
    if (name == FAULT_FLASH_BAD_BIT) {
        bool present = changed->armed && offset < FLASH_BYTES;
        uint32_t mask = present ? 1u << (changed->args[1] & 7u) : 0;
        flash_set_bad_bit(flash, present ? offset : 0, (uint8_t)mask);
    } else if (name == FAULT_FLASH_TORN_WORD && changed->armed && offset < FLASH_BYTES) {
        flash_tear_word(flash, offset & ~(FLASH_WORD_BYTES - 1));
        flash_mark_dirty(flash);
    }
}

static void registers_after_reset(FlashController *flash) {
    flash->acr = ACR_AFTER_RESET;
    for (unsigned i = 0; i < FLASH_BANKS; i++) {
        FlashBank *bank = &flash->banks[i];
        bank->cr = CR_AFTER_RESET;
        bank->flags = 0;
        bank->keys = KEYS_LOCKED;
        bank->ecc_fail_address = 0;
        bank->buffer_mask = 0;
    }
    flash_options_reset(flash);
    flash_update_interrupt(flash);
}

FlashController *flash_new(const FlashConfig *config) {
    FlashController *flash = calloc(1, sizeof *flash);
    if (flash == NULL) {
        abort();
    }
    flash->config = *config;
    flash->contents = aligned_alloc(4096, FLASH_BYTES);
    if (flash->contents == NULL) {
        abort();
    }
    memset(flash->contents, 0xFF, FLASH_BYTES);
    for (uint32_t word = 0; word < FLASH_WORDS; word++) {
        flash->ecc[word] = ECC_ERASED;
    }
    flash_options_factory(&flash->current);
    for (unsigned i = 0; i < FLASH_BANKS; i++) {
        flash->banks[i].controller = flash;
        flash->banks[i].index = i;
        flash->banks[i].done =
            (Event){.name = "flash operation", .fire = flash_operation_done, .context = &flash->banks[i]};
    }
    flash->options_done =
        (Event){.name = "flash options", .fire = flash_options_programmed, .context = flash};
    flash->save = (Event){.name = "flash file", .fire = save_now, .context = flash};
    if (!flash_file_load(flash)) {
        free(flash->contents);
        free(flash);
        return NULL;
    }
    attach(flash);
    registers_after_reset(flash);
    flash_recheck_all(flash);
    faults_on_change(config->faults, fault_changed, flash);
    return flash;
}

void flash_free(FlashController *flash) {
    if (flash == NULL) {
        return;
    }
    flash_file_save(flash);
    free(flash->contents);
    free(flash);
}

// SWAP_BANK takes effect at reset (RM0433 4.3.13). Bank registers follow the address they control.
static void swap_banks(FlashController *flash) {
    uint32_t bad_bit_offset = flash->bad_bit_offset;
    uint8_t bad_bit_mask = flash->bad_bit_mask;
    flash_set_bad_bit(flash, 0, 0);
    for (uint32_t i = 0; i < FLASH_BANK_BYTES; i++) {
        uint8_t byte = flash->contents[i];
        flash->contents[i] = flash->contents[FLASH_BANK_BYTES + i];
        flash->contents[FLASH_BANK_BYTES + i] = byte;
    }
    for (uint32_t i = 0; i < FLASH_WORDS / 2; i++) {
        uint16_t check = flash->ecc[i];
        flash->ecc[i] = flash->ecc[FLASH_WORDS / 2 + i];
        flash->ecc[FLASH_WORDS / 2 + i] = check;
    }
    for (uint32_t i = 0; i < FLASH_SECTORS_PER_BANK; i++) {
        uint32_t erases = flash->sector_erases[i];
        flash->sector_erases[i] = flash->sector_erases[FLASH_SECTORS_PER_BANK + i];
        flash->sector_erases[FLASH_SECTORS_PER_BANK + i] = erases;
    }
    flash->banks_swapped = !flash->banks_swapped;
    flash_set_bad_bit(flash, bad_bit_offset, bad_bit_mask);
    flash_recheck_all(flash);
    bus_memory_written(flash->config.bus, FLASH_BASE, FLASH_BYTES);
    flash_mark_dirty(flash);
}

void flash_reset(FlashController *flash) {
    for (unsigned i = 0; i < FLASH_BANKS; i++) {
        flash_abort_operations(&flash->banks[i]);
    }
    registers_after_reset(flash);
    if (((flash->current.optsr & OPTSR_SWAP_BANK_OPT) != 0) != flash->banks_swapped) {
        swap_banks(flash);
    }
}

void flash_power_lost(FlashController *flash) { flash_reset(flash); }

unsigned flash_required_wait_states(uint32_t axi_hz, unsigned vos) {
    // RM0433 table 17: the highest AXI clock in MHz for each number of wait states, voltage scale 0 to 3.
    static const unsigned limits_mhz[4][5] = {{70, 140, 210, 225, 240},
                                              {70, 140, 210, 225, 225},
                                              {55, 110, 165, 225, 225},
                                              {45, 90, 180, 225, 225}};
    for (unsigned wait_states = 0; wait_states < 5; wait_states++) {
        if (axi_hz <= limits_mhz[vos & 3u][wait_states] * 1000000u) {
            return wait_states;
        }
    }
    return 8;
}

unsigned flash_required_write_delay(uint32_t axi_hz, unsigned vos) {
    static const unsigned limits_mhz[4][2] = {{70, 185}, {70, 185}, {55, 110}, {45, 90}};
    const unsigned *limits = limits_mhz[vos & 3u];
    return axi_hz <= limits[0] * 1000000u ? 0 : axi_hz <= limits[1] * 1000000u ? 1 : 2;
}

unsigned flash_wait_states(const FlashController *flash) { return flash->acr & 0xFu; }

unsigned flash_write_delay(const FlashController *flash) { return flash->acr >> 4 & 3u; }

const uint8_t *flash_contents(const FlashController *flash) { return flash->contents; }

uint32_t flash_sector_erases(const FlashController *flash, unsigned sector) {
    return flash->sector_erases[sector % FLASH_SECTORS];
}
