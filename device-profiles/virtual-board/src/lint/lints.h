// SPDX-License-Identifier: GPL-2.0-or-later
// What a careful engineer would want to know: each (kind, message) once, printed on stderr when it first
// occurs.
#ifndef VB_LINTS_H
#define VB_LINTS_H

#include <stddef.h>

typedef struct Lints Lints;

Lints *lints_new(void);
void lints_free(Lints *lints);
// Kind is a short slug.
void lints_note(Lints *lints, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t lints_count(const Lints *lints);
const char *lints_kind(const Lints *lints, size_t index); // index < lints_count()
const char *lints_message(const Lints *lints, size_t index);
unsigned lints_occurrences(const Lints *lints, size_t index);

#endif
