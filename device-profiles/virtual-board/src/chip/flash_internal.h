// SPDX-License-Identifier: GPL-2.0-or-later
// Shared by the flash_*.c files only. Register and bit names follow RM0433 chapter 4.9.
#ifndef VB_FLASH_INTERNAL_H
#define VB_FLASH_INTERNAL_H

#include "chip/flash.h"
#include "time/timeline.h"
#include <stdbool.h>
#include <stdint.h>

#define FLASH_BASE 0x08000000u
#define FLASH_BANKS 2u
#define FLASH_BANK_BYTES 0x100000u
#define FLASH_BYTES (FLASH_BANKS * FLASH_BANK_BYTES)
#define FLASH_SECTOR_BYTES 0x20000u
#define FLASH_SECTORS_PER_BANK (FLASH_BANK_BYTES / FLASH_SECTOR_BYTES)
#define FLASH_SECTORS (FLASH_BYTES / FLASH_SECTOR_BYTES)
#define FLASH_WORD_BYTES 32u
#define FLASH_WORDS (FLASH_BYTES / FLASH_WORD_BYTES)
#define FLASH_ENDURANCE_CYCLES 10000u // DS12110 table "Flash memory endurance and data retention"

enum {
    CR_LOCK = 1 << 0,
    CR_PG = 1 << 1,
    CR_SER = 1 << 2,
    CR_BER = 1 << 3,
    CR_FW = 1 << 6,
    CR_START = 1 << 7,
    SR_BSY = 1 << 0,
    SR_WBNE = 1 << 1,
    SR_QW = 1 << 2,
    SR_EOP = 1 << 16,
    SR_WRPERR = 1 << 17,
    SR_PGSERR = 1 << 18,
    SR_STRBERR = 1 << 19,
    SR_INCERR = 1 << 21,
    SR_OPERR = 1 << 22,
    SR_RDPERR = 1 << 23,
    SR_SNECCERR = 1 << 25,
    SR_DBECCERR = 1 << 26,
    SR_FLAGS = 0x07EF0000, // what CCR clears and what the interrupt enables of CR (same positions) select
};

// A check value that no programming can produce: the word was torn and every read of it is a double ECC
// error.
#define ECC_TORN 0xFFFFu
#define ECC_ERASED 0x3FFu

typedef enum { ECC_FINE, ECC_CORRECTED, ECC_FAILED } EccState;
typedef enum { KEYS_LOCKED, KEYS_FIRST_GIVEN, KEYS_OPEN, KEYS_REFUSED_UNTIL_RESET } KeyState;
typedef enum { OPERATION_PROGRAM, OPERATION_ERASE_SECTOR, OPERATION_ERASE_BANK } OperationKind;

typedef struct Operation {
    OperationKind kind;
    uint32_t offset; // into the 2 MB: of the flash word, or of the first sector
    uint8_t data[FLASH_WORD_BYTES];
} Operation;

// One operation runs while another waits; a third write would stall the bus on silicon.
#define OPERATION_QUEUE_LENGTH 2u

typedef struct FlashBank {
    FlashController *controller;
    unsigned index;
    uint32_t cr;
    uint32_t flags; // the sticky part of SR
    KeyState keys;
    uint32_t ecc_fail_address;
    uint8_t buffer[FLASH_WORD_BYTES]; // the write buffer
    uint32_t buffer_mask;             // bytes written so far; 0 = empty
    uint32_t buffer_offset;
    Operation queue[OPERATION_QUEUE_LENGTH];
    unsigned queued; // queue[0] is the one that runs
    Picoseconds busy_until;
    Event done;
    uint64_t polled_at_cycle; // of the core's last look at SR
    unsigned polls_in_a_row;
} FlashBank;

// The user option bytes as the *_CUR and *_PRG registers show them (RM0433 4.4).
typedef struct FlashOptions {
    uint32_t optsr;
    uint32_t boot;
    uint32_t protected_area[FLASH_BANKS];   // PRAR
    uint32_t secure_area[FLASH_BANKS];      // SCAR
    uint32_t writable_sectors[FLASH_BANKS]; // WPSN: bit clear = protected
} FlashOptions;

struct FlashController {
    FlashConfig config;
    uint8_t *contents; // FLASH_BYTES, page aligned; a bad bit is applied to it
    uint16_t ecc[FLASH_WORDS];
    uint32_t sector_erases[FLASH_SECTORS];
    FlashBank banks[FLASH_BANKS];
    uint32_t acr;
    bool option_change_interrupt; // OPTCR.OPTCHANGEERRIE
    KeyState option_keys;
    FlashOptions current;
    FlashOptions to_program;
    bool option_change_error;
    bool options_busy;
    bool banks_swapped; // SWAP_BANK_OPT as the last reset loaded it
    Event options_done;
    Event save;
    bool dirty; // contents or options differ from the file
    uint32_t bad_bit_offset;
    uint8_t bad_bit_mask; // 0 = no bad bit
    unsigned failing_words_of_page[FLASH_BYTES / 4096];
};

// flash_registers.c
BusResult flash_register_read(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                              uint32_t *value);
BusResult flash_register_write(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t value);
void flash_update_interrupt(FlashController *flash);
KeyState flash_key_given(KeyState state, uint32_t key, uint32_t first, uint32_t second);

// flash_operations.c
BusResult flash_array_write(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                            uint32_t value);
void flash_force_write(FlashBank *bank);
void flash_start_erase(FlashBank *bank, BusMaster master);
void flash_mass_erase(FlashController *flash);
void flash_abort_operations(FlashBank *bank);
void flash_operation_done(void *context); // Event of a bank
uint32_t flash_status(const FlashBank *bank);

// flash_ecc.c
uint16_t flash_ecc_of(const uint8_t word[FLASH_WORD_BYTES]);
EccState flash_ecc_check(uint8_t word[FLASH_WORD_BYTES], uint16_t check); // corrects a single error in place
void flash_tear_word(FlashController *flash, uint32_t offset);
void flash_program_word(FlashController *flash, uint32_t offset, const uint8_t data[FLASH_WORD_BYTES]);
void flash_erase_range(FlashController *flash, uint32_t offset, uint32_t size_bytes);
void flash_recheck_all(FlashController *flash);
void flash_set_bad_bit(FlashController *flash, uint32_t offset, uint8_t mask); // mask 0 = none
BusResult flash_array_read(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                           uint32_t *value);

// flash_options.c
void flash_options_factory(FlashOptions *options);
void flash_options_read(FlashController *flash, unsigned bank, uint32_t offset,
                        uint32_t *value); // 0 where there is no register
BusResult flash_options_write(FlashController *flash, unsigned bank, uint32_t offset, uint32_t value);
void flash_options_programmed(void *context); // Event
void flash_options_reset(FlashController *flash);
uint32_t flash_writable_sectors(const FlashController *flash, unsigned bank); // WPSN with the armed fault

// flash_file.c
bool flash_file_load(
    FlashController *flash); // false with a message on stderr: the file is there but unusable
void flash_file_save(FlashController *flash);
void flash_mark_dirty(FlashController *flash);

#endif
