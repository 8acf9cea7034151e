// SPDX-License-Identifier: Apache-2.0
#include "link.h"

#include <string.h>

#define RECEIVE_SLOTS (LINK_WINDOW_FRAMES + 1U)

// About the loss of frames: see link_good_payload().
#define LOSS_SCALE 16U
#define LOSS_OVERHEAD_BYTES 20U // header, CRC, delimiters, COBS
#define LOSS_MOST_BYTES (1U << 20)
#define LOSS_MOST_LOSSES (32U * LOSS_SCALE)
#define LOSS_LEAST_PAYLOAD_BYTES 128U // answers that are not streamed fit into it

_Static_assert(LINK_WINDOW_FRAMES <= 8U, "what was kept fits a byte of an ACK");
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
    link->kept = 0;
    link->peer_keeps = false;
    link->unacknowledged = link->highest_sent = link->end = 0;
    link->sendings = link->newest_arrived = 0;
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

static void settle(Link *link, const LinkSlot *slot, bool lost) {
    link->settled_bytes += slot->payload_bytes + LOSS_OVERHEAD_BYTES;
    link->losses += lost ? LOSS_SCALE : 0U;
    if (link->settled_bytes > LOSS_MOST_BYTES || link->losses > LOSS_MOST_LOSSES) {
        link->settled_bytes /= 2U;
        link->losses /= 2U;
    }
}

static void arrive(Link *link, const LinkSlot *slot) {
    settle(link, slot, false);
    // Of a repeated frame it is not known which sending has arrived.
    if (!slot->repeated && (int32_t)(slot->sending - link->newest_arrived) > 0) {
        link->newest_arrived = slot->sending;
    }
}

static void repeat(Link *link, LinkSlot *slot) {
    slot->due = true;
    settle(link, slot, true);
}

// The line keeps the order: what was sent before something that has arrived, and has not arrived, is lost.
static void repeat_lost(Link *link) {
    for (uint16_t sequence = link->unacknowledged; sequence != link->highest_sent; sequence++) {
        LinkSlot *slot = queued_slot(link, sequence);
        if (!slot->kept && !slot->due && (int32_t)(slot->sending - link->newest_arrived) < 0) {
            repeat(link, slot);
        }
    }
}

// Repeats all that is not known to have arrived.
static void go_back(Link *link) {
    for (uint16_t sequence = link->unacknowledged; sequence != link->highest_sent; sequence++) {
        LinkSlot *slot = queued_slot(link, sequence);
        slot->due = !slot->kept;
    }
}

// Bit i of `kept`: the frame i + 1 beyond the expected one has arrived. True when that is news.
static bool take_kept(Link *link, uint8_t kept) {
    bool news = false;
    int sent = distance(link->highest_sent, link->unacknowledged);
    for (int ahead = 1; ahead < sent; ahead++) {
        LinkSlot *slot = queued_slot(link, (uint16_t)(link->unacknowledged + ahead));
        if ((kept >> (ahead - 1) & 1) != 0 && !slot->kept) {
            slot->kept = true;
            slot->due = false;
            arrive(link, slot);
            news = true;
        }
    }
    return news;
}

static void take_acknowledgement(Link *link, const FrameHeader *header, uint8_t kept, uint64_t now_us) {
    int progress = distance(header->acknowledge, link->unacknowledged);
    if (progress < 0 || distance(header->acknowledge, link->highest_sent) > 0) {
        return; // overtaken, or of nothing we ever sent
    }
    link->peer_end = (uint16_t)(header->acknowledge + header->credit);
    for (; link->unacknowledged != header->acknowledge; link->unacknowledged++) {
        const LinkSlot *slot = queued_slot(link, link->unacknowledged);
        if (!slot->kept) {
            arrive(link, slot);
        }
    }
    bool news = take_kept(link, kept);
    if (news || progress > 0 || header->credit == 0) {
        link->timeouts_in_a_row = 0;
        arm_timeout(link, now_us);
    }
    if (link->peer_keeps) {
        repeat_lost(link);
    }
    if ((header->flags & FRAME_FLAG_GAP) != 0 && link->unacknowledged != link->highest_sent) {
        LinkSlot *oldest = queued_slot(link, link->unacknowledged);
        if (!oldest->due) {
            repeat(link, oldest);
        }
        if (!link->peer_keeps) {
            go_back(link);
        }
    }
}

static void deliver(Link *link) {
    link->received_count++;
    link->expected++;
    link->kept >>= 1U;
}

// A frame that came too early waits in the slot where it will be expected; the one before it is free.
static void keep(Link *link, const FrameHeader *header, int ahead, size_t payload_bytes) {
    if (ahead >= (int)credit(link) || payload_bytes > LINK_MAX_PAYLOAD_BYTES ||
        (link->kept >> ahead & 1U) != 0) {
        return;
    }
    unsigned index = (link->received_first + link->received_count + (unsigned)ahead) % RECEIVE_SLOTS;
    LinkSlot *slot = &link->received[index];
    memcpy(slot->frame, link->decoder.buffer, FRAME_HEADER_BYTES + payload_bytes);
    slot->payload_bytes = (uint16_t)payload_bytes;
    slot->flags = header->flags;
    link->kept |= 1U << ahead;
}

