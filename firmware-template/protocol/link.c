// SPDX-License-Identifier: Apache-2.0
#include "link.h"

#include <string.h>

#define RECEIVE_SLOTS (LINK_WINDOW_FRAMES + 1U)

_Static_assert((LINK_WINDOW_FRAMES & (LINK_WINDOW_FRAMES - 1U)) == 0, "the window is a power of two");

// Distance from b to a on the circle of sequence numbers, negative when a is behind b.
static int distance(uint16_t a, uint16_t b) { return (int16_t)(uint16_t)(a - b); }

static LinkSlot *queued_slot(Link *link, uint16_t sequence) {
    return &link->queued[sequence % LINK_WINDOW_FRAMES];
}

static LinkSlot *decoding_slot(Link *link) {
    return &link->received[(link->received_first + link->received_count) % RECEIVE_SLOTS];
}

static uint16_t credit(const Link *link) { return (uint16_t)(LINK_WINDOW_FRAMES - link->received_count); }

static void decode_into_free_slot(Link *link) {
    frame_decoder_start(&link->decoder, decoding_slot(link)->frame, LINK_SLOT_BYTES);
}

void link_init(Link *link, uint64_t retransmit_us) {
    memset(link, 0, sizeof *link);
    link->retransmit_us = retransmit_us;
    link->timeout_at = LINK_NEVER;
    decode_into_free_slot(link);
}

uint64_t link_retransmit_us(uint32_t baud) {
    uint64_t bits_per_frame = 10U * FRAME_MAX_LINE_BYTES(LINK_SLOT_BYTES);
    return 200000U + 2U * LINK_WINDOW_FRAMES * bits_per_frame * 1000000U / baud;
}

void link_open(Link *link, uint32_t session, unsigned peer_window, size_t peer_max_payload) {
    link->session = session;
    link->dead = false;
    link->received_first = 0;
    link->received_count = 0;
    link->expected = 0;
    link->advertised_end = LINK_WINDOW_FRAMES;
    link->ack_due = link->gap_due = link->gap_told = false;
    link->unacknowledged = link->next = link->end = link->highest_sent = 0;
    link->peer_end = (uint16_t)peer_window;
    link->peer_max_payload = peer_max_payload;
    link->ack_request_due = false;
    link->timeouts_in_a_row = 0;
    link->timeout_at = LINK_NEVER;
    // A frame in the encoder belongs to the past; the next one's opening delimiter cuts it.
    link->encoder.frame = NULL;
    link->encoding = NULL;
    decode_into_free_slot(link);
}

bool link_is_dead(const Link *link) { return link->dead; }

static uint64_t timeout_us(const Link *link) {
    return link->timeouts_in_a_row == 0 ? link->retransmit_us : 2 * link->retransmit_us;
}

static void arm_timeout(Link *link, uint64_t now_us) {
    link->timeout_at = link->unacknowledged == link->end ? LINK_NEVER : now_us + timeout_us(link);
}

static void take_acknowledgement(Link *link, const FrameHeader *header, uint64_t now_us) {
    int progress = distance(header->acknowledge, link->unacknowledged);
    if (progress < 0 || distance(header->acknowledge, link->highest_sent) > 0) {
        return; // overtaken, or of nothing we ever sent
    }
    link->peer_end = (uint16_t)(header->acknowledge + header->credit);
    link->unacknowledged = header->acknowledge;
    if (distance(link->next, link->unacknowledged) < 0) {
        link->next = link->unacknowledged;
    }
    bool alive = progress > 0 || header->credit == 0;
    if (alive) {
        link->timeouts_in_a_row = 0;
        arm_timeout(link, now_us);
    }
    if ((header->flags & FRAME_FLAG_GAP) != 0) {
        link->next = link->unacknowledged;
    }
}

static LinkEvent take_data(Link *link, const FrameHeader *header, size_t payload_bytes) {
    int ahead = distance(header->sequence, link->expected);
    if (ahead != 0) {
        link->statistics.duplicates += ahead < 0;
        link->statistics.gaps += ahead > 0;
        link->gap_due = link->gap_due || (ahead > 0 && !link->gap_told);
        link->ack_due = true;
        return LINK_NOTHING;
    }
    if (credit(link) == 0 || payload_bytes > LINK_MAX_PAYLOAD_BYTES) {
        link->ack_due = true;
        return LINK_NOTHING;
    }
    LinkSlot *slot = decoding_slot(link);
    slot->payload_bytes = (uint16_t)payload_bytes;
    slot->flags = header->flags;
    link->received_count++;
    link->expected++;
    link->ack_due = true;
    link->gap_due = link->gap_told = false;
    decode_into_free_slot(link);
    return LINK_FRAGMENT;
}

