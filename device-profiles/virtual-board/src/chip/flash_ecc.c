// SPDX-License-Identifier: GPL-2.0-or-later
// The cells: programming clears bits of data and check bits alike, so that a word written twice or torn in
// the middle fails its check on reading, as it does on silicon (RM0433 4.3.8: 10 check bits for 256 data
// bits).
#include "chip/flash_internal.h"
#include "fault/faults.h"
#include <string.h>

#define CHECK_BITS 10u
#define HAMMING_BITS 9u
#define PAGE_BYTES 4096u

static uint16_t ecc_of_byte[FLASH_WORD_BYTES][256];
static uint16_t column_of_bit[FLASH_WORD_BYTES * 8];

static unsigned ones(uint32_t value) { return (unsigned)__builtin_popcount(value); }

// Extended Hamming code: data bit i has the i-th column that is no power of two; the tenth bit makes every
// column odd, so that an odd syndrome is one wrong bit and an even one is two.
static void build_tables(void) {
    uint32_t column = 3;
    for (unsigned bit = 0; bit < FLASH_WORD_BYTES * 8; bit++, column++) {
        while (ones(column) < 2) {
            column++;
        }
        column_of_bit[bit] = (uint16_t)(column | (ones(column) % 2 == 0 ? 1u << HAMMING_BITS : 0));
    }
    for (unsigned byte = 0; byte < FLASH_WORD_BYTES; byte++) {
        for (unsigned value = 0; value < 256; value++) {
            uint16_t sum = 0;
            for (unsigned bit = 0; bit < 8; bit++) {
                sum = (uint16_t)(sum ^ ((value >> bit & 1u) != 0 ? column_of_bit[byte * 8 + bit] : 0));
            }
            ecc_of_byte[byte][value] = sum;
        }
    }
}

uint16_t flash_ecc_of(const uint8_t word[FLASH_WORD_BYTES]) {
    if (column_of_bit[0] == 0) {
        build_tables();
    }
    uint16_t sum = 0;
    for (unsigned i = 0; i < FLASH_WORD_BYTES; i++) {
        sum = (uint16_t)(sum ^ ecc_of_byte[i][word[i]]);
    }
    return sum;
}

static bool is_erased(const uint8_t word[FLASH_WORD_BYTES]) {
    for (unsigned i = 0; i < FLASH_WORD_BYTES; i++) {
        if (word[i] != 0xFF) {
            return false;
        }
    }
    return true;
}

EccState flash_ecc_check(uint8_t word[FLASH_WORD_BYTES], uint16_t check) {
    if (check == ECC_TORN) {
        return ECC_FAILED;
    }
    uint16_t syndrome = (uint16_t)(flash_ecc_of(word) ^ check);
    if (syndrome == 0 || (check == ECC_ERASED && is_erased(word))) {
        return ECC_FINE;
    }
    if (ones(syndrome) == 1) {
        return ECC_CORRECTED; // a check bit itself
    }
    if (ones(syndrome) % 2 != 0) {
        for (unsigned bit = 0; bit < FLASH_WORD_BYTES * 8; bit++) {
            if (column_of_bit[bit] == syndrome) {
                word[bit / 8] = (uint8_t)(word[bit / 8] ^ (1u << bit % 8));
                return ECC_CORRECTED;
            }
        }
    }
    return ECC_FAILED;
}

static void toggle_bad_bit(FlashController *flash) {
    flash->contents[flash->bad_bit_offset] ^= flash->bad_bit_mask;
}

// The cells behind the bad bit, which is a fault of the read path.
static void copy_cells(const FlashController *flash, uint32_t word_offset, uint8_t word[FLASH_WORD_BYTES]) {
    memcpy(word, flash->contents + word_offset, FLASH_WORD_BYTES);
    if (flash->bad_bit_offset / FLASH_WORD_BYTES == word_offset / FLASH_WORD_BYTES) {
        word[flash->bad_bit_offset % FLASH_WORD_BYTES] ^= flash->bad_bit_mask;
    }
}

static bool word_reads_plainly(const FlashController *flash, uint32_t offset) {
    uint8_t copy[FLASH_WORD_BYTES];
    copy_cells(flash, offset, copy);
    return flash_ecc_check(copy, flash->ecc[offset / FLASH_WORD_BYTES]) == ECC_FINE;
}

// The core reads flash as plain host memory; pages that hold a failing word have to go through
// flash_array_read.
static void recheck_page(FlashController *flash, uint32_t page) {
    unsigned failing = 0;
    for (uint32_t offset = page * PAGE_BYTES; offset < (page + 1) * PAGE_BYTES; offset += FLASH_WORD_BYTES) {
        failing += word_reads_plainly(flash, offset) ? 0 : 1;
    }
    if ((failing != 0) != (flash->failing_words_of_page[page] != 0)) {
        bus_trap_page(flash->config.bus, FLASH_BASE + page * PAGE_BYTES, failing != 0);
    }
    flash->failing_words_of_page[page] = failing;
}

