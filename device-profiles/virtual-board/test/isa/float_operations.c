// SPDX-License-Identifier: GPL-2.0-or-later
// FPAdd, FPMul, FPDiv, FPSqrt, FPMulAdd, FPMaxNum, FPMinNum, FPCompare.
#include "float_pseudocode.h"

static uint64_t invalid(FloatFormat format, uint32_t *fpscr) {
    *fpscr |= FPSCR_IOC;
    return float_default_nan(format);
}

static bool is_nan(Unpacked x) { return x.type == FLOAT_QUIET_NAN || x.type == FLOAT_SIGNALING_NAN; }

// FPProcessNaNs and FPProcessNaNs3: the first signaling NaN, else the first quiet one.
static bool process_nans(FloatFormat format, const Unpacked *operands, const uint64_t *bits, unsigned count,
                         uint64_t *result, uint32_t *fpscr) {
    const FloatType order[] = {FLOAT_SIGNALING_NAN, FLOAT_QUIET_NAN};
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < count; i++) {
            if (operands[i].type == order[pass]) {
                *result = float_process_nan(format, operands[i].type, bits[i], fpscr);
                return true;
            }
        }
    }
    return false;
}

static Real normalize(Real value, int top) { // the leading 1 to bit `top` of the mantissa
    int places = top - (real_top_bit(value) - value.exponent);
    return (Real){value.sign, value.mantissa << places, value.exponent - places};
}

// Exact but for sticky digits more than 70 places below the leading one of the greater.
static Real real_sum(Real x, Real y) {
    if (x.mantissa == 0 || y.mantissa == 0) {
        return x.mantissa == 0 ? y : x;
    }
    x = normalize(x, 125);
    y = normalize(y, 125);
    if (x.exponent < y.exponent || (x.exponent == y.exponent && x.mantissa < y.mantissa)) {
        Real greater = y;
        y = x;
        x = greater;
    }
    Mantissa smaller = shift_right_sticky(y.mantissa, x.exponent - y.exponent);
    x.mantissa = x.sign == y.sign ? x.mantissa + smaller : x.mantissa - smaller;
    return x;
}

static Real real_product(Real x, Real y) {
    return (Real){x.sign != y.sign, x.mantissa * y.mantissa, x.exponent + y.exponent};
}

static uint64_t round_sum(FloatFormat format, Real sum, uint32_t *fpscr) {
    return sum.mantissa == 0 ? float_zero(format, float_rounding(*fpscr) == ROUND_DOWN)
                             : float_round(format, sum, fpscr);
}

uint64_t float_add(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr) {
    Unpacked u[2] = {float_unpack(format, x, fpscr), float_unpack(format, y, fpscr)};
    uint64_t result;
    if (process_nans(format, u, (uint64_t[]){x, y}, 2, &result, fpscr)) {
        return result;
    }
    if (u[0].type == FLOAT_INFINITY || u[1].type == FLOAT_INFINITY) {
        if (u[0].type == u[1].type && u[0].sign != u[1].sign) {
            return invalid(format, fpscr);
        }
        return float_infinity(format, u[0].type == FLOAT_INFINITY ? u[0].sign : u[1].sign);
    }
    if (u[0].type == FLOAT_ZERO && u[1].type == FLOAT_ZERO && u[0].sign == u[1].sign) {
        return float_zero(format, u[0].sign);
    }
    return round_sum(format, real_sum(u[0].value, u[1].value), fpscr);
}

// The pseudocode has an FPSub of its own: unlike FPAdd of a negated operand it leaves the sign of a NaN
// alone.
uint64_t float_subtract(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr) {
    uint32_t ignored = *fpscr;
    return is_nan(float_unpack(format, y, &ignored)) ? float_add(format, x, y, fpscr)
                                                     : float_add(format, x, float_negate(format, y), fpscr);
}

uint64_t float_multiply(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr) {
    Unpacked u[2] = {float_unpack(format, x, fpscr), float_unpack(format, y, fpscr)};
    uint64_t result;
    if (process_nans(format, u, (uint64_t[]){x, y}, 2, &result, fpscr)) {
        return result;
    }
    bool infinite = u[0].type == FLOAT_INFINITY || u[1].type == FLOAT_INFINITY;
    bool zero = u[0].type == FLOAT_ZERO || u[1].type == FLOAT_ZERO;
    if (infinite && zero) {
        return invalid(format, fpscr);
    }
    bool sign = u[0].sign != u[1].sign;
    if (infinite || zero) {
        return infinite ? float_infinity(format, sign) : float_zero(format, sign);
    }
    return float_round(format, real_product(u[0].value, u[1].value), fpscr);
}

uint64_t float_divide(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr) {
    Unpacked u[2] = {float_unpack(format, x, fpscr), float_unpack(format, y, fpscr)};
    uint64_t result;
    if (process_nans(format, u, (uint64_t[]){x, y}, 2, &result, fpscr)) {
        return result;
    }
    if (u[0].type == u[1].type && u[0].type != FLOAT_NONZERO) {
        return invalid(format, fpscr);
    }
    bool sign = u[0].sign != u[1].sign;
    if (u[0].type == FLOAT_INFINITY || u[1].type == FLOAT_ZERO) {
        *fpscr |= u[0].type != FLOAT_INFINITY ? FPSCR_DZC : 0;
        return float_infinity(format, sign);
    }
    if (u[0].type == FLOAT_ZERO || u[1].type == FLOAT_INFINITY) {
        return float_zero(format, sign);
    }
    Real dividend = normalize(u[0].value, 127), divisor = u[1].value;
    Mantissa quotient = dividend.mantissa / divisor.mantissa;
    quotient |= dividend.mantissa % divisor.mantissa != 0;
    return float_round(format, (Real){sign, quotient, dividend.exponent - divisor.exponent}, fpscr);
}

