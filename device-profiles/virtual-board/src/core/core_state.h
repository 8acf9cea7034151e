// SPDX-License-Identifier: GPL-2.0-or-later
// What the files of this directory share; nobody else includes it.
#ifndef VB_CORE_STATE_H
#define VB_CORE_STATE_H

#include "core/blocks.h"
#include "core/core.h"
#include "core/cycles.h"
#include "core/engine.h"
#include "core/engine_access.h"
#include "core/profile.h"
#include "decode/instructions.h"

// Exception numbers (ARMv7-M ARM B1.5.2).
enum {
    EXCEPTION_RESET = 1,
    EXCEPTION_NMI = 2,
    EXCEPTION_HARD_FAULT = 3,
    EXCEPTION_MEM_MANAGE = 4,
    EXCEPTION_BUS_FAULT = 5,
    EXCEPTION_USAGE_FAULT = 6,
    EXCEPTION_SVCALL = 11,
    EXCEPTION_DEBUG_MONITOR = 12,
    EXCEPTION_PENDSV = 14,
    EXCEPTION_SYSTICK = 15,
    EXCEPTION_IRQ0 = 16,
};
#define IRQ_COUNT 150u // STM32H743 (RM0433, chapter NVIC, vector table)
#define EXCEPTION_COUNT (EXCEPTION_IRQ0 + IRQ_COUNT)
#define EXCEPTION_WORDS ((EXCEPTION_COUNT + 31) / 32)
#define PRIORITY_BITS 4u
#define PRIORITY_MASK 0xF0u
#define PRIORITY_NONE 256 // lower than any exception: thread mode

// Configurable Fault Status Register (B3.2.15).
#define CFSR_IACCVIOL (1u << 0)
#define CFSR_DACCVIOL (1u << 1)
#define CFSR_MUNSTKERR (1u << 3)
#define CFSR_MSTKERR (1u << 4)
#define CFSR_MMARVALID (1u << 7)
#define CFSR_IBUSERR (1u << 8)
#define CFSR_PRECISERR (1u << 9)
#define CFSR_UNSTKERR (1u << 11)
#define CFSR_STKERR (1u << 12)
#define CFSR_BFARVALID (1u << 15)
#define CFSR_UNDEFINSTR (1u << 16)
#define CFSR_INVSTATE (1u << 17)
#define CFSR_INVPC (1u << 18)
#define CFSR_NOCP (1u << 19)
#define CFSR_UNALIGNED (1u << 24)
#define CFSR_DIVBYZERO (1u << 25)
#define HFSR_VECTTBL (1u << 1)
#define HFSR_FORCED (1u << 30)
#define HFSR_DEBUGEVT (1u << 31)

#define CCR_NONBASETHRDENA (1u << 0)
#define CCR_USERSETMPEND (1u << 1)
#define CCR_UNALIGN_TRP (1u << 3)
#define CCR_DIV_0_TRP (1u << 4)
#define CCR_BFHFNMIGN (1u << 8)
#define CCR_STKALIGN (1u << 9)
#define CCR_DC (1u << 16)
#define CCR_IC (1u << 17)
#define CCR_BP (1u << 18)

#define SCR_SLEEPONEXIT (1u << 1)
#define SCR_SEVONPEND (1u << 4)

#define FPCCR_LSPACT (1u << 0)
#define FPCCR_LSPEN (1u << 30)
#define FPCCR_ASPEN (1u << 31)

#define CONTROL_NPRIV (1u << 0)
#define CONTROL_SPSEL (1u << 1)
#define CONTROL_FPCA (1u << 2)

#define XPSR_T (1u << 24)
#define XPSR_IT 0x0600FC00u
#define XPSR_IPSR 0x1FFu

static inline unsigned it_state_of(uint32_t xpsr) { return (xpsr >> 25 & 3u) | (xpsr >> 8 & 0xFCu); }

#define DFSR_HALTED 1u
#define DFSR_BKPT 2u
#define DFSR_DWTTRAP 4u
#define DFSR_VCATCH 8u

#define MPU_REGIONS 16u // Cortex-M7 of the STM32H7 (PM0253 4.6.1)
#define MAX_BREAKPOINTS 8u
#define MAX_WATCHPOINTS 4u

// Why uc_emu_start returned.
typedef enum {
    STOP_NONE,        // by itself: WFI, or one of the exits
    STOP_BOUNDARY,    // the block hook stopped before the block at `pc`
    STOP_FAULT,       // the instruction at `position` of the current block faulted
    STOP_INTERRUPTED, // a store made an exception takeable or a memory accessible, or no longer; `position`
                      // is next
    STOP_FETCH,       // an instruction could not be fetched
    STOP_SVC,
    STOP_BREAKPOINT_INSTRUCTION,
    STOP_EXCEPTION_RETURN,
    STOP_INVALID,    // undefined instruction, YIELD or WFE
    STOP_WATCHPOINT, // the access of the instruction at `position` is watched; it is let through, then the
                     // core halts
} StopReason;

