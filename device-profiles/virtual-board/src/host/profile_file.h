// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef VB_PROFILE_FILE_H
#define VB_PROFILE_FILE_H

#include "core/profile.h"
#include "host/elf_symbols.h"

// PATH: {"timing":…,"functions":[{"name":…,"cycles":…},…],"blocks":[{"address":…,"function":…,…},…]};
// functions by their cycles, blocks by address. PATH.folded: a line "function;block cycles" each, as flame
// graphs are drawn from. `symbols` NULL: blocks have no names. False with a message on stderr.
bool profile_write(Profile *profile, const ElfSymbols *symbols, const char *timing, const char *path);

#endif
