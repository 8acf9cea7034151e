// SPDX-License-Identifier: Apache-2.0
// MPU regions over the default memory map (ARMv7-M ARM B3.5), then the caches. Higher regions win.
#include "port_internal.h"
#include "registers.h"

#define RASR_ENABLE (1U << 0)
#define RASR_SIZE_LOG2(log2_bytes) (((log2_bytes)-1U) << 1)
#define RASR_WITHOUT_EIGHTHS(mask) ((mask) << 8)
#define RASR_NO_ACCESS (0U << 24)
#define RASR_READ_WRITE (3U << 24)
#define RASR_READ_ONLY (6U << 24)
#define RASR_NO_EXECUTE (1U << 28)
#define RASR_STRONGLY_ORDERED 0U
#define RASR_NORMAL_NOT_CACHEABLE_SHAREABLE (1U << 19 | 1U << 18)
#define RASR_NORMAL_WRITE_THROUGH (1U << 17)

extern uint8_t dma_region[];
extern uint8_t stack_guard[];

static void set_region(uint32_t number, uint32_t address, uint32_t attributes) {
    MPU_RNR = number;
    MPU_RBAR = address;
    MPU_RASR = attributes | RASR_ENABLE;
}

void memory_protection_start(void) {
    data_synchronization_barrier();
    MPU_CTRL = 0;
    // 0x60000000-0xDFFFFFFF: no external memory is fitted, and a speculative read of it can hang the bus
    // (AN4838).
    set_region(0, 0,
               RASR_SIZE_LOG2(32U) | RASR_WITHOUT_EIGHTHS(0x87U) | RASR_NO_ACCESS | RASR_STRONGLY_ORDERED |
                   RASR_NO_EXECUTE);
    set_region(1, 0x08000000U, RASR_SIZE_LOG2(21U) | RASR_READ_ONLY | RASR_NORMAL_WRITE_THROUGH);
    set_region(2, (uint32_t)dma_region,
               RASR_SIZE_LOG2(15U) | RASR_READ_WRITE | RASR_NORMAL_NOT_CACHEABLE_SHAREABLE | RASR_NO_EXECUTE);
    set_region(3, (uint32_t)stack_guard, RASR_SIZE_LOG2(8U) | RASR_NO_ACCESS | RASR_NO_EXECUTE);
    set_region(4, 0, RASR_SIZE_LOG2(8U) | RASR_NO_ACCESS | RASR_NO_EXECUTE); // null pointers
    MPU_CTRL = MPU_CTRL_ENABLE | MPU_CTRL_PRIVDEFENA;
    data_synchronization_barrier();
    instruction_synchronization_barrier();
}

// The data cache comes up with random tags: every line is invalidated by set and way first (ARMv7-M ARM
// B2.2.7).
static void invalidate_data_cache(void) {
    CACHE_CSSELR = 0;
    data_synchronization_barrier();
    uint32_t geometry = CACHE_CCSIDR;
    uint32_t sets = ((geometry >> 13) & 0x7FFFU) + 1U;
    uint32_t ways = ((geometry >> 3) & 0x3FFU) + 1U;
    for (uint32_t set = 0; set < sets; set++) {
        for (uint32_t way = 0; way < ways; way++) {
            CACHE_DCISW = way << 30 | set << 5; // Cortex-M7: 4 ways, lines of 32 bytes
        }
    }
    data_synchronization_barrier();
}

void caches_start(void) {
    CACHE_ICIALLU = 0;
    data_synchronization_barrier();
    instruction_synchronization_barrier();
    SCB_CCR |= SCB_CCR_IC;
    invalidate_data_cache();
    SCB_CCR |= SCB_CCR_DC;
    data_synchronization_barrier();
    instruction_synchronization_barrier();
}
