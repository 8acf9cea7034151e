// SPDX-License-Identifier: Apache-2.0
// From the accumulator to the output (INTEGER.md, Requantization).
#ifndef HILDA_REQUANTIZE_H
#define HILDA_REQUANTIZE_H

#include "words.h"

typedef struct Requantization {
    uint32_t left_shift;
    uint32_t right_shift;
    int32_t addend;
    int32_t low;
    int32_t high;
} Requantization;

KERNEL int32_t clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

// Equation (1).
KERNEL int32_t requantize(uint32_t accumulator, int32_t multiplier, const Requantization *to) {
    const int32_t shifted = (int32_t)(accumulator << to->left_shift);
    const int32_t scaled = (int32_t)(((int64_t)multiplier * shifted) >> 32);
    return clamp((to->addend + scaled) >> to->right_shift, to->low, to->high);
}

#endif
