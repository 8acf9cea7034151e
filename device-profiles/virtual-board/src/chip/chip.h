// SPDX-License-Identifier: GPL-2.0-or-later
// Everything of the STM32H743 around the core and its debug logic: flash, RCC, PWR, SYSCFG, DBGMCU, GPIO,
// USART3, DMA1/2 + DMAMUX1, IWDG1, CRC, unique ID, SRAMs.
#ifndef VB_CHIP_H
#define VB_CHIP_H

#include "bus/bus.h"
#include "chip/flash.h"
#include "core/core.h"
#include "fault/faults.h"
#include "lint/lints.h"
#include "time/timeline.h"

typedef enum { REVISION_Y, REVISION_V } Revision;

// Reset causes as RCC_RSR reports them (RM0433 8.7.36).
typedef enum {
    RESET_POWER_ON,
    RESET_PIN,
    RESET_SOFTWARE,
    RESET_INDEPENDENT_WATCHDOG,
    RESET_BROWN_OUT
} ResetCause;

typedef struct ChipConfig {
    Timeline *timeline;
    Bus *bus;
    Faults *faults;
    Lints *lints;
    Revision revision;
    const char *serial;                                     // the unique ID follows from it
    bool fast_flash;                                        // erase and program take no time
    const char *flash_file;                                 // NULL = none
    void *context;                                          // passed to the callbacks below
    void (*request_reset)(void *context, ResetCause cause); // from inside events and register writes
    bool (*powered)(void *context);
    // The wire at USART3: a byte that was sent at this rate and ends now; whether one is under way to the
    // chip.
    void (*serial_send)(void *context, uint8_t byte, double bits_per_second);
    bool (*serial_receiving)(void *context);
} ChipConfig;

typedef struct Chip Chip;

// Attaches memories and devices to the bus (before core_new). NULL with a message on stderr when the flash
// file is corrupt.
Chip *chip_new(const ChipConfig *config);
void chip_free(Chip *chip);
void chip_reset(Chip *chip, ResetCause cause);  // register reset values, RCC_RSR
void chip_power_lost(Chip *chip);               // RAM contents are scrambled
void chip_set_core(Chip *chip, Core *core);     // it exists now; NULL: no longer
void chip_core_halted(Chip *chip, bool halted); // the watchdog may stand still meanwhile; idempotent
bool chip_clock_stopped(const Chip *chip); // the system clock lost its source (HSE died, no clock security)

// From the wire: one frame of `bits_per_second` ends now with this byte (USART3 samples it at its own rate).
void chip_serial_receive(Chip *chip, uint8_t byte, double bits_per_second);
bool chip_serial_sending(const Chip *chip); // USART3 shifts a byte out
FlashController *chip_flash(const Chip *chip);

typedef struct ChipLeds {
    bool green, blue, red; // PB0, PB7, PB14
} ChipLeds;
ChipLeds chip_led_states(const Chip *chip);

#endif
