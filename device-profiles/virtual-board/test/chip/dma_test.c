// SPDX-License-Identifier: GPL-2.0-or-later
// DMA1 with USART3's receiver, and memory to memory.
#include "chip_test.h"
#include <unistd.h>

#define CR1_RE (1u << 2)
#define CR1_TE (1u << 3)
#define CR1_FIFOEN (1u << 29)
#define CR3_DMAR (1u << 6)
#define CR3_DMAT (1u << 7)
#define TO_PERIPHERAL (1u << 6)
#define EN 1u
#define CIRC (1u << 8)
#define MINC (1u << 10)
#define PINC (1u << 9)
#define DBM (1u << 18)
#define CT (1u << 19)
#define MEMORY_TO_MEMORY (2u << 6)
#define FLAG_FE 1u
#define FLAG_TE 8u
#define FLAG_HT 0x10u
#define FLAG_TC 0x20u
#define STREAM DMA_STREAM(DMA1, 0)
#define LISR DMA1
#define LIFCR (DMA1 + 8)

static Board *start(uint32_t memory, uint32_t items, uint32_t cr, uint32_t fcr) {
    Board *board = test_board(REVISION_V);
    serial_line_set_host_rate(board->serial_line, 1000000);
    start_usart(board, 64, CR1_RE, CR3_DMAR);
    poke(board, DMAMUX1, 45);
    poke(board, STREAM + 0x4, items);
    poke(board, STREAM + 0x8, USART3_RDR);
    poke(board, STREAM + 0xC, memory);
    poke(board, STREAM + 0x14, fcr);
    poke(board, STREAM, cr | EN);
    return board;
}

static void receive(Board *board, const char *text) {
    serial_line_from_host(board->serial_line, (const uint8_t *)text, strlen(text));
    run_for(board, (strlen(text) + 1) * 10 * MICROSECONDS);
}

static void check_memory(Board *board, uint32_t address, const char *text) {
    for (; *text != '\0'; text++, address++) {
        uint32_t byte;
        CHECK_EQUAL(BUS_OK, bus_read(board->bus, MASTER_CPU, address, 1, &byte));
        CHECK_EQUAL(*text, byte);
    }
}

static void shouldReceiveOneBuffer(void) {
    Board *board = start(SRAM1, 4, MINC, 0);
    receive(board, "ab");
    CHECK_EQUAL(FLAG_HT, peek(board, LISR));
    CHECK_EQUAL(2, peek(board, STREAM + 4));
    receive(board, "cde");
    CHECK_EQUAL(FLAG_HT | FLAG_TC, peek(board, LISR));
    CHECK_EQUAL(0, peek(board, STREAM) & EN);
    check_memory(board, SRAM1, "abcd");
    CHECK_EQUAL('e', peek(board, USART3_RDR)); // nobody fetched it
    test_board_free(board);
}

static void shouldGoRoundInCircles(void) {
    Board *board = start(SRAM1, 4, MINC | CIRC, 0);
    receive(board, "abcd");
    CHECK_EQUAL(FLAG_HT | FLAG_TC, peek(board, LISR));
    CHECK_EQUAL(4, peek(board, STREAM + 4));
    poke(board, LIFCR, FLAG_HT | FLAG_TC);
    receive(board, "efg");
    CHECK_EQUAL(FLAG_HT, peek(board, LISR));
    CHECK_EQUAL(1, peek(board, STREAM + 4));
    CHECK_EQUAL(EN, peek(board, STREAM) & EN);
    check_memory(board, SRAM1, "efgd");
    test_board_free(board);
}

static void shouldAlternateBetweenTwoBuffers(void) {
    Board *board = start(SRAM1, 2, 0, 0);
    poke(board, STREAM, 0);
    poke(board, LIFCR, 0x3D);
    poke(board, STREAM + 0x4, 2);
    poke(board, STREAM + 0x10, SRAM1 + 0x100);
    poke(board, STREAM, MINC | DBM | EN);
    receive(board, "ab");
    CHECK_EQUAL(CT, peek(board, STREAM) & CT);
    receive(board, "cd");
    CHECK_EQUAL(0, peek(board, STREAM) & CT);
    check_memory(board, SRAM1, "ab");
    check_memory(board, SRAM1 + 0x100, "cd");
    test_board_free(board);
}

