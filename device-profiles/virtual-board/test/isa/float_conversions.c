// SPDX-License-Identifier: GPL-2.0-or-later
// Conversions between formats and with integers and fixed-point numbers; FPRoundInt.
#include "float_pseudocode.h"

// The NaN's leading fraction digits survive, quieted (FPHalfToSingle, FPSingleToHalf, FPDoubleToSingle, …).
static uint64_t convert_nan(FloatFormat from, FloatFormat to, uint64_t bits, bool sign, uint32_t *fpscr) {
    if (*fpscr & FPSCR_DN) {
        return float_default_nan(to);
    }
    uint64_t fraction = bits & ((UINT64_C(1) << from.fraction_bits) - 1);
    fraction = to.fraction_bits > from.fraction_bits ? fraction << (to.fraction_bits - from.fraction_bits)
                                                     : fraction >> (from.fraction_bits - to.fraction_bits);
    return float_infinity(to, sign) | UINT64_C(1) << (to.fraction_bits - 1) | fraction;
}

uint64_t float_convert(FloatFormat from, FloatFormat to, uint64_t x, uint32_t *fpscr) {
    Unpacked u = float_unpack(from, x, fpscr);
    bool alternative = to.bits == 16 && (*fpscr & FPSCR_AHP) != 0;
    switch (u.type) {
    case FLOAT_SIGNALING_NAN:
    case FLOAT_QUIET_NAN:
        *fpscr |= u.type == FLOAT_SIGNALING_NAN || alternative ? FPSCR_IOC : 0;
        return alternative ? float_zero(to, u.sign) : convert_nan(from, to, x, u.sign, fpscr);
    case FLOAT_INFINITY:
        *fpscr |= alternative ? FPSCR_IOC : 0;
        return alternative ? float_zero(to, u.sign) | 0x7FFF : float_infinity(to, u.sign);
    case FLOAT_ZERO:
        return float_zero(to, u.sign);
    default:
        return float_round(to, u.value, fpscr);
    }
}

// |value| * 2^fraction_bits rounded to an integer. Beyond 2^66 the digits do not matter: any such value
// saturates.
static Mantissa round_to_integer(Real value, unsigned fraction_bits, Rounding rounding, bool *inexact) {
    int exponent = value.exponent + (int)fraction_bits;
    if (exponent > 66) {
        *inexact = false;
        return (Mantissa)1 << 100;
    }
    Mantissa scaled = shift_right_sticky(value.mantissa, -exponent - 2);
    unsigned cut = (unsigned)(scaled & 3);
    Mantissa kept = scaled >> 2;
    *inexact = cut != 0;
    return kept + rounds_away(rounding, value.sign, (kept & 1) != 0, (cut > 2) - (cut < 2), cut != 0);
}

uint64_t float_round_to_integral(FloatFormat format, uint64_t x, Rounding rounding, bool exact,
                                 uint32_t *fpscr) {
    Unpacked u = float_unpack(format, x, fpscr);
    switch (u.type) {
    case FLOAT_SIGNALING_NAN:
    case FLOAT_QUIET_NAN:
        return float_process_nan(format, u.type, x, fpscr);
    case FLOAT_INFINITY:
        return float_infinity(format, u.sign);
    case FLOAT_ZERO:
        return float_zero(format, u.sign);
    default:
        break;
    }
    if (u.value.exponent >= 0) { // no digits after the point
        return x;
    }
    bool inexact;
    Mantissa integer = round_to_integer(u.value, 0, rounding, &inexact);
    *fpscr |= inexact && exact ? FPSCR_IXC : 0;
    return integer == 0 ? float_zero(format, u.sign) : float_round(format, (Real){u.sign, integer, 0}, fpscr);
}

uint64_t float_to_fixed(FloatFormat format, uint64_t x, unsigned bits, unsigned fraction_bits,
                        bool is_unsigned, Rounding rounding, uint32_t *fpscr) {
    Unpacked u = float_unpack(format, x, fpscr);
    if (u.type == FLOAT_QUIET_NAN || u.type == FLOAT_SIGNALING_NAN) {
        *fpscr |= FPSCR_IOC;
        return 0;
    }
    bool inexact = false;
    Mantissa magnitude = 0;
    if (u.type == FLOAT_INFINITY) {
        magnitude = (Mantissa)1 << 100;
    } else if (u.type == FLOAT_NONZERO) {
        magnitude = round_to_integer(u.value, fraction_bits, rounding, &inexact);
    }
    Mantissa greatest = ((Mantissa)1 << (is_unsigned ? bits : bits - 1)) - 1;
    Mantissa limit = !u.sign ? greatest : is_unsigned ? 0 : greatest + 1;
    if (magnitude > limit) {
        *fpscr |= FPSCR_IOC;
        magnitude = limit;
    } else {
        *fpscr |= inexact ? FPSCR_IXC : 0;
    }
    return u.sign ? 0 - (uint64_t)magnitude : (uint64_t)magnitude;
}

uint64_t float_from_fixed(FloatFormat format, int64_t x, unsigned fraction_bits, Rounding rounding,
                          uint32_t *fpscr) {
    if (x == 0) {
        return float_zero(format, false);
    }
    Mantissa magnitude = x < 0 ? (Mantissa)0 - (Mantissa)x : (Mantissa)x;
    return float_round_as(format, (Real){x < 0, magnitude, -(int)fraction_bits}, rounding, fpscr);
}
