// SPDX-License-Identifier: GPL-2.0-or-later
// The shift registers: frames on the wire, their times, and what the receiver makes of them.
#include "chip/dma.h"
#include "chip/gpio.h"
#include "chip/usart_internal.h"

// The ST-Link's wires (UM1974 6.9, solder bridges as delivered).
#define VCP_PORT GPIO_PORT('D')
#define VCP_TRANSMIT_PIN 8u
#define VCP_RECEIVE_PIN 9u
#define VCP_FUNCTION 7

uint8_t usart_take(UsartFifo *fifo) {
    uint8_t byte = fifo->bytes[fifo->first];
    fifo->first = (fifo->first + 1) % USART_FIFO_BYTES;
    fifo->count--;
    return byte;
}

void usart_put(UsartFifo *fifo, uint8_t byte) {
    fifo->bytes[(fifo->first + fifo->count++) % USART_FIFO_BYTES] = byte;
}

BitTime usart_bit_time(const Usart *usart) {
    static const unsigned prescalers[16] = {1, 2, 4, 6, 8, 10, 12, 16, 32, 64, 128, 256, 256, 256, 256, 256};
    Chip *chip = usart->gate.chip;
    uint32_t kernel_hz = rcc_usart_kernel_hz(chip->rcc, usart->instance->usart1_or_6);
    bool over8 = (usart->cr1 & CR1_OVER8) != 0;
    uint32_t divider = over8 ? (usart->brr & 0xFFF0u) | (usart->brr & 7u) << 1 : usart->brr;
    if (kernel_hz == 0 || divider < 16) { // RM0433 48.5.6: smaller dividers do not work
        lints_note(chip->config.lints, "uart-rate", "%s: kernel clock %u Hz, BRR 0x%x: no bit clock",
                   usart->instance->name, (unsigned)kernel_hz, (unsigned)usart->brr);
        return (BitTime){0};
    }
    return (BitTime){.tick_hz = over8 ? kernel_hz * 2 : kernel_hz,
                     .ticks = divider * prescalers[usart->presc & 0xFu]};
}

static double bits_per_second(BitTime bit_time) { return (double)bit_time.tick_hz / bit_time.ticks; }

static unsigned word_bits(const Usart *usart) {
    return (usart->cr1 & CR1_M1) != 0 ? 7 : (usart->cr1 & CR1_M0) != 0 ? 9 : 8; // parity included
}

// Start, data and stop bits in half bits.
static unsigned frame_half_bits(const Usart *usart) {
    static const unsigned stop_half_bits[4] = {2, 1, 4, 3};
    return 2 + 2 * word_bits(usart) + stop_half_bits[usart->cr2 >> CR2_STOP_POSITION & 3u];
}

static uint32_t frame_ticks(const Usart *usart, BitTime bit_time) {
    return bit_time.ticks * frame_half_bits(usart) / 2;
}

// What the ST-Link can take for eight bits without parity: seven and a parity bit have the same shape.
static bool is_as_long_as_8n1(const Usart *usart) {
    return word_bits(usart) == 8 && (usart->cr2 >> CR2_STOP_POSITION & 1u) == 0;
}

static bool pin_is_connected(const Usart *usart, unsigned pin, uint32_t inversion) {
    Chip *chip = usart->gate.chip;
    const Gpio *gpio = chip->gpio;
    if (usart != chip->usart3) {
        return false;
    }
    if (gpio_alternate_function(gpio, VCP_PORT, pin) != VCP_FUNCTION) {
        lints_note(chip->config.lints, "uart-pin",
                   "USART3 is in use but PD%u is not in alternate function 7: the line is silent", pin);
        return false;
    }
    if ((usart->cr2 & (CR2_SWAP | inversion)) != 0 || (usart->cr3 & CR3_HDSEL) != 0) {
        lints_note(chip->config.lints, "uart-pin",
                   "USART3 has its pins swapped, inverted or half-duplex; the ST-Link hears nothing");
        return false;
    }
    if (!is_as_long_as_8n1(usart)) {
        lints_note(chip->config.lints, "uart-format",
                   "USART3 does not send words of 8 bits; the virtual line carries only 8N1");
        return false;
    }
    if (pin == VCP_TRANSMIT_PIN && gpio_is_open_drain(gpio, VCP_PORT, pin) &&
        !gpio_has_pull_up(gpio, VCP_PORT, pin)) {
        lints_note(chip->config.lints, "uart-pin",
                   "PD8 is open-drain without a pull-up: the line never goes high");
        return false;
    }
    return true;
}

