// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"
#include "control/control_socket.h"

static char answer[65536];

static const char *execute(Board *board, const char *command) {
    control_execute(board, command, answer, sizeof answer);
    return answer;
}

static void shouldReportItsStatus(void) {
    Board *board = test_board(REVISION_V);
    run_for(board, MILLISECONDS);
    const char *status = execute(board, "status");
    CHECK(
        strstr(status,
               "{\"ok\":true,\"power\":true,\"halted\":true,\"sleeping\":false,\"locked_up\":false,"
               "\"picoseconds\":1000000000,\"cycles\":0,\"instructions\":0,\"cpu_hz\":64000000,\"resets\":1,"
               "\"lints\":0,") == status);
    CHECK(strstr(status, "\"faults\":[]}") != NULL);
    execute(board, "fault serial-dead");
    CHECK(strstr(execute(board, "status"), "\"faults\":[\"serial-dead\"]}") != NULL);
    test_board_free(board);
}

// The ITM's port 0 begins an interval, what ran until then is told under its mark.
static void shouldCountBetweenMarks(void) {
    Board *board = test_board(REVISION_V);
    // ldr r0, =ITM; movs r1, #7; str r1, [r0]; b to the next; 4 x muls r2, r2; mvn r1, #0; str r1, [r0]; b .
    static const uint16_t code[] = {0x4806, 0x2107, 0x6001, 0xE7FF, 0x4352, 0x4352, 0x4352, 0x4352,
                                    0xF06F, 0x0100, 0x6001, 0xE7FE, 0xBF00, 0xBF00, 0x0000, 0xE000};
    for (unsigned i = 0; i < sizeof code / sizeof *code; i += 2) {
        poke(board, DTCM + 2 * i, (uint32_t)code[i + 1] << 16 | code[i]);
    }
    core_set_register(board->core, 15, DTCM);
    core_resume(board->core);
    run_for(board, MILLISECONDS);
    const char *counters = execute(board, "counters");
    CHECK(strstr(counters, "{\"ok\":true,\"timing\":\"cortex-m7-1\",\"total\":{\"cycles\":") == counters);
    // From the store of 7 to that of -1. LDR and MOVS at 0; STR needs the address, at 2, with B; MULS wait
    // for one another, at 3, 5, 7 and 9; MVN with the last. The stores' moments are the ends of what is
    // before them: 1 and 10.
    CHECK(strstr(counters,
                 "\"intervals\":[{\"mark\":7,\"count\":1,\"cycles\":9,\"instructions\":7,\"multiplies\":4,"
                 "\"mispredictions\":0,") != NULL);
    CHECK(strstr(execute(board, "counters clear"), "\"intervals\":[]}") != NULL);
    CHECK(strstr(execute(board, "counters off"), "{\"ok\":false,\"error\":\"counters: expected") == answer);
    test_board_free(board);
}

static void shouldListLintsOnceEach(void) {
    Board *board = test_board(REVISION_V);
    lints_note(board->lints, "some-kind", "a \"quoted\" \\ message");
    lints_note(board->lints, "some-kind", "a \"quoted\" \\ message");
    CHECK(strcmp(execute(board, "lints"),
                 "{\"ok\":true,\"lints\":[{\"kind\":\"some-kind\",\"message\":\"a \\\"quoted\\\" "
                 "\\\\ message\",\"occurrences\":2}]}") == 0);
    test_board_free(board);
}

static void shouldSwitchPowerAndReset(void) {
    Board *board = test_board(REVISION_V);
    CHECK(strcmp(execute(board, "power off"), "{\"ok\":true,\"power\":false}") == 0);
    CHECK(!board->powered);
    CHECK(strstr(execute(board, "reset"), "{\"ok\":false,\"error\":\"reset: the board has no power") ==
          answer);
    CHECK(strcmp(execute(board, "power on"), "{\"ok\":true,\"power\":true}") == 0);
    CHECK(strcmp(execute(board, "reset"), "{\"ok\":true}") == 0);
    CHECK_EQUAL(3, board->resets);
    test_board_free(board);
}

static void shouldListPowerOffAsAFaultUntilThePowerIsBack(void) {
    static const char *const off_and_on[][2] = {
        {"power off", "power on"}, {"fault power-off", "power on"}, {"power off", "clear power-off"}};
    Board *board = test_board(REVISION_V);
    for (size_t i = 0; i < 3; i++) {
        execute(board, off_and_on[i][0]);
        CHECK(!board->powered);
        CHECK(strstr(execute(board, "status"), "\"faults\":[\"power-off\"]}") != NULL);
        unsigned resets = board->resets;
        CHECK(strcmp(execute(board, "fault brown-out"), "{\"ok\":false,\"error\":\"brown-out: the board has "
                                                        "no power; 'power on' first\"}") == 0);
        CHECK_EQUAL(resets, board->resets);
        execute(board, off_and_on[i][1]);
        CHECK(board->powered);
        CHECK(strstr(execute(board, "status"), "\"faults\":[]}") != NULL);
    }
    CHECK(strcmp(execute(board, "fault brown-out"), "{\"ok\":true}") == 0);
    execute(board, "fault power-off 3"); // commands of a debugger, of which there is none
    CHECK(board->powered);
    test_board_free(board);
}

// To the board: 5 bytes, 1 of them lost, then 2 changed. To the host nothing.
static void shouldCountWhatHappenedOnTheSerialLine(void) {
    Board *board = test_board(REVISION_V);
    execute(board, "fault serial-drop to-board 1");
    execute(board, "fault serial-corrupt to-board 2");
    serial_line_from_host(board->serial_line, (const uint8_t *)"bytes", 5);
    run_for(board, MILLISECONDS);
    CHECK(strstr(execute(board, "status"),
                 "\"serial\":{\"to_board\":5,\"to_host\":0,\"lost_to_board\":1,\"lost_to_host\":0,"
                 "\"corrupted_to_board\":2,\"corrupted_to_host\":0,\"unheard\":0,\"overflowed\":0}") != NULL);
    test_board_free(board);
}

static void shouldRefuseWhatItDoesNotKnow(void) {
    static const char *const commands[] = {"",        "stat",      "power",        "power maybe", "fault",
                                           "fault x", "clear abc", "status\"\n{}", "lints\t"};
    Board *board = test_board(REVISION_V);
    for (size_t i = 0; i + 1 < sizeof commands / sizeof commands[0]; i++) {
        CHECK(strstr(execute(board, commands[i]), "{\"ok\":false,\"error\":\"") == answer);
    }
    CHECK(strstr(execute(board, "lints\t"), "{\"ok\":true") == answer);
    char command[400];
    memset(command, 'a', sizeof command - 1);
    command[sizeof command - 1] = '\0';
    CHECK(strstr(execute(board, command), "longer than") != NULL);
    test_board_free(board);
}

int main(void) {
    shouldReportItsStatus();
    shouldCountBetweenMarks();
    shouldListLintsOnceEach();
    shouldSwitchPowerAndReset();
    shouldListPowerOffAsAFaultUntilThePowerIsBack();
    shouldCountWhatHappenedOnTheSerialLine();
    shouldRefuseWhatItDoesNotKnow();
    return 0;
}
