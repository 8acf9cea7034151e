// SPDX-License-Identifier: GPL-2.0-or-later
#include "observation.h"
#include "fault/faults.h"
#include "lint/lints.h"
#include "serial_host.h"
#include <stdio.h>
#include <string.h>

#define MILLISECONDS(count) ((count) * (PICOSECONDS_PER_SECOND / 1000u))
#define SETTLE MILLISECONDS(200u) // HSE may take its 100 ms to time out
#define BRIEF_PATIENCE MILLISECONDS(20u)
// Two requests. With SETTLE it ends before the board announces itself a second time: a deaf board is told
// from a silent or garbled one by its first announcement alone.
#define HELLO_PATIENCE MILLISECONDS(500u)
// The line alone takes 1.1 s. The rest is time for one retransmission (0.56 s), not for a second (1.12 s
// more).
#define ECHO_PATIENCE MILLISECONDS(2000u)
#define LINGER MILLISECONDS(4600u) // longer than the watchdog waits
#define CRASH_PATIENCE MILLISECONDS(1500u)
#define RECORD_MAGIC 0x48494C44u // port/stm32h743/crash.c

const char *symptom_name(Symptom symptom) {
    static const char *const NAMES[SYMPTOMS] = {
        [NOT_RUN] = "not run",
        [RESETS] = "resets",
        [LOCKED_UP] = "locks up",
        [SILENT] = "silent",
        [GARBLED] = "garbled",
        [DEAF] = "deaf",
        [ECHO_CORRUPT] = "echo corrupt",
        [STALLS] = "stalls",
        [BOOT_ERROR] = "boot error",
        [FALLS_BACK] = "falls back to HSI",
        [WRONG_HELLO] = "wrong hello",
        [RUNS_BY_LUCK] = "runs by luck",
        [WORKS] = "works",
    };
    return NAMES[symptom];
}

// ---- procedures ----

// Three resets are a loop; more of them would tell no more.
static bool resets_again_and_again(const SerialHost *host) {
    return host->board->resets - host->resets_before >= 3;
}

static void run_until_answered(SerialHost *host, uint32_t session, Picoseconds patience) {
    serial_host_open(host, session);
    Picoseconds end = timeline_now(host->board->timeline) + patience;
    while (!host->answered && !resets_again_and_again(host) && timeline_now(host->board->timeline) < end) {
        serial_host_run(host, MILLISECONDS(5u));
    }
}

static void run_echo(SerialHost *host) {
    Picoseconds end = timeline_now(host->board->timeline) + ECHO_PATIENCE;
    while (host->answered && !serial_host_echo_complete(host) && timeline_now(host->board->timeline) < end) {
        serial_host_run(host, MILLISECONDS(5u));
    }
}

static void hold_core(SerialHost *host) {
    core_halt(host->board->core);
    serial_host_run(host, LINGER);
    core_resume(host->board->core);
}

static void run_procedure(SerialHost *host, Procedure procedure) {
    Picoseconds settled = procedure == RUN_BRIEFLY ? BRIEF_PATIENCE : SETTLE;
    Picoseconds end = timeline_now(host->board->timeline) + settled;
    while (!resets_again_and_again(host) && timeline_now(host->board->timeline) < end) {
        serial_host_run(host, MILLISECONDS(5u));
    }
    run_until_answered(host, 0x11223344u, procedure == RUN_BRIEFLY ? BRIEF_PATIENCE : HELLO_PATIENCE);
    run_echo(host);
    if (!serial_host_echo_complete(host)) {
        return;
    }
    if (procedure == RUN_HALT_FOR_A_WHILE) {
        hold_core(host);
    } else if (procedure == RUN_CRASH_ON_REQUEST) {
        serial_host_ask_crash(host);
        serial_host_run(host, CRASH_PATIENCE);
        return;
    }
    serial_host_run(host, LINGER);
    serial_host_ask_statistics(host);
    serial_host_run(host, MILLISECONDS(200u));
}

// ---- classification ----

// What the crash record in DTCM says, as a debugger would read it there; 0 without a record.
static unsigned recorded_crash(Board *board, const ElfImage *image) {
    uint32_t record;
    uint32_t magic = 0;
    uint32_t kind = 0;
    if (!elf_image_symbol(image, "survivor", &record) ||
        bus_read(board->bus, MASTER_DEBUG, record, 4, &magic) != BUS_OK || magic != RECORD_MAGIC ||
        bus_read(board->bus, MASTER_DEBUG, record + 8, 4, &kind) != BUS_OK) {
        return 0;
    }
    return kind;
}

static bool hello_is_true(const SerialHost *host, Revision revision) {
    const Hello *hello = &host->hello;
    uint32_t hz = revision == REVISION_V ? 480000000u : 400000000u;
    return hello->clock_source == CLOCK_SOURCE_HSE_BYPASS && hello->cpu_hz == hz && hello->axi_hz == hz / 2 &&
           hello->voltage_scale == (revision == REVISION_V ? 0 : 1) &&
           hello->idcode == (revision == REVISION_V ? 0x20036450u : 0x10036450u) &&
           hello->reset_cause == RESET_CAUSE_POWER_ON && hello->crash.kind == CRASH_NONE &&
           hello->boot_count == 1 && memcmp(hello->unique_id, "VIRT", 4) == 0 &&
           hello->flash_bytes == 2048u * 1024u && timeline_cpu_hz(host->board->timeline) == hz;
}