static uint8_t reverse(uint8_t byte) {
    byte = (uint8_t)((byte & 0xF0) >> 4 | (byte & 0x0F) << 4);
    byte = (uint8_t)((byte & 0xCC) >> 2 | (byte & 0x33) << 2);
    return (uint8_t)((byte & 0xAA) >> 1 | (byte & 0x55) << 1);
}

// DATAINV and MSBFIRST work the same way in both directions.
static uint8_t wire_byte(const Usart *usart, uint8_t byte) {
    byte = (usart->cr2 & CR2_DATAINV) != 0 ? (uint8_t)~byte : byte;
    return (usart->cr2 & CR2_MSBFIRST) != 0 ? reverse(byte) : byte;
}

// RM0433 48.5.10: the parity bit takes the place of the word's highest bit.
static uint8_t with_parity(const Usart *usart, uint8_t byte) {
    if ((usart->cr1 & CR1_PCE) == 0) {
        return byte;
    }
    bool odd = (__builtin_popcount(byte & 0x7Fu) & 1) != 0;
    bool parity = odd != ((usart->cr1 & CR1_PS) != 0);
    return (uint8_t)((byte & 0x7Fu) | (parity ? 0x80u : 0));
}

// ---- sending ----

static void shift_next(Usart *usart) {
    uint32_t ticks = frame_ticks(usart, usart->shift_bit_time);
    usart->shifted = usart_take(&usart->transmit);
    usart->shifting = true;
    usart->burst_ticks += ticks;
    Picoseconds end =
        usart->burst_start + picoseconds_of_ticks(usart->burst_ticks, usart->shift_bit_time.tick_hz);
    if (usart->burst_ticks >=
        usart->shift_bit_time.tick_hz) { // a whole second is a whole number of picoseconds
        usart->burst_ticks -= usart->shift_bit_time.tick_hz;
        usart->burst_start += PICOSECONDS_PER_SECOND;
    }
    timeline_schedule(usart->gate.chip->config.timeline, &usart->sent, end);
}

void usart_start_sending(Usart *usart) {
    uint32_t on = CR1_UE | CR1_TE;
    if (usart->shifting || usart->transmit.count == 0 || (usart->cr1 & on) != on) {
        return;
    }
    usart->shift_bit_time = usart_bit_time(usart);
    if (usart->shift_bit_time.tick_hz == 0) {
        return;
    }
    Picoseconds now = chip_now(usart->gate.chip);
    usart->burst_start = now > usart->preamble_end ? now : usart->preamble_end;
    usart->burst_ticks = 0;
    shift_next(usart);
}

// The first thing after TE is an idle frame (RM0433 48.5.5).
void usart_transmitter_enabled(Usart *usart) {
    BitTime bit_time = usart_bit_time(usart);
    if (bit_time.tick_hz != 0) {
        usart->preamble_end =
            chip_now(usart->gate.chip) + picoseconds_of_ticks(frame_ticks(usart, bit_time), bit_time.tick_hz);
    }
}

static bool same_bit_time(BitTime a, BitTime b) { return a.tick_hz == b.tick_hz && a.ticks == b.ticks; }

static void sent(void *context) {
    Usart *usart = context;
    Chip *chip = usart->gate.chip;
    if (pin_is_connected(usart, VCP_TRANSMIT_PIN, CR2_TXINV)) {
        chip->config.serial_send(chip->config.context, wire_byte(usart, with_parity(usart, usart->shifted)),
                                 bits_per_second(usart->shift_bit_time));
    }
    usart->shifting = false;
    bool goes_on = usart->transmit.count > 0 && (usart->cr1 & CR1_TE) != 0;
    if (goes_on && same_bit_time(usart->shift_bit_time, usart_bit_time(usart))) {
        shift_next(usart);
    } else if (goes_on) {
        usart_start_sending(usart);
    } else {
        usart->flags |= ISR_TC;
    }
    usart_changed(usart);
}

