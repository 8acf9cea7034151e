// SPDX-License-Identifier: GPL-2.0-or-later
// Shared by the usart*.c files only.
#ifndef VB_USART_INTERNAL_H
#define VB_USART_INTERNAL_H

#include "chip/rcc.h"
#include "chip/usart.h"
#include "wire/uart_sampling.h"

#define USART_FIFO_BYTES 16u

enum {
    CR1_UE = 1 << 0,
    CR1_RE = 1 << 2,
    CR1_TE = 1 << 3,
    CR1_IDLEIE = 1 << 4,
    CR1_RXNEIE = 1 << 5,
    CR1_TCIE = 1 << 6,
    CR1_TXEIE = 1 << 7,
    CR1_PEIE = 1 << 8,
    CR1_PS = 1 << 9,
    CR1_PCE = 1 << 10,
    CR1_M0 = 1 << 12,
    CR1_CMIE = 1 << 14,
    CR1_OVER8 = 1 << 15,
    CR1_RTOIE = 1 << 26,
    CR1_M1 = 1 << 28,
    CR1_FIFOEN = 1 << 29,
    CR1_TXFEIE = 1 << 30,
};
#define CR1_RXFFIE (1u << 31)

enum {
    CR2_STOP_POSITION = 12,
    CR2_SWAP = 1 << 15,
    CR2_RXINV = 1 << 16,
    CR2_TXINV = 1 << 17,
    CR2_DATAINV = 1 << 18,
    CR2_MSBFIRST = 1 << 19,
    CR2_RTOEN = 1 << 23,
    CR2_ADD_POSITION = 24,
    CR3_EIE = 1 << 0,
    CR3_HDSEL = 1 << 3,
    CR3_DMAR = 1 << 6,
    CR3_DMAT = 1 << 7,
    CR3_OVRDIS = 1 << 12,
    CR3_DDRE = 1 << 13,
    CR3_TXFTIE = 1 << 23,
    CR3_RXFTCFG_POSITION = 25,
    CR3_RXFTIE = 1 << 28,
    CR3_TXFTCFG_POSITION = 29,
};

enum {
    ISR_PE = 1 << 0,
    ISR_FE = 1 << 1,
    ISR_NE = 1 << 2,
    ISR_ORE = 1 << 3,
    ISR_IDLE = 1 << 4,
    ISR_RXNE = 1 << 5,
    ISR_TC = 1 << 6,
    ISR_TXE = 1 << 7,
    ISR_RTOF = 1 << 11,
    ISR_BUSY = 1 << 16,
    ISR_CMF = 1 << 17,
    ISR_TEACK = 1 << 21,
    ISR_REACK = 1 << 22,
    ISR_TXFE = 1 << 23,
    ISR_RXFF = 1 << 24,
    ISR_RXFT = 1 << 26,
    ISR_TXFT = 1 << 27,
};

// Which instance; all the same but for these.
typedef struct UsartInstance {
    const char *name;
    uint32_t base;
    unsigned irq;
    unsigned enable_register;
    unsigned enable_bit;
    const char *enable_name;
    unsigned dma_receive; // DMAMUX1 request; transmit is the next one
    bool usart1_or_6;     // which kernel clock multiplexer
} UsartInstance;

// How long a bit lasts: `ticks` of a clock of `tick_hz`.
typedef struct BitTime {
    uint32_t tick_hz; // 0 = no clock or no divider
    uint32_t ticks;
} BitTime;

typedef struct UsartFifo {
    uint8_t bytes[USART_FIFO_BYTES];
    unsigned first;
    unsigned count;
} UsartFifo;

struct Usart {
    ClockGate gate; // first: the context of the device
    const UsartInstance *instance;
    uint32_t cr1;
    uint32_t cr2;
    uint32_t cr3;
    uint32_t brr;
    uint32_t gtpr;
    uint32_t rtor;
    uint32_t presc;
    uint32_t flags; // sticky ones of ISR
    UsartFifo transmit;
    UsartFifo receive;
    bool shifting;
    uint8_t shifted;
    BitTime shift_bit_time;
    Picoseconds burst_start;  // of bytes sent without a gap: rounding must not add up
    uint64_t burst_ticks;     // since then, the byte under way included
    Picoseconds preamble_end; // the idle frame after TE
    Event sent;
    UartReceiver sampler;
    Event line_idle;
    Event receive_timeout;
};

// usart.c
void usart_changed(Usart *usart); // flags may have: DMA requests and interrupt
unsigned usart_fifo_capacity(const Usart *usart);

// usart_line.c
BitTime usart_bit_time(const Usart *usart);
void usart_init_events(Usart *usart);
void usart_stop_line(Usart *usart);
void usart_start_sending(Usart *usart); // when something waits and nothing is under way
void usart_transmitter_enabled(Usart *usart);
uint8_t usart_take(UsartFifo *fifo);
void usart_put(UsartFifo *fifo, uint8_t byte);

#endif
