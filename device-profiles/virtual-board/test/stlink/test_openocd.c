// SPDX-License-Identifier: GPL-2.0-or-later
// The real OpenOCD (and GDB, where it is installed) against the real virtual board. Skipped, with a reason,
// without OpenOCD.
#include "child_process.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SKIPPED 77
#define OUTPUT_BYTES (256 * 1024)
#define FLASH_BYTES (2u * 1024 * 1024)
#define SECTOR_BYTES (128u * 1024)
#define SERIAL "VIRT00000000000000000042"
#define MAX_ARGUMENTS 48

// Both banks full is for what speaks of size or speed; two sectors take a tenth of the time.
static char full_image[] = "/tmp/virtual-board-full-XXXXXX";
static char small_image[] = "/tmp/virtual-board-small-XXXXXX";
static const char *board_binary;
static char output[OUTPUT_BYTES];
static unsigned checks;
static const ChildProcess *running_board; // NULL = none

typedef enum { DIRECT, HIGH_LEVEL } Transport;

typedef struct RunningBoard {
    ChildProcess process;
    char port[8];
    char backend[64];
} RunningBoard;

static void fail(const char *what) {
    fprintf(stderr, "%s\n---- OpenOCD said ----\n%s\n", what, output);
    if (running_board != NULL) {
        ChildProcess board = *running_board;
        child_describe_end(&board, output, sizeof output);
        fprintf(stderr, "---- the board %s\n", output);
    }
    unlink(full_image);
    unlink(small_image);
    exit(1);
}

static void expect_text(const char *text) {
    checks++;
    if (strstr(output, text) == NULL) {
        char message[256];
        snprintf(message, sizeof message, "expected in the output: %s", text);
        fail(message);
    }
}

static void expect_exit(int expected, int actual) {
    checks++;
    if (expected != actual) {
        char message[64];
        snprintf(message, sizeof message, "exit code: expected %d, got %d", expected, actual);
        fail(message);
    }
}

// Code that counts in r0: `movs r0, #0`, `adds r0, #1`, `str r0, [r1]`, `b .-4`; then noise. `path` is a
// template of mkstemp's.
static void make_image(char *path, size_t bytes) {
    static const unsigned char head[] = {0x00, 0x00, 0x02, 0x20, 0x41, 0x00, 0x00, 0x08};
    static const unsigned char code[] = {0x00, 0x20, 0x02, 0x49, 0x01, 0x30, 0x08, 0x60,
                                         0xFC, 0xE7, 0x00, 0xBF, 0x00, 0x10, 0x00, 0x20};
    unsigned char *image = malloc(bytes);
    int fd = mkstemp(path);
    if (image == NULL || fd < 0) {
        exit(1);
    }
    unsigned state = 1;
    for (size_t i = 0; i < bytes; i++) {
        state = state * 1664525u + 1013904223u;
        image[i] = (unsigned char)(state >> 24);
    }
    memset(image, 0, 0x40);
    memcpy(image, head, sizeof head);
    memcpy(image + 0x40, code, sizeof code);
    if (write(fd, image, bytes) != (ssize_t)bytes) {
        exit(1);
    }
    close(fd);
    free(image);
}

static RunningBoard start_board(const char *option, const char *value) {
    const char *arguments[] = {board_binary, "--json", "--fast-flash", "--timing", "instructions",
                               "--serial",   SERIAL,   option,         value,      NULL};
    RunningBoard board = {.process = child_start(arguments)};
    char line[1024];
    const char *port = NULL;
    while (port == NULL && child_read_line(&board.process, line, sizeof line, 20)) {
        port = strstr(line, "\"stlink_port\":");
    }
    if (port == NULL) {
        fprintf(stderr, "the board did not say its port: %s\n", line);
        exit(1);
    }
    snprintf(board.port, sizeof board.port, "%d", atoi(port + strlen("\"stlink_port\":")));
    return board;
}

static void stop_board(RunningBoard *board) {
    running_board = NULL;
    expect_exit(0, child_terminate(&board->process));
}

