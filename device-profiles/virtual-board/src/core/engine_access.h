// SPDX-License-Identifier: GPL-2.0-or-later
// Which instruction makes an access, and the alignment that it asks for. Unicorn 2.0.1 knows both and tells
// neither, but its library calls its own functions through the symbol table, where engine_access.c puts
// itself in between.
#ifndef VB_ENGINE_ACCESS_H
#define VB_ENGINE_ACCESS_H

#include "core/cycles.h"
#include <stdbool.h>
#include <stdint.h>

// Around uc_emu_start: *cpu remembers Unicorn's processor for engine_locate_access(); NULL before the first
// run.
// `trace`: where translated code writes its accesses down, the same for all of an engine; NULL: it does not.
void engine_access_begin(void **cpu, AccessTrace *trace);

// From a callback for a load or store: address and ITSTATE (ARMv7-M ARM A7.3.2) of the instruction that makes
// it. False when the library does not say, as one that binds its functions inside (-Bsymbolic).
bool engine_locate_access(void *cpu, uint32_t *address, unsigned *it_state);

#endif
