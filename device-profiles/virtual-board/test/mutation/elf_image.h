// SPDX-License-Identifier: GPL-2.0-or-later
// The loadable parts of a 32-bit little-endian ELF file, and the symbols that a debugger would look at.
#ifndef VB_TEST_ELF_IMAGE_H
#define VB_TEST_ELF_IMAGE_H

#include "board/board.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ElfImage ElfImage;

ElfImage *elf_image_read(const char *path); // NULL with a message on stderr
void elf_image_free(ElfImage *image);
bool elf_image_symbol(const ElfImage *image, const char *name, uint32_t *address);

// Programs the board's flash (erased, bank 1) through the flash controller's registers, as a probe does.
// False with a message on stderr. The board has options.fast_flash.
bool elf_image_program(const ElfImage *image, Board *board);

#endif
