// SPDX-License-Identifier: GPL-2.0-or-later
// A firmware that keeps a setting in the last sector of flash and stays silent when it does not read back
// (RM0433 4.3.8 to 4.3.10, 4.7).
#include "mutation.h"
#include "protocol/messages.h"

#define MAIN_C "app/main.c"
#define BEFORE_MAIN "int main(void) {\n"

#define BOTH(...) .on_y = {__VA_ARGS__}, .on_v = {__VA_ARGS__}

#define PRELUDE                                                                                              \
    "#define AT(address) (*(volatile uint32_t *)(address))\n"                                                \
    "#define SETTING 0x081E0000U\n"                                                                          \
    "#define KEYR2 AT(0x52002104U)\n"                                                                        \
    "#define CR2 AT(0x5200210CU)\n"                                                                          \
    "#define SR2 AT(0x52002110U)\n"                                                                          \
    "#define MPU_CONTROL AT(0xE000ED94U)\n"                                                                  \
    "#define CLEAN_INVALIDATE_BY_ADDRESS AT(0xE000EF70U)\n"                                                  \
    "static void barrier(void) { __asm volatile(\"dsb\\n isb\" ::: \"memory\"); }\n"                         \
    "static void await(void) { while ((SR2 & 7U) != 0) { port_refresh_watchdog(); } }\n"                     \
    "static void program(uint32_t words, uint32_t value) {\n"                                                \
    "    for (uint32_t i = 0; i < words; i++) { AT(SETTING + 4U * i) = value + i; }\n"                       \
    "    barrier();\n"                                                                                       \
    "}\n"                                                                                                    \
    "static void check(uint32_t value) {\n"                                                                  \
    "    CLEAN_INVALIDATE_BY_ADDRESS = SETTING;\n"                                                           \
    "    barrier();\n"                                                                                       \
    "    for (uint32_t i = 0; i < 8U; i++) {\n"                                                              \
    "        while (AT(SETTING + 4U * i) != value + i) { port_refresh_watchdog(); __asm volatile(\"wfi\"); " \
    "}\n"                                                                                                    \
    "    }\n"                                                                                                \
    "}\n"
#define UNLOCK "    KEYR2 = 0x45670123U;\n    KEYR2 = 0xCDEF89ABU;\n"
#define ERASE "    CR2 = 7U << 8 | 3U << 4 | 1U << 2 | 1U << 7;\n    barrier();\n    await();\n"
#define ENABLE "    CR2 = 3U << 4 | 1U << 1;\n    barrier();\n"
#define OPEN "    MPU_CONTROL = 0;\n    barrier();\n"
#define CLOSE "    CR2 = 1U;\n    MPU_CONTROL = 5U;\n    barrier();\n"
#define STORE(words) "    program(" words ", 0x12345670U);\n"
#define CHECK "    check(0x12345670U);\n"

#define FIRMWARE(statements)                                                                                 \
    {                                                                                                        \
        { MAIN_C, BEFORE_MAIN, PRELUDE BEFORE_MAIN statements }                                              \
    }

static const Mutation MUTATIONS[] = {
    {.name = "flash-setting",
     .mistake = "none: unlock, erase, program a whole flash word, wait, lock",
     .edits = FIRMWARE(OPEN UNLOCK ERASE ENABLE STORE("8U") "    await();\n" CLOSE CHECK),
     BOTH(WORKS, 0, NULL)},
    {.name = "flash-not-unlocked",
     .mistake = "the control register is locked",
     .edits = FIRMWARE(OPEN ERASE ENABLE STORE("8U") "    await();\n" CLOSE CHECK),
     BOTH(SILENT, 0, NULL)},
    {.name = "flash-wrong-key",
     .mistake = "a wrong second key: a bus error, and locked until the next reset",
     .edits = FIRMWARE(
         OPEN "    KEYR2 = 0x45670123U;\n    KEYR2 = 0xCDEF89AAU;\n    barrier();\n" ERASE ENABLE STORE("8U")
             CLOSE CHECK),
     BOTH(RESETS, CRASH_BUS_FAULT, NULL)},
    {.name = "flash-not-erased",
     .mistake = "a word is programmed twice without an erase in between: its ECC matches neither",
     .edits = FIRMWARE(OPEN UNLOCK ENABLE "    program(8U, 0x0F0F0F00U);\n    await();\n" STORE(
         "8U") "    await();\n" CLOSE CHECK),
     BOTH(RESETS, CRASH_BUS_FAULT, NULL)},
    {.name = "flash-program-not-enabled",
     .mistake = "PG is missing",
     .edits = FIRMWARE(OPEN UNLOCK ERASE STORE("8U") "    await();\n" CLOSE CHECK),
     BOTH(SILENT, 0, NULL)},
    {.name = "flash-half-word",
     .mistake = "16 of the 32 bytes of a flash word: the write buffer waits for the rest",
     .edits = FIRMWARE(OPEN UNLOCK ERASE ENABLE STORE("4U") CLOSE CHECK),
     BOTH(SILENT, 0, NULL)},
    {.name = "flash-wrong-bank",
     .mistake = "bank 1 is unlocked and enabled, the word lies in bank 2",
     .edits = FIRMWARE(OPEN "    AT(0x52002004U) = 0x45670123U;\n    AT(0x52002004U) = 0xCDEF89ABU;\n    "
                            "AT(0x5200200CU) = 3U << 4 | 2U;\n"
                            "    barrier();\n" STORE("8U") "    await();\n" CLOSE CHECK),
     BOTH(SILENT, 0, NULL)},
    {.name = "flash-write-protected",
     .mistake = "the sector is write-protected by the option bytes",
     .edits = FIRMWARE(OPEN UNLOCK ERASE ENABLE STORE("8U") "    await();\n" CLOSE CHECK),
     .fault = "flash-write-protect 0x8000",
     BOTH(SILENT, 0, NULL)},
    {.name = "flash-through-mpu",
     .mistake = "the MPU holds the flash read-only while it is programmed",
     .edits = FIRMWARE(UNLOCK ERASE ENABLE STORE("8U") "    await();\n" CLOSE CHECK),
     BOTH(RESETS, CRASH_MEMORY_FAULT, NULL)},
    {.name = "flash-torn-setting",
     .mistake =
         "the setting is read although power was lost while it was written: two wrong bits, a bus error",
     .edits = FIRMWARE("    volatile uint32_t setting = AT(SETTING);\n    (void)setting;\n"),
     .fault = "flash-torn-word 0x081E0000",
     BOTH(RESETS, CRASH_BUS_FAULT, NULL)},
    {.name = "flash-never-written-setting",
     .mistake = "none that faults: an erased word reads as all ones",
     .edits = FIRMWARE("    volatile uint32_t setting = AT(SETTING);\n    (void)setting;\n"),
     BOTH(WORKS, 0, NULL)},
};

const MutationTable flash_mutations = {"flash", MUTATIONS, sizeof MUTATIONS / sizeof MUTATIONS[0]};
