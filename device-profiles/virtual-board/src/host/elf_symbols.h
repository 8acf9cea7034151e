// SPDX-License-Identifier: GPL-2.0-or-later
// The functions of a linked program: the symbol table of a 32-bit little-endian ELF file.
#ifndef VB_ELF_SYMBOLS_H
#define VB_ELF_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ElfSymbols ElfSymbols;

ElfSymbols *elf_symbols_read(const char *path); // NULL with a message on stderr
void elf_symbols_free(ElfSymbols *symbols);
// Name of the function that holds the address; NULL where there is none.
const char *elf_function_at(const ElfSymbols *symbols, uint32_t address);

#endif
