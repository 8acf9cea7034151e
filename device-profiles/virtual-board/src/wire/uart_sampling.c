// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/uart_sampling.h"

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
    return bit != 0 && ((unsigned)byte >> (bit - 1) & 1u) != 0;
}

static bool falls_at(uint8_t byte, unsigned bit) { return level(byte, bit - 0.5) && !level(byte, bit + 0.5); }

// Goes on with the reception that began at receiver->edge, as far as this frame's waveform is known; all
// times in bit times of the sender since its start edge, `ratio` of them in one of the receiver. True when
// the byte is complete.
static bool receive(UartReceiver *receiver, uint8_t byte, double ratio, UartSample *sample) {
    while (receiver->data_bits < 8) {
        double at = receiver->edge + (receiver->data_bits + 1 + LATE_SAMPLE) * ratio;
        if (at >= UART_FRAME_BITS) {
            return false; // the next frame, or the silence before it, decides
        }
        receiver->byte = (uint8_t)(receiver->byte | level(byte, at) << receiver->data_bits);
        receiver->data_bits++;
    }
    sample->byte = receiver->byte;
    sample->framing_error = !level(byte, receiver->edge + (9 + EARLY_SAMPLE) * ratio) ||
                            !level(byte, receiver->edge + (9 + LATE_SAMPLE) * ratio);
    receiver->active = false;
    receiver->free_at = receiver->edge + (9 + LATE_SAMPLE) * ratio;
    return true;
}

static void begin(UartReceiver *receiver, double edge) {
    receiver->active = true;
    receiver->edge = edge;
    receiver->data_bits = 0;
    receiver->byte = 0;
}

// Moves the receiver's times to the beginning of the new frame.
static void move_origin(UartReceiver *receiver, Picoseconds frame_start, double picoseconds_per_bit) {
    double passed =
        frame_start > receiver->origin ? (double)(frame_start - receiver->origin) / picoseconds_per_bit : 0;
    double scale = receiver->picoseconds_per_bit / picoseconds_per_bit;
    receiver->edge = receiver->edge * scale - passed;
    receiver->free_at = receiver->free_at * scale - passed;
    receiver->origin = frame_start;
    receiver->picoseconds_per_bit = picoseconds_per_bit;
}

size_t uart_sample_frame(UartReceiver *receiver, Picoseconds frame_start, uint8_t byte,
                         double sender_bits_per_second, double receiver_bits_per_second,
                         UartSample samples[UART_SAMPLES_MAX]) {
    double ratio = sender_bits_per_second / receiver_bits_per_second;
    size_t count = 0;
    move_origin(receiver, frame_start, (double)PICOSECONDS_PER_SECOND / sender_bits_per_second);
    if (receiver->active && receive(receiver, byte, ratio, &samples[count])) {
        count++;
    }
    for (unsigned bit = 0; bit < UART_FRAME_BITS - 1 && !receiver->active; bit++) {
        bool is_start =
            bit >= receiver->free_at && falls_at(byte, bit) && !level(byte, bit + LATE_SAMPLE * ratio);
        if (is_start) {
            begin(receiver, bit);
            count += receive(receiver, byte, ratio, &samples[count]);
        }
    }
    return count;
}