// Bytes stay in the FIFO until the threshold, here 8 bytes; disabling the stream flushes them.
static void shouldHoldBytesInItsFifo(void) {
    Board *board = start(SRAM1, 16, MINC | 2u << 13, 4u | 1u); // words to memory
    poke(board, SRAM1, 0);
    poke(board, SRAM1 + 4, 0);
    receive(board, "abcdefg");
    CHECK_EQUAL(0, peek(board, SRAM1));
    receive(board, "h");
    check_memory(board, SRAM1, "abcdefgh");
    receive(board, "ij");
    poke(board, STREAM, 0);
    check_memory(board, SRAM1, "abcdefghij");
    CHECK_EQUAL(FLAG_TC, peek(board, LISR) & FLAG_TC);
    test_board_free(board);
}

static void shouldNotReachTheTightlyCoupledMemories(void) {
    static const uint32_t unreachable[] = {DTCM, 0x00000000, 0x60000000};
    for (size_t i = 0; i < 3; i++) {
        Board *board = start(unreachable[i], 4, MINC, 0);
        receive(board, "a");
        CHECK_EQUAL(FLAG_TE, peek(board, LISR));
        CHECK_EQUAL(0, peek(board, STREAM) & EN);
        CHECK(has_lint(board, "dma-bus-error"));
        test_board_free(board);
    }
    Board *board = start(SRAM1, 4, MINC, 0);
    poke(board, RCC_AHB2ENR_, 0); // SRAM1 loses its clock
    receive(board, "a");
    CHECK_EQUAL(FLAG_TE, peek(board, LISR));
    test_board_free(board);
}

static void shouldNotStartWithStaleFlags(void) {
    Board *board = start(SRAM1, 1, MINC, 0);
    receive(board, "a");
    poke(board, STREAM + 4, 1);
    poke(board, STREAM, MINC | EN);
    CHECK_EQUAL(0, peek(board, STREAM) & EN);
    CHECK(has_lint(board, "dma-stale-flags"));
    poke(board, LIFCR, 0x3D);
    poke(board, STREAM, MINC | EN);
    CHECK_EQUAL(EN, peek(board, STREAM) & EN);
    test_board_free(board);
}

static void shouldRefuseABurstThatDoesNotFit(void) {
    Board *board = start(SRAM1, 16, MINC | 2u << 13 | 2u << 23, 4u | 1u); // 8 words into half a FIFO
    CHECK_EQUAL(FLAG_FE, peek(board, LISR));
    CHECK_EQUAL(0, peek(board, STREAM) & EN);
    test_board_free(board);
}

static void shouldNeedItsRequestAndItsClock(void) {
    Board *board = start(SRAM1, 4, MINC, 0);
    poke(board, DMAMUX1, 44);
    receive(board, "a");
    CHECK_EQUAL(4, peek(board, STREAM + 4));
    poke(board, DMAMUX1, 45);
    CHECK_EQUAL(3, peek(board, STREAM + 4)); // the request still stands
    poke(board, RCC_AHB1ENR_, 0);
    receive(board, "b");
    CHECK_EQUAL(0, peek(board, STREAM + 4));
    poke(board, RCC_AHB1ENR_, 1);
    CHECK_EQUAL(3, peek(board, STREAM + 4));
    test_board_free(board);
}

static void shouldCopyMemoryInTime(void) {
    Board *board = start(SRAM1, 1, 0, 0);
    poke(board, STREAM, 0);
    poke(board, LIFCR, 0x3D);
    for (uint32_t i = 0; i < 64; i++) {
        poke(board, SRAM1 + 4 * i, i * 0x01010101u);
    }
    poke(board, STREAM + 0x4, 64);
    poke(board, STREAM + 0x8, SRAM1);
    poke(board, STREAM + 0xC, AXI_SRAM);
    poke(board, STREAM, MEMORY_TO_MEMORY | PINC | MINC | 2u << 11 | 2u << 13 | EN);
    run_for(board, MICROSECONDS);
    CHECK_EQUAL(0, peek(board, LISR) & FLAG_TC);
    run_for(board, 100 * MICROSECONDS);
    CHECK_EQUAL(FLAG_TC, peek(board, LISR) & FLAG_TC);
    for (uint32_t i = 0; i < 64; i++) {
        CHECK_EQUAL(i * 0x01010101u, peek(board, AXI_SRAM + 4 * i));
    }
    test_board_free(board);
}

