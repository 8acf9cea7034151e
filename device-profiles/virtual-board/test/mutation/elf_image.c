// SPDX-License-Identifier: GPL-2.0-or-later
#include "elf_image.h"
#include "chip/flash.h"
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLASH_BASE 0x08000000u
#define BANK_BYTES 0x100000u
#define WORD_BYTES 32u
#define FLASH_KEYR1 0x52002004u
#define FLASH_CR1 0x5200200Cu
#define FLASH_SR1 0x52002010u
#define FLASH_KEY1 0x45670123u
#define FLASH_KEY2 0xCDEF89ABu
#define CR_LOCK 1u
#define CR_PG 2u
#define CR_PSIZE_64 (3u << 4)
#define SR_ERRORS 0x07EE0000u

struct ElfImage {
    uint8_t *file;
    size_t file_bytes;
    uint8_t *flash; // BANK_BYTES, 0xFF where nothing is loaded
    uint32_t used_bytes;
};

// Copied out, because nothing in a file is aligned for sure; false beyond the end.
static bool take(const ElfImage *image, size_t offset, void *value, size_t size_bytes) {
    if (offset > image->file_bytes || size_bytes > image->file_bytes - offset) {
        return false;
    }
    memcpy(value, image->file + offset, size_bytes);
    return true;
}

static bool read_file(ElfImage *image, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    image->file = size > 0 ? malloc((size_t)size) : NULL;
    image->file_bytes = image->file != NULL ? fread(image->file, 1, (size_t)size, file) : 0;
    fclose(file);
    return image->file_bytes > 0;
}

static bool load_segment(ElfImage *image, const Elf32_Phdr *segment) {
    if (segment->p_type != PT_LOAD || segment->p_filesz == 0) {
        return true;
    }
    uint32_t offset = segment->p_paddr - FLASH_BASE;
    if (segment->p_paddr < FLASH_BASE || offset > BANK_BYTES || segment->p_filesz > BANK_BYTES - offset) {
        fprintf(stderr, "mutations: a segment at 0x%08x is not in bank 1 of the flash\n",
                (unsigned)segment->p_paddr);
        return false;
    }
    uint32_t end = offset + segment->p_filesz;
    image->used_bytes = end > image->used_bytes ? end : image->used_bytes;
    return take(image, segment->p_offset, image->flash + offset, segment->p_filesz);
}

static bool load(ElfImage *image) {
    Elf32_Ehdr header;
    if (!take(image, 0, &header, sizeof header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_machine != EM_ARM) {
        return false;
    }
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf32_Phdr segment;
        if (!take(image, header.e_phoff + (size_t)i * header.e_phentsize, &segment, sizeof segment) ||
            !load_segment(image, &segment)) {
            return false;
        }
    }
    return image->used_bytes > 0;
}

ElfImage *elf_image_read(const char *path) {
    ElfImage *image = calloc(1, sizeof *image);
    if (image == NULL || (image->flash = malloc(BANK_BYTES)) == NULL) {
        abort();
    }
    memset(image->flash, 0xFF, BANK_BYTES);
    if (!read_file(image, path) || !load(image)) {
        fprintf(stderr, "mutations: %s is not an ELF file for this flash\n", path);
        elf_image_free(image);
        return NULL;
    }
    return image;
}

void elf_image_free(ElfImage *image) {
    if (image != NULL) {
        free(image->file);
        free(image->flash);
        free(image);
    }
}

static bool symbol_in(const ElfImage *image, const Elf32_Shdr *table, const Elf32_Shdr *names,
                      const char *name, uint32_t *address) {
    for (size_t at = 0; at + sizeof(Elf32_Sym) <= table->sh_size; at += sizeof(Elf32_Sym)) {
        Elf32_Sym symbol;
        if (!take(image, table->sh_offset + at, &symbol, sizeof symbol)) {
            return false;
        }
        size_t offset = (size_t)names->sh_offset + symbol.st_name;
        size_t length = strlen(name) + 1;
        if (offset + length <= image->file_bytes && memcmp(image->file + offset, name, length) == 0) {
            *address = symbol.st_value;
            return true;
        }
    }
    return false;
}

bool elf_image_symbol(const ElfImage *image, const char *name, uint32_t *address) {
    Elf32_Ehdr header;
    if (!take(image, 0, &header, sizeof header)) {
        return false;
    }
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf32_Shdr table;
        Elf32_Shdr names;
        if (take(image, header.e_shoff + (size_t)i * header.e_shentsize, &table, sizeof table) &&
            table.sh_type == SHT_SYMTAB &&
            take(image, header.e_shoff + (size_t)table.sh_link * header.e_shentsize, &names, sizeof names)) {
            return symbol_in(image, &table, &names, name, address);
        }
    }
    return false;
}

// ---- programming ----

static bool poke(Board *board, uint32_t address, uint32_t value) {
    return bus_write(board->bus, MASTER_DEBUG, address, 4, value) == BUS_OK;
}

static bool program_word(const ElfImage *image, Board *board, uint32_t offset) {
    for (uint32_t i = 0; i < WORD_BYTES; i += 4) {
        uint32_t value;
        memcpy(&value, image->flash + offset + i, sizeof value);
        if (!poke(board, FLASH_BASE + offset + i, value)) {
            return false;
        }
    }
    uint32_t status;
    return bus_read(board->bus, MASTER_DEBUG, FLASH_SR1, 4, &status) == BUS_OK && (status & SR_ERRORS) == 0;
}

bool elf_image_program(const ElfImage *image, Board *board) {
    bool done = poke(board, FLASH_KEYR1, FLASH_KEY1) && poke(board, FLASH_KEYR1, FLASH_KEY2) &&
                poke(board, FLASH_CR1, CR_PG | CR_PSIZE_64);
    for (uint32_t offset = 0; done && offset < image->used_bytes; offset += WORD_BYTES) {
        done = program_word(image, board, offset);
    }
    done = done && poke(board, FLASH_CR1, CR_LOCK);
    if (!done || memcmp(flash_contents(board->flash), image->flash, image->used_bytes) != 0) {
        fprintf(stderr, "mutations: the flash controller refused the firmware\n");
        return false;
    }
    return true;
}
