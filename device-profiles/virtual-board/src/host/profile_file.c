// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/profile_file.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_IN_A_FUNCTION "?"

typedef struct FunctionSum {
    const char *name;
    ProfileEntry sum;
} FunctionSum;

typedef struct Output {
    const ElfSymbols *symbols;
    FILE *json;
    FILE *folded;
    const char *separator;
    FunctionSum *functions; // blocks come by address, so those of one function in a row
    size_t function_count;
} Output;

static const char *function_of(const Output *output, uint32_t address) {
    const char *name = output->symbols != NULL ? elf_function_at(output->symbols, address) : NULL;
    return name != NULL ? name : NOT_IN_A_FUNCTION;
}

static void add_to_function(void *context, const ProfileEntry *entry) {
    Output *output = context;
    const char *name = function_of(output, entry->address);
    size_t last = output->function_count - 1;
    if (output->function_count == 0 || strcmp(output->functions[last].name, name) != 0) {
        FunctionSum *grown =
            realloc(output->functions, (output->function_count + 1) * sizeof *output->functions);
        if (grown == NULL) {
            abort();
        }
        output->functions = grown;
        last = output->function_count++;
        output->functions[last] = (FunctionSum){.name = name};
    }
    ProfileEntry *sum = &output->functions[last].sum;
    sum->instructions += entry->instructions;
    sum->cycles += entry->cycles;
    sum->instruction_misses += entry->instruction_misses;
    sum->data_misses += entry->data_misses;
    sum->mispredictions += entry->mispredictions;
}

static int by_cycles(const void *a, const void *b) {
    uint64_t left = ((const FunctionSum *)a)->sum.cycles;
    uint64_t right = ((const FunctionSum *)b)->sum.cycles;
    return left > right ? -1 : left < right;
}

static void write_figures(FILE *file, const ProfileEntry *entry) {
    fprintf(file,
            ",\"instructions\":%" PRIu64 ",\"cycles\":%" PRIu64 ",\"instruction_misses\":%" PRIu64
            ",\"data_misses\":%" PRIu64 ",\"mispredictions\":%" PRIu64 "}",
            entry->instructions, entry->cycles, entry->instruction_misses, entry->data_misses,
            entry->mispredictions);
}

static void write_functions(Output *output, Profile *profile) {
    profile_each(profile, add_to_function, output);
    if (output->function_count > 0) {
        qsort(output->functions, output->function_count, sizeof *output->functions, by_cycles);
    }
    for (size_t i = 0; i < output->function_count; i++) {
        fprintf(output->json, "%s{\"name\":\"%s\"", i > 0 ? ",\n" : "", output->functions[i].name);
        write_figures(output->json, &output->functions[i].sum);
    }
    free(output->functions);
}

static void write_block(void *context, const ProfileEntry *entry) {
    Output *output = context;
    const char *function = function_of(output, entry->address);
    fprintf(output->json,
            "%s{\"address\":%" PRIu32 ",\"size_bytes\":%" PRIu32
            ",\"function\":\"%s\",\"executions\":%" PRIu64,
            output->separator, entry->address, entry->size_bytes, function, entry->executions);
    write_figures(output->json, entry);
    output->separator = ",\n";
    fprintf(output->folded, "%s;0x%08" PRIx32 " %" PRIu64 "\n", function, entry->address, entry->cycles);
}

static bool close_written(FILE *file) {
    bool written = file != NULL && ferror(file) == 0;
    return (file == NULL || fclose(file) == 0) && written;
}

bool profile_write(Profile *profile, const ElfSymbols *symbols, const char *timing, const char *path) {
    char folded_path[4096];
    snprintf(folded_path, sizeof folded_path, "%s.folded", path);
    Output output = {
        .symbols = symbols, .json = fopen(path, "w"), .folded = fopen(folded_path, "w"), .separator = ""};
    if (output.json != NULL && output.folded != NULL) {
        fprintf(output.json, "{\"timing\":\"%s\",\"functions\":[\n", timing);
        write_functions(&output, profile);
        fprintf(output.json, "\n],\"blocks\":[\n");
        profile_each(profile, write_block, &output);
        fprintf(output.json, "\n]}\n");
    }
    bool json = close_written(output.json);
    bool folded = close_written(output.folded);
    if (!json || !folded) {
        fprintf(stderr, "hilda-virtual-board: --profile %s: %s\n", path, strerror(errno));
    }
    return json && folded;
}
