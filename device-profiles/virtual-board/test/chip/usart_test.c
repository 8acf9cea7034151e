// SPDX-License-Identifier: GPL-2.0-or-later
// USART3: byte times to the picosecond, flags, errors, pins, FIFO.
#include "chip/chip.h"
#include "chip_test.h"

#define CR1_RE (1u << 2)
#define CR1_TE (1u << 3)
#define CR1_OVER8 (1u << 15)
#define CR1_FIFOEN (1u << 29)
#define CR3_DMAT (1u << 7)
#define ISR_FE 2u
#define ISR_ORE 8u
#define ISR_IDLE 0x10u
#define ISR_RXNE 0x20u
#define ISR_TC 0x40u
#define ISR_TXE 0x80u
#define ISR_RTOF 0x800u
#define HSI_HZ 64000000u
#define BRR_921600 69u // 64 MHz / 69 = 927,536 bit/s
#define TOTAL_BYTES 65536u

#define APB1_HZ 120000000u // 8333.3 ps a cycle: what is rounded must not add up

// Sends 64 KB by DMA in one circle of two buffers' worth and returns how long the line was busy.
static Picoseconds time_of_64_kilobytes(uint32_t kernel_hz, uint32_t brr, uint32_t cr1) {
    Board *board = test_board(REVISION_V);
    uint32_t rate = kernel_hz * ((cr1 & CR1_OVER8) != 0 ? 2 : 1) / brr;
    serial_line_set_host_rate(board->serial_line, rate);
    uint32_t divider = (cr1 & CR1_OVER8) != 0 ? (brr & 0xFFF0u) | (brr & 0xFu) >> 1 : brr;
    if (kernel_hz == APB1_HZ) {
        run_fast(board, true);
    }
    start_usart(board, divider, cr1, CR3_DMAT);
    poke(board, RCC_D2CCIP2R, kernel_hz == APB1_HZ ? 0 : 3);
    set_bits(board, USART3_CR1, CR1_TE);
    run_for(board, MILLISECONDS); // the idle frame
    for (uint32_t offset = 0; offset < TOTAL_BYTES; offset += 4) {
        poke(board, SRAM1 + offset, offset * 2654435761u);
    }
    poke(board, DMAMUX1, 46);
    uint32_t stream = DMA_STREAM(DMA1, 0);
    poke(board, stream + 0x4, 65535); // NDTR has 16 bits: the last byte is written by hand
    poke(board, stream + 0x8, USART3_TDR);
    poke(board, stream + 0xC, SRAM1);
    poke(board, USART3_ICR, ISR_TC);
    Picoseconds start = timeline_now(board->timeline);
    poke(board, stream, 1u | 1u << 6 | 1u << 10);
    while ((peek(board, DMA1) & 0x20u) == 0) {
        board_run(board, timeline_next_event(board->timeline));
    }
    uint32_t last = 0;
    CHECK_EQUAL(BUS_OK, bus_read(board->bus, MASTER_CPU, SRAM1 + 65535, 1, &last));
    while ((peek(board, USART3_ISR) & ISR_TXE) == 0) {
        board_run(board, timeline_next_event(board->timeline));
    }
    poke(board, USART3_TDR, last);
    while ((peek(board, USART3_ISR) & ISR_TC) == 0) {
        board_run(board, timeline_next_event(board->timeline));
    }
    Picoseconds duration = timeline_now(board->timeline) - start;
    static uint8_t heard[TOTAL_BYTES + 1];
    CHECK_EQUAL(TOTAL_BYTES, serial_line_take(board->serial_line, heard, sizeof heard));
    for (uint32_t i = 0; i < TOTAL_BYTES; i++) {
        uint32_t byte = 0;
        bus_read(board->bus, MASTER_CPU, SRAM1 + i, 1, &byte);
        CHECK_EQUAL(byte, heard[i]);
    }
    CHECK_EQUAL(0, lints_count(board->lints));
    test_board_free(board);
    return duration;
}