// Why the block hook does not let a block run.
typedef enum { TRAP_NONE, TRAP_FPU, TRAP_DIVIDE } BlockTrap;
#define MAX_WATCHED_DIVISIONS 1024u

typedef struct WatchedDivision {
    uint32_t address;
    uc_hook hook;
} WatchedDivision;

// A synchronous fault that is to be taken.
typedef struct PendingFault {
    unsigned exception;
    uint32_t cfsr_bits;
    uint32_t address; // for BFAR/MMFAR when its valid bit is in cfsr_bits
} PendingFault;

typedef struct MpuRegion {
    uint32_t rbar;
    uint32_t rasr;
} MpuRegion;

typedef struct SysTick {
    uint32_t control; // ENABLE, TICKINT, CLKSOURCE
    bool count_flag;
    bool frozen; // the core is halted
    uint32_t reload;
    // While enabled the counter had the value `anchor_value` at `anchor_at` and follows from the time since.
    Picoseconds anchor_at;
    uint32_t anchor_value; // the counter itself while disabled
    uint64_t zeros_seen;   // since the anchor
    Event zero;
} SysTick;

// What the core may do with a page of memory without being looked at. PAGE_CHECKED pages are not given to
// Unicorn as memory: every access calls back (torn flash words, MPU regions smaller than a page).
#define PAGE_BYTES 1024u
#define PAGE_READ 1u
#define PAGE_WRITE 2u
#define PAGE_EXECUTE 4u
#define PAGE_CHECKED 8u

// The bytes of a store that a RAM with ECC has not written yet (partial_stores.c).
typedef struct PartialStore {
    bool pending;
    uint32_t address; // of the word
    uint8_t before[4];
} PartialStore;

typedef struct MappedMemory {
    Memory memory;
    bool accessible;
    uint8_t *pages;
    PartialStore partial; // of a RAM with two names: kept under the first
} MappedMemory;
#define MAX_MAPPED_MEMORIES 24u

struct Core {
    CoreConfig config;
    uc_engine *engine;
    void *engine_cpu; // see engine_access.h
    // ---- running ----
    bool running;          // inside uc_emu_start
    bool aborting;         // an instruction is being left in the middle
    uint64_t done_cycles;  // completed since uc_emu_start
    uint64_t limit_cycles; // stop (or look again) at the first block at which done_cycles reaches it
    Picoseconds deadline;  // of core_run
    uint32_t block_cycles; // of the block that runs now; 0 when none
    uint32_t block_instructions;
    const Block *block;         // the block that runs now, or NULL
    unsigned block_it_state;    // at its start, when it is one with divisions that are trapped
    uint32_t position;          // instructions of it that are completed, as far as known
    unsigned position_it_state; // ITSTATE at `position`, as far as known
    uint32_t next_access;       // see locate.c
    uint32_t next_address;
    bool access_unaligned; // the access located last
    bool access_must_align;
    bool access_ends_instruction; // a store that does nothing else
    uint64_t instructions;
    StopReason stop;
    PendingFault fault;
    unsigned slice_blocks;
    unsigned slice_left;
    uint32_t trap_flags; // blocks with one of these flags must not run unseen
    bool evaluate;       // an exception may have become takeable
    bool stop_requested;
    bool halt_requested;
    bool masks_stale; // a block ended with MSR or CPS
    bool stepping;    // one instruction, not more
    bool step_started;
    uint32_t step_address;
    bool fpu_step, fpu_checked;
    BlockTrap trap; // the block hook refused trapped_block
    Block trapped_block;
    WatchedDivision watched_divisions[MAX_WATCHED_DIVISIONS];
    bool divisions_unwatched; // there were too many
    size_t watched_division_count;
    uint32_t exits[MAX_BREAKPOINTS + 1];
    size_t exit_count;
    BlockCache blocks;
    CoreTime time;
    uint64_t stops; // statistics for the benchmark
    // ---- state ----
    uint32_t pc; // of the next instruction, while not running
    bool halted;
    bool sleeping;
    bool sleeping_for_event; // WFE rather than WFI
    bool event_register;
    bool locked_up;
    bool reset_requested;
    // Mirrors of what Unicorn keeps; refreshed after instructions that write them.
    uint32_t primask, basepri, faultmask;
    // ---- exceptions ----
    uint32_t pending[EXCEPTION_WORDS];
    uint32_t active[EXCEPTION_WORDS];
    uint32_t enabled[EXCEPTION_WORDS];
    uint32_t lines[EXCEPTION_WORDS];
    uint8_t priorities[EXCEPTION_COUNT];
    // ---- system control block ----
    uint32_t vtor, scr, ccr, shcsr_enables, prigroup;
    uint32_t cfsr, hfsr, dfsr, mmfar, bfar;
    uint32_t cpacr, fpccr, fpcar, fpdscr, csselr, actlr;
    SysTick systick;
    uint32_t systick_cpu_hz;
    uint32_t mpu_control, mpu_region_number;
    MpuRegion mpu_regions[MPU_REGIONS];
    // ---- memory ----
    MappedMemory memories[MAX_MAPPED_MEMORIES];
    size_t memory_count;
    uint8_t *code_pages; // one bit a 1 KB page of the 4 GB: something was translated from it
    bool protection_stale;
    bool accessibility_stale;  // likewise, because of a memory's clock
    uint64_t translated_bytes; // estimate of what Unicorn's buffer holds
    bool applied_privilege;    // the view of memory that the engine's page rights
    bool applied_mpu_enabled;  // were computed for
    bool mapping_failed;
    struct DeviceSpace *device_spaces;
    // ---- run control ----
    uint32_t breakpoints[MAX_BREAKPOINTS];
    size_t breakpoint_count;
    Watchpoint watchpoints[MAX_WATCHPOINTS];
    size_t watchpoint_count;
    uc_hook access_hook; // 0 = not installed
    bool access_hook_wanted;
    bool access_hook_stale;
    CacheMaintenance *maintain;
    void *maintain_context;
};