static LinkEvent take_data(Link *link, const FrameHeader *header, size_t payload_bytes) {
    link->ack_due = true;
    int ahead = distance(header->sequence, link->expected);
    if (ahead < 0) {
        link->statistics.duplicates++;
        return LINK_NOTHING;
    }
    if (ahead > 0) {
        link->statistics.gaps++;
        link->gap_due = link->gap_due || !link->gap_told;
        keep(link, header, ahead, payload_bytes);
        return LINK_NOTHING;
    }
    if (credit(link) == 0 || payload_bytes > LINK_MAX_PAYLOAD_BYTES) {
        return LINK_NOTHING;
    }
    LinkSlot *slot = decoding_slot(link);
    slot->payload_bytes = (uint16_t)payload_bytes;
    slot->flags = header->flags;
    link->gap_due = link->gap_told = false;
    do {
        deliver(link);
    } while ((link->kept & 1U) != 0);
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
    link->peer_keeps = (header.flags & FRAME_FLAG_KEEPS) != 0;
    bool has_kept = header.type == FRAME_ACK && payload_bytes > 0;
    take_acknowledgement(link, &header, has_kept ? frame[FRAME_HEADER_BYTES] : 0U, now_us);
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
            // A peer that would go back hears of a gap once: told twice, it would do so twice.
            link->gap_due = link->session != 0 && (link->peer_keeps || !link->gap_told);
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

size_t link_good_payload(const Link *link) {
    size_t most = link_max_payload(link);
    if (link->losses == 0) {
        return most;
    }
    // With h bytes of overhead and one fault in b bytes, goodput is best near the square root of h * b.
    uint32_t square = LOSS_OVERHEAD_BYTES * LOSS_SCALE * link->settled_bytes / link->losses;
    size_t best = LOSS_LEAST_PAYLOAD_BYTES;
    while (best < most && (best + 1U) * (best + 1U) <= square) {
        best++;
    }
    return best < most ? best : most;
}

void link_commit(Link *link, size_t payload_bytes, bool first, bool last) {
    LinkSlot *slot = queued_slot(link, link->end);
    slot->payload_bytes = (uint16_t)payload_bytes;
    slot->flags = (uint8_t)((first ? FRAME_FLAG_FIRST : 0) | (last ? FRAME_FLAG_LAST : 0));
    slot->kept = slot->due = slot->repeated = false;
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
static FrameHeader news(Link *link, uint8_t type, uint8_t flags, uint16_t sequence) {
    FrameHeader header = {
        .type = type,
        .flags = (uint8_t)(flags | FRAME_FLAG_KEEPS | (link->gap_due ? FRAME_FLAG_GAP : 0) |
                           (link->ack_request_due ? FRAME_FLAG_ACK_REQUEST : 0)),
        .credit = credit(link),
        .session = link->session,
        .sequence = sequence,
        .acknowledge = link->expected,
    };
    link->advertised_end = (uint16_t)(link->expected + header.credit);
    link->gap_told = link->gap_told || link->gap_due;
    link->ack_due = link->gap_due = link->ack_request_due = false;
    return header;
}

// The oldest frame to be repeated, else a new one for which there is credit.
static bool next_data(Link *link, uint16_t *sequence) {
    for (*sequence = link->unacknowledged; *sequence != link->highest_sent; (*sequence)++) {
        if (queued_slot(link, *sequence)->due) {
            return true;
        }
    }
    return *sequence != link->end && distance(link->peer_end, *sequence) > 0;
}

static void start_data(Link *link, uint16_t sequence, uint64_t now_us) {
    LinkSlot *slot = queued_slot(link, sequence);
    FrameHeader header = news(link, FRAME_DATA, slot->flags, sequence);
    frame_put_header(slot->frame, &header);
    frame_encoder_start(&link->encoder, slot->frame, frame_seal(slot->frame, slot->payload_bytes));
    link->encoding = slot;
    slot->sending = ++link->sendings;
    slot->due = false;
    slot->repeated = sequence != link->highest_sent;
    if (slot->repeated) {
        link->statistics.retransmits++;
    } else {
        link->highest_sent++;
    }
    if (sequence == link->unacknowledged) {
        arm_timeout(link, now_us);
    }
}

// Tells of what was kept beyond the expected frame, too.
static void start_ack(Link *link) {
    FrameHeader header = news(link, FRAME_ACK, 0, link->highest_sent);
    size_t payload_bytes = link->kept != 0 ? 1U : 0U;
    frame_put_header(link->short_frame, &header);
    link->short_frame[FRAME_HEADER_BYTES] = (uint8_t)(link->kept >> 1U);
    frame_encoder_start(&link->encoder, link->short_frame, frame_seal(link->short_frame, payload_bytes));
}

// Puts the next frame into the encoder; false when there is nothing to say.
static bool start_frame(Link *link, uint64_t now_us) {
    uint16_t sequence;
    link->encoding = NULL;
    if (link->control_due) {
        start_control(link);
    } else if (link->session == 0 || link->dead) {
        return false;
    } else if (link->kept != 0 && (link->ack_due || link->gap_due)) {
        start_ack(link); // data has no room for it
    } else if (next_data(link, &sequence)) {
        start_data(link, sequence, now_us);
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
    go_back(link);
    link->ack_request_due = true;
    arm_timeout(link, now_us);
}

uint64_t link_deadline_us(const Link *link) { return link->timeout_at; }
