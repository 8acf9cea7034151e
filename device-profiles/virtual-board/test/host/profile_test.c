// SPDX-License-Identifier: GPL-2.0-or-later
// The file that a profiled board writes, with the functions of a real ELF file.
#include "host/elf_symbols.h"
#include "host/profile_file.h"
#include "test_board.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_START 0x08000000u // the link address of functions.c

static char text[65536];

static const char *read_text(const char *path) {
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

// The address of a function, found as a user of the file would: by asking for every one.
static uint32_t address_of(const ElfSymbols *symbols, const char *name) {
    for (uint32_t address = TEXT_START; address < TEXT_START + 256; address += 2) {
        const char *found = elf_function_at(symbols, address);
        if (found != NULL && strcmp(found, name) == 0) {
            return address;
        }
    }
    test_failed(__FILE__, __LINE__, name);
    return 0;
}

static void should_find_functions_by_address(void) {
    ElfSymbols *symbols = elf_symbols_read(FUNCTIONS_ELF);
    CHECK(symbols != NULL);
    uint32_t first = address_of(symbols, "first_function");
    uint32_t second = address_of(symbols, "second_function");
    CHECK(strcmp(elf_function_at(symbols, second + 2), "second_function") == 0);
    CHECK(first != second);
    CHECK(elf_function_at(symbols, TEXT_START - 2) == NULL);
    CHECK(elf_function_at(symbols, TEXT_START + 4096) == NULL);
    elf_symbols_free(symbols);
    CHECK(elf_symbols_read("/no/such/file") == NULL);
    CHECK(elf_symbols_read("/proc/self/cmdline") == NULL);
}

static void should_write_functions_by_cycles_and_blocks_by_address(void) {
    ElfSymbols *symbols = elf_symbols_read(FUNCTIONS_ELF);
    uint32_t first = address_of(symbols, "first_function");
    uint32_t second = address_of(symbols, "second_function");
    Profile *profile = profile_new();
    CoreCounters now = {.cycles = 10, .instructions = 7, .mispredictions = 1};
    profile_add(profile, first, 4, &now);
    now = (CoreCounters){.cycles = 40, .instructions = 17, .mispredictions = 3};
    now.memory.data_misses[REGION_FLASH] = 5;
    profile_add(profile, second, 2, &now);
    now.cycles += 11;
    now.instructions += 2;
    now.memory.instruction_misses[REGION_AXI_SRAM] = 2;
    profile_add(profile, second, 2, &now);
    CHECK(profile_write(profile, symbols, "m-1", "profile_test.json"));
    const char *json = read_text("profile_test.json");
    CHECK(strstr(json,
                 "{\"timing\":\"m-1\",\"functions\":[\n"
                 "{\"name\":\"second_function\",\"instructions\":12,\"cycles\":41,\"instruction_misses\":2,"
                 "\"data_misses\":5,\"mispredictions\":2},\n"
                 "{\"name\":\"first_function\",\"instructions\":7,\"cycles\":10,") == json);
    CHECK(strstr(json, "\"function\":\"second_function\",\"executions\":2,") != NULL);
    char expected[128];
    snprintf(expected, sizeof expected, "second_function;0x%08x 41\n", (unsigned)second);
    CHECK(strstr(read_text("profile_test.json.folded"), expected) != NULL);
    profile_free(profile);
    elf_symbols_free(symbols);
}

static void should_keep_many_blocks_apart(void) {
    Profile *profile = profile_new();
    for (uint32_t i = 0; i < 20000; i++) {
        CoreCounters now = {.cycles = i + 1, .instructions = i + 1};
        profile_add(profile, TEXT_START + 2 * (i % 10000), 2, &now);
    }
    CHECK(profile_write(profile, NULL, "m-1", "profile_test.json"));
    read_text("profile_test.json.folded");
    CHECK(strstr(text, "?;0x08000000 2\n?;0x08000002 2\n") == text);
    profile_free(profile);
}

int main(int argc, char **argv) {
    static const Test tests[] = {
        TEST(should_find_functions_by_address),
        TEST(should_write_functions_by_cycles_and_blocks_by_address),
        TEST(should_keep_many_blocks_apart),
    };
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
