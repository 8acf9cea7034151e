// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "crc32.h"
#include "frame.h"

#define MAX_PAYLOAD 2048U
#define MAX_SEALED (FRAME_OVERHEAD_BYTES + MAX_PAYLOAD)
#define MAX_LINE FRAME_MAX_LINE_BYTES(MAX_SEALED)

typedef struct Collected {
    unsigned received, malformed, bad_crc;
    uint8_t last[MAX_SEALED];
    size_t last_size;
} Collected;

static uint8_t decoder_buffer[MAX_SEALED];

static void feed(FrameDecoder *decoder, Collected *collected, const uint8_t *line, size_t count) {
    while (count > 0) {
        size_t consumed;
        FrameEvent event = frame_decoder_feed(decoder, line, count, &consumed);
        CHECK(consumed > 0 && consumed <= count);
        line += consumed;
        count -= consumed;
        collected->malformed += event == FRAME_MALFORMED;
        collected->bad_crc += event == FRAME_BAD_CRC;
        if (event == FRAME_RECEIVED) {
            collected->received++;
            collected->last_size = decoder->size;
            memcpy(collected->last, decoder->buffer, decoder->size);
        }
    }
}

// Encodes in portions of `portion` bytes.
static size_t encode(const uint8_t *sealed, size_t size, uint8_t *line, size_t portion) {
    FrameEncoder encoder;
    frame_encoder_start(&encoder, sealed, size);
    size_t length = 0;
    while (!frame_encoder_idle(&encoder)) {
        length += frame_encoder_drain(&encoder, line + length, portion);
        CHECK(length <= FRAME_MAX_LINE_BYTES(size));
    }
    return length;
}

static size_t random_frame(Random *random, uint8_t *sealed) {
    size_t payload = random_below(random, 8) == 0 ? MAX_PAYLOAD : random_below(random, MAX_PAYLOAD + 1U);
    uint32_t zeros = random_below(random, 3); // none, as chance has it, or mostly
    for (size_t i = 0; i < payload; i++) {
        uint8_t byte = (uint8_t)random_next(random);
        sealed[FRAME_HEADER_BYTES + i] = zeros == 0                   ? (uint8_t)(byte | 1)
                                         : (zeros == 2 && byte < 200) ? 0
                                                                      : byte;
    }
    FrameHeader header = {.type = (uint8_t)random_next(random),
                          .flags = (uint8_t)random_next(random),
                          .credit = (uint16_t)random_next(random),
                          .session = (uint32_t)random_next(random),
                          .sequence = (uint16_t)random_next(random),
                          .acknowledge = (uint16_t)random_next(random)};
    frame_put_header(sealed, &header);
    return frame_seal(sealed, payload);
}

static void should_compute_the_check_value(void) {
    CHECK_EQUAL(0xCBF43926U, crc32_of((const uint8_t *)"123456789", 9));
}

static void should_restore_any_frame_in_any_portions(Random *random) {
    static uint8_t sealed[MAX_SEALED], line[MAX_LINE];
    FrameDecoder decoder;
    frame_decoder_start(&decoder, decoder_buffer, MAX_SEALED);
    for (unsigned round = 0; round < 2000; round++) {
        size_t size = random_frame(random, sealed);
        size_t length = encode(sealed, size, line, 1U + random_below(random, 600));
        CHECK(line[0] == 0 && line[length - 1] == 0 && memchr(line + 1, 0, length - 2) == NULL);
        Collected collected = {0};
        size_t split = random_below(random, (uint32_t)length);
        feed(&decoder, &collected, line, split);
        feed(&decoder, &collected, line + split, length - split);
        CHECK_EQUAL(1, collected.received);
        CHECK_EQUAL(size - FRAME_CRC_BYTES, collected.last_size);
        CHECK(memcmp(sealed, collected.last, collected.last_size) == 0);
    }
}

// Whatever is inserted, dropped or damaged: nothing false comes out, and the second frame after it does.
static void should_be_in_step_after_any_corruption(Random *random) {
    static uint8_t sealed[MAX_SEALED], good[MAX_SEALED], line[MAX_LINE], good_line[MAX_LINE];
    FrameDecoder decoder;
    frame_decoder_start(&decoder, decoder_buffer, MAX_SEALED);
    for (unsigned round = 0; round < 2000; round++) {
        size_t length = encode(sealed, random_frame(random, sealed), line, MAX_LINE);
        Collected collected = {0};
        unsigned damage = random_below(random, 4);
        size_t place = 1U + random_below(random, (uint32_t)length - 2U);
        if (damage == 0) {
            line[place] ^= (uint8_t)(1U << random_below(random, 8));
            feed(&decoder, &collected, line, length);
        } else if (damage == 1) { // cut
            feed(&decoder, &collected, line, place);
        } else if (damage == 2) { // a byte is missing
            feed(&decoder, &collected, line, place);
            feed(&decoder, &collected, line + place + 1, length - place - 1);
        } else { // noise, longer than any frame
            for (unsigned i = 0; i < 3000; i++) {
                uint8_t noise = (uint8_t)random_next(random);
                feed(&decoder, &collected, &noise, 1);
            }
        }
        CHECK_EQUAL(0, collected.received);
        size_t good_size = random_frame(random, good);
        feed(&decoder, &collected, good_line, encode(good, good_size, good_line, MAX_LINE));
        CHECK_EQUAL(1, collected.received);
        CHECK(memcmp(good, collected.last, good_size - FRAME_CRC_BYTES) == 0);
    }
}

static void should_lose_no_frame_behind_a_prefix(void) {
    uint8_t sealed[64], line[80];
    frame_put_header(sealed, &(FrameHeader){.type = FRAME_ACK});
    size_t length = encode(sealed, frame_seal(sealed, 0), line, sizeof line);
    FrameDecoder decoder;
    frame_decoder_start(&decoder, decoder_buffer, MAX_SEALED);
    Collected collected = {0};
    feed(&decoder, &collected, (const uint8_t *)"AT\r\n+++ATH\r\n", 12);
    feed(&decoder, &collected, line, length);
    CHECK_EQUAL(1, collected.received);
    CHECK_EQUAL(1, collected.malformed);
    CHECK_EQUAL(0, collected.bad_crc);
}

static void should_refuse_a_frame_longer_than_its_buffer(void) {
    static uint8_t sealed[MAX_SEALED], line[MAX_LINE];
    frame_put_header(sealed, &(FrameHeader){.type = FRAME_ACK});
    size_t length = encode(sealed, frame_seal(sealed, 100), line, sizeof line);
    uint8_t small[FRAME_OVERHEAD_BYTES + 99];
    FrameDecoder decoder;
    frame_decoder_start(&decoder, small, sizeof small);
    Collected collected = {0};
    feed(&decoder, &collected, line, length);
    CHECK_EQUAL(0, collected.received);
    CHECK_EQUAL(1, collected.malformed);
}

int main(void) {
    Random random = random_seeded("frame");
    should_compute_the_check_value();
    should_restore_any_frame_in_any_portions(&random);
    should_be_in_step_after_any_corruption(&random);
    should_lose_no_frame_behind_a_prefix();
    should_refuse_a_frame_longer_than_its_buffer();
    return 0;
}