void flash_recheck_all(FlashController *flash) {
    for (uint32_t page = 0; page < FLASH_BYTES / PAGE_BYTES; page++) {
        recheck_page(flash, page);
    }
}

// The common case, a word programmed once into an erased place, needs no look at the rest of its page.
static void recheck_word(FlashController *flash, uint32_t offset) {
    uint32_t page = offset / PAGE_BYTES;
    if (flash->failing_words_of_page[page] != 0 || !word_reads_plainly(flash, offset)) {
        recheck_page(flash, page);
    }
    bus_memory_written(flash->config.bus, FLASH_BASE + offset, FLASH_WORD_BYTES);
}

void flash_program_word(FlashController *flash, uint32_t offset, const uint8_t data[FLASH_WORD_BYTES]) {
    toggle_bad_bit(flash);
    uint8_t *cells = flash->contents + offset;
    uint16_t *check = &flash->ecc[offset / FLASH_WORD_BYTES];
    for (unsigned i = 0; i < FLASH_WORD_BYTES; i++) {
        cells[i] &= data[i];
    }
    if (*check != ECC_TORN) {
        *check &= flash_ecc_of(data);
    }
    toggle_bad_bit(flash);
    recheck_word(flash, offset);
}

void flash_tear_word(FlashController *flash, uint32_t offset) {
    flash->ecc[offset / FLASH_WORD_BYTES] = ECC_TORN;
    recheck_word(flash, offset);
}

void flash_erase_range(FlashController *flash, uint32_t offset, uint32_t size_bytes) {
    toggle_bad_bit(flash);
    memset(flash->contents + offset, 0xFF, size_bytes);
    toggle_bad_bit(flash);
    for (uint32_t word = offset / FLASH_WORD_BYTES; word < (offset + size_bytes) / FLASH_WORD_BYTES; word++) {
        flash->ecc[word] = ECC_ERASED;
    }
    for (uint32_t page = offset / PAGE_BYTES; page < (offset + size_bytes) / PAGE_BYTES; page++) {
        if (flash->failing_words_of_page[page] != 0) {
            flash->failing_words_of_page[page] = 0;
            bus_trap_page(flash->config.bus, FLASH_BASE + page * PAGE_BYTES, false);
        }
    }
    bus_memory_written(flash->config.bus, FLASH_BASE + offset, size_bytes);
}

void flash_set_bad_bit(FlashController *flash, uint32_t offset, uint8_t mask) {
    uint32_t before = flash->bad_bit_offset;
    toggle_bad_bit(flash);
    flash->bad_bit_offset = offset;
    flash->bad_bit_mask = mask;
    toggle_bad_bit(flash);
    bus_memory_written(flash->config.bus, FLASH_BASE + before, 1);
    bus_memory_written(flash->config.bus, FLASH_BASE + offset, 1);
}

// Reads of trapped pages, and of everything by masters that do not take the host memory directly.
BusResult flash_array_read(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                           uint32_t *value) {
    FlashController *flash = context;
    uint32_t offset = address - FLASH_BASE;
    FlashBank *bank = &flash->banks[offset / FLASH_BANK_BYTES];
    *value = 0;
    if (master == MASTER_DEBUG && flash_readout_level(flash) != 0) {
        bank->flags |= SR_RDPERR;
        flash_update_interrupt(flash);
        return BUS_ERROR;
    }
    uint32_t word_offset = offset & ~(FLASH_WORD_BYTES - 1);
    uint8_t word[FLASH_WORD_BYTES];
    copy_cells(flash, word_offset, word);
    EccState state = flash_ecc_check(word, flash->ecc[word_offset / FLASH_WORD_BYTES]);
    if (state != ECC_FINE) {
        bank->flags |= state == ECC_FAILED ? SR_DBECCERR : SR_SNECCERR;
        bank->ecc_fail_address =
            (word_offset % FLASH_BANK_BYTES) / FLASH_WORD_BYTES; // RM0433 4.9.24: in flash words
        flash_update_interrupt(flash);
    }
    if (state == ECC_FAILED) {
        return BUS_ERROR; // RM0433 4.7.7
    }
    if (flash->bad_bit_mask != 0 &&
        flash->bad_bit_offset / FLASH_WORD_BYTES == word_offset / FLASH_WORD_BYTES) {
        word[flash->bad_bit_offset % FLASH_WORD_BYTES] ^= flash->bad_bit_mask;
    }
    for (unsigned i = 0; i < size_bytes; i++) {
        *value |= (uint32_t)word[offset - word_offset + i] << 8 * i;
    }
    return BUS_OK;
}
