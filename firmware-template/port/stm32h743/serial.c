// SPDX-License-Identifier: Apache-2.0
// USART3 on PD8 (TX) and PD9 (RX), the ST-Link's virtual COM port. Reception runs in a circular DMA transfer
// for ever; transmission sends a ring in pieces, each started by the end of the one before.
#include "port/placement.h"
#include "port/port.h"
#include "port_internal.h"
#include "registers.h"

#ifndef HILDA_SERIAL_BAUD
#define HILDA_SERIAL_BAUD 921600U
#endif

// More than the frames of a full window take on the line (8 * 2075 bytes): a host that respects the credits
// stops before it overruns the CPU. All that can come while the CPU is busy for 300 ms fits, at the default
// rate; a host repeats nothing sooner, see link_retransmit_us().
#define RECEIVE_BYTES 28160U
#define SEND_BYTES 4096U
// RM0433 section 48.5.4: with oversampling by 16 no smaller divider works; BRR has 16 bits.
#define LEAST_DIVIDER 16U
#define MOST_DIVIDER 0xFFFFU
#define RX_STREAM 0U
#define TX_STREAM 1U
#define INTERRUPT_PRIORITY 0x80U

static IN_DMA_MEMORY uint8_t receive_ring[RECEIVE_BYTES];
static IN_DMA_MEMORY uint8_t send_ring[SEND_BYTES];

static volatile bool news;
static volatile uint32_t receive_laps;
static uint64_t consumed;
static uint32_t send_head;            // next byte to write
static volatile uint32_t send_tail;   // first byte not yet sent
static volatile uint32_t send_flying; // bytes of the running transfer
static volatile uint32_t overruns, framing_errors, noise_errors, dma_errors;
static uint32_t overflown_bytes;
static uint32_t divider;

static void configure_pins(void) {
    RCC_AHB4ENR |= RCC_AHB4ENR_GPIOD;
    (void)RCC_AHB4ENR; // the clock runs two cycles after the write: read back, RM0433 chapter RCC
    GPIOD_AFRH = (GPIOD_AFRH & ~0xFFU) | 0x77U;
    GPIOD_OSPEEDR = (GPIOD_OSPEEDR & ~(0xFU << 16)) | 0x5U << 16;
    GPIOD_PUPDR = (GPIOD_PUPDR & ~(0xFU << 16)) | 0x4U << 16; // an open RX line reads as idle
    GPIOD_MODER = (GPIOD_MODER & ~(0xFU << 16)) | 0xAU << 16;
}

static void receive_from_ring_start(void) {
    DMA1_LIFCR = DMA_FLAGS(RX_STREAM);
    DMA1_NDTR(RX_STREAM) = RECEIVE_BYTES;
    DMA1_CR(RX_STREAM) |= DMA_CR_EN;
}

static void configure_dma(void) {
    RCC_AHB1ENR |= RCC_AHB1ENR_DMA1;
    (void)RCC_AHB1ENR;
    DMAMUX1_CCR(RX_STREAM) = DMAMUX_USART3_RX;
    DMAMUX1_CCR(TX_STREAM) = DMAMUX_USART3_TX;
    DMA1_LIFCR = DMA_FLAGS(TX_STREAM);
    DMA1_PAR(RX_STREAM) = USART3_RDR_ADDRESS;
    DMA1_M0AR(RX_STREAM) = (uint32_t)receive_ring;
    DMA1_CR(RX_STREAM) =
        DMA_CR_MINC | DMA_CR_CIRC | DMA_CR_HTIE | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_HIGH_PRIORITY;
    receive_from_ring_start();
    DMA1_PAR(TX_STREAM) = USART3_TDR_ADDRESS;
}

static void enable_interrupt(uint32_t interrupt) {
    NVIC_IPR_BYTE(interrupt) = INTERRUPT_PRIORITY;
    NVIC_ISER(interrupt) = 1U << (interrupt % 32U);
}

static void run_at(uint32_t new_divider) {
    divider = new_divider;
    USART3_BRR = divider;
    USART3_CR3 = USART_CR3_DMAR | USART_CR3_DMAT | USART_CR3_EIE;
    USART3_CR1 = USART_CR1_UE | USART_CR1_RE | USART_CR1_TE | USART_CR1_IDLEIE;
}

void serial_start(void) {
    configure_pins();
    RCC_APB1LENR |= RCC_APB1LENR_USART3;
    (void)RCC_APB1LENR;
    configure_dma();
    // The kernel clock stays at its reset value, APB1: 100 or 120 MHz divide to 921,600 within 0.5%.
    run_at((clocks()->apb1_hz + HILDA_SERIAL_BAUD / 2U) / HILDA_SERIAL_BAUD);
    enable_interrupt(USART3_INTERRUPT);
    enable_interrupt(DMA1_INTERRUPT(RX_STREAM));
    enable_interrupt(DMA1_INTERRUPT(TX_STREAM));
}

uint32_t port_serial_baud(void) { return HILDA_SERIAL_BAUD; }

uint32_t port_serial_divider(uint32_t baud) {
    uint32_t kernel_hz = clocks()->apb1_hz;
    if (baud < kernel_hz / MOST_DIVIDER || baud > kernel_hz / LEAST_DIVIDER) {
        return 0;
    }
    uint32_t nearest = (kernel_hz + baud / 2U) / baud;
    uint32_t real = kernel_hz / nearest;
    uint32_t off = real > baud ? real - baud : baud - real;
    return nearest > MOST_DIVIDER || off > baud / 50U ? 0 : nearest;
}

uint32_t serial_divider(void) { return divider; }

