// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/crc.h"
#include "chip/rcc.h"
#include <stdlib.h>

#define CRC_BASE 0x58024C00u

enum { R_DR = 0x00, R_IDR = 0x04, R_CR = 0x08, R_INIT = 0x10, R_POL = 0x14 };

#define CR_RESET 1u
#define CR_WRITABLE 0xF8u
#define CR_REV_OUT (1u << 7)
#define POLYNOMIAL_AFTER_RESET 0x04C11DB7u

struct CrcUnit {
    ClockGate gate; // first: the context of the device
    uint32_t remainder;
    uint32_t scratch; // IDR
    uint32_t control;
    uint32_t initial;
    uint32_t polynomial;
};

static unsigned polynomial_bits(const CrcUnit *crc) {
    static const unsigned bits[4] = {32, 16, 8, 7};
    return bits[crc->control >> 3 & 3u];
}

static uint32_t low_bits(unsigned bits) { return bits == 32 ? UINT32_MAX : (1u << bits) - 1; }

static uint32_t reverse(uint32_t value, unsigned bits) {
    uint32_t reversed = 0;
    for (unsigned i = 0; i < bits; i++) {
        reversed |= (value >> i & 1u) << (bits - 1 - i);
    }
    return reversed;
}

// REV_IN: 0 none, 1 by byte, 2 by halfword, 3 by word; never by more than what was written.
static uint32_t reverse_input(const CrcUnit *crc, uint32_t value, unsigned data_bits) {
    static const unsigned groups[4] = {0, 8, 16, 32};
    unsigned group = groups[crc->control >> 5 & 3u];
    if (group == 0) {
        return value;
    }
    group = group < data_bits ? group : data_bits;
    uint32_t result = 0;
    for (unsigned at = 0; at < data_bits; at += group) {
        result |= reverse(value >> at & low_bits(group), group) << at;
    }
    return result;
}

static void feed(CrcUnit *crc, uint32_t value, unsigned data_bits) {
    unsigned bits = polynomial_bits(crc);
    uint32_t polynomial = crc->polynomial & low_bits(bits);
    uint32_t remainder = crc->remainder & low_bits(bits);
    value = reverse_input(crc, value, data_bits);
    for (unsigned i = data_bits; i-- > 0;) {
        uint32_t carry = (remainder >> (bits - 1) ^ value >> i) & 1u;
        remainder = (remainder << 1 ^ (carry != 0 ? polynomial : 0)) & low_bits(bits);
    }
    crc->remainder = remainder;
}

static uint32_t read_word(const CrcUnit *crc, uint32_t offset) {
    switch (offset) {
    case R_DR: {
        unsigned bits = polynomial_bits(crc);
        uint32_t remainder = crc->remainder & low_bits(bits);
        return (crc->control & CR_REV_OUT) != 0 ? reverse(remainder, bits) : remainder;
    }
    case R_IDR:
        return crc->scratch;
    case R_CR:
        return crc->control;
    case R_INIT:
        return crc->initial;
    case R_POL:
        return crc->polynomial;
    default:
        return 0;
    }
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    (void)master;
    *value = narrow_read(read_word(context, offset & ~3u), offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    CrcUnit *crc = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    uint32_t word = narrow_merge(read_word(crc, aligned), offset, size_bytes, value);
    switch (aligned) {
    case R_DR:
        feed(crc, value, 8 * size_bytes);
        break;
    case R_IDR:
        crc->scratch = word;
        break;
    case R_CR:
        crc->control = word & CR_WRITABLE;
        crc->remainder = (word & CR_RESET) != 0 ? crc->initial : crc->remainder;
        break;
    case R_INIT:
        crc->initial = word;
        crc->remainder = word;
        break;
    case R_POL:
        crc->polynomial = word;
        break;
    default:
        break;
    }
    return BUS_OK;
}

static bool clocked(void *context) { return clock_gate_open(context); }

static void reset(void *context) {
    CrcUnit *crc = context;
    crc->remainder = UINT32_MAX;
    crc->scratch = 0;
    crc->control = 0;
    crc->initial = UINT32_MAX;
    crc->polynomial = POLYNOMIAL_AFTER_RESET;
}

CrcUnit *crc_new(Chip *chip) {
    CrcUnit *crc = chip_allocate(sizeof *crc);
    crc->gate = (ClockGate){chip, "CRC", RCC_AHB4ENR, 19, "RCC_AHB4ENR.CRCEN"};
    Device device = {.name = "CRC",
                     .base = CRC_BASE,
                     .size_bytes = 0x400,
                     .context = crc,
                     .read = read_register,
                     .write = write_register,
                     .clocked = clocked,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    rcc_on_peripheral_reset(chip->rcc, RCC_AHB4ENR, 19, reset, crc);
    reset(crc);
    return crc;
}

void crc_free(CrcUnit *crc) { free(crc); }