static bool host_heard_errors(const SerialHost *host) {
    const LinkStatistics *link = &host->link.statistics;
    return host->wrong_bytes + link->crc_errors + link->resyncs > 0;
}

// What the board says itself, and that frames had to be repeated for its sake.
static bool board_had_errors(const SerialHost *host) {
    const LinkStatistics *link = &host->link.statistics;
    const Statistics *board = &host->statistics;
    return link->retransmits + link->gaps + board->crc_errors + board->resyncs + board->retransmits +
               board->gaps + board->uart_overruns + board->uart_framing_errors + board->uart_noise_errors +
               board->dma_errors + board->receive_overflows >
           0;
}

static void collect_lints(const Board *board, Observation *observation) {
    for (size_t i = 0; i < lints_count(board->lints); i++) {
        const char *kind = lints_kind(board->lints, i);
        bool known = false;
        for (unsigned k = 0; k < observation->lint_count; k++) {
            known = known || strcmp(observation->lints[k], kind) == 0;
        }
        if (!known && observation->lint_count < MAX_LINT_KINDS) {
            snprintf(observation->lints[observation->lint_count++], LINT_KIND_BYTES, "%s", kind);
        }
    }
}

static Symptom classify_talking(const SerialHost *host, Revision revision, const Observation *observation) {
    if (!host->answered) {
        return DEAF;
    }
    bool complete = serial_host_echo_complete(host) && host->statistics_arrived;
    if (!complete && !host_heard_errors(host)) {
        return STALLS;
    }
    if (!complete || host_heard_errors(host) || board_had_errors(host)) {
        return ECHO_CORRUPT;
    }
    if (host->hello.boot_error != BOOT_OK) {
        return BOOT_ERROR;
    }
    if (host->hello.clock_source == CLOCK_SOURCE_HSI) {
        return FALLS_BACK;
    }
    if (!hello_is_true(host, revision)) {
        return WRONG_HELLO;
    }
    return observation->lint_count > 0 ? RUNS_BY_LUCK : WORKS;
}

static void classify(const SerialHost *host, const ElfImage *image, unsigned resets,
                     Observation *observation) {
    Board *board = host->board;
    collect_lints(board, observation);
    if (resets > 0) {
        observation->symptom = RESETS;
        observation->code = recorded_crash(board, image);
    } else if (core_state(board->core) == CORE_LOCKED_UP) {
        observation->symptom = LOCKED_UP;
    } else if (!host->announced && !host->answered) {
        observation->symptom = host->received_bytes == 0 ? SILENT : GARBLED;
    } else {
        observation->symptom = classify_talking(host, board->options.revision, observation);
        observation->code = observation->symptom == BOOT_ERROR ? host->hello.boot_error : 0;
    }
    snprintf(observation->detail, sizeof observation->detail,
             "resets %u, %llu bytes heard, echoed %u (%u wrong), host crc %u, board crc %u, DMA errors %u, "
             "CPU %u Hz, clock source %u",
             resets, (unsigned long long)host->received_bytes, (unsigned)host->echoed_bytes,
             (unsigned)host->wrong_bytes, (unsigned)host->link.statistics.crc_errors,
             (unsigned)host->statistics.crc_errors, (unsigned)host->statistics.dma_errors,
             (unsigned)timeline_cpu_hz(board->timeline), host->hello.clock_source);
}

static bool power_up(Board *board, const ElfImage *image, const char *fault_text) {
    char error[256];
    if (!elf_image_program(image, board)) {
        return false;
    }
    if (fault_text != NULL && !faults_arm(board->faults, fault_text, error, sizeof error)) {
        fprintf(stderr, "mutations: %s\n", error);
        return false;
    }
    board_set_power(board, false);
    board_set_power(board, true);
    return true;
}

bool observe(const ElfImage *image, Revision revision, const char *fault_text, Procedure procedure,
             Observation *observation) {
    // What a mistake shows is not a matter of cycles, and a hundred boards run sooner without the model.
    BoardOptions options = {.serial = "MUTATION",
                            .revision = revision,
                            .probe = PROBE_V3,
                            .fast_flash = true,
                            .instruction_timing = true};
    memset(observation, 0, sizeof *observation);
    Board *board = board_new(&options);
    if (board == NULL) {
        return false;
    }
    board_serial_line_new(board, NULL);
    SerialHost host;
    serial_host_init(&host, board, board->serial_line);
    bool powered = power_up(board, image, fault_text);
    if (powered) {
        host.resets_before = board->resets;
        run_procedure(&host, procedure);
        classify(&host, image, board->resets - host.resets_before, observation);
    }
    serial_line_free(board->serial_line);
    board_free(board);
    return powered;
}
