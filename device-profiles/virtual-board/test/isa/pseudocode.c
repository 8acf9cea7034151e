// SPDX-License-Identifier: GPL-2.0-or-later
#include "pseudocode.h"

Sum add_with_carry(uint32_t x, uint32_t y, bool carry_in) {
    uint64_t unsigned_sum = (uint64_t)x + y + carry_in;
    int64_t signed_sum = (int64_t)(int32_t)x + (int32_t)y + carry_in;
    uint32_t result = (uint32_t)unsigned_sum;
    return (Sum){result, result != unsigned_sum, (int32_t)result != signed_sum};
}

Shift decode_immediate_shift(unsigned type, unsigned amount) {
    if (type == SHIFT_ROR && amount == 0) {
        return (Shift){SHIFT_RRX, 1};
    }
    bool means_32 = amount == 0 && (type == SHIFT_LSR || type == SHIFT_ASR);
    return (Shift){(ShiftType)type, means_32 ? 32 : amount};
}

Shifted shift_with_carry(uint32_t value, Shift shift, bool carry_in) {
    Shifted shifted = {value, carry_in};
    if (shift.type == SHIFT_RRX) {
        return (Shifted){value >> 1 | (uint32_t)carry_in << 31, value & 1};
    }
    // One place at a time: slow and plainly right.
    for (unsigned i = 0; i < shift.amount; i++) {
        uint32_t last = shifted.result;
        switch (shift.type) {
        case SHIFT_LSL:
            shifted = (Shifted){last << 1, last >> 31};
            break;
        case SHIFT_LSR:
            shifted = (Shifted){last >> 1, last & 1};
            break;
        case SHIFT_ASR:
            shifted = (Shifted){last >> 1 | (last & UINT32_C(0x80000000)), last & 1};
            break;
        default:
            shifted = (Shifted){last >> 1 | last << 31, last & 1};
        }
    }
    return shifted;
}

Shifted thumb_expand_immediate(uint32_t imm12, bool carry_in) {
    uint32_t byte = imm12 & 0xFF;
    if (imm12 >> 10 != 0) {
        uint32_t result = rotate_right(0x80 | (imm12 & 0x7F), imm12 >> 7);
        return (Shifted){result, result >> 31};
    }
    const uint32_t patterns[] = {byte, byte << 16 | byte, byte << 24 | byte << 8,
                                 byte * UINT32_C(0x01010101)};
    return (Shifted){patterns[imm12 >> 8], carry_in};
}

Saturated signed_saturate(int64_t value, unsigned bits) {
    int64_t limit = INT64_C(1) << (bits - 1);
    if (value > limit - 1) {
        return (Saturated){limit - 1, true};
    }
    return value < -limit ? (Saturated){-limit, true} : (Saturated){value, false};
}

Saturated unsigned_saturate(int64_t value, unsigned bits) {
    int64_t limit = (INT64_C(1) << bits) - 1;
    if (value > limit) {
        return (Saturated){limit, true};
    }
    return value < 0 ? (Saturated){0, true} : (Saturated){value, false};
}

uint32_t bit_reverse(uint32_t value) {
    uint32_t result = 0;
    for (unsigned i = 0; i < 32; i++) {
        result |= (value >> i & 1) << (31 - i);
    }
    return result;
}

unsigned count_leading_zeros(uint32_t value) {
    unsigned count = 0;
    while (count < 32 && (value >> (31 - count) & 1) == 0) {
        count++;
    }
    return count;
}

bool condition_passed(unsigned condition, uint32_t apsr) {
    bool n = apsr & APSR_N, z = apsr & APSR_Z, c = apsr & APSR_C, v = apsr & APSR_V;
    const bool base[] = {z, c, n, v, c && !z, n == v, n == v && !z, true};
    bool result = base[condition >> 1];
    return (condition & 1) != 0 && condition != 15 ? !result : result;
}
