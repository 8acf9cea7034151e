// SPDX-License-Identifier: GPL-2.0-or-later
#include "serial/uart_sampling.h"

// A receiver that oversamples 16 times decides by the middle of a bit, and finds the start edge with an error
// of up to a sixteenth; so anything between 5/16 and 11/16 of a bit may count. A bit is safe only when both
// ends agree.
#define EARLY_SAMPLE (5.0 / 16)
#define LATE_SAMPLE (11.0 / 16)

// The line at `bits` bit times of the sender after the start edge.
static bool level(uint8_t byte, double bits) {
    if (bits < 0 || bits >= UART_FRAME_BITS - 1) {
        return true;
    }
    unsigned bit = (unsigned)bits;
    return bit != 0 && (byte >> (bit - 1) & 1u) != 0;
}

static bool falls_at(uint8_t byte, unsigned bit) { return level(byte, bit - 0.5) && !level(byte, bit + 0.5); }

// `ratio`: bit times of the sender in one of the receiver.
static UartSample sample_from(uint8_t byte, double edge, double ratio) {
    UartSample sample = {0};
    for (unsigned i = 0; i < 8; i++) {
        sample.byte = (uint8_t)(sample.byte | level(byte, edge + (i + 1 + LATE_SAMPLE) * ratio) << i);
    }
    sample.framing_error =
        !level(byte, edge + (9 + EARLY_SAMPLE) * ratio) || !level(byte, edge + (9 + LATE_SAMPLE) * ratio);
    return sample;
}

size_t uart_sample_frame(UartReceiver *receiver, Picoseconds frame_start, uint8_t byte,
                         double sender_bits_per_second, double receiver_bits_per_second,
                         UartSample samples[UART_SAMPLES_MAX]) {
    double ratio = sender_bits_per_second / receiver_bits_per_second;
    double picoseconds_per_bit = (double)PICOSECONDS_PER_SECOND / sender_bits_per_second;
    double free_at = 0;
    if (receiver->busy_until > frame_start) {
        free_at = (double)(receiver->busy_until - frame_start) / picoseconds_per_bit;
    }
    size_t count = 0;
    for (unsigned bit = 0; bit < UART_FRAME_BITS - 1; bit++) {
        bool is_start = bit >= free_at && falls_at(byte, bit) && !level(byte, bit + LATE_SAMPLE * ratio);
        if (is_start) {
            samples[count++] = sample_from(byte, bit, ratio);
            free_at = bit + (9 + LATE_SAMPLE) * ratio;
        }
    }
    receiver->busy_until = frame_start + (Picoseconds)(free_at * picoseconds_per_bit);
    return count;
}
