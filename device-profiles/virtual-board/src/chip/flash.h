// SPDX-License-Identifier: GPL-2.0-or-later
// Flash memory and its controller (RM0433 chapter 4): two banks of 8 x 128 KB sectors, 32-byte words with
// ECC, key and option registers.
#ifndef VB_FLASH_H
#define VB_FLASH_H

#include "bus/bus.h"
#include "fault/faults.h"
#include "lint/lints.h"
#include "time/timeline.h"

typedef struct FlashConfig {
    Timeline *timeline;
    Bus *bus;
    Faults *faults;
    Lints *lints;
    bool fast;        // erase and program take no time
    const char *file; // keeps flash and option bytes across restarts; NULL = none
    void *context;    // passed to the callbacks below
    void (*interrupt)(void *context, bool level);
    void (*latency_changed)(void *context); // FLASH_ACR was written
} FlashConfig;

typedef struct FlashController FlashController;

// Attaches memory and registers to the bus; loads the file when it is there.
// NULL with a message on stderr when that file is corrupt: nothing is overwritten.
FlashController *flash_new(const FlashConfig *config);
void flash_free(FlashController *flash);
void flash_reset(FlashController *flash); // system reset: registers; a running operation tears its word
// Power was cut: an operation that runs leaves a torn word or a half-erased sector.
void flash_power_lost(FlashController *flash);
// Wait states that RM0433 table 17 wants for the AXI clock and voltage scale; the chip asks when clocks or
// latency change. Returns 8 when no latency makes that clock legal.
unsigned flash_required_wait_states(uint32_t axi_hz, unsigned vos);
// The same for WRHIGHFREQ, which matters to programming only.
unsigned flash_required_write_delay(uint32_t axi_hz, unsigned vos);
unsigned flash_wait_states(const FlashController *flash);    // FLASH_ACR.LATENCY
unsigned flash_write_delay(const FlashController *flash);    // FLASH_ACR.WRHIGHFREQ
const uint8_t *flash_contents(const FlashController *flash); // 2 MB from 0x08000000

// Option bytes that other parts obey (RM0433 4.4.5); valid after the reset that loaded them.
uint32_t flash_boot_address(const FlashController *flash); // BOOT_ADD0, the BOOT0 pin is low on the Nucleo
bool flash_watchdog_starts_by_itself(const FlashController *flash); // IWDG1_SW = 0
unsigned flash_readout_level(const FlashController *flash);         // 0, 1 or 2
// Erase cycles of one of the 16 sectors since the flash was new (10,000 are guaranteed).
uint32_t flash_sector_erases(const FlashController *flash, unsigned sector);

#endif
