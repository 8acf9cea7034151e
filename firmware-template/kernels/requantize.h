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
    return clamp(add_high_product(to->addend, multiplier, shifted) >> to->right_shift, to->low, to->high);
}

// How many of a channel's 2^bits − 1 ascending thresholds the accumulator reaches (INTEGER.md, Thresholds).
KERNEL int32_t reached_thresholds(uint32_t accumulator, const int32_t *thresholds, uint32_t bits) {
    uint32_t count = 0;
    UNROLL(8)
    for (uint32_t step = 1U << (bits - 1); step != 0; step >>= 1) {
        count += thresholds[count + step - 1] <= (int32_t)accumulator ? step : 0;
    }
    return (int32_t)count;
}

#endif
