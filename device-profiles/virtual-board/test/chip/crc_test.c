// SPDX-License-Identifier: GPL-2.0-or-later
// The CRC unit against published check values and against a division of polynomials written out.
#include "chip_test.h"
#include <time.h>

#define DR 0x58024C00u
#define CR 0x58024C08u
#define INIT 0x58024C10u
#define POL 0x58024C14u
#define REV_OUT 0x80u

static void write_byte(Board *board, uint32_t byte) {
    CHECK_EQUAL(BUS_OK, bus_write(board->bus, MASTER_CPU, DR, 1, byte));
}

static Board *start(void) {
    Board *board = test_board(REVISION_V);
    set_bits(board, RCC_AHB4ENR_, 1u << 19);
    return board;
}

// Greg Cook's catalogue of parametrised CRC algorithms: the check value is the CRC of "123456789".
static void shouldGiveTheCheckValues(void) {
    static const struct {
        const char *name;
        uint32_t control, polynomial, initial, xor_out, check;
    } algorithms[] = {
        {"CRC-32/ISO-HDLC", REV_OUT | 1u << 5, 0x04C11DB7, 0xFFFFFFFF, 0xFFFFFFFF, 0xCBF43926},
        {"CRC-32/ISO-HDLC, reversed by more than is written", REV_OUT | 3u << 5, 0x04C11DB7, 0xFFFFFFFF,
         0xFFFFFFFF, 0xCBF43926},
        {"CRC-32/MPEG-2", 0, 0x04C11DB7, 0xFFFFFFFF, 0, 0x0376E6E7},
        {"CRC-32/ISCSI", REV_OUT | 1u << 5, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, 0xE3069283},
        {"CRC-16/IBM-3740", 1u << 3, 0x1021, 0xFFFF, 0, 0x29B1},
        {"CRC-16/ARC", REV_OUT | 1u << 5 | 1u << 3, 0x8005, 0, 0, 0xBB3D},
        {"CRC-8/SMBUS", 2u << 3, 0x07, 0, 0, 0xF4},
        {"CRC-7/MMC", 3u << 3, 0x09, 0, 0, 0x75},
    };
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        Board *board = start();
        poke(board, POL, algorithms[i].polynomial);
        poke(board, INIT, algorithms[i].initial);
        poke(board, CR, algorithms[i].control | 1u);
        for (const char *text = "123456789"; *text != '\0'; text++) {
            write_byte(board, (uint8_t)*text);
        }
        fprintf(stderr, "%s\n", algorithms[i].name);
        CHECK_EQUAL(algorithms[i].check, peek(board, DR) ^ algorithms[i].xor_out);
        test_board_free(board);
    }
}

// The CRC of a message is its remainder when appended with 32 zeros, the first 32 bits inverted.
static uint32_t long_division(const uint8_t *bits, size_t count) {
    uint64_t remainder = 0;
    for (size_t i = 0; i < count + 32; i++) {
        uint64_t bit = i < count ? bits[i] : 0;
        bit ^= i < 32;
        remainder = remainder << 1 | bit;
        if ((remainder >> 32) != 0) {
            remainder ^= UINT64_C(0x104C11DB7);
        }
    }
    return (uint32_t)remainder;
}

static void shouldDividePolynomials(void) {
    uint8_t bits[64 * 32];
    unsigned seed = (unsigned)time(NULL);
    fprintf(stderr, "seed %u\n", seed);
    srand(seed);
    Board *board = start();
    for (unsigned run = 0; run < 20; run++) {
        size_t count = 0;
        poke(board, CR, 1);
        for (unsigned i = 0; i < 64; i++) {
            unsigned size_bytes = 1u << rand() % 3;
            uint32_t value = (uint32_t)rand() << 16 ^ (uint32_t)rand();
            value = size_bytes == 4 ? value : value & ((1u << 8 * size_bytes) - 1);
            bus_write(board->bus, MASTER_CPU, DR, size_bytes, value);
            for (unsigned bit = 8 * size_bytes; bit-- > 0;) {
                bits[count++] = (uint8_t)(value >> bit & 1u);
            }
        }
        CHECK_EQUAL(long_division(bits, count), peek(board, DR));
    }
    test_board_free(board);
}

int main(void) {
    shouldGiveTheCheckValues();
    shouldDividePolynomials();
    return 0;
}
