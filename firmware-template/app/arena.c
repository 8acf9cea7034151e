// SPDX-License-Identifier: Apache-2.0
#include "arena.h"

#include "network.h"

// The arena is declared as bytes and written as words: the compiler must know that the two alias.
typedef uint32_t __attribute__((may_alias)) Word;

#define WORD_BYTES 4U

// Knuth's multiplicative hash of the word's number: data that repeats, zeros above all, cannot look like
// paint.
static uint32_t paint_of(uint32_t word) { return (word + 1U) * 2654435761U; }

static uint8_t paint_of_byte(uint32_t offset) {
    return (uint8_t)(paint_of(offset / WORD_BYTES) >> 8U * (offset % WORD_BYTES));
}

void arena_paint(void) {
    uint32_t words = network_description.arena_bytes / WORD_BYTES;
    Word *arena = (Word *)(void *)network_arena;
    for (uint32_t i = 0; i < words; i++) {
        arena[i] = paint_of(i);
    }
    for (uint32_t i = words * WORD_BYTES; i < network_description.arena_bytes; i++) {
        network_arena[i] = paint_of_byte(i);
    }
}

uint32_t arena_peak_bytes(void) {
    uint32_t bytes = network_description.arena_bytes;
    while (bytes % WORD_BYTES != 0 && network_arena[bytes - 1U] == paint_of_byte(bytes - 1U)) {
        bytes--;
    }
    const Word *arena = (const Word *)(const void *)network_arena;
    while (bytes != 0 && bytes % WORD_BYTES == 0 &&
           arena[bytes / WORD_BYTES - 1U] == paint_of(bytes / WORD_BYTES - 1U)) {
        bytes -= WORD_BYTES;
    }
    while (bytes != 0 && network_arena[bytes - 1U] == paint_of_byte(bytes - 1U)) {
        bytes--;
    }
    return bytes;
}
