// SPDX-License-Identifier: Apache-2.0
#include "frame.h"

#include "byte_order.h"
#include "crc32.h"

#include <string.h>

#define DELIMITER 0x00
#define FULL_BLOCK_BYTES 254U

enum { STAGE_OPENING, STAGE_CODE, STAGE_BLOCK, STAGE_CLOSING, STAGE_IDLE };

void frame_put_header(uint8_t *frame, const FrameHeader *header) {
    frame[0] = header->type;
    frame[1] = header->flags;
    put_u16(frame + 2, header->credit);
    put_u32(frame + 4, header->session);
    put_u16(frame + 8, header->sequence);
    put_u16(frame + 10, header->acknowledge);
}

FrameHeader frame_get_header(const uint8_t *frame) {
    return (FrameHeader){
        .type = frame[0],
        .flags = frame[1],
        .credit = get_u16(frame + 2),
        .session = get_u32(frame + 4),
        .sequence = get_u16(frame + 8),
        .acknowledge = get_u16(frame + 10),
    };
}

size_t frame_seal(uint8_t *frame, size_t payload_bytes) {
    size_t size = FRAME_HEADER_BYTES + payload_bytes;
    put_u32(frame + size, crc32_of(frame, size));
    return size + FRAME_CRC_BYTES;
}

void frame_encoder_start(FrameEncoder *encoder, const uint8_t *sealed, size_t size) {
    *encoder = (FrameEncoder){.frame = sealed, .size = size, .stage = STAGE_OPENING};
}

bool frame_encoder_idle(const FrameEncoder *encoder) {
    return encoder->frame == NULL || encoder->stage == STAGE_IDLE;
}

// Finds the block that starts at `next` and returns its code byte (Cheshire and Baker, "Consistent Overhead
// Byte Stuffing", section 3: the code is one more than the number of bytes before the next zero).
static uint8_t start_block(FrameEncoder *encoder) {
    size_t left = encoder->size - encoder->next;
    size_t limit = left < FULL_BLOCK_BYTES ? left : FULL_BLOCK_BYTES;
    const uint8_t *start = encoder->frame + encoder->next;
    const uint8_t *zero = limit > 0 ? memchr(start, 0, limit) : NULL;
    size_t length = zero != NULL ? (size_t)(zero - start) : limit;
    encoder->block_end = encoder->next + length;
    encoder->full_block = length == FULL_BLOCK_BYTES;
    return (uint8_t)(length + 1);
}

static uint8_t stage_after_block(FrameEncoder *encoder) {
    if (encoder->block_end == encoder->size) {
        return STAGE_CLOSING;
    }
    if (!encoder->full_block) {
        encoder->next++; // the zero that the code byte stands for
    }
    return STAGE_CODE;
}

size_t frame_encoder_drain(FrameEncoder *encoder, uint8_t *line, size_t capacity) {
    size_t written = 0;
    while (written < capacity && !frame_encoder_idle(encoder)) {
        if (encoder->stage == STAGE_OPENING) {
            line[written++] = DELIMITER;
            encoder->stage = STAGE_CODE;
        } else if (encoder->stage == STAGE_CODE) {
            line[written++] = start_block(encoder);
            bool empty = encoder->next == encoder->block_end;
            encoder->stage = empty ? stage_after_block(encoder) : STAGE_BLOCK;
        } else if (encoder->stage == STAGE_BLOCK) {
            size_t left = encoder->block_end - encoder->next;
            size_t portion = left < capacity - written ? left : capacity - written;
            memcpy(line + written, encoder->frame + encoder->next, portion);
            written += portion;
            encoder->next += portion;
            encoder->stage = portion == left ? stage_after_block(encoder) : STAGE_BLOCK;
        } else {
            line[written++] = DELIMITER;
            encoder->stage = STAGE_IDLE;
        }
    }
    return written;
}

static void begin_frame(FrameDecoder *decoder) {
    decoder->size = 0;
    decoder->block_left = 0;
    decoder->zero_due = false;
    decoder->skipping = false;
    decoder->started = false;
}

void frame_decoder_start(FrameDecoder *decoder, uint8_t *buffer, size_t capacity) {
    decoder->buffer = buffer;
    decoder->capacity = capacity;
    begin_frame(decoder);
}

static void append(FrameDecoder *decoder, const uint8_t *bytes, size_t count) {
    if (count > decoder->capacity - decoder->size) {
        decoder->skipping = true;
        return;
    }
    memcpy(decoder->buffer + decoder->size, bytes, count);
    decoder->size += count;
}

// `line` holds no delimiter.
static void decode_stretch(FrameDecoder *decoder, const uint8_t *line, size_t count) {
    static const uint8_t ZERO = 0;
    decoder->started = decoder->started || count > 0;
    while (count > 0 && !decoder->skipping) {
        if (decoder->block_left == 0) {
            if (decoder->zero_due) {
                append(decoder, &ZERO, 1);
            }
            decoder->block_left = (uint8_t)(*line - 1U);
            decoder->zero_due = decoder->block_left < FULL_BLOCK_BYTES;
            line++;
            count--;
        }
        size_t portion = count < decoder->block_left ? count : decoder->block_left;
        append(decoder, line, portion);
        decoder->block_left = (uint8_t)(decoder->block_left - portion);
        line += portion;
        count -= portion;
    }
}

static FrameEvent end_frame(FrameDecoder *decoder) {
    bool started = decoder->started;
    bool whole = !decoder->skipping && decoder->block_left == 0 && decoder->size >= FRAME_OVERHEAD_BYTES;
    size_t size = decoder->size;
    begin_frame(decoder);
    if (!started) {
        return FRAME_NOTHING;
    }
    if (!whole) {
        return FRAME_MALFORMED;
    }
    decoder->size = size - FRAME_CRC_BYTES;
    bool intact = get_u32(decoder->buffer + decoder->size) == crc32_of(decoder->buffer, decoder->size);
    return intact ? FRAME_RECEIVED : FRAME_BAD_CRC;
}

FrameEvent frame_decoder_feed(FrameDecoder *decoder, const uint8_t *line, size_t count, size_t *consumed) {
    *consumed = 0;
    while (*consumed < count) {
        if (!decoder->started) {
            begin_frame(decoder); // `size` still told of the frame before
        }
        const uint8_t *start = line + *consumed;
        size_t left = count - *consumed;
        const uint8_t *delimiter = memchr(start, DELIMITER, left);
        size_t stretch = delimiter != NULL ? (size_t)(delimiter - start) : left;
        decode_stretch(decoder, start, stretch);
        *consumed += stretch;
        if (delimiter != NULL) {
            (*consumed)++;
            FrameEvent event = end_frame(decoder);
            if (event != FRAME_NOTHING) {
                return event;
            }
        }
    }
    return FRAME_NOTHING;
}