static LinkEvent take_frame(Link *link, uint64_t now_us) {
    const uint8_t *frame = link->decoder.buffer;
    size_t payload_bytes = link->decoder.size - FRAME_HEADER_BYTES;
    FrameHeader header = frame_get_header(frame);
    link->statistics.received_frames++;
    if (header.type == FRAME_HELLO_REQUEST || header.type == FRAME_HELLO) {
        link->control_header = header;
        link->control_bytes = payload_bytes;
        return header.type == FRAME_HELLO ? LINK_HELLO : LINK_HELLO_REQUEST;
    }
    if (header.type != FRAME_DATA && header.type != FRAME_ACK) {
        return LINK_NOTHING; // a later version's; SPEC.md: ignored
    }
    if (link->session == 0) {
        return LINK_STRANGER;
    }
    if (header.session != link->session) {
        return LINK_WRONG_SESSION;
    }
    take_acknowledgement(link, &header, now_us);
    link->ack_due = link->ack_due || (header.flags & FRAME_FLAG_ACK_REQUEST) != 0;
    return header.type == FRAME_DATA ? take_data(link, &header, payload_bytes) : LINK_NOTHING;
}

LinkEvent link_feed(Link *link, const uint8_t *line, size_t count, size_t *consumed, uint64_t now_us) {
    *consumed = 0;
    LinkEvent event = LINK_NOTHING;
    while (*consumed < count && event == LINK_NOTHING) {
        size_t portion;
        FrameEvent frame_event =
            frame_decoder_feed(&link->decoder, line + *consumed, count - *consumed, &portion);
        *consumed += portion;
        if (frame_event == FRAME_RECEIVED) {
            event = take_frame(link, now_us);
        } else if (frame_event != FRAME_NOTHING) {
            link->statistics.crc_errors += frame_event == FRAME_BAD_CRC;
            link->statistics.resyncs += frame_event == FRAME_MALFORMED;
            link->gap_due = link->session != 0 && !link->gap_told;
        }
    }
    link->statistics.received_bytes += *consumed;
    return event;
}

bool link_fragment(const Link *link, LinkFragment *fragment) {
    if (link->received_count == 0) {
        return false;
    }
    const LinkSlot *slot = &link->received[link->received_first];
    *fragment = (LinkFragment){
        .payload = slot->frame + FRAME_HEADER_BYTES,
        .payload_bytes = slot->payload_bytes,
        .first = (slot->flags & FRAME_FLAG_FIRST) != 0,
        .last = (slot->flags & FRAME_FLAG_LAST) != 0,
    };
    return true;
}

void link_release(Link *link) {
    link->received_first = (link->received_first + 1U) % RECEIVE_SLOTS;
    link->received_count--;
    // Tell the peer of half a window at a time, or at once when it believes that there is no room at all.
    uint16_t end = (uint16_t)(link->expected + credit(link));
    int news = distance(end, link->advertised_end);
    bool peer_is_stopped = link->advertised_end == link->expected;
    link->ack_due = link->ack_due || peer_is_stopped || news >= (int)(LINK_WINDOW_FRAMES / 2U);
}

const uint8_t *link_control_payload(const Link *link, size_t *payload_bytes) {
    *payload_bytes = link->control_bytes;
    return link->decoder.buffer + FRAME_HEADER_BYTES;
}

uint32_t link_control_session(const Link *link) { return link->control_header.session; }

uint8_t *link_reserve(Link *link) {
    bool full = distance(link->end, link->unacknowledged) >= (int)LINK_WINDOW_FRAMES;
    if (link->session == 0 || link->dead || full) {
        return NULL;
    }
    LinkSlot *slot = queued_slot(link, link->end);
    // The slot's last frame may be acknowledged while a needless repetition of it is still being encoded.
    return slot == link->encoding ? NULL : slot->frame + FRAME_HEADER_BYTES;
}

size_t link_max_payload(const Link *link) {
    return link->peer_max_payload < LINK_MAX_PAYLOAD_BYTES ? link->peer_max_payload : LINK_MAX_PAYLOAD_BYTES;
}

void link_commit(Link *link, size_t payload_bytes, bool first, bool last) {
    LinkSlot *slot = queued_slot(link, link->end);
    slot->payload_bytes = (uint16_t)payload_bytes;
    slot->flags = (uint8_t)((first ? FRAME_FLAG_FIRST : 0) | (last ? FRAME_FLAG_LAST : 0));
    link->end++;
}

