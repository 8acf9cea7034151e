// SPDX-License-Identifier: Apache-2.0
// How much of the network's arena has been written since boot.
#ifndef HILDA_ARENA_H
#define HILDA_ARENA_H

#include <stdint.h>

// Fills the arena with a pattern that differs from word to word.
void arena_paint(void);
// The offset behind the last byte that differs from the paint.
uint32_t arena_peak_bytes(void);

#endif
