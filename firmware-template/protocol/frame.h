// SPDX-License-Identifier: Apache-2.0
// Frames on the line (SPEC.md, "Frames"): 00, COBS(header, payload, CRC-32), 00.
//
// Encoder and decoder stream: they hold no line bytes of their own, so that a DMA buffer of any size can be
// filled and emptied in any portions. After whatever corruption or prefix the decoder is in step again at the
// next 00.
#ifndef HILDA_FRAME_H
#define HILDA_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER_BYTES 12U
#define FRAME_CRC_BYTES 4U
#define FRAME_OVERHEAD_BYTES (FRAME_HEADER_BYTES + FRAME_CRC_BYTES)
// Most line bytes that a sealed frame of this size can take: COBS adds one byte per started 254, plus two
// delimiters.
#define FRAME_MAX_LINE_BYTES(sealed_bytes) ((sealed_bytes) + (sealed_bytes) / 254U + 1U + 2U)

enum {
    FRAME_HELLO_REQUEST = 1,
    FRAME_HELLO = 2,
    FRAME_DATA = 3,
    FRAME_ACK = 4,
};

enum {
    FRAME_FLAG_FIRST = 0x01,       // DATA: first fragment of a message
    FRAME_FLAG_LAST = 0x02,        // DATA: last fragment of a message
    FRAME_FLAG_GAP = 0x10,         // something was lost, from `acknowledge` on
    FRAME_FLAG_ACK_REQUEST = 0x20, // answer at once, even if there is nothing new to say
    FRAME_FLAG_KEEPS = 0x40,       // the sender of this keeps frames beyond the one it expects
};

typedef struct FrameHeader {
    uint8_t type;
    uint8_t flags;
    uint16_t credit; // frames from `acknowledge` on that the sender of this header can take
    uint32_t session;
    uint16_t sequence;    // DATA: number of this frame; others: number of the next DATA frame
    uint16_t acknowledge; // number of the DATA frame expected next; all before it have arrived
} FrameHeader;

void frame_put_header(uint8_t *frame, const FrameHeader *header);
FrameHeader frame_get_header(const uint8_t *frame);
// Appends the CRC behind header and payload and returns the size of the sealed frame.
// `frame` has room for FRAME_OVERHEAD_BYTES + payload_bytes.
size_t frame_seal(uint8_t *frame, size_t payload_bytes);

typedef struct FrameEncoder {
    const uint8_t *frame;
    size_t size;
    size_t next;      // index of the next byte of the frame
    size_t block_end; // end of the running COBS block
    uint8_t stage;
    bool full_block; // the running block has 254 bytes and therefore no zero behind it
} FrameEncoder;

// The sealed frame must stay unchanged until frame_encoder_idle().
void frame_encoder_start(FrameEncoder *encoder, const uint8_t *sealed, size_t size);
bool frame_encoder_idle(const FrameEncoder *encoder);
// Writes up to `capacity` line bytes and returns how many.
size_t frame_encoder_drain(FrameEncoder *encoder, uint8_t *line, size_t capacity);

typedef enum {
    FRAME_NOTHING,   // all bytes consumed, no delimiter yet (or only empty frames)
    FRAME_RECEIVED,  // `buffer` holds a frame with the right CRC, `size` bytes without the CRC
    FRAME_MALFORMED, // broken COBS, too short or too long: noise, a prefix, a cut frame
    FRAME_BAD_CRC,
} FrameEvent;

typedef struct FrameDecoder {
    uint8_t *buffer;
    size_t capacity; // sealed frame, CRC included
    size_t size;
    uint8_t block_left; // bytes until the next code byte
    bool zero_due;      // the block before was shorter than 254, so a zero follows it unless the frame ends
    bool skipping;      // broken; waits for the delimiter
    bool started;
} FrameDecoder;

// Drops what was received of the running frame. The buffer may be exchanged after each event.
void frame_decoder_start(FrameDecoder *decoder, uint8_t *buffer, size_t capacity);
// Consumes line bytes up to and including the next delimiter that ends something; *consumed <= count.
FrameEvent frame_decoder_feed(FrameDecoder *decoder, const uint8_t *line, size_t count, size_t *consumed);

#endif