void link_send_control(Link *link, uint8_t type, uint32_t session, const uint8_t *payload,
                       size_t payload_bytes) {
    link->control_out_header = (FrameHeader){.type = type, .credit = LINK_WINDOW_FRAMES, .session = session};
    link->control_out_bytes = payload_bytes;
    memcpy(link->control_out, payload, payload_bytes);
    link->control_due = true;
}

bool link_has_control_to_send(const Link *link) { return link->control_due; }

static void start_control(Link *link) {
    memcpy(link->short_frame + FRAME_HEADER_BYTES, link->control_out, link->control_out_bytes);
    frame_put_header(link->short_frame, &link->control_out_header);
    size_t size = frame_seal(link->short_frame, link->control_out_bytes);
    frame_encoder_start(&link->encoder, link->short_frame, size);
    link->control_due = false;
}

// The header of the next DATA or ACK frame; it carries all news there are for the peer.
static FrameHeader news(Link *link, uint8_t type, uint8_t flags) {
    FrameHeader header = {
        .type = type,
        .flags = (uint8_t)(flags | (link->gap_due ? FRAME_FLAG_GAP : 0) |
                           (link->ack_request_due ? FRAME_FLAG_ACK_REQUEST : 0)),
        .credit = credit(link),
        .session = link->session,
        .sequence = link->next,
        .acknowledge = link->expected,
    };
    link->advertised_end = (uint16_t)(link->expected + header.credit);
    link->gap_told = link->gap_told || link->gap_due;
    link->ack_due = link->gap_due = link->ack_request_due = false;
    return header;
}

static void start_data(Link *link, uint64_t now_us) {
    LinkSlot *slot = queued_slot(link, link->next);
    FrameHeader header = news(link, FRAME_DATA, slot->flags);
    frame_put_header(slot->frame, &header);
    frame_encoder_start(&link->encoder, slot->frame, frame_seal(slot->frame, slot->payload_bytes));
    link->encoding = slot;
    if (link->next == link->highest_sent) {
        link->highest_sent++;
    } else {
        link->statistics.retransmits++;
    }
    if (link->next == link->unacknowledged) {
        arm_timeout(link, now_us);
    }
    link->next++;
}

static void start_ack(Link *link) {
    FrameHeader header = news(link, FRAME_ACK, 0);
    frame_put_header(link->short_frame, &header);
    frame_encoder_start(&link->encoder, link->short_frame, frame_seal(link->short_frame, 0));
}

// Puts the next frame into the encoder; false when there is nothing to say.
static bool start_frame(Link *link, uint64_t now_us) {
    link->encoding = NULL;
    if (link->control_due) {
        start_control(link);
    } else if (link->session == 0 || link->dead) {
        return false;
    } else if (link->next != link->end && distance(link->peer_end, link->next) > 0) {
        start_data(link, now_us);
    } else if (link->ack_due || link->gap_due || link->ack_request_due) {
        start_ack(link);
    } else {
        return false;
    }
    link->statistics.sent_frames++;
    return true;
}

size_t link_drain(Link *link, uint8_t *line, size_t capacity, uint64_t now_us) {
    size_t written = 0;
    while (written < capacity && (!frame_encoder_idle(&link->encoder) || start_frame(link, now_us))) {
        written += frame_encoder_drain(&link->encoder, line + written, capacity - written);
    }
    link->statistics.sent_bytes += written;
    // Data that waits for credit is waited for as well: the frame that brings the credit may be lost.
    if (link->timeout_at == LINK_NEVER && link->unacknowledged != link->end && !link->dead) {
        arm_timeout(link, now_us);
    }
    return written;
}

bool link_is_quiet(const Link *link) {
    bool unsent = link->control_due || !frame_encoder_idle(&link->encoder);
    return !unsent && (link->session == 0 || link->unacknowledged == link->end);
}

void link_poll(Link *link, uint64_t now_us) {
    if (now_us < link->timeout_at) {
        return;
    }
    link->statistics.timeouts++;
    link->timeouts_in_a_row++;
    if (link->timeouts_in_a_row >= LINK_MAX_TIMEOUTS) {
        link->dead = true;
        link->timeout_at = LINK_NEVER;
        return;
    }
    link->next = link->unacknowledged;
    link->ack_request_due = true;
    arm_timeout(link, now_us);
}

uint64_t link_deadline_us(const Link *link) { return link->timeout_at; }
