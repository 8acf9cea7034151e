// SPDX-License-Identifier: GPL-2.0-or-later
// The floating-point reference against a third opinion: the host's IEEE arithmetic in all four rounding
// modes, results and the flags both define alike. (Underflow is not: Arm detects tininess before rounding;
// NaNs only have to be NaNs.)
#include "float_pseudocode.h"
#include "isa_random.h"
#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 300000, SEED = 77, SHOWN = 8, OPERATIONS = 6 };
enum { COMPARED_FLAGS = FPSCR_IOC | FPSCR_DZC | FPSCR_OFC | FPSCR_IXC };
static const int host_modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}; // as FPSCR.RMode

typedef struct Outcome {
    uint64_t bits;
    uint32_t flags;
} Outcome;

static uint32_t host_flags(void) {
    int raised = fetestexcept(FE_ALL_EXCEPT);
    return (raised & FE_INVALID ? FPSCR_IOC : 0) | (raised & FE_DIVBYZERO ? FPSCR_DZC : 0) |
           (raised & FE_OVERFLOW ? FPSCR_OFC : 0) | (raised & FE_INEXACT ? FPSCR_IXC : 0);
}

// volatile: the compiler must neither fold nor move the operation across the changes of the environment.
#define ON_HOST(type, square_root, fused)                                                                    \
    volatile type x, y, z, result;                                                                           \
    memcpy((void *)&x, &operands[0], sizeof x);                                                              \
    memcpy((void *)&y, &operands[1], sizeof y);                                                              \
    memcpy((void *)&z, &operands[2], sizeof z);                                                              \
    fesetround(host_modes[mode]);                                                                            \
    feclearexcept(FE_ALL_EXCEPT);                                                                            \
    result = operation == 0   ? x + y                                                                        \
             : operation == 1 ? x - y                                                                        \
             : operation == 2 ? x * y                                                                        \
             : operation == 3 ? x / y                                                                        \
             : operation == 4 ? square_root(x)                                                               \
                              : fused(x, y, z);                                                              \
    Outcome outcome = {.flags = host_flags()};                                                               \
    fesetround(FE_TONEAREST);                                                                                \
    type plain = result;                                                                                     \
    memcpy(&outcome.bits, &plain, sizeof plain);                                                             \
    return outcome

static Outcome host_double(unsigned operation, const uint64_t *operands, unsigned mode) {
    ON_HOST(double, sqrt, fma);
}
static Outcome host_single(unsigned operation, const uint64_t *operands, unsigned mode) {
    ON_HOST(float, sqrtf, fmaf);
}

static Outcome reference(FloatFormat format, unsigned operation, const uint64_t *operands, unsigned mode) {
    uint32_t fpscr = mode << FPSCR_RMODE_SHIFT;
    uint64_t x = operands[0], y = operands[1], bits;
    switch (operation) {
    case 0:
        bits = float_add(format, x, y, &fpscr);
        break;
    case 1:
        bits = float_subtract(format, x, y, &fpscr);
        break;
    case 2:
        bits = float_multiply(format, x, y, &fpscr);
        break;
    case 3:
        bits = float_divide(format, x, y, &fpscr);
        break;
    case 4:
        bits = float_square_root(format, x, &fpscr);
        break;
    default:
        bits = float_multiply_add(format, operands[2], x, y, &fpscr);
    }
    return (Outcome){bits, fpscr & COMPARED_FLAGS};
}

static bool is_nan(FloatFormat format, uint64_t bits) {
    return (bits & ~float_zero(format, true)) > float_infinity(format, false);
}

static bool agree(FloatFormat format, const uint64_t *operands, Outcome ours, Outcome host) {
    if (is_nan(format, ours.bits) || is_nan(format, host.bits)) {
        // Whether infinity * 0 + NaN is invalid is left open by IEEE 754 (7.2 c), so no flags for NaN
        // operands.
        bool given =
            is_nan(format, operands[0]) || is_nan(format, operands[1]) || is_nan(format, operands[2]);
        return is_nan(format, ours.bits) && is_nan(format, host.bits) && (given || ours.flags == host.flags);
    }
    return ours.bits == host.bits && ours.flags == host.flags;
}

static unsigned long check(FloatFormat format, unsigned operation, const uint64_t *operands, unsigned mode) {
    static unsigned shown;
    Outcome ours = reference(format, operation, operands, mode);
    Outcome host =
        format.bits == 64 ? host_double(operation, operands, mode) : host_single(operation, operands, mode);
    if (agree(format, operands, ours, host)) {
        return 0;
    }
    if (shown++ < SHOWN) {
        fprintf(stderr,
                "operation %u, mode %u, of %" PRIx64 " %" PRIx64 " %" PRIx64 ": reference %" PRIx64
                " flags %" PRIx32 ", host %" PRIx64 " flags %" PRIx32 "\n",
                operation, mode, operands[0], operands[1], operands[2], ours.bits, ours.flags, host.bits,
                host.flags);
    }
    return 1;
}

int main(void) {
    Random random;
    random_seed(&random, SEED);
    unsigned long differences = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t doubles[3], singles[3];
        for (unsigned k = 0; k < 3; k++) {
            doubles[k] = random_double(&random);
            singles[k] = random_single(&random);
        }
        for (unsigned operation = 0; operation < OPERATIONS; operation++) {
            differences += check(float_double, operation, doubles, i % 4);
            differences += check(float_single, operation, singles, i % 4);
        }
    }
    printf("%d results compared with the host's, %lu differ\n", 2 * OPERATIONS * ROUNDS, differences);
    return differences == 0 ? 0 : 1;
}
