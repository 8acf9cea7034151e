// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/options.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

const char options_help[] =
    "Usage: hilda-virtual-board [OPTIONS]\n"
    "A NUCLEO-H743ZI in software: OpenOCD flashes and debugs it, its serial port is a pty. Runs until SIGINT "
    "or SIGTERM.\n"
    "\n"
    "  --serial SN          serial number of its ST-Link, 1-31 of A-Z a-z 0-9 (default: VIRT and 20 random "
    "hex digits)\n"
    "  --revision Y|V       of the chip: Y runs up to 400 MHz, V up to 480 MHz (default: V)\n"
    "  --probe v3|v2-1      ST-Link; v2-1 loses serial bytes above 1.2 Mbaud (default: v3)\n"
    "  --timing model|instructions  what CYCCNT and SysTick count: the cycle model, or one cycle an "
    "instruction "
    "(default: model)\n"
    "  --profile PATH       writes what each function and basic block took when it ends, as JSON, and "
    "PATH.folded for "
    "a flame graph\n"
    "  --elf PATH           program whose functions the profile names\n"
    "  --fast-flash         erasing and programming take no time\n"
    "  --throttle           virtual time never runs ahead of the clock on the wall\n"
    "  --flash-file PATH    keeps flash and option bytes across restarts\n"
    "  --fault NAME[:ARGS]  arms a fault, e.g. serial-drop:to-host:3 (repeatable)\n"
    "  --json               describes the board as one line of JSON on standard output\n"
    "  --help               this text\n"
    "\n"
    "Example: hilda-virtual-board --serial VIRT01 --fast-flash --json\n"
    "Exit status: 0 after SIGINT or SIGTERM, 2 bad usage, 70 internal error.\n";

typedef struct OptionName {
    const char *name;
    bool has_value;
} OptionName;

static const OptionName names[] = {
    {"--serial", true},     {"--revision", true}, {"--probe", true}, {"--fast-flash", false},
    {"--timing", true},     {"--profile", true},  {"--elf", true},   {"--throttle", false},
    {"--flash-file", true}, {"--fault", true},    {"--json", false}, {"--help", false},
    {"-h", false},
};

static const OptionName *find_option(const char *text, size_t length) {
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].name) == length && strncmp(names[i].name, text, length) == 0) {
            return &names[i];
        }
    }
    return NULL;
}

static bool is_serial_number(const char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)text[i])) {
            return false;
        }
    }
    return length >= 1 && length <= SERIAL_NUMBER_LENGTH_MAX;
}

static bool set_choice(const char *option, const char *value, const char *first, const char *second,
                       bool *is_second, char *error, size_t error_bytes) {
    *is_second = strcmp(value, second) == 0;
    if (!*is_second && strcmp(value, first) != 0) {
        snprintf(error, error_bytes, "%s is '%s'; expected %s or %s", option, value, first, second);
        return false;
    }
    return true;
}

static bool set_value(ProgramOptions *options, const char *name, const char *value, char *error,
                      size_t error_bytes) {
    bool second = false;
    if (strcmp(name, "--serial") == 0) {
        if (!is_serial_number(value)) {
            snprintf(error, error_bytes, "--serial is '%s'; expected 1 to %u letters A-Z a-z or digits",
                     value, SERIAL_NUMBER_LENGTH_MAX);
            return false;
        }
        snprintf(options->serial, sizeof options->serial, "%s", value);
    } else if (strcmp(name, "--revision") == 0) {
        if (!set_choice(name, value, "Y", "V", &second, error, error_bytes)) {
            return false;
        }
        options->board.revision = second ? REVISION_V : REVISION_Y;
    } else if (strcmp(name, "--probe") == 0) {
        if (!set_choice(name, value, "v3", "v2-1", &second, error, error_bytes)) {
            return false;
        }
        options->board.probe = second ? PROBE_V2_1 : PROBE_V3;
    } else if (strcmp(name, "--timing") == 0) {
        if (!set_choice(name, value, "model", "instructions", &second, error, error_bytes)) {
            return false;
        }
        options->board.instruction_timing = second;
    } else if (strcmp(name, "--profile") == 0) {
        options->profile = value;
    } else if (strcmp(name, "--elf") == 0) {
        options->elf = value;
    } else if (strcmp(name, "--flash-file") == 0) {
        options->board.flash_file = value;
    } else if (options->fault_count == MAX_FAULT_OPTIONS) {
        snprintf(error, error_bytes, "--fault is given more than %u times", MAX_FAULT_OPTIONS);
        return false;
    } else {
        options->faults[options->fault_count++] = value;
    }
    return true;
}

static void set_flag(ProgramOptions *options, const char *name) {
    options->board.fast_flash = options->board.fast_flash || strcmp(name, "--fast-flash") == 0;
    options->board.throttle = options->board.throttle || strcmp(name, "--throttle") == 0;
    options->json = options->json || strcmp(name, "--json") == 0;
    options->help = options->help || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
}

static bool make_serial_number(ProgramOptions *options) {
    uint8_t random[10];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return false;
    }
    char *end = options->serial + sprintf(options->serial, "VIRT");
    for (size_t i = 0; i < sizeof random; i++) {
        end += sprintf(end, "%02X", random[i]);
    }
    return true;
}

bool options_parse(int argc, char *const *argv, ProgramOptions *options, char *error, size_t error_bytes) {
    *options = (ProgramOptions){.board = {.revision = REVISION_V, .probe = PROBE_V3}};
    for (int i = 1; i < argc; i++) {
        const char *equals = strchr(argv[i], '=');
        size_t length = equals != NULL ? (size_t)(equals - argv[i]) : strlen(argv[i]);
        const OptionName *option = find_option(argv[i], length);
        if (option == NULL) {
            snprintf(error, error_bytes, "unknown option '%s'", argv[i]);
            return false;
        }
        if (!option->has_value) {
            if (equals != NULL) {
                snprintf(error, error_bytes, "%s takes no value", option->name);
                return false;
            }
            set_flag(options, option->name);
            continue;
        }
        const char *value = equals != NULL ? equals + 1 : i + 1 < argc ? argv[++i] : NULL;
        if (value == NULL) {
            snprintf(error, error_bytes, "%s needs a value", option->name);
            return false;
        }
        if (!set_value(options, option->name, value, error, error_bytes)) {
            return false;
        }
    }
    if (options->elf != NULL && options->profile == NULL) {
        snprintf(error, error_bytes, "--elf names the functions of a profile; expected --profile beside it");
        return false;
    }
    if (options->serial[0] == '\0' && !make_serial_number(options)) {
        snprintf(error, error_bytes, "no random serial number to be had; name one with --serial");
        return false;
    }
    options->board.serial = options->serial;
    return true;
}