// Circular or double-buffered, a copy would never end.
static void shouldRefuseAnEndlessCopy(void) {
    static const uint32_t modes[] = {CIRC, DBM};
    for (size_t i = 0; i < 2; i++) {
        Board *board = start(SRAM1, 1, 0, 0);
        poke(board, STREAM, 0);
        poke(board, LIFCR, 0x3D);
        poke(board, STREAM + 0x4, 16);
        poke(board, STREAM + 0x8, AXI_SRAM);
        poke(board, STREAM, MEMORY_TO_MEMORY | modes[i] | PINC | MINC | EN);
        CHECK_EQUAL(0, peek(board, STREAM) & EN);
        CHECK(has_lint(board, "dma-endless-copy"));
        run_for(board, MILLISECONDS);
        CHECK_EQUAL(16, peek(board, STREAM + 4));
        test_board_free(board);
    }
}

static Board *start_sending(uint32_t target, uint32_t items, uint32_t cr1) {
    Board *board = test_board(REVISION_V);
    serial_line_set_host_rate(board->serial_line, 1000000);
    start_usart(board, 64, cr1 & ~CR1_TE, CR3_DMAT);
    poke(board, DMAMUX1, 46);
    poke(board, STREAM + 0x4, items);
    poke(board, STREAM + 0x8, target);
    poke(board, STREAM + 0xC, SRAM1);
    poke(board, STREAM, TO_PERIPHERAL | CIRC | MINC | EN);
    poke(board, USART3_CR1, cr1 | 1u);
    return board;
}

// The transmitter asks for ever when its bytes go to the wrong register: an item every 8 cycles of 64 MHz.
static void shouldLetTimePassWhileARequestStands(void) {
    alarm(20);
    Board *board = start_sending(USART3_RDR, 1000, CR1_TE);
    run_for(board, 10 * MICROSECONDS);
    CHECK_EQUAL(1000 - 81, peek(board, STREAM + 4));
    run_for(board, 10 * MILLISECONDS);
    CHECK_EQUAL(EN, peek(board, STREAM) & EN);
    CHECK(!serial_line_busy(board->serial_line));
    alarm(0);
    test_board_free(board);
}

// Filling the FIFO takes 8 cycles a byte; on the wire the bytes follow one another without a gap all the
// same.
static void shouldSendWithoutGaps(void) {
    static const uint32_t fifo[] = {0, CR1_FIFOEN};
    for (size_t i = 0; i < 2; i++) {
        Board *board = start_sending(USART3_TDR, 1000, CR1_TE | fifo[i]);
        uint8_t bytes[256];
        run_for(board, 10 * MICROSECONDS); // the idle frame
        run_for(board, 2000 * MICROSECONDS - 1);
        CHECK_EQUAL(199, serial_line_take(board->serial_line, bytes, sizeof bytes));
        run_for(board, 1);
        CHECK_EQUAL(1, serial_line_take(board->serial_line, bytes, sizeof bytes));
        test_board_free(board);
    }
}

int main(void) {
    shouldReceiveOneBuffer();
    shouldGoRoundInCircles();
    shouldAlternateBetweenTwoBuffers();
    shouldHoldBytesInItsFifo();
    shouldNotReachTheTightlyCoupledMemories();
    shouldNotStartWithStaleFlags();
    shouldRefuseABurstThatDoesNotFit();
    shouldNeedItsRequestAndItsClock();
    shouldCopyMemoryInTime();
    shouldRefuseAnEndlessCopy();
    shouldLetTimePassWhileARequestStands();
    shouldSendWithoutGaps();
    return 0;
}
