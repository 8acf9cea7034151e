// SPDX-License-Identifier: GPL-2.0-or-later
// What each basic block of a program took, from power-on.
#ifndef VB_PROFILE_H
#define VB_PROFILE_H

#include "core/core.h"

typedef struct ProfileEntry {
    uint32_t address;
    uint32_t size_bytes;
    uint64_t executions;
    uint64_t instructions;
    uint64_t cycles; // stalls for memory included
    uint64_t instruction_misses;
    uint64_t data_misses;
    uint64_t mispredictions; // of the branch that led here
} ProfileEntry;

typedef struct Profile Profile;

Profile *profile_new(void);
void profile_free(Profile *profile);
// The block ran, as a whole or in part, since the call before.
void profile_add(Profile *profile, uint32_t address, uint32_t size_bytes, const CoreCounters *now);
// By address.
void profile_each(Profile *profile, void (*each)(void *context, const ProfileEntry *entry), void *context);

#endif
