// SPDX-License-Identifier: Apache-2.0
#include "endpoint.h"

#include "identity.h"
#include "port/port.h"

#include <string.h>

#define ANNOUNCE_INTERVAL_US 1000000U
#define STRANGER_INTERVAL_US 100000U
// A lost answer is repeated after one and after three retransmission times.
#define DEADLINE_RETRANSMISSIONS 4U
#define CRASH_DELAY_US 100000U

_Static_assert(MESSAGE_HEADER_BYTES + 2U + ERROR_MAX_TEXT_BYTES <= HOST_LEAST_MAX_PAYLOAD_BYTES &&
                   MESSAGE_HEADER_BYTES + STATISTICS_BYTES <= HOST_LEAST_MAX_PAYLOAD_BYTES,
               "every answer that is not streamed fits a fragment");

static void describe_board(Endpoint *endpoint) {
    Hello hello = {
        .protocol_version = PROTOCOL_VERSION,
        .firmware_kind = identity_firmware_kind,
        .window_frames = LINK_WINDOW_FRAMES,
        .max_payload_bytes = LINK_MAX_PAYLOAD_BYTES,
        .firmware_version = FIRMWARE_VERSION,
    };
    memcpy(hello.model_hash, identity_model_hash, MODEL_HASH_BYTES);
    port_describe(&hello);
    hello_encode(&hello, endpoint->hello);
}

static void send_hello(Endpoint *endpoint, uint32_t session) {
    if (session == 0 && link_has_control_to_send(&endpoint->link)) {
        return; // what was asked for goes before what was not
    }
    link_send_control(&endpoint->link, FRAME_HELLO, session, endpoint->hello, HELLO_BYTES);
}

void endpoint_init(Endpoint *endpoint, uint64_t now_us) {
    memset(endpoint, 0, sizeof *endpoint);
    link_init(&endpoint->link, link_retransmit_us(port_serial_baud()));
    inference_init(&endpoint->inference);
    line_rate_init(&endpoint->rate);
    describe_board(endpoint);
    endpoint->announce_at_us = now_us;
    endpoint->reset_at_us = LINK_NEVER;
    endpoint->crash_at_us = LINK_NEVER;
}

// Ends what belongs to the session before; 0: opens none.
static void open_session(Endpoint *endpoint, uint32_t session, unsigned peer_window,
                         size_t peer_max_payload) {
    link_open(&endpoint->link, session, peer_window, peer_max_payload);
    inference_abandon(&endpoint->inference);
    line_rate_cancel(&endpoint->rate);
    endpoint->message = (MessageHeader){0};
    endpoint->discarding = false;
}

static bool is_usable(const HelloRequest *request) {
    return request->protocol_version == PROTOCOL_VERSION && request->window_frames > 0 &&
           request->window_frames <= HOST_MOST_WINDOW_FRAMES &&
           request->max_payload_bytes >= HOST_LEAST_MAX_PAYLOAD_BYTES &&
           request->max_payload_bytes <= HOST_MOST_MAX_PAYLOAD_BYTES;
}

static void answer_hello_request(Endpoint *endpoint) {
    size_t size;
    const uint8_t *payload = link_control_payload(&endpoint->link, &size);
    uint32_t session = link_control_session(&endpoint->link);
    HelloRequest request;
    if (session == 0 || !hello_request_decode(&request, payload, size)) {
        endpoint->unexpected_frames++;
        return;
    }
    if (is_usable(&request) && session != endpoint->link.session) {
        open_session(endpoint, session, request.window_frames, request.max_payload_bytes);
        endpoint->sessions++;
        endpoint->announce_at_us = LINK_NEVER;
    }
    send_hello(endpoint, session);
}

static void answer_stranger(Endpoint *endpoint, uint64_t now_us) {
    endpoint->unexpected_frames++;
    if (now_us - endpoint->stranger_answered_at_us >= STRANGER_INTERVAL_US) {
        endpoint->stranger_answered_at_us = now_us;
        send_hello(endpoint, 0);
    }
}

void endpoint_receive(Endpoint *endpoint, const uint8_t *line, size_t count, uint64_t now_us) {
    while (count > 0) {
        size_t consumed;
        LinkEvent event = link_feed(&endpoint->link, line, count, &consumed, now_us);
        line += consumed;
        count -= consumed;
        if (event == LINK_HELLO_REQUEST) {
            answer_hello_request(endpoint);
        } else if (event == LINK_STRANGER) {
            answer_stranger(endpoint, now_us);
        } else if (event == LINK_WRONG_SESSION || event == LINK_HELLO) {
            endpoint->unexpected_frames++;
        }
    }
}

// Each of these fills `body` (behind the message header) and returns the body's size.

