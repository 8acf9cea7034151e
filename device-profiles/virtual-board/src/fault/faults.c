// SPDX-License-Identifier: GPL-2.0-or-later
#include "fault/faults.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LISTENERS 8u
#define MAX_WORDS 4u
#define TEXT_BYTES 128u

// What an argument may be: a number in a range, or the direction of the serial line.
typedef enum { ARGUMENT_NONE, ARGUMENT_NUMBER, ARGUMENT_DIRECTION } ArgumentKind;

typedef struct Argument {
    ArgumentKind kind;
    const char *name;
    uint32_t least;
    uint32_t most;
    bool optional; // `least` when it is not given
} Argument;

typedef struct FaultSyntax {
    const char *name;
    Argument arguments[2];
} FaultSyntax;

#define DIRECTION                                                                                            \
    { .kind = ARGUMENT_DIRECTION, .name = "DIRECTION" }
#define NUMBER(what, low, high)                                                                              \
    { .kind = ARGUMENT_NUMBER, .name = (what), .least = (low), .most = (high) }
#define OPTIONAL_NUMBER(what, low, high)                                                                     \
    { .kind = ARGUMENT_NUMBER, .name = (what), .least = (low), .most = (high), .optional = true }
#define FLASH_ADDRESS NUMBER("ADDRESS", 0x08000000u, 0x081FFFFFu)

static const FaultSyntax syntaxes[FAULT_COUNT] = {
    [FAULT_SERIAL_DROP] = {"serial-drop", {DIRECTION, NUMBER("BYTES", 1, UINT32_MAX)}},
    [FAULT_SERIAL_CORRUPT] = {"serial-corrupt", {DIRECTION, NUMBER("BYTES", 1, UINT32_MAX)}},
    [FAULT_SERIAL_NOISE] = {"serial-noise", {DIRECTION, NUMBER("PER_MILLION", 1, 1000000)}},
    [FAULT_SERIAL_DEAD] = {.name = "serial-dead"},
    [FAULT_SERIAL_AT_ON_OPEN] = {.name = "serial-at-on-open"},
    [FAULT_CORE_HANG] = {.name = "core-hang"},
    [FAULT_BROWN_OUT] = {.name = "brown-out"},
    [FAULT_POWER_OFF] = {"power-off", {OPTIONAL_NUMBER("COMMANDS", 0, UINT32_MAX)}},
    [FAULT_FLASH_BAD_BIT] = {"flash-bad-bit", {FLASH_ADDRESS, NUMBER("BIT", 0, 7)}},
    [FAULT_FLASH_PROGRAM_ERROR] = {.name = "flash-program-error"},
    [FAULT_FLASH_ERASE_FAILURE] = {.name = "flash-erase-failure"},
    [FAULT_FLASH_WRITE_PROTECT] = {"flash-write-protect", {NUMBER("SECTORMASK", 1, 0xFFFF)}},
    [FAULT_FLASH_READOUT_PROTECT] = {.name = "flash-readout-protect"},
    [FAULT_FLASH_TORN_WORD] = {"flash-torn-word", {FLASH_ADDRESS}},
    [FAULT_STLINK_TCP_DROP] = {"stlink-tcp-drop", {NUMBER("COMMANDS", 0, UINT32_MAX)}},
    [FAULT_STLINK_UNPLUG] = {"stlink-unplug", {OPTIONAL_NUMBER("COMMANDS", 0, UINT32_MAX)}},
    [FAULT_STLINK_STALL] = {"stlink-stall", {OPTIONAL_NUMBER("COMMANDS", 0, UINT32_MAX)}},
    [FAULT_STLINK_WRONG_SERIAL] = {.name = "stlink-wrong-serial"},
    [FAULT_STLINK_WRONG_IDCODE] = {.name = "stlink-wrong-idcode"},
    [FAULT_STLINK_ZERO_VOLT] = {.name = "stlink-zero-volt"},
    [FAULT_STLINK_OPEN_ERROR] = {.name = "stlink-open-error"},
    [FAULT_STLINK_BUSY] = {.name = "stlink-busy"},
    [FAULT_CLOCK_SKEW] = {"clock-skew", {NUMBER("PER_MILLION", 900000, 1100000)}},
    [FAULT_SWD_DEAD] = {.name = "swd-dead"},
    [FAULT_HSE_DEAD] = {.name = "hse-dead"},
};

typedef struct Listener {
    void (*changed)(void *context, FaultName name, const Fault *fault);
    void *context;
} Listener;

struct Faults {
    Fault faults[FAULT_COUNT];
    Listener listeners[MAX_LISTENERS];
    size_t listener_count;
    const char *(*objection)(void *context, FaultName name);
    void *objection_context;
};

Faults *faults_new(void) {
    Faults *faults = calloc(1, sizeof *faults);
    if (faults == NULL) {
        abort();
    }
    return faults;
}

void faults_free(Faults *faults) { free(faults); }

Fault *fault(Faults *faults, FaultName name) { return &faults->faults[name]; }

const char *fault_name(FaultName name) { return syntaxes[name].name; }

void faults_on_change(Faults *faults, void (*changed)(void *context, FaultName name, const Fault *fault),
                      void *context) {
    if (faults->listener_count == MAX_LISTENERS) {
        abort();
    }
    faults->listeners[faults->listener_count++] = (Listener){changed, context};
}

void faults_on_arming(Faults *faults, const char *(*objection)(void *context, FaultName name),
                      void *context) {
    faults->objection = objection;
    faults->objection_context = context;
}