// ---- bitmaps of exceptions ----
static inline bool exception_bit(const uint32_t *words, unsigned exception) {
    return (words[exception / 32] >> (exception % 32) & 1u) != 0;
}
static inline void set_exception_bit(uint32_t *words, unsigned exception, bool value) {
    uint32_t bit = 1u << (exception % 32);
    words[exception / 32] = value ? words[exception / 32] | bit : words[exception / 32] & ~bit;
}

// ---- registers.c: Unicorn's registers ----
// Stack pointers, CONTROL and masks of the program, whatever the privilege of what runs.
typedef struct SpecialRegisters {
    uint32_t msp, psp, control, primask, basepri, faultmask, xpsr;
} SpecialRegisters;
uint32_t engine_register(const Core *core, int id);
void set_engine_register(Core *core, int id, uint32_t value);
void read_special_registers(const Core *core, SpecialRegisters *registers);
void write_special_registers(Core *core, const SpecialRegisters *registers);
bool core_is_privileged(const Core *core);
void refresh_masks(Core *core); // after MSR and CPS

// ---- nvic.c ----
void nvic_reset(Core *core);
void set_pending(Core *core, unsigned exception, bool pending);
int exception_priority(const Core *core, unsigned exception); // without grouping, -3 to 255
int group_priority(const Core *core, int priority);           // what decides about preemption
int execution_priority(const Core *core);                     // with PRIMASK, FAULTMASK, BASEPRI
unsigned highest_pending(const Core *core, int *priority);    // 0 when none
unsigned takeable_exception(const Core *core); // pending, enabled and able to preempt; 0 when none
bool pending_wakes(const Core *core);          // WFI: as if PRIMASK were 0 (B1.5.19)
void exception_deactivated(Core *core,
                           unsigned exception);  // an active interrupt whose line is still high pends again
uint32_t nvic_read(Core *core, uint32_t offset); // offsets from 0xE000E000
void nvic_write(Core *core, uint32_t offset, unsigned size_bytes, uint32_t value);

// ---- exceptions.c ----
void take_exception(Core *core, unsigned exception, uint32_t return_address);
void raise_fault(Core *core, const PendingFault *fault, uint32_t return_address); // escalates; may lock up
void raise_svcall(Core *core, uint32_t return_address);
void return_from_exception(Core *core, uint32_t exc_return);
// ---- scb.c, systick.c, mpu.c ----
void scb_reset(Core *core);
uint32_t scb_read(Core *core, uint32_t offset);
void scb_write(Core *core, uint32_t offset, unsigned size_bytes, uint32_t value);
void update_trap_flags(Core *core);
void systick_new(Core *core);
void systick_reset(Core *core);
void systick_clock_changed(Core *core);
void systick_freeze(Core *core, bool frozen);
uint32_t systick_read(Core *core, uint32_t offset);
void systick_write(Core *core, uint32_t offset, uint32_t value);
void mpu_reset(Core *core);
uint32_t mpu_read(Core *core, uint32_t offset);
void mpu_write(Core *core, uint32_t offset, uint32_t value);
typedef enum { ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH } AccessKind;
bool mpu_allows(const Core *core, uint32_t address, AccessKind access, bool privileged);
bool mpu_is_device(const Core *core, uint32_t address); // Device or Strongly-ordered
bool mpu_enabled(const Core *core);
bool mpu_page_is_mixed(const Core *core, uint32_t page); // rights differ within the page