// Runs OpenOCD with these commands (NULL-terminated); ports for GDB and the like stay closed.
static int openocd_for(RunningBoard *board, Transport transport, const char *const commands[],
                       int timeout_seconds) {
    const char *arguments[MAX_ARGUMENTS] = {"openocd"};
    size_t count = 1;
    bool direct = transport == DIRECT;
    snprintf(board->backend, sizeof board->backend, "%s tcp %s",
             direct ? "st-link backend" : "hla_stlink_backend", board->port);
    const char *const head[] = {
        "-f", direct ? "interface/stlink-dap.cfg" : "interface/stlink.cfg",
        "-c", direct ? "transport select dapdirect_swd" : "gdb_port disabled",
        "-c", board->backend,
        "-c", "adapter serial " SERIAL,
        "-c", "gdb_port disabled; tcl_port disabled; telnet_port disabled",
        "-f", direct ? "target/stm32h7x_dual_bank.cfg" : "board/st_nucleo_h743zi.cfg"};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        arguments[count++] = head[i];
    }
    for (size_t i = 0; commands[i] != NULL && count + 3 < MAX_ARGUMENTS; i++) {
        arguments[count++] = "-c";
        arguments[count++] = commands[i];
    }
    ChildProcess process = child_start(arguments);
    return child_finish(&process, output, sizeof output, timeout_seconds);
}

static int openocd(RunningBoard *board, Transport transport, const char *const commands[]) {
    return openocd_for(board, transport, commands, 60);
}

static const char *program_command(const char *image) {
    static char command[128];
    snprintf(command, sizeof command, "program %s 0x08000000 verify reset exit", image);
    return command;
}

static int program(RunningBoard *board, Transport transport, const char *image) {
    const char *commands[] = {program_command(image), NULL};
    return openocd(board, transport, commands);
}

static void should_program_and_verify(Transport transport) {
    RunningBoard board = start_board("--probe", "v3");
    expect_exit(0, program(&board, transport, full_image));
    expect_text("** Verified OK **");
    expect_text("STLINK V3J10M3 (API v3) VID:PID 0483:374E");
    expect_text("target has 8 breakpoints, 4 watchpoints");
    expect_exit(0, program(&board, transport, small_image)); // over what is there
    expect_text("** Verified OK **");
    stop_board(&board);
}

static void should_program_through_a_v2_1(void) {
    RunningBoard board = start_board("--probe", "v2-1");
    expect_exit(0, program(&board, DIRECT, small_image));
    expect_text("STLINK V2J37M27 (API v2) VID:PID 0483:374B");
    expect_text("** Verified OK **");
    stop_board(&board);
}