static size_t answer_statistics(const Endpoint *endpoint, uint8_t *body) {
    const LinkStatistics *link = &endpoint->link.statistics;
    Statistics statistics = {
        .received_bytes = link->received_bytes,
        .sent_bytes = link->sent_bytes,
        .received_frames = link->received_frames,
        .sent_frames = link->sent_frames,
        .crc_errors = link->crc_errors,
        .resyncs = link->resyncs,
        .retransmits = link->retransmits,
        .duplicates = link->duplicates,
        .gaps = link->gaps,
        .timeouts = link->timeouts,
        .sessions = endpoint->sessions,
        .unexpected_frames = endpoint->unexpected_frames,
    };
    port_measure(&statistics);
    statistics_encode(&statistics, body);
    return STATISTICS_BYTES;
}

static size_t answer_network(uint8_t *body) {
    NetworkReport report;
    inference_describe(&report);
    network_report_encode(&report, body);
    return NETWORK_BYTES;
}

// For what is done when an answer has arrived: by then it has, or the line is dead.
static uint64_t deadline(const Endpoint *endpoint, uint64_t now_us) {
    return now_us + DEADLINE_RETRANSMISSIONS * endpoint->link.retransmit_us;
}

static size_t refuse(MessageHeader *answer, uint16_t code, const char *text, uint8_t *body) {
    answer->type = MESSAGE_ERROR;
    return error_encode(code, text, body);
}

static size_t answer_crash(Endpoint *endpoint, MessageHeader *answer, uint8_t kind, uint8_t *body,
                           uint64_t now_us) {
    if (kind > PROVOKE_HANG) {
        return refuse(answer, ERROR_BAD_ARGUMENT, "crash: expected a kind from 0 to 4", body);
    }
    endpoint->crash_kind = kind;
    endpoint->crash_at_us = now_us + CRASH_DELAY_US;
    return 0;
}

static size_t answer_rate(Endpoint *endpoint, MessageHeader *answer, uint32_t baud, uint8_t *body,
                          uint64_t now_us) {
    uint32_t divider = port_serial_divider(baud);
    if (divider == 0) {
        return refuse(answer, ERROR_BAD_ARGUMENT, "rate: the line cannot have this rate within 2%", body);
    }
    line_rate_ask(&endpoint->rate, divider, deadline(endpoint, now_us));
    rate_encode(divider, body);
    return RATE_BYTES;
}

// A request that has no body.
static size_t answer_bodiless(Endpoint *endpoint, uint8_t *body, uint64_t now_us) {
    switch (endpoint->message.type) {
    case MESSAGE_STATISTICS:
        return answer_statistics(endpoint, body);
    case MESSAGE_NETWORK:
        return answer_network(body);
    default:
        endpoint->reset_at_us = deadline(endpoint, now_us);
        return 0;
    }
}

static size_t request_body_bytes(uint16_t type) {
    switch (type) {
    case MESSAGE_CRASH:
        return CRASH_REQUEST_BYTES;
    case MESSAGE_RATE:
        return RATE_REQUEST_BYTES;
    default:
        return 0;
    }
}

// A request that is complete in its first fragment.
static size_t answer_request(Endpoint *endpoint, MessageHeader *answer, const LinkFragment *fragment,
                             uint8_t *body, uint64_t now_us) {
    size_t body_bytes = fragment->payload_bytes - MESSAGE_HEADER_BYTES;
    size_t expected_bytes = request_body_bytes(endpoint->message.type);
    bool known = (endpoint->message.type >= MESSAGE_STATISTICS && endpoint->message.type <= MESSAGE_RATE) ||
                 endpoint->message.type == MESSAGE_NETWORK;
    if (!known) {
        return refuse(answer, ERROR_UNKNOWN_MESSAGE, "this firmware does not know messages of this type",
                      body);
    }
    if (!fragment->last || body_bytes != expected_bytes) {
        const char *text = expected_bytes == 0 ? "expected a message without a body"
                           : expected_bytes == RATE_REQUEST_BYTES
                               ? "expected a message with a body of 4 bytes"
                               : "expected a message with a body of 1 byte";
        return refuse(answer, ERROR_BAD_LENGTH, text, body);
    }
    const uint8_t *request = fragment->payload + MESSAGE_HEADER_BYTES;
    // No longer switch: it would become a jump through a table, which the check of the stack cannot follow.
    switch (endpoint->message.type) {
    case MESSAGE_RATE:
        return answer_rate(endpoint, answer, rate_request_decode(request), body, now_us);
    case MESSAGE_CRASH:
        return answer_crash(endpoint, answer, request[0], body, now_us);
    default:
        return answer_bodiless(endpoint, body, now_us);
    }
}

static bool is_headless(const LinkFragment *fragment) {
    return fragment->first && fragment->payload_bytes < MESSAGE_HEADER_BYTES;
}

