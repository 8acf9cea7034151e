// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/elf_symbols.h"
#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Function {
    uint32_t start;
    uint32_t end;
    const char *name; // in the file's bytes
} Function;

struct ElfSymbols {
    uint8_t *file;
    size_t file_bytes;
    Function *functions; // by start
    size_t count;
};

static bool read_file(ElfSymbols *symbols, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "hilda-virtual-board: --elf %s: %s\n", path, strerror(errno));
        if (file != NULL) {
            fclose(file);
        }
        return false;
    }
    long size = ftell(file);
    rewind(file);
    symbols->file_bytes = size > 0 ? (size_t)size : 0;
    symbols->file = malloc(symbols->file_bytes + 1);
    bool read =
        symbols->file != NULL && fread(symbols->file, 1, symbols->file_bytes, file) == symbols->file_bytes;
    fclose(file);
    if (!read) {
        fprintf(stderr, "hilda-virtual-board: --elf %s: cannot be read\n", path);
        return false;
    }
    symbols->file[symbols->file_bytes] = 0; // ends the last name of a damaged file
    return true;
}

static bool is_inside(const ElfSymbols *symbols, uint64_t offset, uint64_t bytes) {
    return offset <= symbols->file_bytes && bytes <= symbols->file_bytes - offset;
}

static const Elf32_Shdr *section(const ElfSymbols *symbols, const Elf32_Ehdr *header, unsigned index) {
    uint64_t offset = header->e_shoff + (uint64_t)index * sizeof(Elf32_Shdr);
    bool there = index < header->e_shnum && header->e_shentsize == sizeof(Elf32_Shdr) &&
                 is_inside(symbols, offset, sizeof(Elf32_Shdr));
    return there ? (const Elf32_Shdr *)(const void *)(symbols->file + offset) : NULL;
}

static void add_functions(ElfSymbols *symbols, const Elf32_Shdr *table, const Elf32_Shdr *names) {
    size_t entries = table->sh_size / sizeof(Elf32_Sym);
    const Elf32_Sym *entry = (const Elf32_Sym *)(const void *)(symbols->file + table->sh_offset);
    symbols->functions = calloc(entries + 1, sizeof *symbols->functions);
    for (size_t i = 0; i < entries && symbols->functions != NULL; i++, entry++) {
        if (ELF32_ST_TYPE(entry->st_info) == STT_FUNC && entry->st_size > 0 &&
            entry->st_name < names->sh_size) {
            uint32_t start = entry->st_value & ~1u; // Thumb
            const char *name = (const char *)symbols->file + names->sh_offset + entry->st_name;
            symbols->functions[symbols->count++] = (Function){start, start + entry->st_size, name};
        }
    }
}

static int by_start(const void *a, const void *b) {
    uint32_t left = ((const Function *)a)->start;
    uint32_t right = ((const Function *)b)->start;
    return left < right ? -1 : left > right;
}

static bool parse(ElfSymbols *symbols) {
    const Elf32_Ehdr *header = (const Elf32_Ehdr *)(const void *)symbols->file;
    if (symbols->file_bytes < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != ELFCLASS32) {
        return false;
    }
    for (unsigned index = 0; index < header->e_shnum; index++) {
        const Elf32_Shdr *table = section(symbols, header, index);
        const Elf32_Shdr *names = table != NULL ? section(symbols, header, table->sh_link) : NULL;
        if (names != NULL && table->sh_type == SHT_SYMTAB &&
            is_inside(symbols, table->sh_offset, table->sh_size) &&
            is_inside(symbols, names->sh_offset, names->sh_size)) {
            add_functions(symbols, table, names);
            break;
        }
    }
    if (symbols->count > 0) {
        qsort(symbols->functions, symbols->count, sizeof *symbols->functions, by_start);
    }
    return symbols->count > 0;
}

ElfSymbols *elf_symbols_read(const char *path) {
    ElfSymbols *symbols = calloc(1, sizeof *symbols);
    if (symbols == NULL || !read_file(symbols, path)) {
        elf_symbols_free(symbols);
        return NULL;
    }
    if (!parse(symbols)) {
        fprintf(stderr, "hilda-virtual-board: --elf %s: expected a 32-bit ELF file with functions\n", path);
        elf_symbols_free(symbols);
        return NULL;
    }
    return symbols;
}

void elf_symbols_free(ElfSymbols *symbols) {
    if (symbols != NULL) {
        free(symbols->file);
        free(symbols->functions);
        free(symbols);
    }
}

const char *elf_function_at(const ElfSymbols *symbols, uint32_t address) {
    size_t low = 0;
    size_t high = symbols->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symbols->functions[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && address < symbols->functions[low - 1].end ? symbols->functions[low - 1].name : NULL;
}
