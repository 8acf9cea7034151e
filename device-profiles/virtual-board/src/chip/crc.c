// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/crc.h"
#include "chip/rcc.h"
#include "chip/register_frame.h"
#include <stdlib.h>

#define CRC_BASE 0x58024C00u

enum { R_DR = 0x00, R_CR = 0x08, R_INIT = 0x10, R_POL = 0x14 };

#define CR_RESET 1u
#define CR_WRITABLE 0xF8u
#define CR_REV_OUT (1u << 7)
#define POLYNOMIAL_AFTER_RESET 0x04C11DB7u

struct CrcUnit {
    ClockGate gate; // first: what clocked() asks
    RegisterFrame frame;
    uint32_t remainder;
};

static uint32_t reg(const CrcUnit *crc, uint32_t offset) { return register_frame_value(&crc->frame, offset); }

static unsigned polynomial_bits(const CrcUnit *crc) {
    static const unsigned bits[4] = {32, 16, 8, 7};
    return bits[reg(crc, R_CR) >> 3 & 3u];
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
    unsigned group = groups[reg(crc, R_CR) >> 5 & 3u];
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
    uint32_t polynomial = reg(crc, R_POL) & low_bits(bits);
    uint32_t remainder = crc->remainder & low_bits(bits);
    value = reverse_input(crc, value, data_bits);
    for (unsigned i = data_bits; i-- > 0;) {
        uint32_t carry = (remainder >> (bits - 1) ^ value >> i) & 1u;
        remainder = (remainder << 1 ^ (carry != 0 ? polynomial : 0)) & low_bits(bits);
    }
    crc->remainder = remainder;
}

static uint32_t remainder_read(const void *owner, uint32_t stored) {
    const CrcUnit *crc = owner;
    (void)stored;
    unsigned bits = polynomial_bits(crc);
    uint32_t remainder = crc->remainder & low_bits(bits);
    return (reg(crc, R_CR) & CR_REV_OUT) != 0 ? reverse(remainder, bits) : remainder;
}

static void data_written(void *owner, const RegisterWrite *write) {
    feed(owner, write->value, 8 * write->size_bytes);
}

static void control_written(void *owner, const RegisterWrite *write) {
    CrcUnit *crc = owner;
    crc->remainder = (write->word & CR_RESET) != 0 ? reg(crc, R_INIT) : crc->remainder;
}

static void initial_written(void *owner, const RegisterWrite *write) {
    CrcUnit *crc = owner;
    crc->remainder = write->word;
}

static const Register registers[] = {
    {"DR", R_DR, 0, EVERY_BIT, 0, remainder_read, data_written, 0, false},
    {"IDR", 0x04, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, false},
    {"CR", R_CR, 0, EVERY_BIT, CR_WRITABLE, NULL, control_written, 0, false},
    {"INIT", R_INIT, EVERY_BIT, EVERY_BIT, EVERY_BIT, NULL, initial_written, 0, false},
    {"POL", R_POL, POLYNOMIAL_AFTER_RESET, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, false},
};

static bool clocked(void *owner) { return clock_gate_open(owner); }

static void reset(void *owner) {
    CrcUnit *crc = owner;
    register_frame_power_on(&crc->frame);
    crc->remainder = UINT32_MAX;
}

CrcUnit *crc_new(Chip *chip) {
    CrcUnit *crc = chip_allocate(sizeof *crc);
    crc->gate = (ClockGate){chip, "CRC", RCC_AHB4ENR, 19, "RCC_AHB4ENR.CRCEN"};
    Device device = {.name = "CRC",
                     .base = CRC_BASE,
                     .size_bytes = 0x400,
                     .context = crc,
                     .clocked = clocked,
                     .reset = reset};
    register_frame_attach(&crc->frame, registers, sizeof registers / sizeof registers[0], chip->config.bus,
                          &device);
    rcc_on_peripheral_reset(chip->rcc, RCC_AHB4ENR, 19, reset, crc);
    reset(crc);
    return crc;
}

void crc_free(CrcUnit *crc) { free(crc); }
