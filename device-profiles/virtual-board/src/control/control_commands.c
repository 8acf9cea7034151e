// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/chip.h"
#include "control/control_socket.h"
#include "fault/faults.h"
#include "lint/lints.h"
#include "serial/serial_line.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COMMAND_BYTES 160u

// JSON is appended; what does not fit is cut, which callers avoid by the size of the buffer.
typedef struct Json {
    char *text;
    size_t capacity;
    size_t length;
} Json;

static void add(Json *json, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(Json *json, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(json->text + json->length, json->capacity - json->length, format, arguments);
    va_end(arguments);
    if (length > 0) {
        json->length += (size_t)length;
        json->length = json->length < json->capacity ? json->length : json->capacity - 1;
    }
}

static void add_string(Json *json, const char *text) {
    add(json, "\"");
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            add(json, "\\%c", byte);
        } else if (byte < 0x20) {
            add(json, "\\u%04x", byte);
        } else {
            add(json, "%c", byte);
        }
    }
    add(json, "\"");
}

static void answer_error(Json *json, const char *message) {
    add(json, "{\"ok\":false,\"error\":");
    add_string(json, message);
    add(json, "}");
}

static const char *truth(bool value) { return value ? "true" : "false"; }

static void add_serial_counters(Json *json, const SerialLine *line) {
    SerialLineCounters counters = serial_line_counters(line);
    add(json,
        ",\"serial\":{\"to_board\":%" PRIu64 ",\"to_host\":%" PRIu64 ",\"lost_to_board\":%" PRIu64
        ",\"lost_to_host\":%" PRIu64 ",\"corrupted_to_board\":%" PRIu64 ",\"corrupted_to_host\":%" PRIu64
        ",\"unheard\":%" PRIu64 ",\"overflowed\":%" PRIu64 "}",
        counters.to_board, counters.to_host, counters.lost[0], counters.lost[1], counters.corrupted[0],
        counters.corrupted[1], counters.unheard, counters.overflowed);
}

static void answer_status(Board *board, Json *json) {
    CoreState state = core_state(board->core);
    add(json,
        "{\"ok\":true,\"power\":%s,\"halted\":%s,\"sleeping\":%s,\"locked_up\":%s,\"picoseconds\":%" PRIu64
        ",\"cycles\":%" PRIu64 ",\"instructions\":%" PRIu64 ",\"cpu_hz\":%" PRIu32
        ",\"resets\":%u,\"lints\":%zu",
        truth(board->powered), truth(core_is_halted(board->core)), truth(state == CORE_SLEEPS),
        truth(state == CORE_LOCKED_UP), timeline_now(board->timeline), timeline_cycles(board->timeline),
        core_instructions(board->core), timeline_cpu_hz(board->timeline), board->resets,
        lints_count(board->lints));
    ChipLeds leds = chip_led_states(board->chip);
    add(json, ",\"leds\":{\"green\":%s,\"blue\":%s,\"red\":%s}", truth(leds.green), truth(leds.blue),
        truth(leds.red));
    if (board->serial_line != NULL) {
        add_serial_counters(json, board->serial_line);
    }
    add(json, ",\"faults\":[");
    const char *separator = "";
    for (unsigned name = 0; name < FAULT_COUNT; name++) {
        if (fault_armed(board->faults, (FaultName)name)) {
            add(json, "%s\"%s\"", separator, fault_name((FaultName)name));
            separator = ",";
        }
    }
    add(json, "]}");
}

static void add_regions(Json *json, const char *name, const uint64_t *lines) {
    add(json, ",\"%s\":{\"flash\":%" PRIu64 ",\"axi_sram\":%" PRIu64 ",\"other_sram\":%" PRIu64 "}", name,
        lines[REGION_FLASH], lines[REGION_AXI_SRAM], lines[REGION_OTHER_SRAM]);
}

static void add_counters(Json *json, const CoreCounters *counters) {
    add(json,
        "\"cycles\":%" PRIu64 ",\"instructions\":%" PRIu64 ",\"multiplies\":%" PRIu64
        ",\"mispredictions\":%" PRIu64,
        counters->cycles, counters->instructions, counters->multiplies, counters->mispredictions);
    const MemoryCounters *memory = &counters->memory;
    add_regions(json, "instruction_stall_cycles", memory->instruction_stall_cycles);
    add_regions(json, "data_stall_cycles", memory->data_stall_cycles);
    add_regions(json, "instruction_misses", memory->instruction_misses);
    add_regions(json, "data_misses", memory->data_misses);
    add_regions(json, "evictions", memory->evictions);
    add_regions(json, "uncached", memory->uncached);
}

