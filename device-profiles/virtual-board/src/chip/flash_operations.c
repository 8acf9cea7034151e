// SPDX-License-Identifier: GPL-2.0-or-later
// Write buffer, program and erase operations of one bank (RM0433 4.3.9-4.3.10, errors 4.7).
#include "chip/flash_internal.h"
#include "fault/faults.h"
#include <string.h>

#define PICOSECONDS_PER_MICROSECOND UINT64_C(1000000)

// DS12110 table "Flash memory programming": typical times at parallelism x8, x16, x32, x64.
static const uint32_t program_microseconds[4] = {290, 180, 130, 100};
static const uint32_t erase_sector_microseconds[4] = {2000000, 1800000, 1100000, 1000000};
static const uint32_t erase_bank_microseconds[4] = {13000000, 8000000, 6000000, 5000000};

static unsigned parallelism(const FlashBank *bank) { return bank->cr >> 4 & 3u; }

static uint32_t bank_offset(const FlashBank *bank) { return bank->index * FLASH_BANK_BYTES; }

uint32_t flash_status(const FlashBank *bank) {
    uint32_t running = bank->queued > 0 ? SR_BSY | SR_QW : 0;
    return bank->flags | running | (bank->buffer_mask != 0 ? SR_WBNE : 0);
}

static void raise_error(FlashBank *bank, uint32_t flag) {
    bank->flags |= flag;
    flash_update_interrupt(bank->controller);
}

static void empty_buffer(FlashBank *bank) { bank->buffer_mask = 0; }

static uint32_t duration_microseconds(const FlashBank *bank, OperationKind kind) {
    switch (kind) {
    case OPERATION_PROGRAM:
        return program_microseconds[parallelism(bank)];
    case OPERATION_ERASE_SECTOR:
        return erase_sector_microseconds[parallelism(bank)];
    case OPERATION_ERASE_BANK:
        return erase_bank_microseconds[parallelism(bank)];
    }
    return 0;
}

static bool carry_out_erase(FlashBank *bank, const Operation *operation) {
    FlashController *flash = bank->controller;
    bool whole_bank = operation->kind == OPERATION_ERASE_BANK;
    uint32_t size_bytes = whole_bank ? FLASH_BANK_BYTES : FLASH_SECTOR_BYTES;
    uint32_t sector = operation->offset / FLASH_SECTOR_BYTES;
    bank->cr &= ~(uint32_t)CR_START;
    if (fault_armed(flash->config.faults, FAULT_FLASH_ERASE_FAILURE)) {
        return false;
    }
    flash_erase_range(flash, operation->offset, size_bytes);
    for (uint32_t i = 0; i < size_bytes / FLASH_SECTOR_BYTES; i++) {
        if (++flash->sector_erases[sector + i] == FLASH_ENDURANCE_CYCLES + 1) {
            lints_note(flash->config.lints, "flash-wear",
                       "sector %u was erased more than %u times, its guaranteed endurance",
                       (unsigned)(sector + i), FLASH_ENDURANCE_CYCLES);
        }
    }
    return true;
}

static bool carry_out_program(FlashBank *bank, const Operation *operation) {
    if (fault_armed(bank->controller->config.faults, FAULT_FLASH_PROGRAM_ERROR)) {
        return false;
    }
    flash_program_word(bank->controller, operation->offset, operation->data);
    return true;
}

static void carry_out(FlashBank *bank, const Operation *operation) {
    FlashController *flash = bank->controller;
    bool done = operation->kind == OPERATION_PROGRAM ? carry_out_program(bank, operation)
                                                     : carry_out_erase(bank, operation);
    if (!done) {
        raise_error(bank, SR_OPERR); // without EOP, which is for operations that succeeded
        return;
    }
    bank->flags |= SR_EOP;
    flash_update_interrupt(flash);
    flash_mark_dirty(flash);
}

static void finish_first(FlashBank *bank) {
    Operation operation = bank->queue[0];
    bank->queued--;
    memmove(&bank->queue[0], &bank->queue[1], bank->queued * sizeof(Operation));
    carry_out(bank, &operation);
}

void flash_operation_done(void *context) {
    FlashBank *bank = context;
    Picoseconds now = timeline_now(bank->controller->config.timeline);
    if (bank->queued > 0) {
        finish_first(bank);
    }
    if (bank->queued > 0) {
        Picoseconds length = duration_microseconds(bank, bank->queue[0].kind) * PICOSECONDS_PER_MICROSECOND;
        bank->busy_until = now + length;
        timeline_schedule(bank->controller->config.timeline, &bank->done, bank->busy_until);
    }
}

static void submit(FlashBank *bank, const Operation *operation) {
    FlashController *flash = bank->controller;
    if (flash->config.fast) {
        carry_out(bank, operation);
        return;
    }
    Picoseconds length = duration_microseconds(bank, operation->kind) * PICOSECONDS_PER_MICROSECOND;
    if (bank->queued == OPERATION_QUEUE_LENGTH) {
        // Silicon stalls the writing master here; the data lands now, the bank stays busy as long as it would
        // have.
        finish_first(bank);
        bank->busy_until += length;
    } else if (bank->queued == 0) {
        bank->busy_until = timeline_now(flash->config.timeline) + length;
    }
    bank->queue[bank->queued++] = *operation;
    bank->polls_in_a_row = 0;
    timeline_schedule(flash->config.timeline, &bank->done, bank->busy_until);
}

static bool sector_writable(const FlashBank *bank, uint32_t offset) {
    uint32_t sector = (offset % FLASH_BANK_BYTES) / FLASH_SECTOR_BYTES;
    return (flash_writable_sectors(bank->controller, bank->index) >> sector & 1u) != 0;
}

