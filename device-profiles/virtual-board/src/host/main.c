// SPDX-License-Identifier: GPL-2.0-or-later
#include "board/board.h"
#include "control/control_socket.h"
#include "fault/faults.h"
#include "host/options.h"
#include "host/profile_file.h"
#include "host/registry.h"
#include "loop/loop.h"
#include "serial/serial_line.h"
#include "stlink/stlink_server.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 2, EXIT_INTERNAL = 70 };

#define MESSAGE_BYTES 1024u

typedef struct Program {
    ProgramOptions options;
    Registry registry;
    Board *board;
    Loop *loop;
    StlinkServer *stlink;
    ControlSocket *control;
    Profile *profile;
    ElfSymbols *symbols;
    int signals;
} Program;

static int fail(int exit_code, const char *message) {
    fprintf(stderr, "hilda-virtual-board: %s\n", message);
    return exit_code;
}

// Signals arrive as a readable descriptor, so that the loop ends between two slices and everything is put
// away.
static bool catch_signals(Program *program) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    struct sigaction hang_up;
    if (sigaction(SIGHUP, NULL, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN) { // not under nohup
        sigaddset(&set, SIGHUP);
    }
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    program->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return program->signals >= 0;
}

// A launcher that names itself in HILDA_PARENT_PID takes the board along, even when it is killed.
static void end_with_parent(void) {
    const char *parent = getenv("HILDA_PARENT_PID");
    if (parent == NULL || strtol(parent, NULL, 10) != getppid()) {
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (strtol(parent, NULL, 10) != getppid()) { // gone in between
        raise(SIGTERM);
    }
}

static void signalled(void *context, short revents) {
    (void)revents;
    loop_quit(context, EXIT_FINE);
}

static void describe(const Program *program, char *json, size_t json_bytes) {
    snprintf(json, json_bytes,
             "{\"serial\":\"%s\",\"stlink_port\":%u,\"pty\":\"%s\",\"control\":\"%s\",\"pid\":%ld,"
             "\"revision\":\"%s\",\"timing\":\"%s\","
             "\"board\":\"virtual-nucleo-h743zi\"}",
             program->options.serial, stlink_port(program->stlink),
             serial_line_pty(program->board->serial_line), program->registry.control, (long)getpid(),
             program->options.board.revision == REVISION_V ? "V" : "Y",
             core_timing_name(program->board->core));
}

static void announce(const Program *program, const char *json) {
    if (program->options.json) {
        printf("%s\n", json);
    } else {
        unsigned port = stlink_port(program->stlink);
        printf("virtual NUCLEO-H743ZI %s, chip revision %s\n  serial port     %s\n  ST-Link         "
               "127.0.0.1:%u\n"
               "  control socket  %s\n"
               "  try: openocd -f interface/stlink-dap.cfg -c \"transport select dapdirect_swd\" -c "
               "\"st-link backend tcp %u\""
               " -c \"adapter serial %s\" -f target/stm32h7x_dual_bank.cfg\n",
               program->options.serial, program->options.board.revision == REVISION_V ? "V" : "Y",
               serial_line_pty(program->board->serial_line), port, program->registry.control, port,
               program->options.serial);
    }
    fflush(stdout);
}

static int arm_faults(const Program *program) {
    char message[MESSAGE_BYTES];
    for (size_t i = 0; i < program->options.fault_count; i++) {
        if (!faults_arm(program->board->faults, program->options.faults[i], message, sizeof message)) {
            char line[MESSAGE_BYTES + 16];
            snprintf(line, sizeof line, "--fault: %s", message);
            return fail(EXIT_USAGE, line);
        }
    }
    return EXIT_FINE;
}

static int build(Program *program) {
    program->board = board_new(&program->options.board);
    if (program->board == NULL) {
        return EXIT_INTERNAL;
    }
    Board *board = program->board;
    int armed = arm_faults(program);
    if (armed != EXIT_FINE) {
        return armed;
    }
    program->loop = board_loop_new(board);
    loop_watch(program->loop, program->signals, POLLIN, signalled, program->loop);
    const SerialLine *line = board_serial_line_new(board, program->loop);
    program->stlink = line != NULL ? stlink_new(board, program->loop, 0) : NULL;
    program->control =
        program->stlink != NULL ? control_socket_new(board, program->loop, program->registry.control) : NULL;
    return program->control != NULL ? EXIT_FINE : EXIT_INTERNAL;
}

static int run(Program *program) {
    char message[MESSAGE_BYTES];
    char json[MESSAGE_BYTES];
    int built = build(program);
    if (built != EXIT_FINE) {
        return built;
    }
    describe(program, json, sizeof json);
    if (!registry_publish(&program->registry, json, message, sizeof message)) {
        return fail(EXIT_INTERNAL, message);
    }
    announce(program, json);
    return loop_run(program->loop);
}

// What ran, also of a board that ends with an error.
static bool save_profile(const Program *program) {
    return program->profile == NULL || program->board == NULL ||
           profile_write(program->profile, program->symbols, core_timing_name(program->board->core),
                         program->options.profile);
}

static void tear_down(Program *program) {
    control_socket_free(program->control);
    if (program->board != NULL) {
        stlink_free(program->stlink);
        serial_line_free(program->board->serial_line);
        board_free(program->board);
    }
    profile_free(program->profile);
    elf_symbols_free(program->symbols);
    loop_free(program->loop);
    registry_release(&program->registry);
}

int main(int argc, char **argv) {
    Program program = {.registry = {.lock_fd = -1}};
    char message[MESSAGE_BYTES];
    if (!options_parse(argc, argv, &program.options, message, sizeof message)) {
        fail(EXIT_USAGE, message);
        fprintf(stderr, "Try 'hilda-virtual-board --help'.\n");
        return EXIT_USAGE;
    }
    if (program.options.help) {
        fputs(options_help, stdout);
        return EXIT_FINE;
    }
    if (!catch_signals(&program)) {
        return fail(EXIT_INTERNAL, "signalfd is not to be had");
    }
    end_with_parent();
    program.options.board.serial = program.options.serial;
    if (!registry_claim(&program.registry, program.options.serial, message, sizeof message)) {
        return fail(EXIT_USAGE, message);
    }
    if (program.options.profile != NULL) {
        program.profile = profile_new();
        program.options.board.profile = program.profile;
    }
    if (program.options.elf != NULL) {
        program.symbols = elf_symbols_read(program.options.elf);
        if (program.symbols == NULL) {
            tear_down(&program);
            return EXIT_USAGE;
        }
    }
    int exit_code = run(&program);
    if (!save_profile(&program) && exit_code == EXIT_FINE) {
        exit_code = EXIT_INTERNAL;
    }
    tear_down(&program);
    return exit_code;
}