static void answer_counters(Board *board, const char *arguments, Json *json) {
    bool clear = strcmp(arguments, "clear") == 0;
    if (!clear && arguments[0] != '\0') {
        answer_error(json, "counters: expected 'counters' or 'counters clear'");
        return;
    }
    if (clear) {
        intervals_clear(&board->intervals);
    }
    add(json, "{\"ok\":true,\"timing\":\"%s\",\"total\":{", core_timing_name(board->core));
    CoreCounters total = core_counters(board->core);
    add_counters(json, &total);
    add(json, "},\"intervals\":[");
    const char *separator = "";
    for (unsigned mark = 0; mark < INTERVAL_MARKS; mark++) {
        const Interval *interval = &board->intervals.by_mark[mark];
        if (interval->count > 0) {
            add(json, "%s{\"mark\":%u,\"count\":%" PRIu64 ",", separator, mark, interval->count);
            add_counters(json, &interval->sum);
            add(json, "}");
            separator = ",";
        }
    }
    add(json, "]}");
}

static void answer_lints(const Board *board, Json *json) {
    add(json, "{\"ok\":true,\"lints\":[");
    for (size_t i = 0; i < lints_count(board->lints); i++) {
        add(json, "%s{\"kind\":\"%s\",\"message\":", i > 0 ? "," : "", lints_kind(board->lints, i));
        add_string(json, lints_message(board->lints, i));
        add(json, ",\"occurrences\":%u}", lints_occurrences(board->lints, i));
    }
    add(json, "]}");
}

static void answer_fault(Board *board, const char *arguments, Json *json) {
    char error[1024];
    if (!faults_arm(board->faults, arguments, error, sizeof error)) {
        answer_error(json, error);
        return;
    }
    add(json, "{\"ok\":true}");
}

static void answer_clear(Board *board, const char *name, Json *json) {
    char error[1024];
    if (!faults_clear_named(board->faults, name[0] != '\0' ? name : NULL, error, sizeof error)) {
        answer_error(json, error);
        return;
    }
    add(json, "{\"ok\":true}");
}

static void answer_power(Board *board, const char *state, Json *json) {
    bool on = strcmp(state, "on") == 0;
    if (!on && strcmp(state, "off") != 0) {
        answer_error(json, "power: expected 'power on' or 'power off'");
        return;
    }
    if (on) {
        faults_clear(board->faults, fault_name(FAULT_POWER_OFF));
    } else {
        char ignored[2];
        faults_arm(board->faults, fault_name(FAULT_POWER_OFF), ignored,
                   sizeof ignored); // which needs no argument
    }
    add(json, "{\"ok\":true,\"power\":%s}", truth(on));
}

static void answer_reset(Board *board, Json *json) {
    if (!board->powered) {
        answer_error(json, "reset: the board has no power; 'power on' first");
        return;
    }
    board_reset(board, RESET_PIN);
    add(json, "{\"ok\":true}");
}

void control_execute(Board *board, const char *command, char *answer, size_t answer_bytes) {
    Json json = {answer, answer_bytes, 0};
    char copy[COMMAND_BYTES];
    if ((size_t)snprintf(copy, sizeof copy, "%s", command) >= sizeof copy) {
        answer_error(&json, "command is longer than 159 characters");
        return;
    }
    size_t length = strcspn(copy, " \t");
    char *arguments = copy + length + strspn(copy + length, " \t");
    copy[length] = '\0';
    if (strcmp(copy, "status") == 0) {
        answer_status(board, &json);
    } else if (strcmp(copy, "lints") == 0) {
        answer_lints(board, &json);
    } else if (strcmp(copy, "counters") == 0) {
        answer_counters(board, arguments, &json);
    } else if (strcmp(copy, "fault") == 0) {
        answer_fault(board, arguments, &json);
    } else if (strcmp(copy, "clear") == 0) {
        answer_clear(board, arguments, &json);
    } else if (strcmp(copy, "power") == 0) {
        answer_power(board, arguments, &json);
    } else if (strcmp(copy, "reset") == 0) {
        answer_reset(board, &json);
    } else {
        answer_error(&json, "unknown command; expected status, lints, counters [clear], fault NAME "
                            "[ARGUMENTS], clear [NAME], "
                            "power on|off or reset");
    }
}
