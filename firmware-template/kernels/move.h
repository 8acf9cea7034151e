// SPDX-License-Identifier: Apache-2.0
// A tensor elsewhere in the arena: it has sunk as far as it can, and the next layer needs room below it.
#ifndef HILDA_MOVE_H
#define HILDA_MOVE_H

#include "words.h"
#include "yield.h"

#define MOVE_WORDS_BETWEEN_YIELDS 2048U

// From and to are aligned to 4 bytes and may overlap.
KERNEL void move_words(const uint8_t *from, uint32_t words, uint8_t *to) {
    const uint8_t *source = __builtin_assume_aligned(from, 4);
    uint8_t *target = __builtin_assume_aligned(to, 4);
    const bool upwards = target > source;
    for (uint32_t moved = 0; moved < words; ++moved) {
        const uint32_t word = upwards ? words - 1 - moved : moved;
        store_word(target + 4 * word, load_word(source + 4 * word));
        if (moved % MOVE_WORDS_BETWEEN_YIELDS == MOVE_WORDS_BETWEEN_YIELDS - 1) {
            inference_yield();
        }
    }
}

#endif
