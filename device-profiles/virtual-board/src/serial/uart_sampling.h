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
// A frame has at most five falling edges, each of which may look like a start bit to a fast receiver.
#define UART_SAMPLES_MAX 5u

typedef struct UartReceiver {
    Picoseconds busy_until; // a slow receiver is still inside its frame when the next one begins
} UartReceiver;

typedef struct UartSample {
    uint8_t byte;
    bool framing_error; // the stop bit was low, or not low enough of the time to tell
} UartSample;

// Samples a frame that begins at frame_start, the line being idle afterwards. Rates are in bit/s and
// positive. Returns how many bytes the receiver believes to have seen (0 to UART_SAMPLES_MAX). Two rates
// within 3% of each other always give the byte that was sent.
size_t uart_sample_frame(UartReceiver *receiver, Picoseconds frame_start, uint8_t byte,
                         double sender_bits_per_second, double receiver_bits_per_second,
                         UartSample samples[UART_SAMPLES_MAX]);

#endif