static Mantissa integer_square_root(Mantissa value) {
    Mantissa root = 0;
    for (int bit = 63; bit >= 0; bit--) {
        Mantissa trial = root | (Mantissa)1 << bit;
        if (trial * trial <= value) {
            root = trial;
        }
    }
    return root * root == value ? root << 1 : root << 1 | 1; // one digit more, sticky
}

uint64_t float_square_root(FloatFormat format, uint64_t x, uint32_t *fpscr) {
    Unpacked u = float_unpack(format, x, fpscr);
    if (is_nan(u)) {
        return float_process_nan(format, u.type, x, fpscr);
    }
    if (u.type == FLOAT_ZERO) {
        return float_zero(format, u.sign);
    }
    if (u.sign) {
        return invalid(format, fpscr);
    }
    if (u.type == FLOAT_INFINITY) {
        return float_infinity(format, false);
    }
    Real value = normalize(u.value, 125);
    if (value.exponent % 2 != 0) {
        value.mantissa <<= 1;
        value.exponent--;
    }
    return float_round(format, (Real){false, integer_square_root(value.mantissa), value.exponent / 2 - 1},
                       fpscr);
}

uint64_t float_multiply_add(FloatFormat format, uint64_t addend, uint64_t x, uint64_t y, uint32_t *fpscr) {
    Unpacked u[3] = {float_unpack(format, addend, fpscr), float_unpack(format, x, fpscr),
                     float_unpack(format, y, fpscr)};
    bool product_infinite = u[1].type == FLOAT_INFINITY || u[2].type == FLOAT_INFINITY;
    bool product_zero = u[1].type == FLOAT_ZERO || u[2].type == FLOAT_ZERO;
    uint64_t result;
    bool has_nan = process_nans(format, u, (uint64_t[]){addend, x, y}, 3, &result, fpscr);
    if (product_infinite && product_zero && (!has_nan || u[0].type == FLOAT_QUIET_NAN)) {
        return invalid(format, fpscr);
    }
    if (has_nan) {
        return result;
    }
    bool product_sign = u[1].sign != u[2].sign, addend_infinite = u[0].type == FLOAT_INFINITY;
    if (addend_infinite && product_infinite && u[0].sign != product_sign) {
        return invalid(format, fpscr);
    }
    if (addend_infinite || product_infinite) {
        return float_infinity(format, addend_infinite ? u[0].sign : product_sign);
    }
    if (u[0].type == FLOAT_ZERO && product_zero && u[0].sign == product_sign) {
        return float_zero(format, product_sign);
    }
    Real product = product_zero ? (Real){product_sign, 0, 0} : real_product(u[1].value, u[2].value);
    return round_sum(format, real_sum(u[0].value, product), fpscr);
}

// -1, 0 or 1; neither is a NaN.
static int compare_values(Unpacked x, Unpacked y) {
    if (x.type == FLOAT_INFINITY || y.type == FLOAT_INFINITY) {
        int x_side = x.type == FLOAT_INFINITY ? (x.sign ? -1 : 1) : 0;
        int y_side = y.type == FLOAT_INFINITY ? (y.sign ? -1 : 1) : 0;
        return (x_side > y_side) - (x_side < y_side);
    }
    y.value.sign = !y.value.sign;
    Real difference = real_sum(x.value, y.value);
    return difference.mantissa == 0 ? 0 : difference.sign ? -1 : 1;
}

uint64_t float_maximum_number(FloatFormat format, uint64_t x, uint64_t y, bool minimum, uint32_t *fpscr) {
    Unpacked u[2] = {float_unpack(format, x, fpscr), float_unpack(format, y, fpscr)};
    // A quiet NaN loses against a number.
    uint64_t loser = float_infinity(format, !minimum);
    if (u[0].type == FLOAT_QUIET_NAN && u[1].type != FLOAT_QUIET_NAN) {
        u[0] = float_unpack(format, x = loser, fpscr);
    } else if (u[1].type == FLOAT_QUIET_NAN && u[0].type != FLOAT_QUIET_NAN) {
        u[1] = float_unpack(format, y = loser, fpscr);
    }
    uint64_t result;
    if (process_nans(format, u, (uint64_t[]){x, y}, 2, &result, fpscr)) {
        return result;
    }
    int order = compare_values(u[0], u[1]);
    Unpacked chosen = (minimum ? order < 0 : order > 0) ? u[0] : u[1];
    if (chosen.type == FLOAT_INFINITY) {
        return float_infinity(format, chosen.sign);
    }
    if (chosen.type == FLOAT_ZERO) {
        return float_zero(format, minimum ? u[0].sign || u[1].sign : u[0].sign && u[1].sign);
    }
    return float_round(format, chosen.value, fpscr);
}

uint32_t float_compare(FloatFormat format, uint64_t x, uint64_t y, bool quiet_nans_signal, uint32_t *fpscr) {
    Unpacked u[2] = {float_unpack(format, x, fpscr), float_unpack(format, y, fpscr)};
    if (is_nan(u[0]) || is_nan(u[1])) {
        bool signaling = u[0].type == FLOAT_SIGNALING_NAN || u[1].type == FLOAT_SIGNALING_NAN;
        *fpscr |= signaling || quiet_nans_signal ? FPSCR_IOC : 0;
        return 3; // C and V: unordered
    }
    int order = compare_values(u[0], u[1]);
    return order == 0 ? 6 : order < 0 ? 8 : 2;
}
