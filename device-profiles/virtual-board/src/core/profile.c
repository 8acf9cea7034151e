// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/profile.h"
#include <stdlib.h>

#define FIRST_CAPACITY 4096u // a power of two

struct Profile {
    ProfileEntry *entries; // open addressing; free while `executions` is 0
    size_t capacity;
    size_t count;
    CoreCounters since;
};

static ProfileEntry *new_entries(size_t capacity) {
    ProfileEntry *entries = calloc(capacity, sizeof *entries);
    if (entries == NULL) {
        abort();
    }
    return entries;
}

Profile *profile_new(void) {
    Profile *profile = calloc(1, sizeof *profile);
    if (profile == NULL) {
        abort();
    }
    profile->capacity = FIRST_CAPACITY;
    profile->entries = new_entries(profile->capacity);
    return profile;
}

void profile_free(Profile *profile) {
    if (profile != NULL) {
        free(profile->entries);
        free(profile);
    }
}

static ProfileEntry *find(ProfileEntry *entries, size_t capacity, uint32_t address) {
    size_t index = (address >> 1) * UINT32_C(2654435761) & (capacity - 1);
    while (entries[index].executions != 0 && entries[index].address != address) {
        index = (index + 1) & (capacity - 1);
    }
    return &entries[index];
}

static void grow(Profile *profile) {
    ProfileEntry *entries = new_entries(2 * profile->capacity);
    for (size_t i = 0; i < profile->capacity; i++) {
        if (profile->entries[i].executions != 0) {
            *find(entries, 2 * profile->capacity, profile->entries[i].address) = profile->entries[i];
        }
    }
    free(profile->entries);
    profile->entries = entries;
    profile->capacity *= 2;
}

static uint64_t sum(const uint64_t *lines) {
    uint64_t all = 0;
    for (unsigned region = 0; region < REGION_COUNT; region++) {
        all += lines[region];
    }
    return all;
}

void profile_add(Profile *profile, uint32_t address, uint32_t size_bytes, const CoreCounters *now) {
    if (now->instructions == profile->since.instructions && now->cycles == profile->since.cycles) {
        return; // told already
    }
    if (2 * profile->count >= profile->capacity) {
        grow(profile);
    }
    ProfileEntry *entry = find(profile->entries, profile->capacity, address);
    profile->count += entry->executions == 0;
    const CoreCounters *since = &profile->since;
    entry->address = address;
    entry->size_bytes = size_bytes > entry->size_bytes ? size_bytes : entry->size_bytes;
    entry->executions++;
    entry->instructions += now->instructions - since->instructions;
    entry->cycles += now->cycles - since->cycles;
    entry->instruction_misses += sum(now->memory.instruction_misses) - sum(since->memory.instruction_misses);
    entry->data_misses += sum(now->memory.data_misses) - sum(since->memory.data_misses);
    entry->mispredictions += now->mispredictions - since->mispredictions;
    profile->since = *now;
}

static int by_address(const void *a, const void *b) {
    uint32_t left = ((const ProfileEntry *)a)->address;
    uint32_t right = ((const ProfileEntry *)b)->address;
    return left < right ? -1 : left > right;
}

void profile_each(Profile *profile, void (*each)(void *context, const ProfileEntry *entry), void *context) {
    ProfileEntry *sorted = new_entries(profile->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < profile->capacity; i++) {
        if (profile->entries[i].executions != 0) {
            sorted[count++] = profile->entries[i];
        }
    }
    qsort(sorted, count, sizeof *sorted, by_address);
    for (size_t i = 0; i < count; i++) {
        each(context, &sorted[i]);
    }
    free(sorted);
}
