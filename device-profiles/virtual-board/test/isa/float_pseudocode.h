// SPDX-License-Identifier: GPL-2.0-or-later
// The floating-point functions of the manual's pseudocode (ARM DDI 0403E, A2.5.7), on exact integers: the
// host's floating point is not involved. Numbers are the bits of a half, single or double; `fpscr` gives the
// rounding mode, FZ, DN and AHP, and takes the cumulative exception flags.
#ifndef VB_ISA_FLOAT_PSEUDOCODE_H
#define VB_ISA_FLOAT_PSEUDOCODE_H

#include <stdbool.h>
#include <stdint.h>

#define FPSCR_IOC (UINT32_C(1) << 0)
#define FPSCR_DZC (UINT32_C(1) << 1)
#define FPSCR_OFC (UINT32_C(1) << 2)
#define FPSCR_UFC (UINT32_C(1) << 3)
#define FPSCR_IXC (UINT32_C(1) << 4)
#define FPSCR_IDC (UINT32_C(1) << 7)
#define FPSCR_RMODE_SHIFT 22
#define FPSCR_FZ (UINT32_C(1) << 24)
#define FPSCR_DN (UINT32_C(1) << 25)
#define FPSCR_AHP (UINT32_C(1) << 26)

// In the order of FPSCR.RMode; ties-away is for VCVTA and VRINTA only.
typedef enum { ROUND_NEAREST, ROUND_UP, ROUND_DOWN, ROUND_ZERO, ROUND_TIES_AWAY } Rounding;
typedef enum { FLOAT_ZERO, FLOAT_NONZERO, FLOAT_INFINITY, FLOAT_QUIET_NAN, FLOAT_SIGNALING_NAN } FloatType;

typedef struct FloatFormat {
    unsigned bits, exponent_bits, fraction_bits;
} FloatFormat;
extern const FloatFormat float_half, float_single, float_double;

__extension__ typedef unsigned __int128 Mantissa;

// (-1)^sign * mantissa * 2^exponent. Digits lost on the right are or'ed into the last bit, far below any
// rounding.
typedef struct Real {
    bool sign;
    Mantissa mantissa;
    int exponent;
} Real;

typedef struct Unpacked {
    FloatType type;
    bool sign;
    Real value;
} Unpacked;

uint64_t float_zero(FloatFormat format, bool sign);
uint64_t float_infinity(FloatFormat format, bool sign);
uint64_t float_default_nan(FloatFormat format);
uint64_t float_negate(FloatFormat format, uint64_t bits);
Unpacked float_unpack(FloatFormat format, uint64_t bits, uint32_t *fpscr);
// The value rounded as `rounding` says; `value.mantissa` is not 0.
uint64_t float_round_as(FloatFormat format, Real value, Rounding rounding, uint32_t *fpscr);
uint64_t float_round(FloatFormat format, Real value, uint32_t *fpscr); // as FPSCR.RMode says
uint64_t float_process_nan(FloatFormat format, FloatType type, uint64_t bits, uint32_t *fpscr);
Rounding float_rounding(uint32_t fpscr);

uint64_t float_add(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr);
uint64_t float_subtract(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr);
uint64_t float_multiply(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr);
uint64_t float_divide(FloatFormat format, uint64_t x, uint64_t y, uint32_t *fpscr);
uint64_t float_square_root(FloatFormat format, uint64_t x, uint32_t *fpscr);
uint64_t float_multiply_add(FloatFormat format, uint64_t addend, uint64_t x, uint64_t y, uint32_t *fpscr);
uint64_t float_maximum_number(FloatFormat format, uint64_t x, uint64_t y, bool minimum, uint32_t *fpscr);
uint32_t float_compare(FloatFormat format, uint64_t x, uint64_t y, bool quiet_nans_signal,
                       uint32_t *fpscr); // NZCV

uint64_t float_convert(FloatFormat from, FloatFormat to, uint64_t x, uint32_t *fpscr);
uint64_t float_round_to_integral(FloatFormat format, uint64_t x, Rounding rounding, bool exact,
                                 uint32_t *fpscr);
// Saturates to `bits` bits; the result is sign- or zero-extended to 64 bits.
uint64_t float_to_fixed(FloatFormat format, uint64_t x, unsigned bits, unsigned fraction_bits,
                        bool is_unsigned, Rounding rounding, uint32_t *fpscr);
uint64_t float_from_fixed(FloatFormat format, int64_t x, unsigned fraction_bits, Rounding rounding,
                          uint32_t *fpscr);

// For the files of this reference only.
int real_top_bit(Real value); // exponent of the leading 1; mantissa not 0
bool rounds_away(Rounding rounding, bool sign, bool odd, int above_half, bool inexact);
Mantissa shift_right_sticky(Mantissa value, int places);

#endif
