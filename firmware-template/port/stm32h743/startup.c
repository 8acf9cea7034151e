// SPDX-License-Identifier: Apache-2.0
// From reset to main(): memory, faults, clocks, line. The vector table.
#include "port_internal.h"
#include "registers.h"

#include <stdint.h>

#define STACK_PAINT 0xA5A5A5A5U

// Exception numbers: interrupt n is exception 16 + n (RM0433, chapter NVIC, vector table).
#define SYSTICK 15U
#define DMA1_STREAM0 (16U + DMA1_INTERRUPT(0U))
#define DMA1_STREAM1 (16U + DMA1_INTERRUPT(1U))
#define USART3 (16U + USART3_INTERRUPT)
#define VECTORS (16U + 150U)

extern uint32_t stack_top[], stack_bottom[];
extern uint32_t data_start[], data_end[], data_image[];
extern uint32_t itcm_start[], itcm_end[], itcm_image[];
extern uint32_t bss_start[], bss_end[];
extern uint32_t axi_bss_start[], axi_bss_end[], d2_bss_start[], d2_bss_end[], dma_bss_start[], dma_bss_end[];

_Noreturn void reset_handler(void);
int main(void);
void exception_handler(void);
void systick_handler(void);
void usart3_handler(void);
void dma1_stream0_handler(void);
void dma1_stream1_handler(void);
uint32_t startup_reset_flags(void);

typedef union Vector {
    void (*handler)(void);
    uint32_t *stack;
} Vector;

__attribute__((section(".vectors"), used)) static const Vector vectors[VECTORS] = {
    [0] = {.stack = stack_top},
    [1] = {.handler = reset_handler},
    [2 ... SYSTICK - 1] = {.handler = exception_handler},
    [SYSTICK] = {.handler = systick_handler},
    [SYSTICK + 1 ... DMA1_STREAM0 - 1] = {.handler = exception_handler},
    [DMA1_STREAM0] = {.handler = dma1_stream0_handler},
    [DMA1_STREAM1] = {.handler = dma1_stream1_handler},
    [DMA1_STREAM1 + 1 ... USART3 - 1] = {.handler = exception_handler},
    [USART3] = {.handler = usart3_handler},
    [USART3 + 1 ... VECTORS - 1] = {.handler = exception_handler},
};

static uint32_t reset_flags;

uint32_t startup_reset_flags(void) { return reset_flags; }

// Loops of words by volatile access: before the memory is set up, the compiler must not call memset and
// memcpy.
static void copy(volatile uint32_t *to, const uint32_t *end, const uint32_t *from) {
    while (to < end) {
        *to++ = *from++;
    }
}

static void clear(volatile uint32_t *from, const uint32_t *end, uint32_t value) {
    while (from < end) {
        *from++ = value;
    }
}

static void prepare_memory(void) {
    copy(data_start, data_end, data_image);
    clear(bss_start, bss_end, 0);
    copy(itcm_start, itcm_end, itcm_image);
    clock_apply_axi_sram_workaround();
    clear(axi_bss_start, axi_bss_end, 0);
    RCC_AHB2ENR |= RCC_AHB2ENR_SRAM1_TO_3; // off after reset
    (void)RCC_AHB2ENR;
    clear(d2_bss_start, d2_bss_end, 0);
    clear(dma_bss_start, dma_bss_end, 0);
}

static void paint_stack(void) {
    uint32_t *here;
    __asm volatile("mov %0, sp" : "=r"(here));
    clear(stack_bottom, here - 8, STACK_PAINT);
}

static void enable_faults(void) {
    SCB_VTOR = (uint32_t)vectors;
    SCB_CCR |= SCB_CCR_DIV_0_TRP;
    SCB_SHCSR |= SCB_SHCSR_MEMFAULTENA | SCB_SHCSR_BUSFAULTENA | SCB_SHCSR_USGFAULTENA;
    data_synchronization_barrier();
}

_Noreturn void reset_handler(void) {
    SCB_CPACR |= SCB_CPACR_FPU; // first of all: the compiler may use FPU registers anywhere
    data_synchronization_barrier();
    instruction_synchronization_barrier();
    prepare_memory();
    paint_stack();
    enable_faults();
    reset_flags = RCC_RSR;
    RCC_RSR |= RCC_RSR_RMVF;
    crash_record_boot(reset_flags);
    memory_protection_start();
    caches_start();
    cycle_counter_start();
    clock_start();
    timebase_start();
    watchdog_start();
    serial_start();
    main();
    for (;;) { // the watchdog ends it
    }
}
