// SPDX-License-Identifier: GPL-2.0-or-later
// What board_lint() collected: each (kind, message) once, printed on stderr when it first occurs.
#ifndef VB_LINTS_H
#define VB_LINTS_H

#include "board.h"

Lints *lints_new(void);
void lints_free(Lints *lints);
void lints_add(Lints *lints, const char *kind, const char *message);
size_t lints_count(const Lints *lints);
const char *lints_kind(const Lints *lints, size_t index); // index < lints_count()
const char *lints_message(const Lints *lints, size_t index);
unsigned lints_occurrences(const Lints *lints, size_t index);

#endif