void faults_set(Faults *faults, FaultName name, Fault value) {
    faults->faults[name] = value;
    for (size_t i = 0; i < faults->listener_count; i++) {
        faults->listeners[i].changed(faults->listeners[i].context, name, &faults->faults[name]);
    }
}

// ---- text ----

static size_t split_words(char *text, char *words[MAX_WORDS + 1]) {
    size_t count = 0;
    for (char *word = strtok(text, " \t:,"); word != NULL && count <= MAX_WORDS;
         word = strtok(NULL, " \t:,")) {
        words[count++] = word;
    }
    return count;
}

static FaultName find_name(const char *word) {
    unsigned name = 0;
    while (name < FAULT_COUNT && strcmp(word, syntaxes[name].name) != 0) {
        name++;
    }
    return (FaultName)name;
}

static void say_known_names(const char *word, char *error, size_t error_bytes) {
    int length = snprintf(error, error_bytes, "unknown fault '%s'; known are:", word);
    for (unsigned i = 0; i < FAULT_COUNT && length >= 0 && (size_t)length < error_bytes; i++) {
        length += snprintf(error + length, error_bytes - (size_t)length, " %s", syntaxes[i].name);
    }
}

static bool parse_number(const char *word, uint32_t *value) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(word, &end, 0);
    if (!isdigit((unsigned char)word[0]) || *end != '\0' || errno != 0 || number > UINT32_MAX) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

static bool parse_argument(const char *fault, const Argument *argument, const char *word, uint32_t *value,
                           char *error, size_t error_bytes) {
    if (argument->kind == ARGUMENT_DIRECTION) {
        *value = strcmp(word, "to-host") == 0;
        if (*value == 0 && strcmp(word, "to-board") != 0) {
            snprintf(error, error_bytes, "%s: DIRECTION is '%s'; expected to-board or to-host", fault, word);
            return false;
        }
        return true;
    }
    if (!parse_number(word, value) || *value < argument->least || *value > argument->most) {
        snprintf(error, error_bytes, "%s: %s is '%s'; expected a number from 0x%x to 0x%x", fault,
                 argument->name, word, (unsigned)argument->least, (unsigned)argument->most);
        return false;
    }
    return true;
}

static size_t required_arguments(const FaultSyntax *syntax) {
    size_t count = 0;
    while (count < 2 && syntax->arguments[count].kind != ARGUMENT_NONE &&
           !syntax->arguments[count].optional) {
        count++;
    }
    return count;
}

static size_t possible_arguments(const FaultSyntax *syntax) {
    size_t count = 0;
    while (count < 2 && syntax->arguments[count].kind != ARGUMENT_NONE) {
        count++;
    }
    return count;
}

static bool parse_arguments(const FaultSyntax *syntax, char *const *words, size_t count, uint32_t args[2],
                            char *error, size_t error_bytes) {
    if (count < required_arguments(syntax) || count > possible_arguments(syntax)) {
        const char *first = syntax->arguments[0].name;
        const char *second = syntax->arguments[1].name;
        snprintf(error, error_bytes, "%s: %zu arguments given; expected: %s%s%s%s%s", syntax->name, count,
                 syntax->name, first != NULL ? " " : "", first != NULL ? first : "",
                 second != NULL ? " " : "", second != NULL ? second : "");
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        args[i] = syntax->arguments[i].least;
        if (i < count &&
            !parse_argument(syntax->name, &syntax->arguments[i], words[i], &args[i], error, error_bytes)) {
            return false;
        }
    }
    return true;
}

bool faults_arm(Faults *faults, const char *text, char *error, size_t error_bytes) {
    char copy[TEXT_BYTES];
    char *words[MAX_WORDS + 1];
    if ((size_t)snprintf(copy, sizeof copy, "%s", text) >= sizeof copy) {
        snprintf(error, error_bytes, "fault text is longer than %u characters", TEXT_BYTES - 1);
        return false;
    }
    size_t count = split_words(copy, words);
    if (count == 0) {
        snprintf(error, error_bytes, "no fault named; expected NAME [ARGUMENTS]");
        return false;
    }
    FaultName name = find_name(words[0]);
    if (name == FAULT_COUNT) {
        say_known_names(words[0], error, error_bytes);
        return false;
    }
    uint32_t args[2];
    if (!parse_arguments(&syntaxes[name], words + 1, count - 1, args, error, error_bytes)) {
        return false;
    }
    const char *objection =
        faults->objection != NULL ? faults->objection(faults->objection_context, name) : NULL;
    if (objection != NULL) {
        snprintf(error, error_bytes, "%s: %s", syntaxes[name].name, objection);
        return false;
    }
    faults_set(faults, name, (Fault){.armed = true, .args = {args[0], args[1]}});
    return true;
}

bool faults_clear_named(Faults *faults, const char *name_or_null, char *error, size_t error_bytes) {
    if (name_or_null != NULL && find_name(name_or_null) == FAULT_COUNT) {
        say_known_names(name_or_null, error, error_bytes);
        return false;
    }
    faults_clear(faults, name_or_null);
    return true;
}

void faults_clear(Faults *faults, const char *name_or_null) {
    for (unsigned name = 0; name < FAULT_COUNT; name++) {
        bool meant = name_or_null == NULL || strcmp(name_or_null, syntaxes[name].name) == 0;
        if (meant && faults->faults[name].armed) {
            faults_set(faults, (FaultName)name, (Fault){.armed = false});
        }
    }
}
