// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"
#include "host/options.h"
#include <ctype.h>

static bool parse(ProgramOptions *options, char *error, const char *first, const char *second) {
    char *argv[] = {(char *)"hilda-virtual-board", (char *)first, (char *)second};
    int argc = 1 + (first != NULL) + (second != NULL);
    return options_parse(argc, argv, options, error, 256);
}

static void check_refused(const char *first, const char *second, const char *message) {
    ProgramOptions options;
    char error[256];
    CHECK(!parse(&options, error, first, second));
    if (strcmp(error, message) != 0) {
        fprintf(stderr, "expected %s\ngot      %s\n", message, error);
        exit(1);
    }
}

static void shouldSayWhatIsWrong(void) {
    check_refused("--revision", "X", "--revision is 'X'; expected Y or V");
    check_refused("--probe", "v2", "--probe is 'v2'; expected v3 or v2-1");
    check_refused("--serial", "a-b", "--serial is 'a-b'; expected 1 to 31 letters A-Z a-z or digits");
    check_refused("--serial", "", "--serial is ''; expected 1 to 31 letters A-Z a-z or digits");
    check_refused(
        "--serial", "12345678901234567890123456789012",
        "--serial is '12345678901234567890123456789012'; expected 1 to 31 letters A-Z a-z or digits");
    check_refused("--serial", NULL, "--serial needs a value");
    check_refused("--json=1", NULL, "--json takes no value");
    check_refused("--jsn", NULL, "unknown option '--jsn'");
    check_refused("board", NULL, "unknown option 'board'");
    check_refused("--elf", "a.elf", "--elf names the functions of a profile; expected --profile beside it");
    check_refused("--timing", "x", "--timing is 'x'; expected model or instructions");
}

static void shouldTakeItsOptions(void) {
    ProgramOptions options;
    char error[256];
    CHECK(parse(&options, error, "--serial=ABC123", "--json"));
    CHECK(strcmp(options.board.serial, "ABC123") == 0);
    CHECK(options.json && !options.board.fast_flash && !options.board.throttle);
    CHECK_EQUAL(REVISION_V, options.board.revision);
    CHECK(parse(&options, error, "--revision", "Y"));
    CHECK_EQUAL(REVISION_Y, options.board.revision);
    CHECK(parse(&options, error, "--probe", "v2-1"));
    CHECK_EQUAL(PROBE_V2_1, options.board.probe);
    CHECK(parse(&options, error, "--fault", "hse-dead"));
    CHECK_EQUAL(1, options.fault_count);
    CHECK(strcmp(options.faults[0], "hse-dead") == 0);
}

static void shouldMakeADifferentSerialNumberEachTime(void) {
    ProgramOptions first;
    ProgramOptions second;
    char error[256];
    CHECK(parse(&first, error, NULL, NULL) && parse(&second, error, NULL, NULL));
    CHECK_EQUAL(24, strlen(first.serial));
    CHECK(strncmp(first.serial, "VIRT", 4) == 0);
    for (size_t i = 4; i < 24; i++) {
        CHECK(isxdigit((unsigned char)first.serial[i]));
    }
    CHECK(strcmp(first.serial, second.serial) != 0);
}

int main(void) {
    shouldSayWhatIsWrong();
    shouldTakeItsOptions();
    shouldMakeADifferentSerialNumberEachTime();
    return 0;
}
