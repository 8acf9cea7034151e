// SPDX-License-Identifier: GPL-2.0-or-later
// What an asynchronous receiver makes of a frame that was sent at another rate.
#ifndef VB_UART_SAMPLING_H
#define VB_UART_SAMPLING_H

#include "time/timeline.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Start bit, 8 data bits from the lowest, 1 stop bit.
#define UART_FRAME_BITS 10u
// A frame has at most five falling edges, each of which may look like a start bit to a fast receiver; and a
// slow one may end the byte of an earlier frame.
#define UART_SAMPLES_MAX 6u

// Zero-initialized = it waits for a start bit. Times are in bits of the sender's frame that was sampled last.
typedef struct UartReceiver {
    bool active; // a slow receiver is still inside its byte when the sender's frame ends
    double edge; // its start bit
    unsigned data_bits;
    uint8_t byte;
    double free_at; // it looks for a start bit again
    Picoseconds origin;
    double picoseconds_per_bit;
} UartReceiver;

typedef struct UartSample {
    uint8_t byte;
    bool framing_error; // the stop bit was low, or low for a part of it
} UartSample;

// Samples a frame that begins at frame_start, not before the last one ended. Rates are in bit/s and
// positive. Returns how many bytes the receiver believes to have seen (0 to UART_SAMPLES_MAX). Two rates
// within 3% of each other always give the byte that was sent.
size_t uart_sample_frame(UartReceiver *receiver, Picoseconds frame_start, uint8_t byte,
                         double sender_bits_per_second, double receiver_bits_per_second,
                         UartSample samples[UART_SAMPLES_MAX]);

#endif
