// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef VB_OPTIONS_H
#define VB_OPTIONS_H

#include "board/board.h"

#define SERIAL_NUMBER_LENGTH_MAX 31u
#define MAX_FAULT_OPTIONS 32u

typedef struct ProgramOptions {
    BoardOptions board;
    char serial[SERIAL_NUMBER_LENGTH_MAX + 1];
    bool json;
    bool help;
    const char *faults[MAX_FAULT_OPTIONS];
    size_t fault_count;
    const char *profile; // file to be written at the end; NULL: none
    const char *elf;     // whose functions the profile names; NULL: none
} ProgramOptions;

// False on bad usage, with one message in `error`. The texts of --fault are checked when they are armed.
bool options_parse(int argc, char *const *argv, ProgramOptions *options, char *error, size_t error_bytes);
extern const char options_help[];

#endif