bool serial_take_news(void) {
    bool taken = news;
    news = false;
    return taken;
}

// With interrupts disabled, or from the interrupt.
static void send_next_piece(void) {
    uint32_t end = send_head >= send_tail ? send_head : SEND_BYTES;
    send_flying = end - send_tail;
    if (send_flying == 0) {
        return;
    }
    DMA1_LIFCR = DMA_FLAGS(TX_STREAM);
    DMA1_M0AR(TX_STREAM) = (uint32_t)&send_ring[send_tail];
    DMA1_NDTR(TX_STREAM) = send_flying;
    USART3_ICR = USART_ISR_TC;
    data_synchronization_barrier(); // the bytes are in memory before the DMA reads them
    DMA1_CR(TX_STREAM) = DMA_CR_MEMORY_TO_PERIPHERAL | DMA_CR_MINC | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_EN;
}

// A transfer error has cleared EN (RM0433, chapter DMA, error management). The stream begins at the ring's
// start again: what is left of this lap counts as received, and the frame check refuses it.
static void restart_receiving(void) {
    receive_laps = receive_laps + 1U;
    receive_from_ring_start();
}

// The USART takes a divider only while it is off, and it may not go off while a stream serves it (RM0433
// chapter USART, CR1.UE). A stream that stops sets its TC flag, which is no lap.
void port_serial_set_divider(uint32_t new_divider) {
    disable_interrupts();
    DMA1_CR(RX_STREAM) &= ~DMA_CR_EN;
    while ((DMA1_CR(RX_STREAM) & DMA_CR_EN) != 0) {
    }
    USART3_CR1 = 0;
    consumed = (uint64_t)receive_laps * RECEIVE_BYTES;
    receive_from_ring_start();
    run_at(new_divider);
    enable_interrupts();
}

void usart3_handler(void);
void usart3_handler(void) {
    uint32_t status = USART3_ISR;
    USART3_ICR = status & (USART_ISR_FE | USART_ISR_NE | USART_ISR_ORE | USART_ISR_IDLE);
    overruns = overruns + ((status & USART_ISR_ORE) != 0);
    framing_errors = framing_errors + ((status & USART_ISR_FE) != 0);
    noise_errors = noise_errors + ((status & USART_ISR_NE) != 0);
    news = true;
}

void dma1_stream0_handler(void);
void dma1_stream0_handler(void) {
    uint32_t status = DMA1_LISR & DMA_FLAGS(RX_STREAM);
    DMA1_LIFCR = status;
    receive_laps = receive_laps + ((status & DMA_FLAG_TC(RX_STREAM)) != 0);
    if ((status & DMA_FLAG_TE(RX_STREAM)) != 0) {
        dma_errors = dma_errors + 1U;
        restart_receiving();
    }
    news = true;
}

void dma1_stream1_handler(void);
void dma1_stream1_handler(void) {
    uint32_t status = DMA1_LISR & DMA_FLAGS(TX_STREAM);
    DMA1_LIFCR = status;
    bool failed = (status & DMA_FLAG_TE(TX_STREAM)) != 0;
    dma_errors = dma_errors + failed;
    // A piece that failed is given up, not repeated: an error that lasts would leave no time for anything
    // else.
    if (failed || (status & DMA_FLAG_TC(TX_STREAM)) != 0) {
        send_tail = (send_tail + send_flying) % SEND_BYTES;
        send_next_piece();
    }
    news = true;
}

// All bytes ever received.
static uint64_t received_total(void) {
    disable_interrupts();
    uint32_t laps = receive_laps;
    uint32_t position = RECEIVE_BYTES - DMA1_NDTR(RX_STREAM);
    if ((DMA1_LISR & DMA_FLAG_TC(RX_STREAM)) != 0) { // wrapped, and the interrupt has not counted it yet
        laps++;
        position = RECEIVE_BYTES - DMA1_NDTR(RX_STREAM);
    }
    enable_interrupts();
    return (uint64_t)laps * RECEIVE_BYTES + position;
}

size_t port_serial_received(const uint8_t **bytes) {
    uint64_t available = received_total() - consumed;
    if (available > RECEIVE_BYTES) {
        overflown_bytes += (uint32_t)available;
        consumed += available;
        available = 0;
    }
    uint32_t start = (uint32_t)(consumed % RECEIVE_BYTES);
    *bytes = &receive_ring[start];
    uint32_t to_end = RECEIVE_BYTES - start;
    return available < to_end ? (size_t)available : to_end;
}

void port_serial_consume(size_t count) { consumed += count; }

size_t port_serial_space(uint8_t **space) {
    uint32_t tail = send_tail;
    *space = &send_ring[send_head];
    if (send_head < tail) {
        return tail - send_head - 1U;
    }
    // One byte always stays free: a full ring would look like an empty one.
    return SEND_BYTES - send_head - (tail == 0 ? 1U : 0U);
}

void port_serial_send(size_t count) {
    disable_interrupts();
    send_head = (send_head + (uint32_t)count) % SEND_BYTES;
    if (send_flying == 0) {
        send_next_piece();
    }
    enable_interrupts();
}

bool port_serial_drained(void) {
    return send_flying == 0 && send_head == send_tail && (USART3_ISR & USART_ISR_TC) != 0;
}

void serial_count_errors(Statistics *statistics) {
    statistics->uart_overruns = overruns;
    statistics->uart_framing_errors = framing_errors;
    statistics->uart_noise_errors = noise_errors;
    statistics->dma_errors = dma_errors;
    statistics->receive_overflows = overflown_bytes;
}
