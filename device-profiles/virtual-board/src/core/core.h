// SPDX-License-Identifier: GPL-2.0-or-later
// The Cortex-M7: Unicorn for the instructions; exceptions, NVIC, SysTick, MPU, SCB and FPU access control are
// ours (they do not exist in Unicorn).
#ifndef VB_CORE_H
#define VB_CORE_H

#include "bus/bus.h"
#include "time/timeline.h"
#include "timing/memory_time.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Core Core;

// DCRSR.REGSEL numbering (ARMv7-M ARM C1.6.3): 0-12 R0-R12, 13 SP, 14 LR, 15 DebugReturnAddress, 16 xPSR, 17
// MSP, 18 PSP, 20 CONTROL/FAULTMASK/BASEPRI/PRIMASK packed, 33 FPSCR, 64-95 S0-S31.
uint32_t core_register(const Core *core, unsigned regsel);
void core_set_register(Core *core, unsigned regsel, uint32_t value);

typedef struct CoreConfig {
    Bus *bus;
    Timeline *timeline;
    void *context; // passed to the callbacks below
    void (*system_reset_request)(
        void *context); // AIRCR.SYSRESETREQ was written by the core (takes effect when core_run returns)
    void (*debug_event)(
        void *context,
        uint32_t dfsr_bit); // the core entered halt: DFSR bit HALTED=1, BKPT=2, DWTTRAP=4, VCATCH=8
    bool (*halting_debug_enabled)(void *context); // DHCSR.C_DEBUGEN
    uint32_t (*vector_catch)(void *context);      // DEMCR VC_* bits
    void (*lint)(void *context, const char *kind, const char *message);
    struct Profile *profile; // see core/profile.h; NULL: nothing is written down
    bool instruction_timing; // an instruction takes one cycle and memory none; false: the model of src/timing
} CoreConfig;

Core *core_new(const CoreConfig *config); // NULL with a message on stderr when Unicorn cannot be opened
void core_free(Core *core);
void core_attach_system_control_space(
    Core *core); // attaches the 0xE000E000 device (without 0xE000EDF0-0xE000EDFF, which `debug` owns)

// Local reset: registers, NVIC, SCB, MPU; SP and PC from the vector table at `vector_table`. Halts at the
// first instruction when `halt`.
void core_reset(Core *core, uint32_t vector_table, bool halt);

// Runs until `deadline` of virtual time, a halt, WFI/WFE sleep without pending work, a system reset request,
// lockup or core_stop().
typedef enum { CORE_RAN, CORE_SLEEPS, CORE_HALTED, CORE_LOCKED_UP, CORE_RESET_REQUESTED } CoreState;
CoreState core_run(Core *core, Picoseconds deadline);
CoreState core_state(const Core *core); // CORE_RAN = ready to run
void core_stop(Core *core);             // core_run returns at the next block (from event callbacks)
// Sleeping core: an event made an interrupt pending, so that core_run would execute.
bool core_wakes(const Core *core);
uint64_t core_instructions(const Core *core);

// What the clock of the core counts: the cycle model and its version, or "instructions".
const char *core_timing_name(const Core *core);
// Prices of the memories behind the caches: CPU cycles in a cycle of the AXI bus, FLASH_ACR.LATENCY.
void core_set_memory_timing(Core *core, uint32_t axi_divider, uint32_t flash_wait_states);

// Since power-on; of the cycle model only but for the first two.
typedef struct CoreCounters {
    uint64_t cycles; // the core's own: it does not sleep
    uint64_t instructions;
    uint64_t multiplies; // instructions that multiply, one a cycle at most
    uint64_t mispredictions;
    MemoryCounters memory;
} CoreCounters;
CoreCounters core_counters(const Core *core);

// Interrupt lines are level: true keeps IRQn pending until false (RM0433 19.1.2 numbering: DMA1_Stream0 = 11,
// USART3 = 39).
void core_set_irq_line(Core *core, unsigned irq, bool level);

// Run control for the debug unit. All take effect at instruction boundaries.
void core_halt(Core *core); // request; the core is halted on return
void core_resume(Core *core);
void core_step(Core *core,
               bool mask_interrupts); // exactly one instruction (or one exception entry), then halted
bool core_is_halted(const Core *core);
void core_set_breakpoints(Core *core, const uint32_t *addresses,
                          size_t count); // hardware comparators; replaces the set
// Data watchpoints: inclusive ranges; enabling any costs speed. kind: 1 read, 2 write, 3 both.
typedef struct Watchpoint {
    uint32_t address;
    uint32_t size_bytes;
    unsigned kind;
} Watchpoint;
void core_set_watchpoints(Core *core, const Watchpoint *watchpoints, size_t count);

uint32_t core_dfsr(const Core *core);
void core_set_dfsr_bits(Core *core, uint32_t bits);
bool core_data_cache_enabled(const Core *core); // CCR.DC
// True when the address is normal cacheable memory under the MPU and the default map (ARMv7-M B3.1, B3.5).
bool core_is_cacheable(const Core *core, uint32_t address);
// Of cacheable memory: whether a store reaches the memory at once (write-through).
bool core_writes_through(const Core *core, uint32_t address);
// Data cache maintenance written by the core (ARMv7-M B2.2.7 DCIMVAC, DCCMVAC, DCCIMVAC, DCISW, DCCSW,
// DCCISW), and CCR.DC switched on or off (CACHE_SWITCHED: what the cache holds begins or ends there).
typedef enum {
    CACHE_SWITCHED = 0,
    CACHE_INVALIDATE = 1,
    CACHE_CLEAN = 2,
    CACHE_CLEAN_INVALIDATE = 3
} CacheOperation;
typedef void CacheMaintenance(void *context, CacheOperation operation, bool by_address, uint32_t address);
void core_on_cache_maintenance(Core *core, CacheMaintenance *maintain, void *context);

// Cycles 0..now lost to nothing: test hook that makes the core stop and continue at every n-th block (0 =
// off); totals must not change.
void core_set_slice_blocks(Core *core, unsigned blocks);

#endif
