// SPDX-License-Identifier: GPL-2.0-or-later
// FPUnpack, FPRound, FPProcessNaN and the constants.
#include "float_pseudocode.h"

const FloatFormat float_half = {16, 5, 10}, float_single = {32, 8, 23}, float_double = {64, 11, 52};

static uint64_t ones(unsigned count) { return (UINT64_C(1) << count) - 1; }
static uint64_t sign_bit(FloatFormat format, bool sign) { return (uint64_t)sign << (format.bits - 1); }

uint64_t float_zero(FloatFormat format, bool sign) { return sign_bit(format, sign); }

uint64_t float_infinity(FloatFormat format, bool sign) {
    return sign_bit(format, sign) | ones(format.exponent_bits) << format.fraction_bits;
}

static uint64_t float_max_normal(FloatFormat format, bool sign) { return float_infinity(format, sign) - 1; }

uint64_t float_default_nan(FloatFormat format) {
    return float_infinity(format, false) | UINT64_C(1) << (format.fraction_bits - 1);
}

uint64_t float_negate(FloatFormat format, uint64_t bits) { return bits ^ sign_bit(format, true); }

Rounding float_rounding(uint32_t fpscr) { return (Rounding)(fpscr >> FPSCR_RMODE_SHIFT & 3); }

int real_top_bit(Real value) {
    uint64_t high = (uint64_t)(value.mantissa >> 64);
    int bit = high != 0 ? 127 - __builtin_clzll(high) : 63 - __builtin_clzll((uint64_t)value.mantissa);
    return value.exponent + bit;
}

Mantissa shift_right_sticky(Mantissa value, int places) {
    if (places <= 0) {
        return value << -places;
    }
    if (places > 127) {
        return value != 0;
    }
    Mantissa kept = value >> places;
    return kept << places == value ? kept : kept | 1;
}

static int minimum_exponent(FloatFormat format) { return 2 - (1 << (format.exponent_bits - 1)); }

Unpacked float_unpack(FloatFormat format, uint64_t bits, uint32_t *fpscr) {
    Unpacked unpacked = {.type = FLOAT_NONZERO, .sign = bits >> (format.bits - 1) & 1};
    uint64_t exponent = bits >> format.fraction_bits & ones(format.exponent_bits);
    uint64_t fraction = bits & ones(format.fraction_bits);
    bool is_half = format.bits == 16;
    if (exponent == 0 && (fraction == 0 || (!is_half && (*fpscr & FPSCR_FZ) != 0))) {
        unpacked.type = FLOAT_ZERO;
        *fpscr |= fraction != 0 ? FPSCR_IDC : 0;
    } else if (exponent == ones(format.exponent_bits) && !(is_half && (*fpscr & FPSCR_AHP) != 0)) {
        bool quiet = fraction >> (format.fraction_bits - 1) != 0;
        unpacked.type = fraction == 0 ? FLOAT_INFINITY : quiet ? FLOAT_QUIET_NAN : FLOAT_SIGNALING_NAN;
    } else {
        Mantissa implicit = exponent != 0 ? (Mantissa)1 << format.fraction_bits : 0;
        int scale = minimum_exponent(format) + (exponent != 0 ? (int)exponent - 1 : 0);
        unpacked.value = (Real){unpacked.sign, implicit | fraction, scale - (int)format.fraction_bits};
    }
    unpacked.value.sign = unpacked.sign;
    return unpacked;
}

// `above_half`: the digits cut off compared with a half (-1, 0, 1).
bool rounds_away(Rounding rounding, bool sign, bool odd, int above_half, bool inexact) {
    switch (rounding) {
    case ROUND_NEAREST:
        return above_half > 0 || (above_half == 0 && odd);
    case ROUND_TIES_AWAY:
        return above_half >= 0;
    case ROUND_UP:
        return inexact && !sign;
    case ROUND_DOWN:
        return inexact && sign;
    default:
        return false;
    }
}

static uint64_t overflow(FloatFormat format, bool sign, Rounding rounding, uint32_t *fpscr) {
    *fpscr |= FPSCR_OFC | FPSCR_IXC;
    bool to_infinity = rounding == ROUND_NEAREST || rounding == ROUND_TIES_AWAY ||
                       (rounding == ROUND_UP && !sign) || (rounding == ROUND_DOWN && sign);
    return to_infinity ? float_infinity(format, sign) : float_max_normal(format, sign);
}

uint64_t float_round_as(FloatFormat format, Real value, Rounding rounding, uint32_t *fpscr) {
    int fraction_bits = (int)format.fraction_bits, exponent = real_top_bit(value);
    int minimum = minimum_exponent(format);
    if (format.bits != 16 && (*fpscr & FPSCR_FZ) != 0 && exponent < minimum) {
        *fpscr |= FPSCR_UFC;
        return float_zero(format, value.sign);
    }
    // Weight of the last digit kept; denormals keep a fixed one.
    int last = (exponent > minimum ? exponent : minimum) - fraction_bits;
    Mantissa scaled = shift_right_sticky(value.mantissa, last - value.exponent - 2); // two digits to round by
    uint64_t kept = (uint64_t)(scaled >> 2);
    unsigned cut = (unsigned)(scaled & 3);
    uint64_t biased = exponent >= minimum ? (uint64_t)(exponent - minimum + 1) : 0;
    *fpscr |= biased == 0 && cut != 0 ? FPSCR_UFC : 0;
    if (rounds_away(rounding, value.sign, kept & 1, (cut > 2) - (cut < 2), cut != 0)) {
        kept++;
    }
    if (biased == 0 && kept >> fraction_bits != 0) {
        biased = 1;
    } else if (kept >> (fraction_bits + 1) != 0) {
        biased++;
        kept >>= 1;
    }
    if (format.bits == 16 && (*fpscr & FPSCR_AHP) != 0) {
        if (biased > ones(format.exponent_bits)) { // no infinities: the greatest number
            *fpscr |= FPSCR_IOC;
            return sign_bit(format, value.sign) | ones(15);
        }
    } else if (biased >= ones(format.exponent_bits)) {
        return overflow(format, value.sign, rounding, fpscr);
    }
    *fpscr |= cut != 0 ? FPSCR_IXC : 0;
    return sign_bit(format, value.sign) | biased << fraction_bits | (kept & ones(format.fraction_bits));
}

uint64_t float_round(FloatFormat format, Real value, uint32_t *fpscr) {
    return float_round_as(format, value, float_rounding(*fpscr), fpscr);
}

uint64_t float_process_nan(FloatFormat format, FloatType type, uint64_t bits, uint32_t *fpscr) {
    if (type == FLOAT_SIGNALING_NAN) {
        *fpscr |= FPSCR_IOC;
        bits |= UINT64_C(1) << (format.fraction_bits - 1);
    }
    return *fpscr & FPSCR_DN ? float_default_nan(format) : bits;
}
