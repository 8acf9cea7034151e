// SPDX-License-Identifier: GPL-2.0-or-later
#include "lint/lints.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND_BYTES 32u
#define MESSAGE_BYTES 256u
#define MAX_LINTS 256u // a firmware that errs at every address must not fill the host's memory

typedef struct Lint {
    char kind[KIND_BYTES];
    char message[MESSAGE_BYTES];
    unsigned occurrences;
} Lint;

struct Lints {
    Lint entries[MAX_LINTS];
    size_t count;
};

Lints *lints_new(void) {
    Lints *lints = calloc(1, sizeof *lints);
    if (lints == NULL) {
        abort();
    }
    return lints;
}

void lints_free(Lints *lints) { free(lints); }

static void add(Lints *lints, const char *kind, const char *message) {
    for (size_t i = 0; i < lints->count; i++) {
        Lint *lint = &lints->entries[i];
        if (strcmp(lint->kind, kind) == 0 && strcmp(lint->message, message) == 0) {
            lint->occurrences++;
            return;
        }
    }
    if (lints->count == MAX_LINTS) {
        return;
    }
    Lint *lint = &lints->entries[lints->count++];
    snprintf(lint->kind, sizeof lint->kind, "%s", kind);
    snprintf(lint->message, sizeof lint->message, "%s", message);
    lint->occurrences = 1;
    fprintf(stderr, "lint %s: %s\n", kind, message);
    if (lints->count == MAX_LINTS) {
        fprintf(stderr, "lint: %u different lints; further ones are not kept\n", MAX_LINTS);
    }
}

void lints_note(Lints *lints, const char *kind, const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    add(lints, kind, message);
}

size_t lints_count(const Lints *lints) { return lints->count; }

const char *lints_kind(const Lints *lints, size_t index) { return lints->entries[index].kind; }

const char *lints_message(const Lints *lints, size_t index) { return lints->entries[index].message; }

unsigned lints_occurrences(const Lints *lints, size_t index) { return lints->entries[index].occurrences; }