static int by_seconds(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

static void should_program_2_megabytes_in_seconds(void) {
    double seconds[5];
    for (unsigned i = 0; i < 5; i++) {
        RunningBoard board = start_board("--probe", "v3");
        struct timespec start;
        struct timespec end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        expect_exit(0, program(&board, DIRECT, full_image));
        clock_gettime(CLOCK_MONOTONIC, &end);
        expect_text("** Verified OK **");
        seconds[i] = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
        stop_board(&board);
    }
    qsort(seconds, 5, sizeof seconds[0], by_seconds);
    printf("2 MB programmed and verified: median of 5 runs %.2f s (%.2f-%.2f s)\n", seconds[2], seconds[0],
           seconds[4]);
}

static void should_control_the_core(Transport transport) {
    RunningBoard board = start_board("--probe", "v3");
    expect_exit(0, program(&board, transport, small_image));
    const char *commands[] = {"init; reset halt",
                              "echo [reg pc]",
                              "step",
                              "echo [reg pc]",
                              "step; step",
                              "echo [reg r0]",
                              "bp 0x08000048 2 hw; resume; wait_halt 2000",
                              "echo [reg pc]",
                              "rbp 0x08000048",
                              "mww 0x20001000 0x12345678",
                              "echo [mdw 0x20001000]",
                              "reg r0 0x1000",
                              "wp 0x20001000 4 w; resume; wait_halt 2000; rwp 0x20001000",
                              "echo [mdw 0x20001000]",
                              "resume; shutdown",
                              NULL};
    expect_exit(0, openocd(&board, transport, commands));
    expect_text("pc (/32): 0x08000040");
    expect_text("pc (/32): 0x08000042");
    expect_text("r0 (/32): 0x00000001");
    expect_text("pc (/32): 0x08000048");
    expect_text("0x20001000: 12345678");
    expect_text("0x20001000: 00001001");
    stop_board(&board);
}

static void gdb(const char *const commands[], size_t command_count) {
    const char *arguments[MAX_ARGUMENTS] = {"gdb-multiarch", "-nx", "-batch"};
    size_t count = 3;
    for (size_t i = 0; i < command_count && count + 3 < MAX_ARGUMENTS; i++) {
        arguments[count++] = "-ex";
        arguments[count++] = commands[i];
    }
    ChildProcess process = child_start(arguments);
    child_finish(&process, output, sizeof output, 60);
}

// GDB starts OpenOCD itself and talks to it through a pipe.
static void should_serve_gdb(void) {
    if (!program_on_path("gdb-multiarch")) {
        puts("skipped: gdb-multiarch is not installed");
        return;
    }
    RunningBoard board = start_board("--probe", "v3");
    expect_exit(0, program(&board, DIRECT, small_image));
    char connect[512];
    snprintf(
        connect, sizeof connect,
        "target extended-remote | openocd -f interface/stlink-dap.cfg -c 'transport select dapdirect_swd' "
        "-c 'st-link backend tcp %s' -c 'gdb_port pipe; tcl_port disabled; telnet_port disabled' "
        "-f target/stm32h7x_dual_bank.cfg",
        board.port);
    const char *commands[] = {"set confirm off",
                              "set remotetimeout 30",
                              connect,
                              "monitor reset halt",
                              "maintenance flush register-cache",
                              "hbreak *0x08000048",
                              "continue",
                              "info registers r0 pc",
                              "delete",
                              "stepi",
                              "info registers pc",
                              "set var *(unsigned*)0x20001000 = 7",
                              "x/1xw 0x20001000",
                              "watch *(unsigned*)0x20001000",
                              "continue",
                              "x/1xw 0x20001000",
                              "kill"};
    gdb(commands, sizeof commands / sizeof commands[0]);
    expect_text("r0             0x1 ");
    expect_text("0x08000048");
    expect_text("0x8000044");
    expect_text("0x20001000:\t0x00000007");
    expect_text("Hardware watchpoint");
    expect_text("0x20001000:\t0x00000002");
    stop_board(&board);
}

// What OpenOCD says when a probe or the flash memory misbehaves; -1: it hangs until it is killed, as with a
// real probe.
static void should_say_what_is_wrong(void) {
    static const struct {
        const char *fault;
        int exit_code;
        const char *message;
    } cases[] = {
        {"stlink-unplug", 1, "no ST-LINK detected"},
        {"stlink-wrong-serial", 1, "ST-LINK open failed (serial mismatch)"},
        {"stlink-busy", 1, "the selected device is already used"},
        {"stlink-open-error", 1, "TCP error status 0x1003"},
        {"stlink-zero-volt", 0, "target voltage may be too low for reliable debugging"},
        {"stlink-wrong-idcode", 1, "Cannot identify target as a STM32H7xx family."},
        {"stlink-unplug 300", 1, "TCP error status 0x1001"},
        {"stlink-tcp-drop 300", 1, "failed to send USB CMD"},
        {"stlink-stall 300", -1, ""},
        {"power-off", 1, "init mode failed (unable to connect to the target)"},
        {"swd-dead", 1, "init mode failed (unable to connect to the target)"},
        {"flash-write-protect 1", 1, "wait_flash_op_queue, WRPERR detected"},
        {"flash-readout-protect", 1, "failed erasing sectors 0 to 1"},
        {"flash-erase-failure", 1, "erase time-out or operation error sector 0"},
        {"flash-program-error", 1, "flash write failed, FLASH_SR = 0x00410000"},
        {"flash-bad-bit 0x08000100 3", 1, "checksum mismatch"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        RunningBoard board = start_board("--fault", cases[i].fault);
        const char *commands[] = {program_command(small_image), NULL};
        int exit_code = openocd_for(&board, DIRECT, commands, cases[i].exit_code < 0 ? 4 : 60);
        expect_exit(cases[i].exit_code, exit_code);
        expect_text(cases[i].message);
        stop_board(&board);
    }
}

static void test_everything(void) {
    should_program_and_verify(DIRECT);
    should_program_and_verify(HIGH_LEVEL);
    should_program_through_a_v2_1();
    should_control_the_core(DIRECT);
    should_control_the_core(HIGH_LEVEL);
    should_serve_gdb();
    should_say_what_is_wrong();
}

// test_openocd BOARD [speed]: speed measures instead of testing.
int main(int argc, char **argv) {
    if (argc < 2 || !program_on_path("openocd")) {
        fprintf(stderr, "skipped: %s\n", argc < 2 ? "no board binary given" : "openocd is not installed");
        return SKIPPED;
    }
    board_binary = argv[1];
    make_image(full_image, FLASH_BYTES);
    make_image(small_image, 2 * SECTOR_BYTES);
    if (argc == 3 && strcmp(argv[2], "speed") == 0) {
        should_program_2_megabytes_in_seconds();
    } else {
        test_everything();
    }
    unlink(full_image);
    unlink(small_image);
    printf("OpenOCD: %u checks passed\n", checks);
    return 0;
}
