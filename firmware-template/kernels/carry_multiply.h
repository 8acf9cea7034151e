// SPDX-License-Identifier: Apache-2.0
// Products of columns (columns.h) with weights of which a 16-bit lane holds those of several output channels,
// a set: two of 8 bits, four of 4. Channel n is at bit n · bits of its lane, the last one with its sign. Of
// sets that are multiplied at once the words of the same inputs lie side by side.
#ifndef HILDA_CARRY_MULTIPLY_H
#define HILDA_CARRY_MULTIPLY_H

#include "columns.h"

#define MOST_IN_SET 4U

// What is summed of a lane, and so what the host has to prove of a channel's sum.
typedef enum CarryLanes {
    CARRY_LOW,    // for each channel, it and all below: each sum within ±2^(31 − what it is shifted by)
    CARRY_SIGNED, // likewise, of two channels both with their signs
    CARRY_HIGH,   // for the last channel it and the one below alone, for the others as CARRY_LOW
    CARRY_EXACT,  // each channel alone
} CarryLanes;

// Of a pixel, by channel of a set.
typedef struct CarrySums {
    uint32_t of[MOST_IN_SET];
} CarrySums;

KERNEL uint32_t set_channels(uint32_t weight_bits) { return 16 / weight_bits; }

KERNEL uint32_t signed_codes(uint32_t lanes, uint32_t weight_bits) {
    if (weight_bits == 8) {
        return signed_even_bytes(lanes);
    }
    return subtract_lanes(lanes ^ 0x00080008U, 0x00080008U);
}

// Those of a lane's codes whose products are channel n's sum.
KERNEL uint32_t carry_lanes(CarryLanes lanes, uint32_t weight_bits, uint32_t weights, uint32_t n) {
    const bool last = n + 1 == set_channels(weight_bits);
    if (lanes == CARRY_EXACT) {
        const uint32_t codes = (weights >> (n * weight_bits)) & (code_mask(weight_bits) * 0x00010001U);
        return last ? signed_codes(codes, weight_bits) : codes;
    }
    if (last) {
        return lanes == CARRY_HIGH ? signed_odd_bytes(weights) : weights;
    }
    if (lanes == CARRY_SIGNED) {
        return signed_even_bytes(weights);
    }
    return weights & (code_mask((n + 1) * weight_bits) * 0x00010001U);
}

// at_once: sets that are.
KERNEL CarrySums multiply_pixel(CarryLanes lanes, uint32_t weight_bits, uint32_t pairs, uint32_t at_once,
                                const uint32_t *weights, const uint32_t *column, CarrySums sums) {
    for (uint32_t pair = 0; pair < pairs; ++pair) {
        UNROLL(4)
        for (uint32_t n = 0; n < set_channels(weight_bits); ++n) {
            const uint32_t codes = carry_lanes(lanes, weight_bits, *weights, n);
            sums.of[n] = multiply_lanes(codes, column[0], sums.of[n]);
        }
        weights += at_once;
        column += GROUP;
    }
    return sums;
}

KERNEL uint32_t without(uint32_t sum, uint32_t below, uint32_t bits) {
    return (uint32_t)((int32_t)(sum - below) >> bits);
}

// Takes the sums apart.
KERNEL CarrySums channel_sums(CarryLanes lanes, uint32_t weight_bits, CarrySums sums) {
    const uint32_t last = set_channels(weight_bits) - 1;
    CarrySums apart = sums;
    if (lanes == CARRY_EXACT) {
        return apart;
    }
    UNROLL(4)
    for (uint32_t n = 1; n <= last; ++n) {
        apart.of[n] = without(sums.of[n], sums.of[n - 1], n * weight_bits);
    }
    if (lanes == CARRY_HIGH) {
        apart.of[last] = without(sums.of[last], apart.of[last - 1], weight_bits);
    }
    return apart;
}

#endif
