// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"
#include "fault/faults.h"

static void check_refused(Board *board, const char *text, const char *message) {
    char error[1024];
    CHECK(!faults_arm(board->faults, text, error, sizeof error));
    if (strcmp(error, message) != 0) {
        fprintf(stderr, "'%s':\n  expected %s\n  got      %s\n", text, message, error);
        exit(1);
    }
}

static void shouldSayWhatIsWrong(void) {
    Board *board = test_board(REVISION_V);
    check_refused(board, "", "no fault named; expected NAME [ARGUMENTS]");
    check_refused(board, "serial-drop",
                  "serial-drop: 0 arguments given; expected: serial-drop DIRECTION BYTES");
    check_refused(board, "serial-drop up 3", "serial-drop: DIRECTION is 'up'; expected to-board or to-host");
    check_refused(board, "serial-drop to-host 0",
                  "serial-drop: BYTES is '0'; expected a number from 0x1 to 0xffffffff");
    check_refused(board, "serial-drop to-host -1",
                  "serial-drop: BYTES is '-1'; expected a number from 0x1 to 0xffffffff");
    check_refused(board, "serial-drop to-host 3x",
                  "serial-drop: BYTES is '3x'; expected a number from 0x1 to 0xffffffff");
    check_refused(board, "flash-bad-bit 0x08000000 8",
                  "flash-bad-bit: BIT is '8'; expected a number from 0x0 to 0x7");
    check_refused(board, "flash-torn-word 0x20000000",
                  "flash-torn-word: ADDRESS is '0x20000000'; expected a number from 0x8000000 to 0x81fffff");
    check_refused(board, "hse-dead now", "hse-dead: 1 arguments given; expected: hse-dead");
    check_refused(board, "stlink-stall 1 2",
                  "stlink-stall: 2 arguments given; expected: stlink-stall COMMANDS");
    char error[1024];
    CHECK(!faults_arm(board->faults, "hse_dead", error, sizeof error));
    CHECK(strstr(error, "unknown fault 'hse_dead'; known are: serial-drop") == error);
    CHECK(strstr(error, " hse-dead") != NULL);
    for (unsigned name = 0; name < FAULT_COUNT; name++) {
        CHECK(!fault_armed(board->faults, (FaultName)name));
    }
    test_board_free(board);
}

static void shouldReadArguments(void) {
    Board *board = test_board(REVISION_V);
    char error[1024];
    CHECK(faults_arm(board->faults, "serial-corrupt:to-host:5", error, sizeof error));
    CHECK_EQUAL(1, fault(board->faults, FAULT_SERIAL_CORRUPT)->args[0]);
    CHECK_EQUAL(5, fault(board->faults, FAULT_SERIAL_CORRUPT)->args[1]);
    CHECK(faults_arm(board->faults, "flash-bad-bit 0x08020001 7", error, sizeof error));
    CHECK_EQUAL(0x08020001, fault(board->faults, FAULT_FLASH_BAD_BIT)->args[0]);
    CHECK(faults_arm(board->faults, "stlink-stall", error, sizeof error));
    CHECK_EQUAL(0, fault(board->faults, FAULT_STLINK_STALL)->args[0]);
    faults_clear(board->faults, NULL);
    for (unsigned name = 0; name < FAULT_COUNT; name++) {
        CHECK(!fault_armed(board->faults, (FaultName)name));
    }
    test_board_free(board);
}

static void shouldActAtOnce(void) {
    Board *board = test_board(REVISION_V);
    char error[1024];
    CHECK(faults_arm(board->faults, "power-off", error, sizeof error));
    CHECK(!board->powered);
    faults_clear(board->faults, "power-off");
    CHECK(board->powered);
    poke(board, AXI_SRAM, 0x600DF00D);
    CHECK(faults_arm(board->faults, "brown-out", error, sizeof error));
    CHECK(!fault_armed(board->faults, FAULT_BROWN_OUT)); // a moment
    CHECK(peek(board, AXI_SRAM) != 0x600DF00D);
    CHECK(peek(board, RCC_RSR) & 1u << 21);
    test_board_free(board);
}

static void shouldHangUntilReset(void) {
    Board *board = test_board(REVISION_V);
    char error[1024];
    poke(board, AXI_SRAM, 0xE7FEE7FE);
    core_set_register(board->core, 15, AXI_SRAM);
    core_set_register(board->core, 16, 1u << 24);
    core_resume(board->core);
    run_for(board, MILLISECONDS);
    uint64_t before = core_instructions(board->core);
    CHECK(before > 1000);
    CHECK(faults_arm(board->faults, "core-hang", error, sizeof error));
    run_for(board, MILLISECONDS);
    CHECK_EQUAL(before, core_instructions(board->core));
    board_reset(board, RESET_PIN);
    CHECK(!fault_armed(board->faults, FAULT_CORE_HANG));
    test_board_free(board);
}

int main(void) {
    shouldSayWhatIsWrong();
    shouldReadArguments();
    shouldActAtOnce();
    shouldHangUntilReset();
    return 0;
}
