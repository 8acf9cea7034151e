// SPDX-License-Identifier: Apache-2.0
// Time since boot from SysTick, which runs on while the core sleeps (DWT_CYCCNT stops then); sleep; the
// watchdog.
#include "port/port.h"
#include "port_internal.h"
#include "registers.h"

#define TICK_US 4000U
#define WATCHDOG_PRESCALER_64 4U
#define WATCHDOG_RELOAD 2000U // LSI / 64 = 500 Hz: 4 s
// One second before the watchdog bites, while there is still somebody to write down where the CPU hangs.
#define HANG_TICKS (3000000U / TICK_US)

static volatile uint64_t ticks;
static volatile uint32_t ticks_since_refresh;
static volatile bool ticked; // since port_take_news()
static uint32_t cycles_per_tick;
static uint64_t idle_cycles;

void cycle_counter_start(void) {
    DEBUG_DEMCR |= DEBUG_DEMCR_TRCENA;
    DWT_LAR = DWT_LAR_KEY;
    DWT_CYCCNT = 0;
    DWT_CTRL |= DWT_CTRL_CYCCNTENA;
}

void timebase_start(void) {
    cycles_per_tick = clocks()->cpu_hz / 1000000U * TICK_US;
    SYSTICK_RVR = cycles_per_tick - 1U;
    SYSTICK_CVR = 0;
    SYSTICK_CSR = SYSTICK_CSR_CLKSOURCE | SYSTICK_CSR_TICKINT | SYSTICK_CSR_ENABLE;
}

// Called by the SysTick exception with the frame of what it interrupted.
__attribute__((used)) static void tick(const uint32_t *frame) {
    ticks = ticks + 1U;
    ticks_since_refresh = ticks_since_refresh + 1U;
    ticked = true;
    if (ticks_since_refresh > HANG_TICKS) {
        crash_and_reset(CRASH_WATCHDOG, frame);
    }
}

void systick_handler(void);
__attribute__((naked)) void systick_handler(void) { __asm volatile("mov r0, sp\n b tick"); }

uint64_t timebase_cycles(void) {
    uint64_t before;
    uint32_t left;
    do {
        before = ticks;
        left = SYSTICK_CVR;
    } while (before != ticks);
    return before * cycles_per_tick + (cycles_per_tick - 1U - left);
}

uint64_t timebase_idle_cycles(void) { return idle_cycles; }

uint64_t port_cycles(void) { return timebase_cycles(); }

// The ITM drops the word unless a debugger has enabled it (ARMv7-M ARM C1.7.3).
void port_mark(uint32_t mark) { ITM_STIMULUS_0 = mark; }

uint64_t port_now_us(void) { return timebase_cycles() / (clocks()->cpu_hz / 1000000U); }

void port_sleep(void) {
    uint64_t asleep_since = timebase_cycles();
    disable_interrupts();
    bool slept = !serial_take_news();
    if (slept) {
        wait_for_interrupt(); // a pending interrupt wakes the core although it is masked
    }
    enable_interrupts();
    instruction_synchronization_barrier();
    if (slept) {
        idle_cycles += timebase_cycles() - asleep_since;
    }
}

bool port_take_news(void) {
    bool due = ticked;
    ticked = false;
    return serial_take_news() || due;
}

void watchdog_start(void) {
    DBGMCU_APB4FZ1 |= DBGMCU_APB4FZ1_IWDG1; // a halted core is not a hanging one
    IWDG1_KR = IWDG_KEY_START;
    IWDG1_KR = IWDG_KEY_UNLOCK;
    IWDG1_PR = WATCHDOG_PRESCALER_64;
    IWDG1_RLR = WATCHDOG_RELOAD;
    // The values cross into the LSI domain, five of its cycles (RM0433 45.4.4); without them 512 ms would be
    // left.
    uint32_t start = DWT_CYCCNT;
    while (IWDG1_SR != 0 && DWT_CYCCNT - start < clocks()->cpu_hz / 100U) {
    }
    port_refresh_watchdog();
}

void port_refresh_watchdog(void) {
    ticks_since_refresh = 0;
    IWDG1_KR = IWDG_KEY_REFRESH;
}
