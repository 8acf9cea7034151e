// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip_test.h"
#include "wire/uart_sampling.h"

#define RATE 921600.0

// Back to back, as a busy line has them. Returns how many of the bytes were heard as they were sent, none in
// between.
static unsigned heard_right(double ratio, unsigned *framing_errors) {
    UartReceiver receiver = {0};
    unsigned right = 0;
    *framing_errors = 0;
    for (unsigned i = 0; i < 1024; i++) {
        UartSample samples[UART_SAMPLES_MAX];
        uint8_t byte = (uint8_t)(i * 167 + i / 256);
        Picoseconds start = (Picoseconds)(i * UART_FRAME_BITS * 1e12 / RATE);
        size_t count = uart_sample_frame(&receiver, start, byte, RATE, RATE * ratio, samples);
        for (size_t k = 0; k < count; k++) {
            *framing_errors += samples[k].framing_error;
        }
        right += count == 1 && samples[0].byte == byte && !samples[0].framing_error;
    }
    return right;
}

static void shouldHearEveryByteWithinThreePercent(void) {
    unsigned errors;
    for (double ratio = 0.97; ratio <= 1.03; ratio += 0.001) {
        CHECK_EQUAL(1024, heard_right(ratio, &errors));
        CHECK_EQUAL(0, errors);
    }
}

static void shouldGarbleBeyond(void) {
    static const double ratios[] = {0.125, 0.25, 0.5, 0.9, 0.95, 1.05, 1.1, 2, 4, 8};
    for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
        unsigned errors;
        unsigned right = heard_right(ratios[i], &errors);
        printf("receiver at %.3f of the sender's rate: %u of 1024 bytes right, %u framing errors\n",
               ratios[i], right, errors);
        CHECK(right < 768);
    }
}

static void shouldGarbleTheSameWayEveryTime(void) {
    UartSample first[UART_SAMPLES_MAX];
    UartSample again[UART_SAMPLES_MAX];
    UartReceiver a = {0};
    UartReceiver b = {0};
    size_t count = uart_sample_frame(&a, 0, 0x5A, RATE, 115200, first);
    CHECK_EQUAL(count, uart_sample_frame(&b, 0, 0x5A, RATE, 115200, again));
    for (size_t i = 0; i < count; i++) {
        CHECK_EQUAL(first[i].byte, again[i].byte);
    }
}

// 0x00 at an eighth of the rate: the start bit and eight data bits are low for 72 bits of the receiver.
static void shouldSeeABreakAsAFramingError(void) {
    UartReceiver receiver = {0};
    UartSample samples[UART_SAMPLES_MAX];
    CHECK_EQUAL(1, uart_sample_frame(&receiver, 0, 0x00, RATE / 8, RATE, samples));
    CHECK_EQUAL(0, samples[0].byte);
    CHECK(samples[0].framing_error);
}

int main(void) {
    shouldHearEveryByteWithinThreePercent();
    shouldGarbleBeyond();
    shouldGarbleTheSameWayEveryTime();
    shouldSeeABreakAsAFramingError();
    return 0;
}
