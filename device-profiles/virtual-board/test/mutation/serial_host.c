// SPDX-License-Identifier: GPL-2.0-or-later
#include "serial_host.h"
#include <string.h>

#define HOST_BAUD 921600u
#define SLICE (250u * UINT64_C(1000000))
#define PICOSECONDS_PER_MICROSECOND UINT64_C(1000000)
#define REQUEST_INTERVAL_US 250000u
#define LINE_AHEAD_BYTES 64u // keeps the line busy for a slice and little more, like a driver's buffer
#define ECHO_TAG 1u
#define STATISTICS_TAG 2u
#define CRASH_TAG 3u
#define MESSAGE_BYTES (MESSAGE_HEADER_BYTES + ECHO_BYTES)

static uint64_t now_us(const SerialHost *host) {
    return timeline_now(host->board->timeline) / PICOSECONDS_PER_MICROSECOND;
}

// Zeros, runs and everything else; the same in each run.
static uint8_t echo_byte(uint32_t index) {
    uint32_t mixed = (index >> 3) * 2654435761u;
    return (index & 0x700u) == 0x300u ? 0 : (uint8_t)((mixed >> 24) ^ (index * 37u));
}

static uint8_t message_byte(uint16_t type, uint32_t index) {
    uint8_t header[MESSAGE_HEADER_BYTES];
    message_header_encode((MessageHeader){type, ECHO_TAG}, header);
    return index < MESSAGE_HEADER_BYTES ? header[index] : echo_byte(index - MESSAGE_HEADER_BYTES);
}

void serial_host_init(SerialHost *host, Board *board, SerialLine *line) {
    memset(host, 0, sizeof *host);
    host->board = board;
    host->line = line;
    host->request_at_us = LINK_NEVER;
    link_init(&host->link, link_retransmit_us(HOST_BAUD));
    serial_line_set_host_rate(line, HOST_BAUD);
}

void serial_host_open(SerialHost *host, uint32_t session) {
    link_open(&host->link, session, 0, LINK_MAX_PAYLOAD_BYTES);
    host->answered = false;
    host->request_at_us = now_us(host);
}

// ---- what arrives ----

static void hello_arrived(SerialHost *host) {
    size_t size;
    const uint8_t *payload = link_control_payload(&host->link, &size);
    uint32_t session = link_control_session(&host->link);
    Hello hello;
    if (!hello_decode(&hello, payload, size)) {
        return;
    }
    host->hello = hello;
    if (session == 0) {
        host->restarts += host->answered;
        host->announced = true;
    } else if (session == host->link.session && !host->answered) {
        host->answered = true;
        host->request_at_us = LINK_NEVER;
        link_open(&host->link, session, hello.window_frames, hello.max_payload_bytes);
    }
}

static void check_echo(SerialHost *host, const LinkFragment *fragment) {
    for (size_t i = 0; i < fragment->payload_bytes; i++) {
        uint8_t expected = message_byte(MESSAGE_ECHO | MESSAGE_REPLY, host->echoed_bytes);
        host->wrong_bytes += host->echoed_bytes >= MESSAGE_BYTES || fragment->payload[i] != expected;
        host->echoed_bytes++;
    }
}

static void take_fragments(SerialHost *host) {
    LinkFragment fragment;
    while (link_fragment(&host->link, &fragment)) {
        if (!host->statistics_asked) {
            check_echo(host, &fragment);
        } else if (fragment.payload_bytes > MESSAGE_HEADER_BYTES) {
            host->statistics_arrived =
                statistics_decode(&host->statistics, fragment.payload + MESSAGE_HEADER_BYTES,
                                  fragment.payload_bytes - MESSAGE_HEADER_BYTES);
        }
        link_release(&host->link);
    }
}

static void receive(SerialHost *host) {
    uint8_t bytes[512];
    size_t count;
    while ((count = serial_line_take(host->line, bytes, sizeof bytes)) > 0) {
        host->received_bytes += count;
        const uint8_t *next = bytes;
        while (count > 0) {
            size_t consumed;
            LinkEvent event = link_feed(&host->link, next, count, &consumed, now_us(host));
            next += consumed;
            count -= consumed;
            if (event == LINK_HELLO) {
                hello_arrived(host);
            }
            take_fragments(host);
        }
    }
}

// ---- what is sent ----

static void queue_echo(SerialHost *host) {
    while (host->answered && host->queued_bytes < MESSAGE_BYTES) {
        uint8_t *payload = link_reserve(&host->link);
        if (payload == NULL) {
            return;
        }
        uint32_t room = (uint32_t)link_max_payload(&host->link);
        uint32_t left = MESSAGE_BYTES - host->queued_bytes;
        uint32_t count = left < room ? left : room;
        for (uint32_t i = 0; i < count; i++) {
            payload[i] = message_byte(MESSAGE_ECHO, host->queued_bytes + i);
        }
        link_commit(&host->link, count, host->queued_bytes == 0, count == left);
        host->queued_bytes += count;
    }
}

static void send(SerialHost *host) {
    if (now_us(host) >= host->request_at_us) {
        HelloRequest request = {PROTOCOL_VERSION, LINK_WINDOW_FRAMES, LINK_MAX_PAYLOAD_BYTES};
        uint8_t payload[HELLO_REQUEST_BYTES];
        hello_request_encode(&request, payload);
        link_send_control(&host->link, FRAME_HELLO_REQUEST, host->link.session, payload, sizeof payload);
        host->request_at_us = now_us(host) + REQUEST_INTERVAL_US;
    }
    queue_echo(host);
    link_poll(&host->link, now_us(host));
    uint64_t waiting = host->fed_bytes - serial_line_counters(host->line).to_board;
    if (waiting < LINE_AHEAD_BYTES) {
        uint8_t bytes[LINE_AHEAD_BYTES];
        size_t count = link_drain(&host->link, bytes, sizeof bytes - waiting, now_us(host));
        serial_line_from_host(host->line, bytes, count);
        host->fed_bytes += count;
    }
}

void serial_host_run(SerialHost *host, Picoseconds duration) {
    Picoseconds end = timeline_now(host->board->timeline) + duration;
    while (timeline_now(host->board->timeline) < end) {
        send(host);
        board_run(host->board, timeline_now(host->board->timeline) + SLICE);
        receive(host);
    }
}

bool serial_host_echo_complete(const SerialHost *host) { return host->echoed_bytes >= MESSAGE_BYTES; }

static void ask(SerialHost *host, MessageHeader header, const uint8_t *body, size_t body_bytes) {
    uint8_t *payload = link_reserve(&host->link);
    if (payload == NULL) {
        return; // the window is full of what was never acknowledged
    }
    message_header_encode(header, payload);
    if (body_bytes > 0) {
        memcpy(payload + MESSAGE_HEADER_BYTES, body, body_bytes);
    }
    link_commit(&host->link, MESSAGE_HEADER_BYTES + body_bytes, true, true);
}

void serial_host_ask_statistics(SerialHost *host) {
    host->statistics_asked = true;
    ask(host, (MessageHeader){MESSAGE_STATISTICS, STATISTICS_TAG}, NULL, 0);
}

void serial_host_ask_crash(SerialHost *host) {
    static const uint8_t kind = PROVOKE_BUS_FAULT;
    host->statistics_asked = true; // nothing that comes is echo any more
    ask(host, (MessageHeader){MESSAGE_CRASH, CRASH_TAG}, &kind, 1);
}
