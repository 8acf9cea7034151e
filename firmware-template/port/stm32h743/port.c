// SPDX-License-Identifier: Apache-2.0
#include "port/port.h"

#include "port_internal.h"
#include "registers.h"

#include <string.h>

#define STACK_PAINT 0xA5A5A5A5U

extern const uint32_t stack_top[], stack_bottom[];

uint32_t startup_reset_flags(void);

// Several flags are set at once; the rarer cause is the true one (RM0433 table 57).
static uint8_t reset_cause(uint32_t flags) {
    static const struct {
        uint32_t flag;
        uint8_t cause;
    } CAUSES[] = {
        {RCC_RSR_PORRSTF, RESET_CAUSE_POWER_ON},
        {RCC_RSR_BORRSTF, RESET_CAUSE_BROWN_OUT},
        {RCC_RSR_IWDG1RSTF, RESET_CAUSE_INDEPENDENT_WATCHDOG},
        {RCC_RSR_WWDG1RSTF, RESET_CAUSE_WINDOW_WATCHDOG},
        {RCC_RSR_SFTRSTF, RESET_CAUSE_SOFTWARE},
        {RCC_RSR_LPWRRSTF, RESET_CAUSE_LOW_POWER},
        {RCC_RSR_PINRSTF, RESET_CAUSE_PIN},
    };
    for (size_t i = 0; i < sizeof CAUSES / sizeof CAUSES[0]; i++) {
        if ((flags & CAUSES[i].flag) != 0) {
            return CAUSES[i].cause;
        }
    }
    return RESET_CAUSE_UNKNOWN;
}

void port_describe(Hello *hello) {
    const Clocks *clock = clocks();
    hello->clock_source = clock->source;
    hello->voltage_scale = clock->voltage_scale;
    hello->boot_error = clock->boot_error;
    hello->cpu_hz = clock->cpu_hz;
    hello->axi_hz = clock->axi_hz;
    hello->uart_kernel_hz = clock->apb1_hz;
    hello->uart_divider = serial_divider();
    hello->idcode = DBGMCU_IDCODE;
    memcpy(hello->unique_id, (const void *)UNIQUE_ID_ADDRESS, UNIQUE_ID_BYTES);
    hello->flash_bytes = FLASH_SIZE_KBYTES * 1024U;
    hello->reset_flags = startup_reset_flags();
    hello->reset_cause = reset_cause(hello->reset_flags);
    hello->boot_count = crash_boot_count();
    hello->crash = *crash_last();
}

static uint32_t untouched_stack_bytes(void) {
    const volatile uint32_t *word = stack_bottom;
    while (word < stack_top && *word == STACK_PAINT) {
        word++;
    }
    return (uint32_t)((uintptr_t)word - (uintptr_t)stack_bottom);
}

void port_measure(Statistics *statistics) {
    statistics->uptime_cycles = timebase_cycles();
    statistics->idle_cycles = timebase_idle_cycles();
    statistics->stack_bytes = (uint32_t)((uintptr_t)stack_top - (uintptr_t)stack_bottom);
    statistics->stack_peak_bytes = statistics->stack_bytes - untouched_stack_bytes();
    serial_count_errors(statistics);
}

_Noreturn void port_reset(void) {
    data_synchronization_barrier();
    SCB_AIRCR = SCB_AIRCR_KEY | (SCB_AIRCR & SCB_AIRCR_PRIGROUP) | SCB_AIRCR_SYSRESETREQ;
    data_synchronization_barrier();
    for (;;) {
    }
}

#define DEEPER_THAN_ANY_STACK 10000U

// Writes each frame on its way, so that it meets the guard region below the stack.
static uint32_t dig(volatile uint32_t *depth_above) {
    volatile uint32_t depth[32];
    depth[0] = *depth_above + 1U;
    return depth[0] < DEEPER_THAN_ANY_STACK ? dig(depth) + depth[0] : 0;
}

void port_provoke(uint8_t kind) {
    volatile uint32_t *address = (volatile uint32_t *)(kind == PROVOKE_NULL_READ ? 0U : 0x21000000U);
    volatile uint32_t start = 0;
    switch (kind) {
    case PROVOKE_UNDEFINED_INSTRUCTION:
        __asm volatile("udf #1");
        break;
    case PROVOKE_BUS_FAULT:
    case PROVOKE_NULL_READ:
        (void)*address;
        break;
    case PROVOKE_STACK_OVERFLOW:
        (void)dig(&start);
        break;
    default:
        break;
    }
    for (;;) { // PROVOKE_HANG, and whatever failed to fault
    }
}
