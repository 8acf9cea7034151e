// SPDX-License-Identifier: Apache-2.0
// What the files of this port offer one another.
#ifndef HILDA_PORT_INTERNAL_H
#define HILDA_PORT_INTERNAL_H

#include "protocol/messages.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Clocks {
    uint32_t cpu_hz;
    uint32_t axi_hz;
    uint32_t apb1_hz;      // kernel clock of USART3
    uint8_t source;        // CLOCK_SOURCE_…
    uint8_t voltage_scale; // 0 to 3
    uint8_t boot_error;    // BOOT_…
} Clocks;

// clock.c
void clock_apply_axi_sram_workaround(void); // before the first access to the AXI SRAM
void clock_start(void);                     // 400 or 480 MHz by revision; on failure 64 MHz and a boot error
const Clocks *clocks(void);

// memory_protection.c
void memory_protection_start(void);
void caches_start(void);

// timebase.c
void cycle_counter_start(void); // DWT_CYCCNT, before clock_start()
void timebase_start(void);
void watchdog_start(void);
uint64_t timebase_cycles(void);
uint64_t timebase_idle_cycles(void);

// serial.c
void serial_start(void);
uint32_t serial_divider(void);
bool serial_take_news(void); // news that come at the same time may be lost: look at the rings afterwards
void serial_count_errors(Statistics *statistics);

// crash.c
void crash_record_boot(uint32_t reset_flags);
const CrashRecord *crash_last(void);
uint32_t crash_boot_count(void);
// Frame as pushed by the exception entry (ARMv7-M ARM B1.5.6): r0-r3, r12, lr, pc, xPSR. NULL when it was not
// pushed.
_Noreturn void crash_and_reset(uint8_t kind, const uint32_t *frame);

#endif
