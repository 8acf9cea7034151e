// SPDX-License-Identifier: GPL-2.0-or-later
// Runs one firmware on one fresh board and says what could be seen from outside.
#ifndef VB_TEST_OBSERVATION_H
#define VB_TEST_OBSERVATION_H

#include "elf_image.h"
#include "mutation.h"

#define MAX_LINT_KINDS 16
#define LINT_KIND_BYTES 32

typedef struct Observation {
    Symptom symptom;
    unsigned code;
    unsigned lint_count;
    char lints[MAX_LINT_KINDS][LINT_KIND_BYTES]; // each kind once
    char detail[192];                            // for the reader: numbers behind the symptom
} Observation;

const char *symptom_name(Symptom symptom);
// False with a message on stderr when the board itself cannot be made or flashed.
bool observe(const ElfImage *image, Revision revision, const char *fault, Procedure procedure,
             Observation *observation);

#endif
