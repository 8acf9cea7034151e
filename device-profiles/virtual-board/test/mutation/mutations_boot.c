// SPDX-License-Identifier: GPL-2.0-or-later
// Start-up, vectors, faults, MPU, watchdog (ARMv7-M ARM chapters B1 and B3; RM0433 chapter 45; AN5342 for the
// SRAM's write buffer).
#include "mutation.h"
#include "protocol/messages.h"

#define STARTUP_C "port/stm32h743/startup.c"
#define CRASH_C "port/stm32h743/crash.c"
#define TIMEBASE_C "port/stm32h743/timebase.c"
#define PROTECTION_C "port/stm32h743/memory_protection.c"
#define LINKER_SCRIPT "port/stm32h743/stm32h743.ld"
#define MAIN_C "app/main.c"
#define BEFORE_MAIN "int main(void) {\n"

#define BOTH(...) .on_y = {__VA_ARGS__}, .on_v = {__VA_ARGS__}

// Statements as the first of main().
#define IN_MAIN(statements)                                                                                  \
    {                                                                                                        \
        { MAIN_C, BEFORE_MAIN, BEFORE_MAIN statements }                                                      \
    }

static const Mutation MUTATIONS[] = {
    {.name = "vectors-not-at-start",
     .mistake = "the vector table is not the first thing in flash",
     .edits = {{LINKER_SCRIPT, "    .vectors : {",
                "    .front : { LONG(0) LONG(0) LONG(0) LONG(0) } > CODE\n    .vectors : {"}},
     BOTH(LOCKED_UP, 0, NULL)},
    {.name = "stack-in-unclocked-sram",
     .mistake = "the stack lies in SRAM1 and SRAM2, whose clocks are off after reset",
     .edits = {{LINKER_SCRIPT, "stack_top = ORIGIN(STACK) + LENGTH(STACK);",
                "stack_top = ORIGIN(STAGING) + LENGTH(STAGING);"},
               {LINKER_SCRIPT, "ASSERT(bss_end <= stack_guard,", "ASSERT(1,"}},
     BOTH(RESETS, 0, NULL)},
    {.name = "fpu-not-enabled",
     .mistake = "CPACR is not set, and the firmware computes with floats",
     .edits = {{STARTUP_C, "    SCB_CPACR |= SCB_CPACR_FPU;", "    "},
               {MAIN_C, BEFORE_MAIN,
                BEFORE_MAIN "    volatile float scale = 1.5F;\n    scale = scale * 2.0F;\n"}},
     BOTH(RESETS, ANY_CODE, NULL)},
    {.name = "data-not-copied",
     .mistake = ".data is not copied from flash",
     .edits = {{STARTUP_C, "    copy(data_start, data_end, data_image);\n", ""}},
     BOTH(BOOT_ERROR, ANY_CODE, NULL)},
    {.name = "bss-not-cleared",
     .mistake = ".bss is not cleared",
     .edits = {{STARTUP_C, "    clear(bss_start, bss_end, 0);\n", ""}},
     BOTH(RESETS, ANY_CODE, NULL)},
    {.name = "vtor-not-set",
     .mistake = "none that shows: VTOR starts where the boot address is",
     .edits = {{STARTUP_C, "    SCB_VTOR = (uint32_t)vectors;\n", ""}},
     BOTH(WORKS, 0, NULL)},
    {.name = "vtor-misplaced",
     .mistake = "VTOR points 32 entries behind the table's start",
     .edits = {{STARTUP_C, "SCB_VTOR = (uint32_t)vectors;", "SCB_VTOR = (uint32_t)vectors + 128U;"}},
     BOTH(RESETS, CRASH_UNEXPECTED_INTERRUPT, NULL)},
    {.name = "vtor-in-empty-flash",
     .mistake = "VTOR points to where nothing was programmed",
     .edits = {{STARTUP_C, "SCB_VTOR = (uint32_t)vectors;", "SCB_VTOR = 0x08080000U;"}},
     BOTH(LOCKED_UP, 0, NULL)},
    {.name = "systick-handler-missing",
     .mistake = "SysTick is switched on without a handler",
     .edits = {{STARTUP_C, "[SYSTICK] = {.handler = systick_handler}",
                "[SYSTICK] = {.handler = exception_handler}"}},
     BOTH(RESETS, CRASH_UNEXPECTED_INTERRUPT, NULL)},
    {.name = "usart-handler-missing",
     .mistake = "the idle interrupt is enabled without a handler",
     .edits = {{STARTUP_C, "[USART3] = {.handler = usart3_handler}",
                "[USART3] = {.handler = exception_handler}"}},
     BOTH(RESETS, CRASH_UNEXPECTED_INTERRUPT, NULL)},
    {.name = "dma-handlers-exchanged",
     .mistake =
         "the two streams' handlers stand in each other's place: neither clears the flag that called it",
     .edits = {{STARTUP_C, "[DMA1_STREAM0] = {.handler = dma1_stream0_handler}",
                "[DMA1_STREAM0] = {.handler = dma1_stream1_handler}"},
               {STARTUP_C, "[DMA1_STREAM1] = {.handler = dma1_stream1_handler}",
                "[DMA1_STREAM1] = {.handler = dma1_stream0_handler}"}},
     .procedure = RUN_BRIEFLY,
     BOTH(DEAF, 0, NULL)},
    {.name = "interrupts-masked",
     .mistake = "BASEPRI masks the serial interrupts' priority; only SysTick gets through",
     .edits = IN_MAIN("    __asm volatile(\"mov r0, #0x10\\n msr basepri, r0\" ::: \"r0\");\n"),
     BOTH(DEAF, 0, NULL)},
    {.name = "run-from-dma-region",
     .mistake = "a routine is copied into a region that the MPU closes for execution",
     .edits = {{MAIN_C, BEFORE_MAIN,
                "static IN_DMA_MEMORY volatile uint16_t routine[4];\n" BEFORE_MAIN
                "    routine[0] = 0x4770U; // bx lr\n    __asm volatile(\"dsb\\n isb\");\n    ((void "
                "(*)(void))((uint32_t)routine + 1U))();\n"}},
     BOTH(RESETS, CRASH_MEMORY_FAULT, NULL)},
    {.name = "run-from-peripheral",
     .mistake = "a function pointer that was never set points into the peripherals",
     .edits = IN_MAIN("    volatile uint32_t routine = 0x40004801U;\n    ((void (*)(void))routine)();\n"),
     BOTH(RESETS, CRASH_MEMORY_FAULT, NULL)},
    {.name = "pointer-without-thumb-bit",
     .mistake = "a function is called at its even address",
     .edits = IN_MAIN("    volatile uint32_t routine = (uint32_t)port_refresh_watchdog & ~1U;\n    ((void "
                      "(*)(void))routine)();\n"),
     BOTH(RESETS, CRASH_USAGE_FAULT, NULL)},
    {.name = "null-pointer-write",
     .mistake = "a null pointer is written; address 0 is RAM on this chip",
     .edits = IN_MAIN("    volatile uint32_t nowhere = 0;\n    *(volatile uint32_t *)nowhere = 1U;\n"),
     BOTH(RESETS, CRASH_MEMORY_FAULT, NULL)},
    {.name = "unaligned-register-access",
     .mistake = "a peripheral register is read as a word at an odd address",
     .edits =
         IN_MAIN("    volatile uint32_t address = 0x4000481DU;\n    (void)*(volatile uint32_t *)address;\n"),
     BOTH(RESETS, CRASH_USAGE_FAULT, NULL)},
    {.name = "unaligned-double-word",
     .mistake = "LDRD at an address that is no multiple of four",
     .edits = IN_MAIN("    volatile uint32_t address = 0x30040002U;\n    __asm volatile(\"ldrd r2, r3, "
                      "[%0]\" ::\"r\"(address) : \"r2\", \"r3\");\n"),
     BOTH(RESETS, CRASH_USAGE_FAULT, NULL)},
    {.name = "division-by-zero",
     .mistake = "a division by zero, which DIV_0_TRP traps",
     .edits = IN_MAIN("    volatile uint32_t none = 0;\n    volatile uint32_t quotient = 5U / none;\n    "
                      "(void)quotient;\n"),
     BOTH(RESETS, CRASH_USAGE_FAULT, NULL)},
    {.name = "reserved-address",
     .mistake = "a peripheral's base address with a slip of the pen",
     .edits =
         IN_MAIN("    volatile uint32_t address = 0x41004800U;\n    (void)*(volatile uint32_t *)address;\n"),
     BOTH(RESETS, CRASH_BUS_FAULT, NULL)},
    {.name = "stack-overflow",
     .mistake = "a local array larger than the stack",
     .edits = IN_MAIN("    volatile uint8_t huge[17000];\n    for (uint32_t i = 0; i < sizeof huge; i++) {\n "
                      "       huge[sizeof huge - 1U - i] = 1;\n    }\n"),
     BOTH(RESETS, CRASH_MEMORY_FAULT, NULL)},
    {.name = "data-cache-not-invalidated",
     .mistake = "the data cache is switched on with the random tags it has after power-on",
     .edits = {{PROTECTION_C, "    invalidate_data_cache();\n", ""}},
     BOTH(RUNS_BY_LUCK, 0, "cache-not-invalidated")},
    {.name = "watchdog-not-refreshed",
     .mistake = "the main loop never refreshes IWDG",
     .edits = {{MAIN_C, "        port_refresh_watchdog();\n", ""}},
     BOTH(RESETS, CRASH_WATCHDOG, NULL)},
    {.name = "watchdog-too-short",
     .mistake = "the reload value is for another prescaler: 2 ms, while the main loop may sleep for 4",
     .edits = {{TIMEBASE_C, "#define WATCHDOG_RELOAD 2000U", "#define WATCHDOG_RELOAD 0U"}},
     BOTH(RESETS, CRASH_WATCHDOG, NULL)},
    {.name = "main-loop-hangs",
     .mistake = "main() never comes to its loop",
     .edits = IN_MAIN("    for (;;) {\n    }\n"),
     BOTH(SILENT, 0, NULL)},
    {.name = "halted-by-debugger",
     .mistake = "none: the watchdog stands still while a debugger holds the core",
     .procedure = RUN_HALT_FOR_A_WHILE,
     BOTH(WORKS, 0, NULL)},
    {.name = "watchdog-runs-while-halted",
     .mistake = "DBGMCU does not stop the watchdog while the core is halted",
     .edits = {{TIMEBASE_C,
                "    DBGMCU_APB4FZ1 |= DBGMCU_APB4FZ1_IWDG1; // a halted core is not a hanging one\n", ""}},
     .procedure = RUN_HALT_FOR_A_WHILE,
     BOTH(RESETS, CRASH_WATCHDOG, NULL)},
    {.name = "crash-recorded",
     .mistake = "none: a crash on request is in the record after the reset",
     .procedure = RUN_CRASH_ON_REQUEST,
     BOTH(RESETS, CRASH_BUS_FAULT, NULL)},
    {.name = "crash-record-in-bytes",
     .mistake = "the record's CRC is stored byte by byte and nothing pushes the last one out of the write "
                "buffer before the reset",
     .edits = {{CRASH_C, "    survivor.crc = survivor_crc();\n    survivor.flush = 0;\n",
                "    uint32_t crc = survivor_crc();\n    for (uint32_t i = 0; i < 4U; i++) {\n"
                "        ((volatile uint8_t *)&survivor.crc)[i] = (uint8_t)(crc >> (8U * i));\n    }\n"}},
     .procedure = RUN_CRASH_ON_REQUEST,
     BOTH(RESETS, CRASH_NONE, NULL)},
};

const MutationTable boot_mutations = {"start-up, faults, watchdog", MUTATIONS,
                                      sizeof MUTATIONS / sizeof MUTATIONS[0]};
