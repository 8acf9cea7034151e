// SPDX-License-Identifier: GPL-2.0-or-later
// A private copy of the firmware, built by its own CMake files; single files are then changed, compiled again
// with the very commands that CMake wrote down, and linked.
#ifndef VB_TEST_FIRMWARE_BUILD_H
#define VB_TEST_FIRMWARE_BUILD_H

#include "mutation.h"
#include <stdbool.h>

typedef struct FirmwareBuild FirmwareBuild;

// Copies and builds the unchanged firmware. NULL with a message on stderr.
FirmwareBuild *firmware_build_new(const char *firmware_folder);
void firmware_build_free(FirmwareBuild *build); // removes the copy
const char *firmware_build_elf(const FirmwareBuild *build);

// Applies the edits and rebuilds. False with a message on stderr that names the mutation.
bool firmware_build_mutate(FirmwareBuild *build, const Mutation *mutation);
// Undoes the last mutation: sources and objects, not the ELF file.
void firmware_build_restore(FirmwareBuild *build);

#endif