// Answers a fragment. False when there is no room to answer yet. `refusal` is for a refused image.
static bool answer_fragment(Endpoint *endpoint, const LinkFragment *fragment, const InferenceRefusal *refusal,
                            uint64_t now_us) {
    uint8_t *out = link_reserve(&endpoint->link);
    if (out == NULL) {
        return false;
    }
    MessageHeader answer = {(uint16_t)(endpoint->message.type | MESSAGE_REPLY), endpoint->message.tag};
    uint8_t *body = out + MESSAGE_HEADER_BYTES;
    size_t body_bytes;
    if (is_headless(fragment)) {
        body_bytes = refuse(&answer, ERROR_BAD_LENGTH, "expected a message header of 4 bytes", body);
    } else if (fragment->payload_bytes > link_max_payload(&endpoint->link)) {
        body_bytes =
            refuse(&answer, ERROR_BAD_LENGTH, "the fragment is longer than the host itself takes", body);
    } else if (endpoint->message.type == MESSAGE_ECHO) {
        memcpy(out, fragment->payload, fragment->payload_bytes);
        if (fragment->first) {
            message_header_encode(answer, out);
        }
        link_commit(&endpoint->link, fragment->payload_bytes, fragment->first, fragment->last);
        endpoint->discarding = false;
        return true;
    } else if (endpoint->message.type == MESSAGE_INFER) {
        body_bytes = refuse(&answer, refusal->code, refusal->text, body);
    } else {
        body_bytes = answer_request(endpoint, &answer, fragment, body, now_us);
    }
    endpoint->discarding = true;
    message_header_encode(answer, out);
    link_commit(&endpoint->link, MESSAGE_HEADER_BYTES + body_bytes, true, true);
    return true;
}

// False when the fragment has to wait.
static bool take_fragment(Endpoint *endpoint, const LinkFragment *fragment, uint64_t now_us) {
    if (endpoint->discarding && !fragment->first) {
        return true;
    }
    bool headless = is_headless(fragment);
    if (fragment->first) {
        static const uint8_t NO_HEADER[MESSAGE_HEADER_BYTES];
        endpoint->message = message_header_decode(headless ? NO_HEADER : fragment->payload);
    }
    InferenceRefusal refusal;
    bool usable = !headless && fragment->payload_bytes <= link_max_payload(&endpoint->link);
    if (usable && endpoint->message.type == MESSAGE_INFER) {
        InferenceVerdict verdict =
            inference_take(&endpoint->inference, endpoint->message.tag, fragment, &refusal);
        if (verdict == INFERENCE_TAKEN) {
            endpoint->discarding = false;
        }
        if (verdict != INFERENCE_REFUSED) {
            return verdict == INFERENCE_TAKEN;
        }
    }
    bool in_turn = !inference_is_busy(&endpoint->inference);
    return in_turn && answer_fragment(endpoint, fragment, &refusal, now_us);
}

// Announces itself from now on.
static void end_session(Endpoint *endpoint, uint64_t now_us) {
    open_session(endpoint, 0, 0, 0);
    describe_board(endpoint);
    endpoint->announce_at_us = now_us;
}

static void change_rate(Endpoint *endpoint, bool answered, uint64_t now_us) {
    const LinkStatistics *link = &endpoint->link.statistics;
    if (line_rate_change(&endpoint->rate, answered, link, now_us)) {
        describe_board(endpoint);
    }
    if (line_rate_give_up(&endpoint->rate, link, now_us)) {
        end_session(endpoint, now_us);
    }
}

static void do_what_is_due(Endpoint *endpoint, uint64_t now_us) {
    if (now_us >= endpoint->announce_at_us) {
        endpoint->announce_at_us = now_us + ANNOUNCE_INTERVAL_US;
        send_hello(endpoint, 0);
    }
    link_poll(&endpoint->link, now_us);
    if (link_is_dead(&endpoint->link)) { // the host has gone without a word
        line_rate_restore(&endpoint->rate);
        end_session(endpoint, now_us);
    }
    bool answered = link_is_quiet(&endpoint->link) && port_serial_drained();
    change_rate(endpoint, answered, now_us);
    if ((endpoint->reset_at_us != LINK_NEVER && answered) || now_us >= endpoint->reset_at_us) {
        port_reset();
    }
    if (now_us >= endpoint->crash_at_us) {
        port_provoke(endpoint->crash_kind);
    }
}

void endpoint_step(Endpoint *endpoint, uint64_t now_us) {
    inference_answer(&endpoint->inference, &endpoint->link);
    LinkFragment fragment;
    while (link_fragment(&endpoint->link, &fragment) && take_fragment(endpoint, &fragment, now_us)) {
        link_release(&endpoint->link);
    }
    do_what_is_due(endpoint, now_us);
}

size_t endpoint_drain(Endpoint *endpoint, uint8_t *line, size_t capacity, uint64_t now_us) {
    return link_drain(&endpoint->link, line, capacity, now_us);
}

bool endpoint_compute(Endpoint *endpoint) { return inference_run(&endpoint->inference); }