static Picoseconds exact(uint64_t bit_ticks, uint64_t hz) {
    return (Picoseconds)((unsigned __int128)TOTAL_BYTES * 10 * bit_ticks * PICOSECONDS_PER_SECOND / hz);
}

static void shouldSendAtTheExactRate(void) {
    Picoseconds at_921600 = time_of_64_kilobytes(HSI_HZ, BRR_921600, 0);
    Picoseconds at_3_mbaud = time_of_64_kilobytes(HSI_HZ, 21, 0); // 3,047,619 bit/s
    Picoseconds over8 = time_of_64_kilobytes(HSI_HZ, 42, CR1_OVER8);
    Picoseconds with_fifo = time_of_64_kilobytes(HSI_HZ, BRR_921600, CR1_FIFOEN);
    Picoseconds from_apb1 = time_of_64_kilobytes(APB1_HZ, 130, 0);
    CHECK_EQUAL(exact(BRR_921600, HSI_HZ), at_921600);
    CHECK_EQUAL(exact(130, APB1_HZ), from_apb1);
    CHECK_EQUAL(exact(21, HSI_HZ), at_3_mbaud);
    CHECK_EQUAL(exact(42, 2 * HSI_HZ), over8);
    CHECK_EQUAL(exact(BRR_921600, HSI_HZ), with_fifo);
    printf("64 KB by DMA: %.3f us a byte at BRR %u, %.3f us at BRR 21\n",
           (double)at_921600 / 1e6 / TOTAL_BYTES, BRR_921600, (double)at_3_mbaud / 1e6 / TOTAL_BYTES);
}

static void send_to(Board *board, const char *text) {
    serial_line_from_host(board->serial_line, (const uint8_t *)text, strlen(text));
}

static void shouldReceiveAtTheHostsPace(void) {
    Board *board = test_board(REVISION_V);
    serial_line_set_host_rate(board->serial_line, 1000000);
    start_usart(board, 64, CR1_RE, 0);
    send_to(board, "AB");
    CHECK(serial_line_busy(board->serial_line));
    run_for(board, 10 * MICROSECONDS - 1);
    CHECK_EQUAL(0, peek(board, USART3_ISR) & ISR_RXNE);
    run_for(board, 1);
    CHECK(peek(board, USART3_ISR) & ISR_RXNE);
    CHECK_EQUAL('A', peek(board, USART3_RDR));
    CHECK_EQUAL(0, peek(board, USART3_ISR) & ISR_RXNE);
    run_for(board, 10 * MICROSECONDS);
    CHECK_EQUAL('B', peek(board, USART3_RDR));
    CHECK(!serial_line_busy(board->serial_line));
    test_board_free(board);
}

static void shouldOverrunAndSayIdleAndTimeOut(void) {
    Board *board = test_board(REVISION_V);
    serial_line_set_host_rate(board->serial_line, 1000000);
    start_usart(board, 64, CR1_RE, 0);
    poke(board, USART3_CR1, 0);
    poke(board, USART3_CR2, 1u << 23);
    poke(board, USART3_RTOR, 25);
    poke(board, USART3_CR1, 1u | CR1_RE);
    send_to(board, "XYZ");
    run_for(board, 30 * MICROSECONDS + 1);
    CHECK_EQUAL(ISR_ORE | ISR_RXNE, peek(board, USART3_ISR) & (ISR_ORE | ISR_RXNE | ISR_IDLE | ISR_FE));
    CHECK_EQUAL('X', peek(board, USART3_RDR)); // the first stays, the later ones are lost
    run_for(board, 10 * MICROSECONDS);
    CHECK_EQUAL(ISR_IDLE, peek(board, USART3_ISR) & (ISR_IDLE | ISR_RTOF));
    run_for(board, 15 * MICROSECONDS);
    CHECK_EQUAL(ISR_RTOF, peek(board, USART3_ISR) & ISR_RTOF);
    poke(board, USART3_ICR, ISR_ORE | ISR_IDLE | ISR_RTOF);
    CHECK_EQUAL(0, peek(board, USART3_ISR) & (ISR_ORE | ISR_IDLE | ISR_RTOF));
    test_board_free(board);
}

