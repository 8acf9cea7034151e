// SPDX-License-Identifier: Apache-2.0
// One end of the link (SPEC.md, "Link"): messages arrive complete, once and in order, or the link is dead.
//
// Sans-I/O: bytes from the line go in by link_feed(), bytes for the line come out by link_drain(), time comes
// in as an argument. Sliding window, credits from the receiver's free slots, selective repeat; with a peer
// that keeps no frames beyond the expected one, go-back-N. Both ends are the same code; only who asks for a
// hello differs, and that is up to the caller.
#ifndef HILDA_LINK_H
#define HILDA_LINK_H

#include "frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_MAX_PAYLOAD_BYTES 2048U
#define LINK_WINDOW_FRAMES 8U // a power of two, because sequence numbers wrap at 65536
#define LINK_MAX_CONTROL_BYTES 192U
#define LINK_SLOT_BYTES (FRAME_OVERHEAD_BYTES + LINK_MAX_PAYLOAD_BYTES)
#define LINK_MAX_TIMEOUTS 8U // so many in a row, and the link is dead
#define LINK_NEVER UINT64_MAX

typedef struct LinkStatistics {
    uint64_t received_bytes; // of the line, framing included
    uint64_t sent_bytes;
    uint32_t received_frames;
    uint32_t sent_frames;
    uint32_t crc_errors;
    uint32_t resyncs;     // malformed frames skipped
    uint32_t retransmits; // DATA frames sent again
    uint32_t duplicates;  // DATA frames received again
    uint32_t gaps;        // DATA frames beyond the expected one
    uint32_t timeouts;
} LinkStatistics;

typedef struct LinkSlot {
    uint16_t payload_bytes;
    uint8_t flags; // FRAME_FLAG_FIRST, FRAME_FLAG_LAST
    // Of a frame to send:
    bool kept;        // by the peer, beyond the one it expects
    bool due;         // to be repeated
    bool repeated;    // at least once: which of its sendings arrived is not known
    uint32_t sending; // its last one's number among all sendings
    // Header, payload, CRC; the payload is aligned to 4 bytes.
    _Alignas(4) uint8_t frame[LINK_SLOT_BYTES];
} LinkSlot;

typedef struct LinkFragment {
    const uint8_t *payload;
    size_t payload_bytes;
    bool first;
    bool last;
} LinkFragment;

typedef enum {
    LINK_NOTHING,
    LINK_HELLO_REQUEST, // link_control_payload() and link_control_session() until the next feed
    LINK_HELLO,         // the same
    LINK_FRAGMENT,      // link_fragment() has (at least) one more
    LINK_STRANGER, // a DATA or ACK frame although no session is open: the peer does not know of our restart
    LINK_WRONG_SESSION, // a DATA or ACK frame of another session; ignored
} LinkEvent;

typedef struct Link {
    uint64_t retransmit_us;
    LinkStatistics statistics;
    uint32_t session; // 0: none
    bool dead;
    // Receiving. The slot behind the waiting ones is the decoder's.
    FrameDecoder decoder;
    LinkSlot received[LINK_WINDOW_FRAMES + 1];
    unsigned received_first;
    unsigned received_count;
    uint16_t expected;
    uint16_t advertised_end; // expected + credit as last told to the peer
    bool ack_due;
    bool gap_due;
    bool gap_told;   // to a peer that goes back: once per missing frame, its timeout covers a lost report
    uint32_t kept;   // bit i: the frame i beyond the expected one has arrived; it lies in its slot
    bool peer_keeps; // frames beyond the one it expects
    FrameHeader control_header;
    size_t control_bytes;
    // Sending: unacknowledged <= highest_sent <= end.
    FrameEncoder encoder;
    LinkSlot queued[LINK_WINDOW_FRAMES];
    const LinkSlot *encoding; // the slot that the encoder reads, or NULL
    uint16_t unacknowledged;
    uint16_t highest_sent; // first frame that was never sent
    uint16_t end;
    uint32_t sendings;
    uint32_t newest_arrived; // a sending; those before it that have not arrived are lost
    uint32_t settled_bytes;  // of frames that arrived or were lost, over about the last megabyte
    uint32_t losses;         // of them lost, times LOSS_SCALE
    uint16_t peer_end;       // first sequence number beyond the peer's credit
    size_t peer_max_payload;
    bool ack_request_due;
    unsigned timeouts_in_a_row;
    uint64_t timeout_at;
    // A hello or hello request waiting to be sent, and the frame buffer for it and for ACKs.
    bool control_due;
    FrameHeader control_out_header;
    size_t control_out_bytes;
    uint8_t control_out[LINK_MAX_CONTROL_BYTES];
    uint8_t short_frame[FRAME_OVERHEAD_BYTES + LINK_MAX_CONTROL_BYTES];
} Link;

// retransmit_us: how long after the last progress unacknowledged frames are sent again, twice as long after a
// timeout; > 0.
void link_init(Link *link, uint64_t retransmit_us);
// A retransmission time that suits the line: 200 ms for latency, plus two windows full of the longest frames.
// Buffers on the way may hold one window ahead of a frame and another ahead of its acknowledgement.
uint64_t link_retransmit_us(uint32_t baud);

// Forgets all that was queued or received and starts a session (0: ends it). `peer_window` and
// `peer_max_payload` as the peer stated them.
void link_open(Link *link, uint32_t session, unsigned peer_window, size_t peer_max_payload);
// The peer did not answer LINK_MAX_TIMEOUTS times in a row. Open or close it to go on.
bool link_is_dead(const Link *link);

// Consumes line bytes up to the first event; *consumed <= count. Call again while *consumed < count.
LinkEvent link_feed(Link *link, const uint8_t *line, size_t count, size_t *consumed, uint64_t now_us);
// The oldest fragment not yet released; false when there is none.
bool link_fragment(const Link *link, LinkFragment *fragment);
// Frees the oldest fragment's slot for the peer.
void link_release(Link *link);
const uint8_t *link_control_payload(const Link *link, size_t *payload_bytes);
uint32_t link_control_session(const Link *link);

// Room for one fragment of up to link_max_payload() bytes, or NULL while the window is full or no session is
// open.
uint8_t *link_reserve(Link *link);
size_t link_max_payload(const Link *link);
// How long a payload should be on this line, at most that: where many frames are lost, shorter ones carry
// more.
size_t link_good_payload(const Link *link);
// Queues the reserved fragment; payload_bytes <= link_max_payload().
void link_commit(Link *link, size_t payload_bytes, bool first, bool last);
// Sends FRAME_HELLO or FRAME_HELLO_REQUEST, outside of the sequence; a newer one replaces one not yet sent.
void link_send_control(Link *link, uint8_t type, uint32_t session, const uint8_t *payload,
                       size_t payload_bytes);
bool link_has_control_to_send(const Link *link);

// Writes up to `capacity` bytes for the line; returns 0 when there is nothing to say.
size_t link_drain(Link *link, uint8_t *line, size_t capacity, uint64_t now_us);
// Everything sent and acknowledged (or no session), nothing in the encoder.
bool link_is_quiet(const Link *link);
// Acts on a passed deadline.
void link_poll(Link *link, uint64_t now_us);
// When link_poll() has something to do; LINK_NEVER when nothing is waited for.
uint64_t link_deadline_us(const Link *link);

#endif