bool usart_is_sending(const Usart *usart) { return usart->shifting; }

// ---- receiving ----

static bool next_frame_has_begun(const Usart *usart) {
    const Chip *chip = usart->gate.chip;
    return usart == chip->usart3 && chip->config.serial_receiving(chip->config.context);
}

static void line_idle(void *context) {
    Usart *usart = context;
    if (!next_frame_has_begun(usart)) {
        usart->flags |= ISR_IDLE;
        usart_changed(usart);
    }
}

static void receive_timeout(void *context) {
    Usart *usart = context;
    if (!next_frame_has_begun(usart)) {
        usart->flags |= ISR_RTOF;
        usart_changed(usart);
    }
}

static void watch_silence(Usart *usart, BitTime bit_time) {
    Timeline *timeline = usart->gate.chip->config.timeline;
    Picoseconds now = timeline_now(timeline);
    timeline_schedule(timeline, &usart->line_idle,
                      now + picoseconds_of_ticks(frame_ticks(usart, bit_time), bit_time.tick_hz));
    if ((usart->cr2 & CR2_RTOEN) != 0) {
        uint64_t bits = usart->rtor & 0xFFFFFFu;
        timeline_schedule(timeline, &usart->receive_timeout,
                          now + picoseconds_of_ticks(bits * bit_time.ticks, bit_time.tick_hz));
    }
}

static void store(Usart *usart, UartSample sample) {
    uint8_t byte = wire_byte(usart, sample.byte);
    if (byte != with_parity(usart, byte)) {
        usart->flags |= ISR_PE;
    }
    if (sample.framing_error) {
        usart->flags |= ISR_FE;
    }
    if (byte == (uint8_t)(usart->cr2 >> CR2_ADD_POSITION)) {
        usart->flags |= ISR_CMF;
    }
    if (usart->receive.count < usart_fifo_capacity(usart)) {
        usart_put(&usart->receive, byte);
    } else if ((usart->cr3 & CR3_OVRDIS) != 0) {
        usart->receive.bytes[(usart->receive.first + usart->receive.count - 1) % USART_FIFO_BYTES] = byte;
    } else {
        usart->flags |= ISR_ORE;
    }
    usart_changed(usart); // the DMA may take the byte before the next one of the same moment
}

void usart_receive(Usart *usart, uint8_t byte, double sender_bits_per_second) {
    uint32_t on = CR1_UE | CR1_RE;
    Chip *chip = usart->gate.chip;
    bool clocked = rcc_enabled(chip->rcc, usart->instance->enable_register, usart->instance->enable_bit);
    if ((usart->cr1 & on) != on || !clocked || !pin_is_connected(usart, VCP_RECEIVE_PIN, CR2_RXINV)) {
        return;
    }
    BitTime bit_time = usart_bit_time(usart);
    if (bit_time.tick_hz == 0) {
        return;
    }
    UartSample samples[UART_SAMPLES_MAX];
    Picoseconds duration =
        (Picoseconds)(UART_FRAME_BITS * (double)PICOSECONDS_PER_SECOND / sender_bits_per_second);
    Picoseconds end = timeline_event_time(chip->config.timeline);
    size_t count = uart_sample_frame(&usart->sampler, end > duration ? end - duration : 0, byte,
                                     sender_bits_per_second, bits_per_second(bit_time), samples);
    for (size_t i = 0; i < count; i++) {
        store(usart, samples[i]);
    }
    if (count > 0) {
        watch_silence(usart, bit_time);
    }
}

void usart_init_events(Usart *usart) {
    usart->sent = (Event){.name = "USART byte sent", .fire = sent, .context = usart};
    usart->line_idle = (Event){.name = "USART line idle", .fire = line_idle, .context = usart};
    usart->receive_timeout =
        (Event){.name = "USART receiver timeout", .fire = receive_timeout, .context = usart};
}

void usart_stop_line(Usart *usart) {
    Timeline *timeline = usart->gate.chip->config.timeline;
    timeline_cancel(timeline, &usart->sent);
    timeline_cancel(timeline, &usart->line_idle);
    timeline_cancel(timeline, &usart->receive_timeout);
    usart->shifting = false;
    usart->transmit.count = 0;
    usart->receive.count = 0;
}