static void shouldKeepSixteenBytesInItsFifo(void) {
    Board *board = test_board(REVISION_V);
    serial_line_set_host_rate(board->serial_line, 1000000);
    start_usart(board, 64, CR1_RE | CR1_FIFOEN, 0);
    send_to(board, "0123456789abcdefg");
    run_for(board, MILLISECONDS);
    CHECK(peek(board, USART3_ISR) & ISR_ORE);
    CHECK(peek(board, USART3_ISR) & 1u << 24); // RXFF
    for (unsigned i = 0; i < 16; i++) {
        CHECK_EQUAL("0123456789abcdef"[i], peek(board, USART3_RDR));
    }
    CHECK_EQUAL(0, peek(board, USART3_ISR) & ISR_RXNE);
    test_board_free(board);
}

// 115,200 against 921,600: nothing of what was sent arrives, and the chip sees framing errors.
static void shouldGarbleAtTheWrongRate(void) {
    Board *board = test_board(REVISION_V);
    serial_line_set_host_rate(board->serial_line, 115200);
    start_usart(board, BRR_921600, CR1_RE | CR1_TE | CR1_FIFOEN, 0);
    send_to(board, "a"); // four low bits in a row last longer than a frame of the chip
    run_for(board, MILLISECONDS);
    CHECK(peek(board, USART3_ISR) & ISR_FE);
    CHECK(peek(board, USART3_RDR) != 'a');
    for (unsigned i = 0; i < 8; i++) {
        poke(board, USART3_TDR, 'U');
    }
    run_for(board, 10 * MILLISECONDS);
    uint8_t heard[64];
    size_t count = serial_line_take(board->serial_line, heard, sizeof heard);
    for (size_t i = 0; i < count; i++) {
        CHECK(heard[i] != 'U');
    }
    test_board_free(board);
}

static void shouldNeedItsPinsAndClocks(void) {
    static const struct {
        uint32_t address, value;
        const char *kind;
    } mistakes[] = {
        {GPIOD + 0x24, 0x11, "uart-pin"}, // alternate function 1
        {GPIOD, 0xFFFFFFFF, "uart-pin"},  // analog
        {RCC_D2CCIP2R, 4, "uart-rate"},   // CSI, which is off
    };
    uint8_t heard[4];
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        Board *board = test_board(REVISION_V);
        start_usart(board, BRR_921600, CR1_RE | CR1_TE, 0);
        poke(board, mistakes[i].address, mistakes[i].value);
        poke(board, USART3_TDR, 'x');
        send_to(board, "y");
        run_for(board, MILLISECONDS);
        CHECK_EQUAL(0, serial_line_take(board->serial_line, heard, sizeof heard));
        CHECK_EQUAL(0, peek(board, USART3_ISR) & ISR_RXNE);
        CHECK(has_lint(board, mistakes[i].kind));
        test_board_free(board);
    }
}

static void shouldLockItsRateWhileItIsOn(void) {
    Board *board = test_board(REVISION_V);
    start_usart(board, BRR_921600, CR1_TE, 0);
    poke(board, USART3_BRR, 555);
    CHECK_EQUAL(BRR_921600, peek(board, USART3_BRR));
    CHECK(has_lint(board, "uart-locked-register"));
    test_board_free(board);
}

int main(void) {
    shouldSendAtTheExactRate();
    shouldReceiveAtTheHostsPace();
    shouldOverrunAndSayIdleAndTimeOut();
    shouldKeepSixteenBytesInItsFifo();
    shouldGarbleAtTheWrongRate();
    shouldNeedItsPinsAndClocks();
    shouldLockItsRateWhileItIsOn();
    return 0;
}
