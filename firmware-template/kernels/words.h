// SPDX-License-Identifier: Apache-2.0
// Words of two 16-bit lanes: the DSP instructions of an Armv7E-M core, and the same results anywhere else.
// Accumulators are uint32_t: intermediate sums may wrap, the final one is in int32 (INTEGER.md, Bounds).
#ifndef HILDA_WORDS_H
#define HILDA_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __ARM_FEATURE_DSP
#include <arm_acle.h>
#endif

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "codes are packed for a little-endian core"
#endif

// Specialised by its arguments: the generated layer functions pass constants.
#define KERNEL static inline __attribute__((always_inline))

// Before a loop: unroll it where that pays. Elsewhere sanitizers leave no loop to annotate.
#ifdef __ARM_FEATURE_DSP
#define PRAGMA(text) _Pragma(#text)
#define UNROLL(count) PRAGMA(GCC unroll count)
#else
#define UNROLL(count)
#endif

KERNEL uint32_t load_word(const void *from) {
    uint32_t word;
    __builtin_memcpy(&word, from, sizeof word);
    return word;
}

KERNEL void store_word(void *to, uint32_t word) { __builtin_memcpy(to, &word, sizeof word); }

KERNEL int32_t low_lane(uint32_t lanes) { return (int16_t)(lanes & 0xFFFF); }
KERNEL int32_t high_lane(uint32_t lanes) { return (int16_t)(lanes >> 16); }

// accumulator + low(a)·low(b), lanes signed.
KERNEL uint32_t multiply_low_lanes(uint32_t a, uint32_t b, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__smlabb((int32_t)a, (int32_t)b, (int32_t)accumulator);
#else
    return accumulator + (uint32_t)(low_lane(a) * low_lane(b));
#endif
}

// accumulator + high(a)·high(b), lanes signed.
KERNEL uint32_t multiply_high_lanes(uint32_t a, uint32_t b, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__smlatt((int32_t)a, (int32_t)b, (int32_t)accumulator);
#else
    return accumulator + (uint32_t)(high_lane(a) * high_lane(b));
#endif
}

// The low lanes of two words, or the high ones, in a word.
KERNEL uint32_t low_lanes_of(uint32_t low, uint32_t high) {
#ifdef __ARM_FEATURE_DSP
    uint32_t lanes;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(lanes) : "r"(low), "r"(high));
    return lanes;
#else
    return (low & 0xFFFF) | high << 16;
#endif
}

KERNEL uint32_t high_lanes_of(uint32_t low, uint32_t high) {
#ifdef __ARM_FEATURE_DSP
    uint32_t lanes;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(lanes) : "r"(high), "r"(low));
    return lanes;
#else
    return low >> 16 | (high & 0xFFFF0000);
#endif
}

// accumulator + low(a)·high(b), lanes signed.
KERNEL uint32_t multiply_low_high(uint32_t a, uint32_t b, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__smlabt((int32_t)a, (int32_t)b, (int32_t)accumulator);
#else
    return accumulator + (uint32_t)(low_lane(a) * high_lane(b));
#endif
}

// accumulator + high(a)·low(b), lanes signed.
KERNEL uint32_t multiply_high_low(uint32_t a, uint32_t b, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__smlatb((int32_t)a, (int32_t)b, (int32_t)accumulator);
#else
    return accumulator + (uint32_t)(high_lane(a) * low_lane(b));
#endif
}

// accumulator + low(a)·low(b) + high(a)·high(b), lanes signed.
KERNEL uint32_t multiply_lanes(uint32_t a, uint32_t b, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__smlad((int16x2_t)a, (int16x2_t)b, (int32_t)accumulator);
#else
    return accumulator + (uint32_t)(low_lane(a) * low_lane(b)) + (uint32_t)(high_lane(a) * high_lane(b));
#endif
}

// accumulator + the sum of a word's bytes.
KERNEL uint32_t sum_bytes(uint32_t word, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return __usada8(word, 0, accumulator);
#else
    return accumulator + (word & 0xFF) + ((word >> 8) & 0xFF) + ((word >> 16) & 0xFF) + (word >> 24);
#endif
}

// a − b in each lane.
KERNEL uint32_t subtract_lanes(uint32_t a, uint32_t b) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__ssub16((int16x2_t)a, (int16x2_t)b);
#else
    return ((a - b) & 0xFFFF) | ((a & 0xFFFF0000) - (b & 0xFFFF0000));
#endif
}

// A constant in a register of its own: AND with a shifted operand is then one instruction, which it is not
// with the mask as an immediate.
KERNEL uint32_t in_register(uint32_t constant) {
#ifdef __ARM_FEATURE_DSP
    __asm__("" : "+r"(constant));
#endif
    return constant;
}

// A pointer in a register of its own, so that what lies at constant offsets from it is addressed that way.
KERNEL const uint8_t *address_in_register(const uint8_t *address) {
#ifdef __ARM_FEATURE_DSP
    __asm__("" : "+r"(address));
#endif
    return address;
}

// Bytes 0 and 2 of a word, or 1 and 3, in lanes.
KERNEL uint32_t even_bytes(uint32_t word) {
#ifdef __ARM_FEATURE_DSP
    uint32_t lanes;
    __asm__("uxtb16 %0, %1" : "=r"(lanes) : "r"(word));
    return lanes;
#else
    return word & 0x00FF00FFU;
#endif
}

KERNEL uint32_t odd_bytes(uint32_t word) {
#ifdef __ARM_FEATURE_DSP
    uint32_t lanes;
    __asm__("uxtb16 %0, %1, ror #8" : "=r"(lanes) : "r"(word));
    return lanes;
#else
    return (word >> 8) & 0x00FF00FFU;
#endif
}

// The same with signs.
KERNEL uint32_t signed_even_bytes(uint32_t word) {
#ifdef __ARM_FEATURE_DSP
    uint32_t lanes;
    __asm__("sxtb16 %0, %1" : "=r"(lanes) : "r"(word));
    return lanes;
#else
    return ((uint32_t)(int8_t)word & 0xFFFF) | (uint32_t)(int8_t)(word >> 16) << 16;
#endif
}

KERNEL uint32_t signed_odd_bytes(uint32_t word) {
#ifdef __ARM_FEATURE_DSP
    uint32_t lanes;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(lanes) : "r"(word));
    return lanes;
#else
    return signed_even_bytes(word >> 8);
#endif
}

// addend + bits 63 … 32 of a·b.
KERNEL int32_t add_high_product(int32_t addend, int32_t a, int32_t b) {
#ifdef __ARM_FEATURE_DSP
    int32_t sum;
    __asm__("smmla %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(addend));
    return sum;
#else
    return addend + (int32_t)(((int64_t)a * b) >> 32);
#endif
}

KERNEL uint32_t both_lanes(int32_t value) { return ((uint32_t)value & 0xFFFF) * 0x00010001U; }

#endif