static void submit_buffer(FlashBank *bank) {
    Operation operation = {.kind = OPERATION_PROGRAM, .offset = bank->buffer_offset};
    for (unsigned i = 0; i < FLASH_WORD_BYTES; i++) {
        operation.data[i] = (bank->buffer_mask >> i & 1u) != 0 ? bank->buffer[i] : 0xFF;
    }
    empty_buffer(bank);
    if (!sector_writable(bank, operation.offset)) {
        raise_error(bank, SR_WRPERR);
        return;
    }
    submit(bank, &operation);
}

void flash_force_write(FlashBank *bank) {
    if (bank->buffer_mask != 0) {
        submit_buffer(bank);
    }
}

static bool programming_allowed(FlashBank *bank, BusMaster master, uint32_t word_offset) {
    if (master == MASTER_DEBUG && flash_readout_level(bank->controller) != 0) {
        raise_error(bank, SR_RDPERR);
        return false;
    }
    // RM0433 4.7.3: PG not set, or an earlier inconsistency error not cleared.
    if ((bank->cr & CR_PG) == 0 || (bank->flags & (SR_INCERR | SR_PGSERR)) != 0) {
        empty_buffer(bank);
        raise_error(bank, SR_PGSERR);
        return false;
    }
    if (bank->buffer_mask != 0 && bank->buffer_offset != word_offset) {
        empty_buffer(bank); // RM0433 4.7.5: another flash word before the first was complete
        raise_error(bank, SR_INCERR);
        return false;
    }
    return true;
}

BusResult flash_array_write(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                            uint32_t value) {
    FlashController *flash = context;
    uint32_t offset = address - FLASH_BASE;
    uint32_t word_offset = offset & ~(FLASH_WORD_BYTES - 1);
    FlashBank *bank = &flash->banks[offset / FLASH_BANK_BYTES];
    if (!programming_allowed(bank, master, word_offset)) {
        return BUS_OK; // the flags tell, the bus completes (RM0433 4.7)
    }
    uint32_t first = offset - word_offset;
    uint32_t mask = ((size_bytes == 4 ? 0xFu : size_bytes == 2 ? 0x3u : 0x1u)) << first;
    if ((bank->buffer_mask & mask) != 0) {
        raise_error(bank, SR_STRBERR); // RM0433 4.7.4: noted, the operation goes on
    }
    bank->buffer_offset = word_offset;
    bank->buffer_mask |= mask;
    for (unsigned i = 0; i < size_bytes; i++) {
        bank->buffer[first + i] = (uint8_t)(value >> 8 * i);
    }
    if (bank->buffer_mask == UINT32_MAX) {
        submit_buffer(bank);
    }
    return BUS_OK;
}

void flash_start_erase(FlashBank *bank, BusMaster master) {
    FlashController *flash = bank->controller;
    uint32_t error = 0;
    bool whole_bank = (bank->cr & CR_BER) != 0; // BER wins over SER (RM0433 4.9.4)
    uint32_t sector = bank->cr >> 8 & 7u;
    Operation operation = {.kind = whole_bank ? OPERATION_ERASE_BANK : OPERATION_ERASE_SECTOR,
                           .offset = bank_offset(bank) + (whole_bank ? 0 : sector * FLASH_SECTOR_BYTES)};
    if (master == MASTER_DEBUG && flash_readout_level(flash) != 0) {
        error = SR_RDPERR;
    } else if ((bank->cr & (CR_SER | CR_BER)) == 0 || (bank->flags & (SR_INCERR | SR_PGSERR)) != 0) {
        error = SR_PGSERR;
    } else if (whole_bank ? flash_writable_sectors(flash, bank->index) != 0xFF
                          : !sector_writable(bank, operation.offset)) {
        error = SR_WRPERR;
    }
    if (error != 0) {
        bank->cr &= ~(uint32_t)CR_START;
        raise_error(bank, error);
        return;
    }
    submit(bank, &operation);
}

void flash_mass_erase(FlashController *flash) {
    for (unsigned i = 0; i < FLASH_BANKS; i++) {
        Operation operation = {.kind = OPERATION_ERASE_BANK, .offset = i * FLASH_BANK_BYTES};
        submit(&flash->banks[i], &operation);
    }
}

// Reset or power loss in the middle: a word that was being programmed is torn, a sector being erased is
// half-way. Which words fare how is a function of the address alone, so that runs repeat.
static void tear(FlashController *flash, const Operation *operation) {
    if (operation->kind == OPERATION_PROGRAM) {
        uint8_t half[FLASH_WORD_BYTES];
        memcpy(half, operation->data, sizeof half);
        memset(half + FLASH_WORD_BYTES / 2, 0xFF, FLASH_WORD_BYTES / 2);
        flash_program_word(flash, operation->offset, half);
        flash_tear_word(flash, operation->offset);
        return;
    }
    uint32_t size_bytes = operation->kind == OPERATION_ERASE_BANK ? FLASH_BANK_BYTES : FLASH_SECTOR_BYTES;
    uint32_t end = operation->offset + size_bytes;
    for (uint32_t offset = operation->offset; offset < end; offset += FLASH_WORD_BYTES) {
        if ((offset / FLASH_WORD_BYTES * 2654435761u >> 31) != 0) {
            flash_erase_range(flash, offset, FLASH_WORD_BYTES);
        } else {
            flash->ecc[offset / FLASH_WORD_BYTES] = ECC_TORN;
        }
    }
    flash_recheck_all(flash);
}

void flash_abort_operations(FlashBank *bank) {
    FlashController *flash = bank->controller;
    empty_buffer(bank);
    timeline_cancel(flash->config.timeline, &bank->done);
    if (bank->queued > 0) {
        bank->queued = 0;
        tear(flash, &bank->queue[0]);
        flash_mark_dirty(flash);
    }
}