// ---- memory_map.c ----
MappedMemory *mapped_memory(const Core *core, uint32_t address); // NULL when there is none
bool map_memories(Core *core);                                   // false with a message on stderr
void unmap_memories(Core *core);
void free_device_spaces(Core *core);
void apply_memory_protection(Core *core); // outside uc_emu_start only
void mark_code(Core *core, uint32_t address, uint32_t size_bytes);
// Host memory of `size_bytes` there; NULL when it is not all in one plain accessible memory.
const uint8_t *code_at(const Core *core, uint32_t address, uint32_t size_bytes);
bool code_instruction(const Core *core, uint32_t address, Instruction *instruction); // false: the same
void check_alignment(Core *core,
                     uint32_t address); // of the access located last; does not return when it faults
bool load_word(Core *core, uint32_t address,
               uint32_t *value); // as the exception logic does; false = bus error
bool store_word(Core *core, uint32_t address, uint32_t value);
void drop_translations(Core *core, uint32_t address, uint32_t size_bytes);
void drop_all_translations(Core *core);
void abort_instruction(Core *core,
                       StopReason stop); // inside a callback of Unicorn: leaves the instruction unfinished
void fault_instruction(Core *core, unsigned exception, uint32_t cfsr_bits, uint32_t address);
void memory_protection_changed(Core *core); // MPU registers or accessibility
// The privilege or the execution priority may have changed: recomputes only when that changes what the MPU
// allows, because every recomputation drops all translations and each interrupt passes here.
void memory_view_changed(Core *core);

// ---- block_hook.c, division.c ----
void install_hooks(Core *core);
void request_attention(Core *core); // look at limits and exceptions at the next block
bool divisions_are_watched(const Core *core, const Block *block);
void watch_divisions(Core *core, const Block *block);

// ---- cycles.c: the time that instructions take ----
void cycles_new(Core *core);
void cycles_free(Core *core);
void cycles_reset(Core *core);
void cycles_enter_block(Core *core, Block *block); // what its first moment costs; core->block_cycles
uint64_t take_access_stalls(Core *core);
// The running block's first `instructions`, without what their accesses cost.
uint32_t cycles_of_part(const Core *core, uint32_t instructions);
void cycles_caches_switched(Core *core);                                 // CCR.IC or CCR.DC
void cycles_maintain_cache(Core *core, uint32_t offset, uint32_t value); // a register at 0xE000E000 + offset

static inline void cycles_of_accesses(Core *core) {
    if (core->time.trace->next != core->time.trace->records) {
        core->done_cycles += take_access_stalls(core);
    }
}

// The running block is over, after `cycles_of_accesses`.
void write_profile(Core *core);
static inline void profile_block(Core *core) {
    if (__builtin_expect(core->config.profile != NULL, 0) && core->block != NULL) {
        write_profile(core);
    }
}

// ---- translations.c ----
void count_translation(Core *core, uint32_t address, uint32_t size_bytes); // Unicorn translated this code
bool translations_are_full(const Core *core);
void limit_translations(Core *core); // outside uc_emu_start only

// ---- run.c, stops.c, step.c ----
void run_engine(Core *core);  // from core->pc until something stops it
void handle_stop(Core *core); // after run_engine
void handle_trap(Core *core); // the block hook refused a block
void enter_halt(Core *core, uint32_t dfsr_bit);
void apply_breakpoints(Core *core);
void step_instruction(Core *core); // the one at core->pc and nothing more, whatever it raises
void step_as_needed(Core *core);   // the same with the checks of blocks that are trapped

// ---- locate.c: which instruction of the block makes an access ----
void locate_access(Core *core, uint32_t address, unsigned size_bytes, bool write);
uint32_t position_address(const Core *core);
// Sets `position` to the instruction at the address; false when the running block has none there.
bool set_position(Core *core, uint32_t address);
// ITSTATE at `position` when it is `it_state` at the start of the running block.
unsigned it_state_at_position(const Core *core, unsigned it_state);

// ---- partial_stores.c ----
bool partial_stores_wanted(const Core *core); // a fault or NMI is being handled
// Before each access of the program while they are wanted.
void follow_partial_stores(Core *core, uint32_t address, unsigned size_bytes, bool write);
void complete_partial_store(Core *core, uint32_t address); // somebody accessed the RAM that lies there
void active_faults_changed(Core *core);                    // after each change of `active`
void lose_partial_stores(Core *core);                      // system reset

// ---- run_control.c ----
void update_access_hook(Core *core);
void apply_access_hook(Core *core); // outside uc_emu_start only

#endif
