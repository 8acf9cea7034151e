// SPDX-License-Identifier: GPL-2.0-or-later
// A whole board without pty and probe, its core halted, and the registers the tests write.
#ifndef VB_CHIP_TEST_H
#define VB_CHIP_TEST_H

#include "board/board.h"
#include "lint/lints.h"
#include "serial/serial_line.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                        \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)
#define CHECK_EQUAL(expected, actual)                                                                        \
    do {                                                                                                     \
        unsigned long long expected_ = (unsigned long long)(expected);                                       \
        unsigned long long actual_ = (unsigned long long)(actual);                                           \
        if (expected_ != actual_) {                                                                          \
            fprintf(stderr, "%s:%d: %s: expected %llu (0x%llx), got %llu (0x%llx)\n", __FILE__, __LINE__,    \
                    #actual, expected_, expected_, actual_, actual_);                                        \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

#define MICROSECONDS (PICOSECONDS_PER_SECOND / 1000000)
#define MILLISECONDS (PICOSECONDS_PER_SECOND / 1000)

#define AXI_SRAM 0x24000000u
#define SRAM1 0x30000000u
#define DTCM 0x20000000u

#define RCC 0x58024400u
#define RCC_CR (RCC + 0x00)
#define RCC_CFGR (RCC + 0x10)
#define RCC_D1CFGR (RCC + 0x18)
#define RCC_D2CFGR (RCC + 0x1C)
#define RCC_D3CFGR (RCC + 0x20)
#define RCC_PLLCKSELR (RCC + 0x28)
#define RCC_PLLCFGR (RCC + 0x2C)
#define RCC_PLL1DIVR (RCC + 0x30)
#define RCC_PLL1FRACR (RCC + 0x34)
#define RCC_D2CCIP2R (RCC + 0x54)
#define RCC_BDCR (RCC + 0x70)
#define RCC_CSR (RCC + 0x74)
#define RCC_RSR (RCC + 0xD0)
#define RCC_AHB1ENR_ (RCC + 0xD8)
#define RCC_AHB2ENR_ (RCC + 0xDC)
#define RCC_AHB4ENR_ (RCC + 0xE0)
#define RCC_APB1LENR_ (RCC + 0xE8)
#define RCC_APB4ENR_ (RCC + 0xF4)
#define PWR_CR1 0x58024800u
#define PWR_CSR1 0x58024804u
#define PWR_CR3 0x5802480Cu
#define PWR_D3CR 0x58024818u
#define SYSCFG_PWRCR 0x5800042Cu
#define FLASH_ACR 0x52002000u
#define GPIOD 0x58020C00u
#define USART3 0x40004800u
#define USART3_CR1 (USART3 + 0x00)
#define USART3_CR2 (USART3 + 0x04)
#define USART3_CR3 (USART3 + 0x08)
#define USART3_BRR (USART3 + 0x0C)
#define USART3_RTOR (USART3 + 0x14)
#define USART3_RQR (USART3 + 0x18)
#define USART3_ISR (USART3 + 0x1C)
#define USART3_ICR (USART3 + 0x20)
#define USART3_RDR (USART3 + 0x24)
#define USART3_TDR (USART3 + 0x28)
#define DMA1 0x40020000u
#define DMA_STREAM(controller, stream) ((controller) + 0x10u + 0x18u * (stream))
#define DMAMUX1 0x40020800u

// A new board of the revision with a serial line that tests feed and drain. Halted.
Board *test_board(Revision revision);
void test_board_free(Board *board);
uint32_t peek(Board *board, uint32_t address);
void poke(Board *board, uint32_t address, uint32_t value);
void set_bits(Board *board, uint32_t address, uint32_t bits);
void run_for(Board *board, Picoseconds duration);
bool has_lint(const Board *board, const char *kind);

// Supply, VOS1, and VOS0 with `overdrive`; each waits for its ready bit.
void raise_voltage(Board *board, bool overdrive);
// 400 MHz (or 480 with overdrive) from HSE through PLL1, AXI at half of it, APBs at a quarter.
void run_fast(Board *board, bool overdrive);
// GPIOD, USART3, DMA1 and SRAM1-3 get their clocks; PD8 and PD9 alternate function 7; USART3 on with this
// BRR, kernel clock HSI.
void start_usart(Board *board, uint32_t brr, uint32_t cr1, uint32_t cr3);

#endif
