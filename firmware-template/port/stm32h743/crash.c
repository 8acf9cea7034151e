// SPDX-License-Identifier: Apache-2.0
// The crash record: what the CPU was doing when it failed, kept in DTCM across the reset that follows.
#include "port/port.h"
#include "port_internal.h"
#include "protocol/crc32.h"
#include "registers.h"

#include <stddef.h>

#define RECORD_MAGIC 0x48494C44U

// Full words only: the last bytes of a partly written ECC word can vanish in a reset (AN5342). DTCM has an
// ECC for each 32-bit word and is not cached.
typedef struct Survivor {
    uint32_t magic;
    uint32_t boot_count;
    uint32_t crash_kind;
    uint32_t crash_count;
    uint32_t pc, lr, psr, cfsr, hfsr, fault_address;
    uint32_t crash_since_boot; // 1 between the crash and the boot after it
    uint32_t crc;
    uint32_t flush; // written last: pushes the CRC out of the memory's write buffer
} Survivor;

static __attribute__((section(".noinit"))) volatile Survivor survivor;
static CrashRecord last;

static uint32_t survivor_crc(void) { return crc32_of((const uint8_t *)&survivor, offsetof(Survivor, crc)); }

static void seal_survivor(void) {
    survivor.crc = survivor_crc();
    survivor.flush = 0;
    data_synchronization_barrier();
}

static void forget_everything(void) {
    for (volatile uint32_t *word = (volatile uint32_t *)&survivor; word < &survivor.crc; word++) {
        *word = 0;
    }
    survivor.magic = RECORD_MAGIC;
}

void crash_record_boot(uint32_t reset_flags) {
    bool power_on = (reset_flags & RCC_RSR_PORRSTF) != 0;
    if (power_on || survivor.magic != RECORD_MAGIC || survivor.crc != survivor_crc()) {
        forget_everything();
    }
    survivor.boot_count = survivor.boot_count + 1U;
    // A watchdog reset that nobody wrote down: the CPU hung with interrupts masked.
    if ((reset_flags & RCC_RSR_IWDG1RSTF) != 0 && survivor.crash_since_boot == 0) {
        survivor.crash_kind = CRASH_WATCHDOG;
        survivor.crash_count = survivor.crash_count + 1U;
        survivor.pc = survivor.lr = survivor.psr = 0;
        survivor.cfsr = survivor.hfsr = survivor.fault_address = 0;
    }
    survivor.crash_since_boot = 0;
    seal_survivor();
    last = (CrashRecord){
        .kind = (uint8_t)survivor.crash_kind,
        .count = (uint16_t)survivor.crash_count,
        .pc = survivor.pc,
        .lr = survivor.lr,
        .psr = survivor.psr,
        .cfsr = survivor.cfsr,
        .hfsr = survivor.hfsr,
        .fault_address = survivor.fault_address,
    };
}

const CrashRecord *crash_last(void) { return &last; }

uint32_t crash_boot_count(void) { return survivor.boot_count; }

static uint32_t fault_address(uint32_t cfsr) {
    if ((cfsr & SCB_CFSR_MMARVALID) != 0) {
        return SCB_MMFAR;
    }
    return (cfsr & SCB_CFSR_BFARVALID) != 0 ? SCB_BFAR : 0;
}

_Noreturn void crash_and_reset(uint8_t kind, const uint32_t *frame) {
    disable_interrupts();
    uint32_t cfsr = SCB_CFSR;
    survivor.crash_kind = kind;
    survivor.crash_count = survivor.crash_count + 1U;
    survivor.lr = frame != NULL ? frame[5] : 0;
    survivor.pc = frame != NULL ? frame[6] : 0;
    survivor.psr = frame != NULL ? frame[7] : 0;
    survivor.cfsr = cfsr;
    survivor.hfsr = SCB_HFSR;
    survivor.fault_address = fault_address(cfsr);
    survivor.crash_since_boot = 1;
    seal_survivor();
    port_reset();
}

// Exceptions 3 to 6 and every interrupt without a handler end here, on a stack of its own: a fault may well
// be that the other one is exhausted.
__attribute__((used)) static _Noreturn void exception(const uint32_t *frame, uint32_t exception_number) {
    static const uint8_t KINDS[] = {CRASH_HARD_FAULT, CRASH_MEMORY_FAULT, CRASH_BUS_FAULT, CRASH_USAGE_FAULT};
    bool fault = exception_number >= 3U && exception_number <= 6U;
    bool frame_lost = (SCB_CFSR & (SCB_CFSR_MSTKERR | SCB_CFSR_STKERR)) != 0;
    crash_and_reset(fault ? KINDS[exception_number - 3U] : CRASH_UNEXPECTED_INTERRUPT,
                    frame_lost ? NULL : frame);
}

__attribute__((used, aligned(8))) static uint8_t emergency_stack[512];

void exception_handler(void);
__attribute__((naked)) void exception_handler(void) {
    __asm volatile("mov r0, sp\n"
                   "mrs r1, ipsr\n"
                   "ldr r2, =emergency_stack + 512\n"
                   "mov sp, r2\n"
                   "b exception\n"
                   ".ltorg");
}
